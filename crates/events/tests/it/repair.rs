//! A stream that is gone, damaged or ahead is made anew from the outbox, with the same numbers.

use async_nats::jetstream::stream::Config;
use events::{ConsumerError, RelayError, Republished, forget};
use sqlx::Connection;

use crate::world::{World, source};

#[tokio::test]
async fn a_deleted_stream_is_published_again_with_equal_numbers() {
    let world = World::new().await;
    let relay = world.relay();
    world.append(250).await;
    relay.drain_once().await.expect("drained");
    let before = world.stream().await;
    world.jetstream.delete_stream(source().stream()).await.expect("deleted");
    assert_eq!(relay.republish().await.expect("published again"), Republished { first: 1, events: 250, epoch: 1 });
    assert_eq!(world.stream().await, before);
    world.assert_exactly_once(250).await;
}

#[tokio::test]
async fn a_stream_that_vanished_heals_with_the_next_event() {
    let world = World::new().await;
    let relay = world.relay();
    world.append(30).await;
    relay.drain_once().await.expect("drained");
    world.jetstream.delete_stream(source().stream()).await.expect("deleted");
    world.append(1).await;
    relay.drain_once().await.expect("drained");
    world.assert_exactly_once(31).await;
}

#[tokio::test]
async fn events_older_than_the_stream_keeps_stay_in_the_outbox_alone() {
    let world = World::new().await;
    world
        .run(
            "insert into events.outbox (event_id, schema, aggregate, subject, occurred_at, recorded_at, payload)
             select gen_random_uuid(), 'gsvt.vehicles.v1.TripDecided', gen_random_uuid(), 'gsvt.vehicles.v1.TripDecided.64._._',
                    now(), now() - interval '91 days', ''
             from generate_series(1, 10)",
        )
        .await;
    let relay = world.relay();
    relay.drain_once().await.expect("drained");
    world.append(5).await;
    relay.drain_once().await.expect("drained");
    assert_eq!(relay.republish().await.expect("published again"), Republished { first: 11, events: 5, epoch: 1 });
    assert_eq!(world.stream().await, world.outbox().await[10..]);
    assert_eq!(world.consumer("late").drain_once().await.expect("drained"), 15);
    assert_eq!(world.effects().await, [11, 12, 13, 14, 15]);
}

#[tokio::test]
async fn a_stream_that_is_ahead_stops_the_relay_until_it_is_republished() {
    let world = World::new().await;
    world.append(5).await;
    world.relay().drain_once().await.expect("drained");
    let consumer = world.consumer("reports");
    assert_eq!(consumer.drain_once().await.expect("drained"), 5);
    let subject = "gsvt.vehicles.v1.TripDecided.64._._";
    world.jetstream.publish(subject, "of a database that was lost".into()).await.expect("sent").await.expect("stored");
    let relay = world.relay();
    assert!(matches!(relay.drain_once().await, Err(RelayError::Ahead { tail: 6, known: 5 })));
    world.append(1).await;
    world
        .run(
            "with next as (update events.relay set next_number = next_number + 1) update events.outbox set number = 6 where number is null",
        )
        .await;
    assert!(matches!(relay.drain_once().await, Err(RelayError::Diverged { number: 6 })));
    assert_eq!(relay.republish().await.expect("published again"), Republished { first: 1, events: 6, epoch: 2 });
    world.assert_exactly_once(6).await;

    assert!(matches!(consumer.drain_once().await, Err(ConsumerError::TimelineChanged { epoch: 2, ours: 1 })));
    let mut connection = world.pool.acquire().await.expect("a connection");
    let mut transaction = connection.begin().await.expect("begun");
    sqlx::raw_sql("truncate effects").execute(&mut *transaction).await.expect("emptied");
    forget(&mut transaction, "reports", &source()).await.expect("forgotten");
    transaction.commit().await.expect("committed");
    assert_eq!(consumer.drain_once().await.expect("rebuilt"), 6);
    assert_eq!(world.effects().await, [1, 2, 3, 4, 5, 6]);
}

#[tokio::test]
async fn an_older_stream_gets_todays_settings() {
    let world = World::new().await;
    let old = Config { name: source().stream(), subjects: vec!["gsvt.vehicles.v1.>".to_owned()], max_bytes: 1 << 30, ..Config::default() };
    world.jetstream.create_stream(old).await.expect("made");
    world.append(3).await;
    world.relay().drain_once().await.expect("drained");
    let config = world.jetstream.get_stream(source().stream()).await.expect("the stream").cached_info().config.clone();
    assert!(config.deny_delete && config.allow_atomic_publish);
    assert_eq!((config.max_bytes, config.subjects), (1 << 30, vec!["gsvt.vehicles.>".to_owned()]));
    world.assert_exactly_once(3).await;
}
