//! Which trip a report is about, as the events of vehicles tell it: whenever they come.

use chrono::Duration;
use contract::{reports::v1 as pb, vehicles::v1 as vehicles};
use ids::TripId;

use crate::world::{TRA_DA, World, world};

fn about(world: &World, plate: &str) -> pb::CreateReportRequest {
    pb::CreateReportRequest { plate: plate.to_owned(), ..world.report() }
}

async fn linked(world: &World, id: &str) -> Vec<(String, bool)> {
    let report = world.get(&mut world.chief("2021.64"), id).await.unwrap();
    report.trips.into_iter().map(|trip| (trip.trip_id, trip.open)).collect()
}

async fn ends(world: &World, trip: TripId, at: chrono::DateTime<chrono::Utc>) {
    let exited = vehicles::TripExited { trip_id: trip.to_string(), seen_at: Some(at.into()), ..vehicles::TripExited::default() };
    world.vehicles_tell("gsvt.vehicles.v1.TripExited", trip, at, &exited).await;
}

#[tokio::test]
async fn a_report_is_about_the_trip_that_was_open_when_it_was_seen() {
    let mut world = world().await;
    let earlier = world.admitted("81C-123.45", world.now() - Duration::hours(30)).await;
    ends(&world, earlier, world.now() - Duration::hours(20)).await;
    let open = world.admitted("81C-123.45", world.now() - Duration::hours(3)).await;
    world.admitted("51D-222.22", world.now() - Duration::hours(3)).await;
    let sent = world.sent(about(&world, "81c12345")).await;
    assert_eq!(linked(&world, &sent.id).await, [(open.to_string(), true), (earlier.to_string(), false)]);
    ends(&world, open, world.now()).await;
    assert_eq!(linked(&world, &sent.id).await[0], (open.to_string(), true), "it was open then");
    let partial = world.sent(about(&world, "81C-12?.45")).await;
    assert_eq!(linked(&world, &partial.id).await, []);
    world.events().await;
}

#[tokio::test]
async fn an_event_that_comes_late_links_it_too() {
    let mut world = world().await;
    let sent = world.sent(about(&world, "81C-123.45")).await;
    assert_eq!(linked(&world, &sent.id).await, []);
    let trip = world.admitted("81C-123.45", world.now() - Duration::hours(2)).await;
    assert_eq!(linked(&world, &sent.id).await, [(trip.to_string(), true)]);
    let refused = vehicles::TripDecided {
        plate_key: world.plate_key("81C-123.45"),
        decision: vehicles::Decision::Refuse.into(),
        ..vehicles::TripDecided::default()
    };
    world.vehicles_tell("gsvt.vehicles.v1.TripDecided", TripId::mint(world.now()), world.now(), &refused).await;
    assert_eq!(linked(&world, &sent.id).await.len(), 1, "who was not let in is on no trip");
    world.events().await;
}

#[tokio::test]
async fn a_trip_that_the_reporter_chose_says_which_plate_it_is() {
    let mut world = world().await;
    let trip = world.admitted("81C-123.45", world.now() - Duration::hours(2)).await;
    let chosen = pb::CreateReportRequest { trip_id: trip.to_string(), ..world.report() };
    let sent = world.sent(chosen).await;
    assert_eq!(linked(&world, &sent.id).await, [(trip.to_string(), true)]);
    let report = world.get(&mut world.police(TRA_DA), &sent.id).await.unwrap();
    assert_eq!((report.plate.as_str(), report.history[1].detail.as_str()), ("", "place-in-a-commune"));
    world.events().await;
}
