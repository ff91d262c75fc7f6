//! An event that cannot be applied delays its own aggregate and nobody else.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use events::{Consumer, Event, HandlerError};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::world::{World, note, source};

const POISONED: Uuid = Uuid::from_u128(1);
const HEALTHY: Uuid = Uuid::from_u128(2);

#[derive(Clone, Copy, Debug)]
enum Poison {
    Error,
    Panic,
    HiddenStatement,
}

#[tokio::test]
async fn a_poison_event_is_parked_with_the_later_ones_of_its_aggregate() {
    for poison in [Poison::Error, Poison::Panic, Poison::HiddenStatement] {
        let world = World::new().await;
        let cured = Arc::new(AtomicBool::new(false));
        let consumer = poisoned(&world, poison, cured.clone());
        tell(&world, &[POISONED, HEALTHY, POISONED, HEALTHY]).await;
        assert_eq!(consumer.drain_once().await.expect("drained"), 4, "{poison:?}");
        assert_eq!(world.effects().await, [2, 4], "{poison:?}");
        assert_eq!(parked(&world).await, 2, "{poison:?}");

        tell(&world, &[POISONED, HEALTHY]).await;
        consumer.drain_once().await.expect("drained");
        assert_eq!(world.effects().await, [2, 4, 6], "{poison:?}");
        assert_eq!(consumer.unpark(POISONED).await.expect("tried"), 3, "{poison:?}");

        cured.store(true, Ordering::Relaxed);
        assert_eq!(consumer.unpark(POISONED).await.expect("tried"), 0, "{poison:?}");
        assert_eq!(world.effects().await, [2, 4, 6, 1, 3, 5], "{poison:?}");
        tell(&world, &[POISONED]).await;
        consumer.drain_once().await.expect("drained");
        assert_eq!(world.effects().await, [2, 4, 6, 1, 3, 5, 7], "{poison:?}");
    }
}

#[tokio::test]
async fn a_parked_event_is_tried_again_by_itself_and_then_given_up() {
    let world = World::new().await;
    let cured = Arc::new(AtomicBool::new(false));
    let consumer = poisoned(&world, Poison::Error, cured.clone());
    tell(&world, &[POISONED, POISONED]).await;
    consumer.drain_once().await.expect("drained");
    for tries in 1..=5 {
        assert_eq!(
            world.number("select tries::bigint from events.parked where number = 1 and retry_at is not null and error = 'poison'").await,
            tries
        );
        world.run("update events.parked set retry_at = now() where retry_at is not null").await;
        consumer.drain_once().await.expect("drained");
    }
    assert_eq!(world.number("select count(*) from events.parked where retry_at is null").await, 2);
    cured.store(true, Ordering::Relaxed);
    let mut connection = world.pool.acquire().await.expect("a connection");
    events::unpark(&mut connection, "reports", &source(), POISONED).await.expect("made due");
    consumer.drain_once().await.expect("drained");
    assert_eq!(world.effects().await, [1, 2]);
    assert_eq!(parked(&world).await, 0);
}

#[tokio::test]
async fn a_message_that_is_no_event_is_parked_and_the_rest_flows() {
    let world = World::new().await;
    let consumer = world.consumer("reports");
    tell(&world, &[HEALTHY]).await;
    let subject = "gsvt.vehicles.v1.TripDecided.64._._";
    world.jetstream.publish(subject, "no event".into()).await.expect("sent").await.expect("stored");
    assert_eq!(consumer.drain_once().await.expect("drained"), 2);
    assert_eq!((world.effects().await, parked(&world).await), (vec![1], 1));
}

fn poisoned(world: &World, poison: Poison, cured: Arc<AtomicBool>) -> Consumer {
    world.consumer_with("reports", move |connection, event| Box::pin(apply(connection, event, poison, cured.load(Ordering::Relaxed))))
}

async fn apply(connection: &mut PgConnection, event: &Event, poison: Poison, cured: bool) -> Result<(), HandlerError> {
    note(connection, event.sequence, event.aggregate).await?;
    if cured || event.aggregate != POISONED {
        return Ok(());
    }
    match poison {
        Poison::Error => Err("poison".into()),
        Poison::Panic => panic!("poison"),
        Poison::HiddenStatement => {
            let _ = sqlx::raw_sql("select 1 / 0").execute(connection).await;
            Ok(())
        }
    }
}

async fn tell(world: &World, aggregates: &[Uuid]) {
    for aggregate in aggregates {
        world.append_of(*aggregate).await;
    }
    let relay = world.relay();
    crate::world::until("it is published", async || relay.drain_once().await.is_ok()).await;
}

async fn parked(world: &World) -> i64 {
    world.number("select count(*) from events.parked").await
}
