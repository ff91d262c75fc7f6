//! What the relay does while all is well, and that only one is at work.

use events::RelayError;
use uuid::Uuid;

use crate::world::{World, beside, source, until};

const PUBLISHED: &str = "select published_number from events.relay";

#[tokio::test]
async fn events_get_the_numbers_of_the_stream_in_the_order_they_were_written() {
    let world = World::new().await;
    world.append(1).await;
    assert_eq!(world.relay().drain_once().await.expect("drained"), 1);
    world.append(450).await;
    let relay = world.relay();
    assert_eq!(relay.drain_once().await.expect("drained"), 450);
    assert_eq!(relay.drain_once().await.expect("drained"), 0);
    world.assert_exactly_once(451).await;
    let out_of_order = world.number(
        "select count(*) from (select number - lag(number) over (order by position) as step from events.outbox) steps where step <> 1",
    );
    assert_eq!(out_of_order.await, 0);
}

#[tokio::test]
async fn a_relay_that_began_with_an_empty_outbox_never_reads_a_long_one_whole() {
    const MANY: i64 = 3_000;
    let world = World::new().await;
    world.append(1).await;
    world.relay().drain_once().await.expect("drained");
    // As autovacuum leaves a table that is young.
    world.run("alter table events.outbox set (autovacuum_enabled = off)").await;
    world.run("vacuum analyze events.outbox").await;
    let relay = world.relay();
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let few = 12;
    let filled = async {
        // More often than a prepared statement is planned for its values.
        for sent in 2..=few {
            world.append(1).await;
            until("it is published", async || world.number(PUBLISHED).await == sent).await;
        }
        world.append(MANY as usize).await;
        until("all are published", async || world.number(PUBLISHED).await == few + MANY).await;
        stop.send(()).expect("the relay runs");
    };
    tokio::join!(relay.run(async { drop(stopped.await) }), filled);
    drop(relay);
    const IN_OFFICE: &str = "select count(*) from pg_locks l join pg_database d on d.oid = l.database where locktype = 'advisory' and datname = current_database()";
    until("the relay's connection has ended, and told what it read", async || world.number(IN_OFFICE).await == 0).await;
    let read = world.number("select seq_tup_read from pg_stat_user_tables where relname = 'outbox'").await;
    assert!(read < 40 * MANY, "{read} rows were read to number {MANY}");
}

#[tokio::test]
async fn a_message_is_a_cloud_event() {
    let world = World::new().await;
    world.append_of(Uuid::from_u128(7)).await;
    world.relay().drain_once().await.expect("drained");
    let stream = world.jetstream.get_stream(source().stream()).await.expect("the stream");
    let message = stream.get_raw_message(1).await.expect("the message");
    let id = world.outbox().await[0].1.clone();
    assert_eq!(message.subject.as_str(), "gsvt.vehicles.v1.TripDecided.64.622.23563");
    for (name, value) in [
        ("Nats-Msg-Id", id.as_str()),
        ("ce-id", id.as_str()),
        ("ce-specversion", "1.0"),
        ("ce-source", "/gsvt/vehicles"),
        ("ce-type", "gsvt.vehicles.v1.TripDecided"),
        ("ce-subject", "00000000-0000-0000-0000-000000000007"),
        ("ce-time", "2021-10-18T07:00:00.123456Z"),
        ("ce-datacontenttype", "application/protobuf"),
        ("ce-dataschema", "urn:gsvt:vehicles:v1:TripDecided"),
        ("ce-epoch", "1"),
    ] {
        assert_eq!(message.headers.get(name).map(|value| value.as_str()), Some(value), "{name}");
    }
    assert_eq!(message.payload.as_ref(), b"payload");
}

#[tokio::test]
async fn the_stream_has_the_settings_it_needs() {
    let world = World::new().await;
    world.relay().drain_once().await.expect("drained");
    let config = world.jetstream.get_stream(source().stream()).await.expect("the stream").cached_info().config.clone();
    assert_eq!(config.subjects, ["gsvt.vehicles.>"]);
    assert_eq!(config.max_age.as_secs(), 90 * 86_400);
    assert_eq!(config.discard, async_nats::jetstream::stream::DiscardPolicy::New);
    assert!(config.deny_delete && config.deny_purge && config.allow_atomic_publish && config.allow_direct && !config.no_ack);
}

#[tokio::test]
async fn a_late_commit_is_not_skipped() {
    let world = World::new().await;
    let relay = world.relay();
    let mut connection = world.pool.acquire().await.expect("a connection");
    let mut late = sqlx::Connection::begin(&mut *connection).await.expect("begun");
    events::append(&mut late, crate::world::event(Uuid::max())).await.expect("appended");
    world.append(3).await;
    assert_eq!(relay.drain_once().await.expect("drained"), 3);
    late.commit().await.expect("committed");
    assert_eq!(relay.drain_once().await.expect("drained"), 1);
    world.assert_exactly_once(4).await;
}

#[tokio::test]
async fn a_second_relay_stands_by_and_takes_over() {
    let world = World::new().await;
    let (first, second) = (world.relay(), world.relay());
    world.append(3).await;
    first.drain_once().await.expect("drained");
    assert!(matches!(second.drain_once().await, Err(RelayError::Elsewhere)));
    drop(first);
    world.append(3).await;
    until("the second one took over", async || second.drain_once().await.is_ok()).await;
    world.assert_exactly_once(6).await;
}

#[tokio::test]
async fn a_running_relay_publishes_what_its_process_and_others_commit() {
    let world = World::new().await;
    let relay = world.relay();
    beside(relay.run(std::future::pending()), async {
        for count in 1..=3 {
            world.commit().await;
            until("it is published", async || world.number("select published_number from events.relay").await == count).await;
        }
        world.append(1).await;
        until("it is published", async || world.number("select published_number from events.relay").await == 4).await;
    })
    .await;
    world.assert_exactly_once(4).await;
}

#[tokio::test]
async fn its_futures_can_be_spawned() {
    fn sendable<T: Send>(future: T) -> T {
        future
    }
    let world = World::new().await;
    let (relay, consumer) = (world.relay(), world.consumer("sendable"));
    sendable(relay.run(async {})).await;
    sendable(relay.drain_once()).await.expect("drained");
    sendable(relay.republish()).await.expect("published again");
    sendable(consumer.run(async {})).await;
    sendable(consumer.drain_once()).await.expect("drained");
    sendable(consumer.unpark(Uuid::max())).await.expect("nothing parked");
}
