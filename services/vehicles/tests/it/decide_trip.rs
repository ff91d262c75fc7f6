//! DecideTrip and AssessTrip.

use contract::vehicles::v1::{self as pb, Decision, TripState};
use ids::DecisionId;
use runtime::grpc::Problem;
use tonic::Code;

use crate::world::{IA_LE, co_driver, findings, reason, to_tra_da, transit, world};

#[tokio::test]
async fn many_officers_decide_at_once_and_one_wins() {
    let mut world = world().await;
    let trip = world.at_post(to_tra_da("81C-123.45", world.now()), "CP3", IA_LE).await;
    let choices = [Decision::Destination, Decision::TurnBack, Decision::Refuse];
    let all = futures::future::join_all((0..12).map(|number| {
        let request = world.decision(&trip, "CP3", choices[number % 3]);
        let mut officer = world.officer("CP3", IA_LE);
        async move { officer.decide_trip(request).await }
    }));
    let answers = all.await;
    let won: Vec<_> = answers.iter().filter_map(|answer| answer.as_ref().ok()).collect();
    assert_eq!(won.len(), 1);
    for lost in answers.iter().filter_map(|answer| answer.as_ref().err()) {
        let problem = Problem::from_status(lost);
        assert_eq!((lost.code(), &*problem.reason), (Code::Aborted, "DECIDED_BY_ANOTHER"));
        let winner = won[0].get_ref().trip.as_ref().unwrap().decision.as_ref().unwrap();
        assert_eq!(problem.metadata["by"], winner.officer_id);
        assert!(problem.metadata.contains_key("at"));
    }
    assert_eq!(world.count("decisions").await, 1);
    let decided = world.events().await.into_iter().filter(|event| event.starts_with("TripDecided")).count();
    assert_eq!(decided, 1);
}

#[tokio::test]
async fn decisions_at_the_same_time_hinder_no_other() {
    let mut world = world().await;
    let mut requests = Vec::new();
    for number in 0..12 {
        let declaration = if number % 2 == 0 { to_tra_da } else { transit };
        let trip = world.at_post(declaration(&format!("81C-1{number:02}.45"), world.now()), "CP3", IA_LE).await;
        let decision = if number % 2 == 0 { Decision::Destination } else { Decision::Transit };
        requests.push(world.decision(&trip, "CP3", decision));
    }
    // Another vehicle with the plate of one, an id that is used twice, more people than were declared, another version, the same again.
    let twin = world.at_post(to_tra_da("81C-110.45", world.now()), "CP3", IA_LE).await;
    requests.push(world.decision(&twin, "CP3", Decision::Destination));
    requests[3].decision_id = requests[2].decision_id.clone();
    requests[5].findings.as_mut().unwrap().people_counted = Some(7);
    requests[7].version = 99;
    let again = requests[8].clone();
    requests.push(again);
    let all = requests.iter().map(|request| {
        let (request, mut officer) = (request.clone(), world.officer("CP3", IA_LE));
        async move { officer.decide_trip(request).await }
    });
    let answers = futures::future::join_all(all).await;
    let told = |number: usize| answers[number].as_ref().map_or_else(reason, |_| "decided".to_owned());
    // In one group the plate is held for the first; a later group knows that it is on the road.
    let refused: Vec<String> = [told(10), told(12)].into_iter().filter(|told| told != "decided").collect();
    assert!(refused == ["OTHER_TRIP_OPEN"] || refused == ["DECISION_CLOSED"], "{refused:?}");
    let mut ids = [told(2), told(3)];
    ids.sort();
    assert_eq!(ids, ["ID_REUSED", "decided"]);
    assert_eq!((told(5), told(7)), ("DECISION_CLOSED".to_owned(), "VERSION_CHANGED".to_owned()));
    for number in [0, 1, 4, 6, 8, 9, 11] {
        let trip = answers[number].as_ref().unwrap().get_ref().trip.as_ref().unwrap();
        let expected = (&requests[number].trip_id, 2, (number + 1) % 2);
        assert_eq!((&trip.trip_id, trip.people.len(), trip.arrivals.len()), expected, "{number}");
    }
    let pair = (answers[8].as_ref().unwrap().get_ref(), answers[13].as_ref().unwrap().get_ref());
    assert_eq!(pair.0, pair.1);
    assert_eq!(world.count("decisions").await, 9);
    assert_eq!(world.count("trip_history where kind = 'TripDecided'").await, 9);
    assert_eq!(world.count("audit.entries where action = 'vehicles.DecideTrip' and kind = 'write'").await, 9);
    for own in ["account", "request_id", "subject"] {
        let each = format!("(select distinct {own} from audit.entries where action = 'vehicles.DecideTrip' and kind = 'write') own");
        assert_eq!(world.count(&each).await, 9, "{own}");
    }
    assert_eq!(world.count("audit.entries where action = 'vehicles.DecideTrip' and kind = 'read'").await, 1);
    let decided = world.events().await.into_iter().filter(|event| event.starts_with("TripDecided")).count();
    assert_eq!(decided, 9);
}

