//! The life of a trip, step by step and at random.

use chrono::{Duration, TimeZone as _};
use contract::vehicles::v1::{ArrivalResult, ArrivalState, SightingOutcome};
use proptest::prelude::*;

use super::*;
use crate::{
    arrival::Answer,
    commitment::{Signed, Template},
    policy::Policy,
    seed,
    sighting::Sighting,
};

fn now() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2021, 10, 18, 1, 0, 0).unwrap()
}

fn key(text: &str) -> AreaKey {
    AreaKey::parse(text).unwrap()
}

fn policies() -> Vec<Policy> {
    let rows = seed::read("gia-lai-2021").unwrap().unwrap().policies;
    rows.into_iter().map(|row| Policy { id: row.policy_id, version: row.version, valid_from: row.valid_from, rules: row.rules }).collect()
}

/// The rules of 11 October 2021; a green origin.
fn rulebook() -> Rulebook {
    let template = Template {
        id: "transit".to_owned(),
        version: 1,
        purpose: Purpose::Transit,
        valid_from: now(),
        clauses_vi: vec!["Không dừng".to_owned()],
        clauses_en: vec!["No stopping".to_owned()],
    };
    Rulebook { policy: policies().remove(2), origin_level: 1, template: Some(template), also_public: Vec::new() }
}

fn trip(destinations: &[&str]) -> Trip {
    let destination = |area: &&str| Destination { area: key(area), expected_at: now() + Duration::hours(3) };
    Trip {
        id: TripId::mint(now()),
        version: 1,
        state: TripState::Declared,
        direction: Direction::In,
        purpose: if destinations.is_empty() { Purpose::Transit } else { Purpose::Destination },
        vehicle_type: VehicleType::Truck,
        plate_color: PlateColor::White,
        entry_post: "CP3".to_owned(),
        exit_post: destinations.is_empty().then(|| "CP2".to_owned()),
        at_post: None,
        destinations: destinations.iter().map(destination).collect(),
        people: vec![PersonId::mint(now()), PersonId::mint(now())],
        people_counted: None,
        conflicted: false,
        arrivals: Vec::new(),
        received_at: None,
        decided_at: None,
        admitted: None,
        due_at: None,
        overdue_after: None,
        pass_until: None,
        ended_at: None,
        open_violations: 0,
        public: None,
    }
}

fn findings(trip: &Trip) -> Findings {
    let check = |person: &PersonId| crate::findings::Check { person: *person, temperature: Some(36.5), evidence: None };
    let signed = Signed {
        template_id: "transit".to_owned(),
        version: 1,
        method: contract::vehicles::v1::SigningMethod::Paper,
        paper_no: String::new(),
    };
    Findings {
        counted: i32::try_from(trip.people.len()).ok(),
        checks: trip.people.iter().map(check).collect(),
        added: Vec::new(),
        commitment: Some(signed),
        told: Vec::new(),
    }
}

fn ruling(decision: Decision) -> Ruling {
    let officer = AccountId::mint(now());
    Ruling { decision, post: "CP3".to_owned(), officer, exit_post: None, reasons: vec!["lý do".to_owned()] }
}

fn decided(trip: Trip, decision: Decision) -> Result<Trip, TripError> {
    let (trip, _) = trip.receive("CP3", now())?;
    let findings = findings(&trip);
    trip.decide(&ruling(decision), &rulebook(), &findings, now()).map(|(trip, _)| trip)
}

const TRA_DA: &str = "2021.64.622.23596";
const IA_LE: &str = "2021.64.639.23986";

#[test]
fn a_decision_leads_to_its_state() {
    let cases: [(&[&str], Decision, Option<TripState>); 8] = [
        (&[], Decision::Transit, Some(TripState::InTransit)),
        (&[TRA_DA], Decision::Destination, Some(TripState::EnRoute)),
        (&[], Decision::Destination, None),
        (&[TRA_DA], Decision::Transit, None),
        (&[], Decision::TurnBack, Some(TripState::TurnedBack)),
        (&[], Decision::Refuse, Some(TripState::Refused)),
        (&[], Decision::Refer, Some(TripState::Referred)),
        (&[], Decision::Unspecified, None),
    ];
    for (destinations, decision, state) in cases {
        assert_eq!(decided(trip(destinations), decision).ok().map(|trip| trip.state), state, "{destinations:?} {decision:?}");
    }
}

#[test]
fn leaving_the_province_ends_at_the_post() {
    let leaving = Trip { direction: Direction::Out, purpose: Purpose::Personal, exit_post: None, ..trip(&[]) };
    let left = decided(leaving, Decision::Transit).unwrap();
    assert_eq!((left.state, left.public), (TripState::Exited, None));
}

#[test]
fn a_turn_back_needs_a_reason_and_an_admission_none() {
    for (decision, refused) in [(Decision::TurnBack, true), (Decision::Refuse, true), (Decision::Refer, true), (Decision::Transit, false)] {
        let (trip, _) = trip(&[]).receive("CP3", now()).unwrap();
        let ruling = Ruling { reasons: vec!["  ".to_owned()], ..ruling(decision) };
        let findings = findings(&trip);
        let outcome = trip.decide(&ruling, &rulebook(), &findings, now());
        assert_eq!(outcome.err() == Some(TripError::ReasonMissing), refused, "{decision:?}");
    }
}

