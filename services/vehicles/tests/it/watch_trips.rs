//! WatchTrips: the stream of the caller's areas, resumed exactly, ended in time.

use std::time::Duration;

use contract::{
    Permission,
    vehicles::v1::{WatchTripsRequest, WatchTripsResponse},
};
use tokio_stream::StreamExt;
use tonic::Streaming;

use crate::world::{IA_LE, SONG_AN, TRA_DA, World, fields, reason, to_tra_da, transit, world};

async fn watch(world: &World, root: &str, area_code: &str, after_sequence: i64) -> Result<Streaming<WatchTripsResponse>, tonic::Status> {
    let caller = world.account(None, root, &[Permission::VehiclesTripsRead]);
    let request = WatchTripsRequest { area_code: area_code.to_owned(), after_sequence };
    world.call(caller).watch_trips(request).await.map(tonic::Response::into_inner)
}

async fn take(stream: &mut Streaming<WatchTripsResponse>, count: usize) -> Vec<WatchTripsResponse> {
    let mut read = Vec::new();
    while read.len() < count {
        let next = tokio::time::timeout(Duration::from_secs(20), stream.next()).await.expect("an event in time");
        read.push(next.expect("the stream goes on").unwrap());
    }
    read
}

fn kinds(read: &[WatchTripsResponse]) -> Vec<&str> {
    read.iter().map(|event| &*event.kind).collect()
}

#[tokio::test]
async fn each_hears_his_areas_and_resumes_where_he_was() {
    let mut world = world().await;
    let trip = world.admitted(to_tra_da("81C-123.45", world.now())).await;
    world.admitted(transit("51C-222.22", world.now())).await;
    world.events().await;
    let mut all = watch(&world, "2021.64", "", 1).await.unwrap();
    let heard = take(&mut all, 6).await;
    assert_eq!(
        kinds(&heard),
        ["TripReceived", "TripDecided", "ArrivalRequested", "TripDeclared", "TripReceived", "TripDecided"],
        "everything after the first"
    );
    assert_eq!(heard.iter().map(|event| event.sequence).collect::<Vec<_>>(), [2, 3, 4, 5, 6, 7]);
    let mut commune = watch(&world, TRA_DA, "", 1).await.unwrap();
    let asked = take(&mut commune, 1).await.remove(0);
    assert_eq!((&*asked.kind, &*asked.trip_id, &*asked.arrival_id), ("ArrivalRequested", &*trip.trip_id, &*trip.arrivals[0].arrival_id));
    assert_eq!((asked.area.unwrap().code, asked.sequence), ("23596".to_owned(), 4));
    let mut resumed = watch(&world, "2021.64", "622", 3).await.unwrap();
    assert_eq!(kinds(&take(&mut resumed, 1).await), ["ArrivalRequested"]);

    world.admitted(to_tra_da("81C-333.33", world.now())).await;
    world.events().await;
    assert_eq!(kinds(&take(&mut commune, 1).await), ["ArrivalRequested"], "as it happens");
    assert_eq!(kinds(&take(&mut all, 4).await).last(), Some(&"ArrivalRequested"));
    world.process.lifecycle.shutdown();
    let last = commune.next().await.unwrap().unwrap_err();
    assert_eq!(reason(&last), "SERVICE_STOPPING");
}

#[tokio::test]
async fn who_may_not_hear_is_told_so() {
    let mut world = world().await;
    assert_eq!(reason(&watch(&world, SONG_AN, "622", 0).await.unwrap_err()), "NOT_FOUND");
    assert_eq!(reason(&watch(&world, IA_LE, "99999", 0).await.unwrap_err()), "NOT_FOUND");
    assert_eq!(fields(&watch(&world, IA_LE, "", -1).await.unwrap_err()), ["after_sequence"]);
    let nobody = WatchTripsRequest::default();
    assert_eq!(reason(&world.citizen().watch_trips(nobody).await.unwrap_err()), "NOT_SIGNED_IN");
    world.events().await;
}