#[tokio::test]
async fn a_repeated_decision_is_answered_and_not_repeated() {
    let mut world = world().await;
    let trip = world.at_post(to_tra_da("81C-123.45", world.now()), "CP3", IA_LE).await;
    let request = world.decision(&trip, "CP3", Decision::Destination);
    let mut officer = world.officer("CP3", IA_LE);
    let first = officer.decide_trip(request.clone()).await.unwrap().into_inner();
    assert_eq!(first.pass.as_ref().unwrap().standing(), pb::PassStanding::Admitted);
    assert_eq!(first.pass.as_ref().unwrap().clauses.len(), 4);
    let decided = first.trip.as_ref().unwrap();
    assert_eq!(decided.state(), TripState::EnRoute);
    assert_eq!(decided.decision.as_ref().unwrap().officer_name, "Nguyễn Thị Bí Mật");
    assert_eq!(decided.decision.as_ref().unwrap().origin_level, 3);
    assert_eq!(decided.arrivals[0].driver_name, "Rơ Châm H’Lan");
    assert_eq!(officer.decide_trip(request.clone()).await.unwrap().into_inner(), first);
    // The driver showed a CCCD and his old CMND: from now on they are one person's.
    assert_eq!(world.count("person_numbers").await, 2);
    assert_eq!(world.count("(select distinct subject_key from person_numbers) s").await, 1);
    let other = pb::DecideTripRequest { decision: Decision::Refuse.into(), ..request };
    assert_eq!(reason(&officer.decide_trip(other).await.unwrap_err()), "ID_REUSED");
    let expected = ["TripDeclared.64.639.23986", "TripReceived.64.639.23986", "TripDecided.64.639.23986", "ArrivalRequested.64.622.23596"];
    assert_eq!(world.events().await, expected);
}

#[tokio::test]
async fn what_is_missing_closes_the_admission_and_is_named() {
    let mut world = world().await;
    let trip = world.at_post(to_tra_da("81C-123.45", world.now()), "CP3", IA_LE).await;
    let whole = findings(&trip, world.now());
    let with = |change: fn(&mut pb::Findings)| {
        let mut findings = whole.clone();
        change(&mut findings);
        findings
    };
    let cases = [
        (with(|f| f.people_counted = Some(3)), "PEOPLE_COUNTED"),
        (with(|f| f.people_counted = None), "PEOPLE_COUNTED"),
        (with(|f| f.checks[0].temperature = None), "TEMPERATURE"),
        (with(|f| f.checks[0].temperature = Some(37.5)), "FEVER"),
        (with(|f| f.checks[1].evidence = None), "TEST_EVIDENCE"),
        (with(|f| f.commitment = None), "COMMITMENT_SIGNED"),
        (with(|f| f.commitment.as_mut().unwrap().template_version = 9), "COMMITMENT_SIGNED"),
    ];
    let mut officer = world.officer("CP3", IA_LE);
    for (findings, code) in cases {
        let asked = pb::AssessTripRequest { trip_id: trip.trip_id.clone(), post_id: "CP3".to_owned(), findings: Some(findings.clone()) };
        let assessment = officer.assess_trip(asked).await.unwrap().into_inner().assessment.unwrap();
        let missing: Vec<_> =
            assessment.requirements.iter().filter(|requirement| !requirement.met).map(|unmet| unmet.code.as_str()).collect();
        assert_eq!(missing, [code]);
        let open: Vec<_> = assessment.choices.iter().filter(|choice| choice.open).map(|choice| choice.decision()).collect();
        assert_eq!(open, [Decision::TurnBack, Decision::Refuse, Decision::Refer]);

        let request = pb::DecideTripRequest { findings: Some(findings), ..world.decision(&trip, "CP3", Decision::Destination) };
        let refused = officer.decide_trip(request).await.unwrap_err();
        let problem = Problem::from_status(&refused);
        assert_eq!((refused.code(), &*problem.reason, &*problem.fields[0].reason), (Code::FailedPrecondition, "DECISION_CLOSED", code));
    }
    assert_eq!(world.count("decisions").await, 0);
    world.events().await;
}

