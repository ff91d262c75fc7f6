//! The laboratory says whether people may travel: the highest version stands, in whichever order they come, and nothing is told of why.

use contract::{
    lab::v1::{FitStatus, FitStatusChanged},
    vehicles::v1 as pb,
};
use prost::Message;

use crate::world::{IA_LE, TRA_DA, World, findings, reason, to_tra_da, world};

async fn tell(world: &World, number: &str, changes: &[(i64, FitStatus, i64)]) {
    let person_key = world.service.keyring.person_key(&format!("CCCD:VN:{number}")).unwrap().to_vec();
    let event = |(version, status, hours): &(i64, FitStatus, i64)| {
        let until = (*status == FitStatus::Fit).then(|| (world.now() + chrono::Duration::hours(*hours)).into());
        let changed = FitStatusChanged {
            person_key: person_key.clone(),
            status: (*status).into(),
            until,
            version: *version,
            resample_wanted: *status == FitStatus::Unknown,
            changed_at: Some(world.now().into()),
        };
        (uuid::Uuid::from_u128(7), changed.encode_to_vec())
    };
    let told: Vec<_> = changes.iter().map(event).collect();
    world.hear("lab", "gsvt.lab.v1.FitStatusChanged", &told).await;
    // A consumer that has just begun hears what another heard before, and skips it.
    assert!(vehicles::lab_consumer(&world.service).drain_once().await.unwrap() >= told.len() as u64);
}

/// What is still asked before the vehicle may go on, when nobody on board shows a paper.
async fn missing(world: &World, trip: &pb::Trip) -> Vec<String> {
    let asked =
        pb::AssessTripRequest { trip_id: trip.trip_id.clone(), post_id: "CP3".to_owned(), findings: Some(without_papers(world, trip)) };
    let found = world.officer("CP3", IA_LE).assess_trip(asked).await.unwrap().into_inner().assessment.unwrap();
    found.requirements.into_iter().filter(|asked| !asked.met).map(|asked| asked.code).collect()
}

fn without_papers(world: &World, trip: &pb::Trip) -> pb::Findings {
    let mut found = findings(trip, world.now());
    found.checks.iter_mut().for_each(|check| check.evidence = None);
    found
}

async fn driver(world: &World, trip: &str) -> pb::Person {
    let get = pb::GetTripRequest { trip_id: trip.to_owned(), reason: String::new() };
    let trip = world.police(TRA_DA).get_trip(get).await.unwrap().into_inner().trip.unwrap();
    trip.people.into_iter().next().unwrap()
}

#[tokio::test]
async fn the_highest_version_stands_until_it_runs_out() {
    let mut world = world().await;
    let trip = world.admitted(to_tra_da("81C-123.45", world.now())).await.trip_id;
    let before = driver(&world, &trip).await;
    assert_eq!((before.fitness(), before.resample_wanted), (pb::Fitness::Unspecified, false));
    // Out of order, and one of them twice.
    tell(
        &world,
        &before.id_number,
        &[(3, FitStatus::Fit, 72), (1, FitStatus::NotFit, 0), (2, FitStatus::Unknown, 0), (3, FitStatus::Fit, 72)],
    )
    .await;
    let fit = driver(&world, &trip).await;
    assert_eq!((fit.fitness(), fit.resample_wanted), (pb::Fitness::Fit, false));
    assert!(fit.fit_until.is_some());
    world.clock.advance(std::time::Duration::from_secs(72 * 3600));
    assert_eq!(driver(&world, &trip).await.fitness(), pb::Fitness::Unspecified);
    world.events().await;
}

#[tokio::test]
async fn somebody_of_a_positive_pool_is_not_known_and_wanted_for_a_swab() {
    let mut world = world().await;
    let trip = world.admitted(to_tra_da("81C-123.45", world.now())).await.trip_id;
    let number = driver(&world, &trip).await.id_number;
    tell(&world, &number, &[(1, FitStatus::Unknown, 0)]).await;
    let wanted = driver(&world, &trip).await;
    assert_eq!((wanted.fitness(), wanted.fit_until, wanted.resample_wanted), (pb::Fitness::Unspecified, None, true));
    // The commune that he goes to learns that somebody is wanted, of the list and of the arrival.
    let police = world.police(TRA_DA);
    let list = pb::ListArrivalsRequest { area_code: "23596".to_owned(), ..pb::ListArrivalsRequest::default() };
    let arrival = police.clone().list_arrivals(list).await.unwrap().into_inner().arrivals.remove(0);
    let get = pb::GetArrivalRequest { arrival_id: arrival.arrival_id.clone() };
    let same = police.clone().get_arrival(get).await.unwrap().into_inner().arrival.unwrap();
    assert_eq!((arrival.resample_wanted, same.resample_wanted), (1, 1));
    tell(&world, &number, &[(2, FitStatus::Fit, 72)]).await;
    let get = pb::GetArrivalRequest { arrival_id: arrival.arrival_id };
    assert_eq!(police.clone().get_arrival(get).await.unwrap().into_inner().arrival.unwrap().resample_wanted, 0);
    world.events().await;
}

#[tokio::test]
async fn whom_the_laboratory_calls_fit_shows_no_paper_and_whom_it_does_not_is_referred() {
    let mut world = world().await;
    let trip = world.at_post(to_tra_da("81C-123.45", world.now()), "CP3", IA_LE).await;
    let numbers: Vec<String> = trip.people.iter().map(|person| person.id_number.clone()).collect();
    assert_eq!(missing(&world, &trip).await, ["TEST_EVIDENCE", "TEST_EVIDENCE"]);
    for number in &numbers {
        tell(&world, number, &[(1, FitStatus::Fit, 72)]).await;
    }
    assert_eq!(missing(&world, &trip).await, Vec::<String>::new());
    tell(&world, &numbers[1], &[(2, FitStatus::NotFit, 0)]).await;
    assert_eq!(missing(&world, &trip).await, ["TEST_EVIDENCE", "LABORATORY"]);
    let with = |world: &World, decision| pb::DecideTripRequest {
        findings: Some(without_papers(world, &trip)),
        ..world.decision(&trip, "CP3", decision)
    };
    let refused = world.officer("CP3", IA_LE).decide_trip(with(&world, pb::Decision::Destination)).await.unwrap_err();
    assert_eq!(reason(&refused), "DECISION_CLOSED");
    tell(&world, &numbers[1], &[(3, FitStatus::Fit, 72)]).await;
    let decided =
        world.officer("CP3", IA_LE).decide_trip(with(&world, pb::Decision::Destination)).await.unwrap().into_inner().trip.unwrap();
    let told = decided.decision.unwrap().fitness;
    assert_eq!(told.iter().map(pb::PersonFitness::fitness).collect::<Vec<_>>(), [pb::Fitness::Fit; 2], "kept with the decision");
    world.clock.advance(std::time::Duration::from_secs(73 * 3600));
    let late = world.at_post(to_tra_da("81C-123.46", world.now()), "CP3", IA_LE).await;
    assert_eq!(missing(&world, &late).await, ["TEST_EVIDENCE", "TEST_EVIDENCE"], "it has run out");
    world.events().await;
}