#[test]
fn each_kind_of_vehicle_is_public_or_not() {
    let cases = [
        (Purpose::Destination, VehicleType::Truck, PlateColor::White, true),
        (Purpose::Destination, VehicleType::Coach, PlateColor::Yellow, true),
        (Purpose::Destination, VehicleType::Car, PlateColor::Yellow, true),
        (Purpose::Destination, VehicleType::Car, PlateColor::White, false),
        (Purpose::Personal, VehicleType::Truck, PlateColor::White, false),
        (Purpose::Destination, VehicleType::Motorbike, PlateColor::White, false),
        (Purpose::ResidentReturn, VehicleType::Coach, PlateColor::Yellow, false),
        (Purpose::Official, VehicleType::Truck, PlateColor::Blue, false),
        (Purpose::Destination, VehicleType::Truck, PlateColor::Red, false),
        (Purpose::Destination, VehicleType::Ambulance, PlateColor::White, false),
    ];
    for (purpose, vehicle_type, plate_color, public) in cases {
        let admitted = decided(Trip { purpose, vehicle_type, plate_color, ..trip(&[TRA_DA]) }, Decision::Destination).unwrap();
        assert_eq!(admitted.public.is_some(), public, "{purpose:?} {vehicle_type:?} {plate_color:?}");
    }
    let (motorbike, _) = Trip { vehicle_type: VehicleType::Motorbike, ..trip(&[TRA_DA]) }.receive("CP3", now()).unwrap();
    let shown = Rulebook { also_public: vec!["MOTORBIKE".to_owned()], ..rulebook() };
    let findings = findings(&motorbike);
    let (motorbike, _) = motorbike.decide(&ruling(Decision::Destination), &shown, &findings, now()).unwrap();
    assert!(motorbike.public.is_some());
}

#[test]
fn a_resident_is_home_when_the_commune_says_so() {
    let returning = Trip { purpose: Purpose::ResidentReturn, ..trip(&[TRA_DA]) };
    let home = decided(returning, Decision::Destination).unwrap();
    let answer = Answer { arrival: home.arrivals[0].id, result: ArrivalResult::AsDeclared, headcount: 2, officer: AccountId::mint(now()) };
    let (home, events) = home.answer_arrival(answer, now()).unwrap();
    assert_eq!((home.state, events.len()), (TripState::Closed, 2));
}

#[test]
fn where_a_vehicle_may_be_seen() {
    let cases: [(&[&str], Option<&str>, &str, SightingOutcome); 8] = [
        (&[], Some("CP2"), "2021.64.627.23728", SightingOutcome::Exited),
        (&[], Some("CP3"), IA_LE, SightingOutcome::OnRoute),
        (&[], Some("CP1"), "2021.64.623.23632", SightingOutcome::Violation),
        (&[], None, TRA_DA, SightingOutcome::OnRoute),
        (&[], None, "2021.64.625", SightingOutcome::Violation),
        (&[TRA_DA], None, TRA_DA, SightingOutcome::OnRoute),
        (&[TRA_DA], None, "2021.64.630", SightingOutcome::Violation),
        (&[TRA_DA], Some("CP1"), "2021.64.623.23632", SightingOutcome::Violation),
    ];
    for (destinations, post, area, expected) in cases {
        let decision = if destinations.is_empty() { Decision::Transit } else { Decision::Destination };
        let trip = decided(trip(destinations), decision).unwrap();
        let sighting = Sighting { post: post.map(str::to_owned), area: key(area), seen_at: now() };
        let (after, outcome, _) = trip.sight(&sighting, &rulebook().policy.rules, now()).unwrap();
        assert_eq!(outcome, expected, "{destinations:?} {post:?} {area}");
        assert_eq!(after.open_violations > 0, outcome == SightingOutcome::Violation);
    }
}

/// Anything that can be done to a trip.
#[derive(Debug, Clone)]
enum Step {
    Receive(bool),
    Decide(Decision, i32),
    Sight(Option<&'static str>, &'static str),
    Answer(usize, ArrivalResult),
    Pass(i64),
    Close,
    Cancel,
}

fn step() -> impl Strategy<Value = Step> {
    let decisions =
        prop::sample::select(vec![Decision::Transit, Decision::Destination, Decision::TurnBack, Decision::Refuse, Decision::Refer]);
    let posts = prop::sample::select(vec![None, Some("CP1"), Some("CP2"), Some("CP3")]);
    let areas = prop::sample::select(vec![TRA_DA, IA_LE, "2021.64.625"]);
    let results = prop::sample::select(vec![ArrivalResult::AsDeclared, ArrivalResult::WrongPlace, ArrivalResult::NotFound]);
    prop_oneof![
        2 => any::<bool>().prop_map(Step::Receive),
        4 => (decisions, 1..4).prop_map(|(decision, counted)| Step::Decide(decision, counted)),
        2 => (posts, areas).prop_map(|(post, area)| Step::Sight(post, area)),
        3 => (0..2_usize, results).prop_map(|(which, result)| Step::Answer(which, result)),
        2 => (0..12_i64).prop_map(Step::Pass),
        1 => Just(Step::Close),
        1 => Just(Step::Cancel),
    ]
}

