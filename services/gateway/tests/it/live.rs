//! The live feed: what an open page hears, and what it does not.
use axum::body::Body;
use contract::accounts::v1::{PermissionGrant, Principal, ResolveSessionResponse};
use gateway::live::{FeedState, LiveEvent};
use http::{Request, StatusCode};
use http_body_util::BodyExt as _;
use tower::ServiceExt as _;

use crate::world::{self, World};

fn event(sequence: u64, area: &str) -> LiveEvent {
    LiveEvent { sequence, name: "TripDecided".into(), aggregate: world::TRIP.into(), area: area.into() }
}

/// The first `count` messages of a stream.
async fn hear(world: &World, request: Request<Body>, count: usize) -> String {
    let response = world.pages.clone().oneshot(request).await.unwrap();
    assert_eq!(response.status(), StatusCode::OK);
    let mut body = response.into_body();
    let mut heard = String::new();
    for _ in 0..count {
        let frame = body.frame().await.unwrap().unwrap();
        heard += &String::from_utf8_lossy(frame.data_ref().unwrap());
    }
    heard
}

#[tokio::test]
async fn the_public_hears_that_something_changed_and_nothing_else() {
    let world = World::start().await;
    world.site.live.set_state(FeedState::Up);
    for sequence in 5..=6 {
        world.site.live.publish(event(sequence, "64.622.23563"));
    }
    let request = Request::get("/live").header("last-event-id", "5").body(Body::empty()).unwrap();
    let heard = hear(&world, request, 2).await;
    assert!(heard.contains("event: up") && heard.contains("event: changed") && heard.contains("id: 6"), "{heard}");
    assert!(!heard.contains("TripDecided") && !heard.contains(world::TRIP) && !heard.contains("23563"), "{heard}");
}

#[tokio::test]
async fn an_officer_hears_only_of_his_area() {
    let world = World::start().await;
    let permissions = vec![PermissionGrant { permission: "vehicles.trips.read".into(), areas: vec!["2021.64.622".into()] }];
    world
        .services
        .answers("ResolveSession", vec![ResolveSessionResponse { principal: Some(Principal { permissions, ..world::principal() }) }]);
    world.site.live.set_state(FeedState::Down);
    for (sequence, area) in [(5, "64.622.23563"), (6, "64.639.23986"), (7, "64.622.23564")] {
        world.site.live.publish(event(sequence, area));
    }
    let request =
        Request::get("/staff/live").header("cookie", "__Host-sid=session").header("last-event-id", "5").body(Body::empty()).unwrap();
    let heard = hear(&world, request, 2).await;
    assert!(heard.contains("event: down") && heard.contains("id: 7") && heard.contains("TripDecided"), "{heard}");
    assert!(!heard.contains("id: 6"), "{heard}");
}
