//! The life of a report, step by step and in any order.

use proptest::prelude::*;
use uuid::Uuid;
use vietnam::AreaKey;

use super::*;
use crate::transfer::Agency;

pub fn start() -> DateTime<Utc> {
    "2021-10-18T01:00:00Z".parse().unwrap()
}

pub fn somebody(number: u128) -> AccountId {
    AccountId::from_uuid(Uuid::from_u128(number))
}

fn commune() -> Recipient {
    Recipient::police(AreaKey::parse("2021.64.622.23596").unwrap())
}

pub fn received() -> Report {
    Report {
        id: ReportId::from_uuid(Uuid::nil()),
        version: 1,
        state: ReportState::Received,
        category: "OTHER".to_owned(),
        urgency: Urgency::Normal,
        recipient: commune(),
        received_at: start(),
        due_at: None,
        overdue: false,
        handler: None,
        unread: false,
        drafted_by: None,
        outcome: None,
        rejection: None,
        ended_at: None,
        reopened: 0,
        rating: 0,
        due_from: None,
        escalate_at: None,
        escalated_to: None,
        merged_into: None,
        transfer: None,
    }
}

pub fn to(urgency: Urgency) -> Assignment {
    Assignment { category: "OTHER".to_owned(), urgency, recipient: commune(), rule: None }
}

fn agency() -> Agency {
    Agency { agency_id: "CDC".to_owned(), name_vi: String::new(), name_en: String::new(), working_days: 2 }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    Assign(Urgency),
    GiveBack,
    Start,
    Note,
    Ask,
    Hear,
    Draft(u128),
    Publish(u128),
    SendBack(u128),
    Reject,
    Reopen,
    Rate,
    Transfer,
    EndTransfer,
    Time,
}

impl Step {
    fn take(self, report: Report, now: DateTime<Utc>) -> Option<(Report, ReportEvent)> {
        match self {
            Self::Assign(urgency) => report.assign(to(urgency), now, &Calendar::default()).ok(),
            Self::GiveBack => report.give_back().ok(),
            Self::Start => report.start(somebody(1)).ok(),
            Self::Note => report.note().ok(),
            Self::Ask => report.ask().ok(),
            Self::Hear => report.hear().ok(),
            Self::Draft(by) => report.draft(Outcome::Unfounded, somebody(by)).ok(),
            Self::Publish(by) => report.publish(somebody(by), now).ok(),
            Self::SendBack(by) => report.send_back(somebody(by)).ok(),
            Self::Reject => report.reject(RejectionReason::Spam, now).ok(),
            Self::Reopen => report.reopen(now, &Calendar::default()).ok(),
            Self::Rate => report.rate(4).ok(),
            Self::Transfer => report.transfer(&agency(), Outside::new(now, 2, &Calendar::default())).ok(),
            Self::EndTransfer => report.end_transfer("CDC".to_owned(), false).ok(),
            Self::Time => report.pass_time(now),
        }
    }
}

/// Every way from one state to another, as the table of the domain has it.
fn allowed(from: ReportState, to: ReportState) -> bool {
    use ReportState::*;
    matches!(
        (from, to),
        (Received | Returned | Assigned, Assigned)
            | (Received | Returned, Rejected)
            | (Assigned | InProgress | NeedInfo, Returned)
            | (Assigned, InProgress)
            | (InProgress, NeedInfo)
            | (NeedInfo, InProgress)
            | (InProgress | NeedInfo, AnswerDraft)
            | (AnswerDraft, Answered | InProgress)
            | (Answered | Rejected, Assigned | Closed)
            | (Assigned | InProgress | NeedInfo, Transferred)
            | (Transferred, Assigned | InProgress)
    )
}

#[test]
fn an_answer_is_approved_by_another() {
    let (report, _) = received().assign(to(Urgency::Urgent), start(), &Calendar::default()).unwrap();
    let (report, _) = report.start(somebody(1)).unwrap();
    let (report, _) = report.draft(Outcome::VerifiedViolation, somebody(1)).unwrap();
    assert_eq!(report.clone().publish(somebody(1), start()), Err(ReportError::OwnAnswer));
    assert_eq!(report.clone().send_back(somebody(1)), Err(ReportError::OwnAnswer));
    let (report, event) = report.publish(somebody(2), start()).unwrap();
    assert_eq!(event, ReportEvent::Published { outcome: Outcome::VerifiedViolation });
    assert_eq!((report.state, report.ended_at), (ReportState::Answered, Some(start())));
}