fn take(trip: Trip, step: &Step, now: DateTime<Utc>) -> Result<(Trip, Vec<TripEvent>), TripError> {
    match step {
        Step::Receive(here) => trip.receive(if *here { "CP3" } else { "CP1" }, now),
        Step::Decide(decision, counted) => {
            let findings = Findings { counted: Some(*counted), ..findings(&trip) };
            trip.decide(&ruling(*decision), &rulebook(), &findings, now)
        }
        Step::Sight(post, area) => {
            let sighting = Sighting { post: post.map(str::to_owned), area: key(area), seen_at: now };
            trip.sight(&sighting, &rulebook().policy.rules, now).map(|(trip, _, events)| (trip, events))
        }
        Step::Answer(which, result) => {
            let arrival = trip.arrivals.get(*which).map_or_else(|| ArrivalId::mint(now), |arrival| arrival.id);
            trip.answer_arrival(Answer { arrival, result: *result, headcount: 2, officer: AccountId::mint(now) }, now)
        }
        Step::Pass(_) => Ok(trip.overdue(now)),
        Step::Close => trip.close(now),
        Step::Cancel => trip.cancel(now),
    }
}

/// What holds of every trip, whatever was done to it (domain.md H and the table of publication.rs).
fn invariants(trip: &Trip) {
    let over = [TripState::Exited, TripState::Closed, TripState::TurnedBack, TripState::Refused, TripState::Cancelled];
    assert_eq!(trip.ended_at.is_some(), over.contains(&trip.state));
    if trip.ended_at.is_some() {
        assert!(trip.overdue_after.is_none() && trip.at_post.is_none());
        assert!(trip.arrivals.iter().all(|arrival| arrival.overdue_after.is_none()), "an ended trip is never told overdue");
    }
    if trip.is_on_the_road() {
        assert!(trip.admitted.is_some());
        assert_eq!(trip.people_counted, i32::try_from(trip.people.len()).ok(), "people recorded = people counted");
        assert!(trip.is_transit() || trip.arrivals.len() == trip.destinations.len(), "one arrival per destination");
        assert!(!trip.is_transit() || trip.exit_post.as_ref().is_some_and(|exit| *exit != trip.entry_post), "two different posts");
    }
    if trip.public.is_some() {
        assert!(trip.admitted.is_some(), "only admitted trips are public");
    }
    if trip.public.is_some_and(|public| public.state == PublicState::Confirmed) && trip.state == TripState::Arrived {
        assert!(trip.arrivals.iter().all(|arrival| arrival.state == ArrivalState::Confirmed));
    }
}

proptest! {
    #[test]
    fn no_sequence_of_steps_breaks_a_trip(transit in any::<bool>(), steps in prop::collection::vec(step(), 1..20)) {
        let mut trip = if transit { trip(&[]) } else { trip(&[TRA_DA, IA_LE]) };
        let mut at = now();
        let mut overdue = 0;
        for step in &steps {
            if let Step::Pass(hours) = step {
                at += Duration::hours(*hours);
            }
            let former = trip.clone();
            if let Ok((after, events)) = take(former.clone(), step, at) {
                overdue += events.iter().filter(|event| matches!(event, TripEvent::Overdue | TripEvent::ArrivalOverdue(_))).count();
                trip = after;
                let opened = events.iter().any(|event| matches!(event, TripEvent::ViolationOpened(_)));
                if opened && trip.state == former.state {
                    prop_assert_eq!(trip.public, former.public, "a violation alone moves nothing in public");
                }
            }
            invariants(&trip);
        }
        prop_assert!(overdue <= 2, "a deadline passes once");
    }

    #[test]
    fn the_same_rules_and_findings_give_the_same_decision(
        version in 0..4_usize, level in 0..5_i16, temperature in prop::option::of(34.0..43.0_f64), counted in prop::option::of(1..4),
    ) {
        let (trip, _) = trip(&[TRA_DA]).receive("CP3", now()).unwrap();
        let rulebook = Rulebook { policy: policies().remove(version), origin_level: level, ..rulebook() };
        let mut findings = findings(&trip);
        findings.counted = counted;
        findings.checks[0].temperature = temperature;
        // What a decision stores is the policy as JSON: it is judged again after that journey.
        let stored = serde_json::to_value(&rulebook.policy.rules).unwrap();
        let policy = Policy { rules: serde_json::from_value(stored).unwrap(), ..rulebook.policy.clone() };
        let replayed = Rulebook { policy, ..rulebook.clone() };
        prop_assert_eq!(assess(&trip, None, &rulebook, &findings, now()), assess(&trip, None, &replayed, &findings, now()));
        let open = assess(&trip, None, &rulebook, &findings, now()).closed(Decision::Destination).is_none();
        let decided = trip.decide(&ruling(Decision::Destination), &replayed, &findings, now());
        prop_assert_eq!(open, decided.is_ok());
    }
}
