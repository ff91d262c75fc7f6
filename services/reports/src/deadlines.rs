//! Deadlines after the province changed its working days: those of open reports move in the transaction of the change, and each says so in its
//! history.

use chrono::{DateTime, Utc};
use ids::AccountId;
use runtime::Transaction;
use vietnam::working_time::Calendar;

use crate::{
    error::Error,
    publish::{self, Cause},
    report::{Report, ReportEvent},
    service::Reports,
    store::{self, calendar},
    transfer::Outside,
    urgency,
};

impl Report {
    /// Its deadlines by these working days; none where they stay. What is not over any more was never told.
    fn recount(mut self, calendar: &Calendar, now: DateTime<Utc>) -> Option<(Report, ReportEvent)> {
        let ours = self.due_from.map(|since| urgency::due(self.urgency, since, calendar)).or(self.due_at);
        let theirs = self.transfer.as_ref().map(|outside| Outside::new(outside.since, outside.working_days, calendar));
        let moved = [(self.due_at, ours), (self.transfer.as_ref().map(|it| it.due_at), theirs.as_ref().map(|it| it.due_at))];
        let (before, after) = moved.into_iter().find(|(before, after)| before != after)?;
        self.due_at = ours;
        self.transfer = theirs;
        let is_over = [self.due_at, self.transfer.as_ref().map(|outside| outside.due_at)].into_iter().flatten().any(|due| due < now);
        if self.overdue && !is_over {
            self.overdue = false;
            self.escalate_at = None;
            self.escalated_to = None;
        }
        Some((self, ReportEvent::DueMoved { before: before?, after: after? }))
    }
}

/// Counts the deadlines of all open reports anew, and says how many moved. The calendar is held by the caller.
pub async fn recount(service: &Reports, transaction: &mut Transaction, by: AccountId, why: &str, now: DateTime<Utc>) -> Result<i32, Error> {
    let days = calendar::declared(transaction).await?;
    let mut moved = 0;
    for mut record in store::reports::lock_open(transaction).await? {
        let Some((report, happened)) = record.report.clone().recount(&days, now) else { continue };
        record.report = report;
        store::reports::update(transaction, &mut record).await?;
        let key = seal::open_key(transaction, &service.keyring, record.report.id.as_uuid()).await?;
        let cause = Cause { account: Some(by), words: why, ..Cause::default() };
        publish::append(transaction, &key, &record, &[happened], cause, now).await?;
        moved += 1;
    }
    Ok(moved)
}

#[cfg(test)]
mod tests {
    use contract::reports::v1::Urgency;

    use super::*;
    use crate::report::tests::{received, start, to};

    #[test]
    fn a_holiday_moves_the_deadline_and_takes_back_that_it_is_over() {
        let usual = Calendar::default();
        let (report, _) = received().assign(to(Urgency::Urgent), start(), &usual).unwrap();
        let before = report.due_at.unwrap();
        assert!(report.clone().recount(&usual, start()).is_none());
        let (late, _) = report.pass_time(before + chrono::Duration::hours(1)).unwrap();
        let tuesday = vietnam::time::day_of(before);
        let holiday = Calendar::with([(tuesday, false)]);
        let (moved, event) = late.recount(&holiday, before + chrono::Duration::hours(1)).unwrap();
        let after = before + chrono::Duration::days(1);
        assert_eq!(event, ReportEvent::DueMoved { before, after });
        assert_eq!((moved.due_at, moved.overdue), (Some(after), false));
        let (urgent, _) = received().assign(to(Urgency::Immediate), start(), &usual).unwrap();
        assert!(urgent.recount(&holiday, start()).is_none(), "what is immediate counts round the clock");
    }
}
