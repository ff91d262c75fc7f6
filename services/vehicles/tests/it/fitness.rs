//! The laboratory says whether people may travel: the highest version stands, in whichever order they come, and nothing is told of why.

use contract::{
    lab::v1::{FitStatus, FitStatusChanged},
    vehicles::v1 as pb,
};
use prost::Message;

use crate::world::{TRA_DA, World, to_tra_da, world};

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
    assert_eq!(vehicles::lab_consumer(&world.service).drain_once().await.unwrap(), told.len() as u64);
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
    world.events().await;
}
