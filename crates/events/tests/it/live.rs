//! A live feed sees every event after its start once, in order, also when NATS dies under it.

use events::{Feed, Live, NewEvent, Start, SubjectArea, append};
use uuid::Uuid;

use crate::world::{World, event, source};

#[tokio::test]
async fn a_feed_begins_where_it_is_told() {
    let world = World::new().await;
    let relay = world.relay();
    world.append(5).await;
    relay.drain_once().await.expect("drained");
    let mut all = feed(&world, Start::Sequence(1), &[]);
    let mut from_three = feed(&world, Start::Sequence(3), &[]);
    let mut now = feed(&world, Start::Now, &[]);
    assert_eq!(now.next().await, Live::Connected);
    world.append(1).await;
    relay.drain_once().await.expect("drained");
    assert_eq!(sequences(&mut all, 6).await, [1, 2, 3, 4, 5, 6]);
    assert_eq!(sequences(&mut from_three, 4).await, [3, 4, 5, 6]);
    assert_eq!(sequences(&mut now, 1).await, [6]);
}

#[tokio::test]
async fn a_feed_can_be_limited_to_an_area_and_to_kinds() {
    let world = World::new().await;
    let mut connection = world.pool.acquire().await.expect("a connection");
    for (schema, area) in [
        ("gsvt.vehicles.v1.TripDecided", "64.622.23563"),
        ("gsvt.vehicles.v1.TripDecided", "64.623.23700"),
        ("gsvt.vehicles.v1.TripExited", "64.622"),
    ] {
        let area = SubjectArea::parse(area).expect("an area");
        append(&mut connection, NewEvent { schema, area, ..event(Uuid::max()) }).await.expect("appended");
    }
    world.relay().drain_once().await.expect("drained");
    let mut district = feed(&world, Start::Sequence(1), &["gsvt.vehicles.v1.*.64.622.*"]);
    assert_eq!(sequences(&mut district, 2).await, [1, 3]);
    let mut kind = feed(&world, Start::Sequence(1), &["gsvt.vehicles.v1.TripExited.>"]);
    let Live::Event(event) = after_connecting(&mut kind).await else { panic!("an event") };
    assert_eq!((event.sequence, event.name(), event.area.as_str()), (3, "TripExited", "64.622._"));
    assert_eq!(
        (event.schema.as_str(), event.source.as_str(), event.payload.as_ref()),
        ("gsvt.vehicles.v1.TripExited", "/gsvt/vehicles", &b"payload"[..])
    );
}

#[tokio::test]
async fn a_feed_says_that_nats_is_away_and_resumes_exactly() {
    let mut nats = testing::private_nats().await;
    let world = World::at(nats.url()).await;
    let relay = world.relay();
    world.append(3).await;
    relay.drain_once().await.expect("drained");
    let mut feed = feed(&world, Start::Sequence(1), &[]);
    assert_eq!(sequences(&mut feed, 3).await, [1, 2, 3]);
    for last in [6, 9] {
        nats.kill();
        world.append(3).await;
        assert_eq!(feed.next().await, Live::Away);
        nats.restart().await;
        crate::world::until("it is published", async || relay.drain_once().await.is_ok()).await;
        assert_eq!(sequences(&mut feed, 3).await, [last - 2, last - 1, last]);
    }
}

#[tokio::test]
async fn a_feed_of_a_stream_that_is_made_anew_shows_nothing_twice() {
    let world = World::new().await;
    let relay = world.relay();
    world.append(5).await;
    relay.drain_once().await.expect("drained");
    let mut feed = feed(&world, Start::Now, &[]);
    assert_eq!(feed.next().await, Live::Connected);
    world.append(5).await;
    relay.drain_once().await.expect("drained");
    assert_eq!(sequences(&mut feed, 5).await, [6, 7, 8, 9, 10]);
    relay.republish().await.expect("published again");
    world.append(2).await;
    relay.drain_once().await.expect("drained");
    assert_eq!(sequences(&mut feed, 2).await, [11, 12]);
}

fn feed(world: &World, start: Start, subjects: &[&str]) -> Feed {
    Feed::new(world.jetstream.clone(), source(), start, subjects.iter().map(|subject| (*subject).to_owned()).collect())
}

async fn after_connecting(feed: &mut Feed) -> Live {
    loop {
        let live = feed.next().await;
        if matches!(live, Live::Event(_)) {
            return live;
        }
    }
}

async fn sequences(feed: &mut Feed, count: usize) -> Vec<u64> {
    let mut sequences = Vec::new();
    while sequences.len() < count {
        if let Live::Event(event) = after_connecting(feed).await {
            sequences.push(event.sequence);
        }
    }
    sequences
}