#[test]
fn a_deadline_stays_when_another_gets_the_report() {
    let (report, _) = received().assign(to(Urgency::Normal), start(), &Calendar::default()).unwrap();
    let due = report.due_at;
    let later = start() + Duration::days(2);
    let (report, _) = report.give_back().unwrap();
    let (report, _) = report.assign(to(Urgency::Normal), later, &Calendar::default()).unwrap();
    assert_eq!(report.due_at, due);
    let (report, _) = report.assign(to(Urgency::Immediate), later, &Calendar::default()).unwrap();
    assert_eq!(report.due_at, Some(later + Duration::hours(2)));
}

#[test]
fn a_report_is_reopened_once_within_a_week() {
    let (answered, _) = received().reject(RejectionReason::NoGround, start()).unwrap();
    assert_eq!(answered.reopen_until(), Some(start() + REOPEN_WITHIN));
    let week = start() + REOPEN_WITHIN;
    assert_eq!(answered.clone().reopen(week, &Calendar::default()), Err(ReportError::TooLateToReopen));
    let (closed, event) = answered.clone().pass_time(week).unwrap();
    assert_eq!((closed.state, event), (ReportState::Closed, ReportEvent::Closed));
    assert_eq!(closed.reopen(week, &Calendar::default()), Err(ReportError::TooLateToReopen));
    assert_eq!(answered.clone().pass_time(week - Duration::seconds(1)), None);
    let (again, _) = answered.reopen(week - Duration::seconds(1), &Calendar::default()).unwrap();
    assert_eq!((again.state, again.reopened, again.due_at.is_some()), (ReportState::Assigned, 1, true));
    let (again, _) = again.start(somebody(1)).unwrap();
    let (again, _) = again.draft(Outcome::Unfounded, somebody(1)).unwrap();
    let (again, _) = again.publish(somebody(2), week).unwrap();
    assert_eq!(again.reopen_until(), None);
    assert_eq!(again.reopen(week, &Calendar::default()), Err(ReportError::ReopenedBefore));
}

fn step() -> impl Strategy<Value = Step> {
    let urgency = prop_oneof![Just(Urgency::Immediate), Just(Urgency::Urgent), Just(Urgency::Normal), Just(Urgency::Complex)];
    prop_oneof![
        3 => urgency.prop_map(Step::Assign),
        1 => Just(Step::GiveBack),
        3 => Just(Step::Start),
        1 => Just(Step::Note),
        2 => Just(Step::Ask),
        2 => Just(Step::Hear),
        3 => (1u128..3).prop_map(Step::Draft),
        3 => (1u128..3).prop_map(Step::Publish),
        1 => (1u128..3).prop_map(Step::SendBack),
        1 => Just(Step::Reject),
        2 => Just(Step::Reopen),
        1 => Just(Step::Rate),
        1 => Just(Step::Transfer),
        1 => Just(Step::EndTransfer),
        3 => Just(Step::Time),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn whatever_happens_in_any_order_the_rules_hold(steps in proptest::collection::vec((step(), 0i64..2_000), 0..40)) {
        let (mut report, mut now) = (received(), start());
        let (mut published, mut rated, mut overdue) = (0, 0, Vec::new());
        for (step, minutes) in steps {
            now += Duration::minutes(minutes);
            let Some((after, event)) = step.take(report.clone(), now) else { continue };
            let moved = report.state != after.state;
            prop_assert!(allowed(report.state, after.state) || !moved, "{:?}: {:?} to {:?}", step, report.state, after.state);
            prop_assert!(after.reopened <= 1 && after.reopened >= report.reopened);
            prop_assert_eq!(after.ended_at.is_some(), !after.is_open());
            let never_assigned = matches!(after.state, ReportState::Received | ReportState::Rejected | ReportState::Closed);
            prop_assert!(never_assigned || after.due_at.is_some());
            if after.due_at != report.due_at {
                prop_assert!(after.due_at > Some(now) && !after.overdue);
                let moves = matches!(event, ReportEvent::Assigned { .. } | ReportEvent::Reopened);
                prop_assert!(moves, "{:?} moved the deadline", event);
            }
            match &event {
                ReportEvent::Published { .. } => {
                    published += 1;
                    let Step::Publish(by) = step else { return Err(TestCaseError::fail("published otherwise")) };
                    prop_assert_ne!(report.drafted_by, Some(somebody(by)));
                }
                ReportEvent::Rated { .. } => rated += 1,
                ReportEvent::Overdue => {
                    // A deadline that is counted anew may fall on the same hour.
                    let deadline = (report.due_from, report.due_at);
                    let agency_late = report.transfer.as_ref().is_some_and(|outside| outside.due_at < now);
                    prop_assert!(!overdue.contains(&deadline) && (report.due_at < Some(now) || agency_late));
                    overdue.push(deadline);
                }
                _ => {}
            }
            let again = after.clone().pass_time(now);
            prop_assert!(step != Step::Time || again.is_none(), "time at {} did {:?} after {:?}", now, again, event);
            report = after;
        }
        prop_assert!(published <= 2 && rated <= 1);
    }
}
