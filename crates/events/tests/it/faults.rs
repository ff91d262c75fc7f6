//! Answers that are lost, relays that sleep too long, servers that die: the stream stays the outbox, exactly once and in order.

use std::time::{Duration, Instant};

use async_nats::jetstream::stream::Config;
use events::RelayError;

use crate::proxy::Proxy;
use crate::world::{World, beside, connected, source, until};

#[tokio::test]
async fn a_relay_that_dies_between_publish_and_mark_publishes_nothing_twice() {
    for count in [1, 5] {
        let world = World::new().await;
        let proxy = Proxy::before(&world.url);
        let dying = world.relay_through(connected(&proxy.url).await);
        dying.drain_once().await.expect("attached");
        world.append(count).await;
        let stored = async {
            until("it waits for the answer", async || proxy.replies.is_waiting() && world.stream().await.len() == count).await;
        };
        proxy.replies.hold();
        tokio::select! {
            result = dying.drain_once() => panic!("it got an answer: {result:?}"),
            () = stored => {}
        }
        drop(dying);
        assert_eq!(world.number("select published_number from events.relay").await, 0);
        let next = world.relay();
        until("the next relay is at work", async || next.drain_once().await.is_ok()).await;
        world.append(3).await;
        next.drain_once().await.expect("drained");
        world.assert_exactly_once(count + 3).await;
    }
}

#[tokio::test]
async fn a_lost_answer_is_looked_up_in_the_stream() {
    let world = World::new().await;
    let proxy = Proxy::before(&world.url);
    let relay = world.relay_through(connected(&proxy.url).await);
    relay.drain_once().await.expect("attached");
    world.append(20).await;
    proxy.replies.hold();
    beside(
        async {
            until("it is stored", async || proxy.replies.is_waiting() && world.stream().await.len() == 20).await;
            // The answer comes after the relay gave up waiting for it.
            std::future::pending::<()>().await;
        },
        async {
            assert!(relay.drain_once().await.is_err());
        },
    )
    .await;
    proxy.replies.release();
    until("it went on", async || relay.drain_once().await.is_ok()).await;
    world.assert_exactly_once(20).await;
}

#[tokio::test]
async fn a_relay_that_slept_cannot_write_behind_its_successor() {
    for count in [1, 50] {
        let world = World::new().await;
        // The server soon forgets message ids, so that nothing but the fence holds the sleeper back.
        let forgetful = Config {
            name: source().stream(),
            subjects: vec![source().subjects()],
            duplicate_window: Duration::from_millis(100),
            ..Config::default()
        };
        world.jetstream.create_stream(forgetful).await.expect("made");
        let proxy = Proxy::before(&world.url);
        let sleeper = world.relay_through(connected(&proxy.url).await);
        sleeper.drain_once().await.expect("attached");
        world.append(count).await;
        proxy.requests.hold();
        let successor = world.relay();
        let overtaken = async {
            until("its events are on the way", async || proxy.requests.is_waiting()).await;
            world
                .run(
                    "select pg_terminate_backend(pid) from pg_locks join pg_database on pg_database.oid = database
                     where locktype = 'advisory' and datname = current_database()",
                )
                .await;
            until("the successor published", async || successor.drain_once().await.is_ok()).await;
            world.append(2).await;
            successor.drain_once().await.expect("drained");
            let published = Instant::now();
            until("the ids are forgotten", async || world.stream().await.len() > count && published.elapsed() > Duration::from_millis(500))
                .await;
            proxy.requests.release();
        };
        let (slept, ()) = tokio::join!(sleeper.drain_once(), overtaken);
        assert!(matches!(slept, Err(RelayError::Database(_))), "{slept:?}");
        assert!(matches!(sleeper.drain_once().await, Err(RelayError::Elsewhere)));
        world.assert_exactly_once(count + 2).await;
    }
}

#[tokio::test]
async fn killing_nats_again_and_again_loses_nothing() {
    let mut nats = testing::private_nats().await;
    let world = World::at(nats.url()).await;
    let relay = world.relay();
    let rounds = 4;
    beside(relay.run(std::future::pending()), async {
        for round in 1..=rounds {
            world.append(300).await;
            let before = 300 * (round - 1);
            until("it is publishing", async || world.number("select published_number from events.relay").await > before).await;
            nats.kill();
            world.append(100).await;
            nats.restart().await;
            until("all is published", async || {
                world.number("select published_number from events.relay").await == world.number("select count(*) from events.outbox").await
            })
            .await;
        }
    })
    .await;
    world.assert_exactly_once(400 * rounds as usize).await;
}

#[tokio::test]
async fn while_nats_is_away_the_outbox_grows_and_nobody_waits() {
    let mut nats = testing::private_nats().await;
    let world = World::at(nats.url()).await;
    let relay = world.relay();
    relay.drain_once().await.expect("attached");
    nats.kill();
    world.append(10).await;
    assert!(relay.drain_once().await.is_err());
    assert_eq!(world.number("select count(*) from events.outbox").await, 10);
    nats.restart().await;
    until("it is published", async || relay.drain_once().await.is_ok()).await;
    world.assert_exactly_once(10).await;
}