#[tokio::test]
async fn the_rule_of_the_day_decides_who_needs_a_test() {
    let green_thursday = "2021-10-21T01:00:00Z".parse().unwrap();
    for (now, origin, needed) in [
        (crate::world::monday(), "79", true),
        (crate::world::monday(), "62", false),
        (green_thursday, "62", false),
        (green_thursday, "79", true),
        ("2021-08-01T01:00:00Z".parse().unwrap(), "62", true),
    ] {
        let mut world = crate::world::world_at(now).await;
        let mut declaration = to_tra_da("81C-123.45", now);
        declaration.origin.as_mut().unwrap().area = crate::world::area(origin);
        let trip = world.at_post(declaration, "CP3", IA_LE).await;
        let asked = pb::AssessTripRequest { trip_id: trip.trip_id.clone(), post_id: "CP3".to_owned(), findings: None };
        let assessment = world.officer("CP3", IA_LE).assess_trip(asked).await.unwrap().into_inner().assessment.unwrap();
        assert_eq!(assessment.requirements.iter().any(|asked| asked.code == "TEST_EVIDENCE"), needed, "{now} {origin}");
        world.events().await;
    }
}

#[tokio::test]
async fn somebody_found_on_board_is_added_and_counted() {
    let mut world = world().await;
    let trip = world.at_post(to_tra_da("81C-123.45", world.now()), "CP3", IA_LE).await;
    let mut request = world.decision(&trip, "CP3", Decision::Destination);
    let found = request.findings.as_mut().unwrap();
    found.people_counted = Some(3);
    let check = pb::PersonCheck { person_id: String::new(), ..found.checks[0].clone() };
    found.added_people = vec![pb::Person {
        role: pb::PersonRole::Passenger.into(),
        full_name: "Lê Thị Ẩn".to_owned(),
        id_number: String::new(),
        check: Some(check),
        ..co_driver()
    }];
    let decided = world.officer("CP3", IA_LE).decide_trip(request).await.unwrap().into_inner().trip.unwrap();
    assert_eq!(decided.people.iter().map(|person| person.added_at_post).collect::<Vec<_>>(), [false, false, true]);
    assert_eq!(decided.people[2].check.as_ref().unwrap().temperature, Some(36.6));
    assert_eq!(decided.decision.unwrap().people_counted, 3);
    world.events().await;
}

#[tokio::test]
async fn a_fever_goes_to_the_medic_and_comes_back_cleared() {
    let mut world = world().await;
    let trip = world.at_post(to_tra_da("81C-123.45", world.now()), "CP3", IA_LE).await;
    let mut officer = world.officer("CP3", IA_LE);
    let mut refer = world.decision(&trip, "CP3", Decision::Refer);
    refer.findings.as_mut().unwrap().checks[0].temperature = Some(38.2);
    let referred = officer.decide_trip(refer.clone()).await.unwrap().into_inner();
    assert_eq!(referred.pass.unwrap().standing(), pb::PassStanding::Referred);
    let referred = referred.trip.unwrap();
    let mut admit = world.decision(&referred, "CP3", Decision::Destination);
    let check = &mut admit.findings.as_mut().unwrap().checks[0];
    check.temperature = Some(38.2);
    check.evidence.as_mut().unwrap().proof = pb::TestProof::QuickAtPost.into();
    check.evidence.as_mut().unwrap().method = pb::TestMethod::AgRapid.into();
    let admitted = officer.decide_trip(admit).await.unwrap().into_inner();
    assert_eq!(admitted.trip.unwrap().state(), TripState::EnRoute);
    let stale = pb::DecideTripRequest { decision_id: DecisionId::mint(world.now()).to_string(), ..refer };
    assert_eq!(reason(&officer.decide_trip(stale).await.unwrap_err()), "DECIDED_BY_ANOTHER");
    world.events().await;
}

#[tokio::test]
async fn a_vehicle_that_reappears_is_closed_first() {
    let mut world = world().await;
    let first = world.admitted(transit("51C-222.22", world.now())).await;
    let again = world.at_post(transit("51C 22222", world.now()), "CP3", IA_LE).await;
    assert_eq!(again.conflicting_trip_ids, [first.trip_id.as_str()]);
    let mut officer = world.officer("CP3", IA_LE);
    let request = world.decision(&again, "CP3", Decision::Transit);
    let refused = officer.decide_trip(request.clone()).await.unwrap_err();
    assert_eq!(&*Problem::from_status(&refused).fields[0].reason, "OTHER_TRIP_CLOSED");
    let close =
        pb::CloseTripRequest { trip_id: first.trip_id.clone(), reason: "Xe đã ra, chốt không ghi".to_owned(), version: first.version };
    for _ in 0..2 {
        assert_eq!(officer.close_trip(close.clone()).await.unwrap().into_inner().state(), TripState::Closed);
    }
    assert_eq!(officer.decide_trip(request).await.unwrap().into_inner().trip.unwrap().state(), TripState::InTransit);
    assert_eq!(world.count("violations").await, 0);
    assert!(world.events().await.contains(&"TripClosed.64.639.23986".to_owned()));
}
