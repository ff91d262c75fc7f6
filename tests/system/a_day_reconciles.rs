//! A simulated day ends with the database, the stream and the public list in agreement; a planted loss in either is seen.

use std::path::Path;

use async_nats::jetstream::{consumer::pull::OrderedConfig, stream::Config};
use futures::StreamExt as _;
use serde_json::Value;
use sqlx::{Connection as _, PgConnection, Row as _};
use tokio::process::Command;

use system::world::{World, executable};

const VEHICLES: u64 = 60;

#[tokio::test]
async fn nothing_acknowledged_is_lost_and_a_planted_loss_is_seen() {
    let world = World::of_its_own(&[]).await;
    let journal = world.home().join("day.json");

    let report = simulate(&world, &["--journal", path(&journal)], true).await;
    for count in ["trips_sent", "acknowledged", "stored", "streamed", "projected"] {
        assert_eq!(report[count], VEHICLES, "{count}: {report:#}");
    }
    assert_eq!(report["differences"], 0, "{report:#}");

    lose_a_row(&world).await;
    let report = simulate(&world, &["--reconcile", path(&journal)], false).await;
    assert_eq!((&report["stored"], &report["differences"]), (&(VEHICLES - 1).into(), &1.into()), "{report:#}");

    lose_a_message(&world).await;
    let report = simulate(&world, &["--reconcile", path(&journal)], false).await;
    assert_eq!((&report["streamed"], &report["differences"]), (&(VEHICLES - 1).into(), &2.into()), "{report:#}");
}

#[tokio::test]
async fn posts_decide_while_the_public_storms() {
    let world = World::of_its_own(&[]).await;
    let storm = Command::new(executable())
        .args(["simulate", "--preset", "storm", "--seed", "2", "--vehicles", "24", "--report", "json", "--url", &world.url])
        .env("GSVT_HOME", world.home())
        .output()
        .await
        .unwrap();
    let report: Value = serde_json::from_slice(&storm.stdout).unwrap_or_else(|_| panic!("{storm:#?}"));
    assert_eq!((&report["acknowledged"], &report["differences"], &report["troubled"]), (&24.into(), &0.into(), &0.into()), "{report:#}");
    let readings = |name: &str| report["readings"][name].as_u64().unwrap();
    let (asked, answered) = (readings("asked"), readings("answered"));
    assert!(asked >= 100 && answered > asked / 2, "{report:#}");
    assert_eq!(answered + readings("turned_away") + readings("failed"), asked, "every reader is accounted for");
}

/// Runs `gsvt simulate` and reads its report; the exit code says whether everything agreed.
async fn simulate(world: &World, arguments: &[&str], agrees: bool) -> Value {
    let count = VEHICLES.to_string();
    let day = Command::new(executable())
        .args(["simulate", "--preset", "normal-day", "--seed", "1", "--vehicles", &count, "--report", "json", "--url", &world.url])
        .args(arguments)
        .env("GSVT_HOME", world.home())
        .output()
        .await
        .unwrap();
    assert_eq!(day.status.code(), Some(i32::from(!agrees)), "{day:#?}");
    serde_json::from_slice(&day.stdout).unwrap()
}

/// The oldest trip, with what hangs on it.
#[expect(clippy::disallowed_methods, reason = "the loss is planted behind the product's back")]
async fn lose_a_row(world: &World) {
    let mut database = PgConnection::connect(&world.setting("VEHICLES_DATABASE_URL")).await.unwrap();
    let oldest = sqlx::query("select trip_id from trips order by declared_at limit 1").fetch_one(&mut database).await.unwrap();
    let oldest: uuid::Uuid = oldest.get(0);
    for table in ["open_plates", "trip_people", "trip_history", "decisions", "arrivals", "sightings", "violations", "trips"] {
        let statement = format!("delete from {table} where trip_id = $1");
        sqlx::query(sqlx::AssertSqlSafe(statement)).bind(oldest).execute(&mut database).await.unwrap();
    }
}

/// The newest declaration leaves the stream: it is made again without it.
async fn lose_a_message(world: &World) {
    let jetstream = events::connect(&world.setting("NATS_URL"), "a planted loss").await.unwrap();
    let stream = jetstream.get_stream("VEHICLES").await.unwrap();
    let consumer = stream.create_consumer(OrderedConfig::default()).await.unwrap();
    let pending = usize::try_from(consumer.cached_info().num_pending).unwrap();
    let kept: Vec<_> = consumer.messages().await.unwrap().take(pending).map(Result::unwrap).collect().await;
    let newest = kept.iter().rposition(|message| message.subject.contains(".TripDeclared.")).unwrap();
    jetstream.delete_stream("VEHICLES").await.unwrap();
    let config = Config { name: "VEHICLES".to_owned(), subjects: vec!["gsvt.vehicles.>".to_owned()], ..Config::default() };
    jetstream.create_stream(config).await.unwrap();
    for (position, message) in kept.iter().enumerate() {
        if position != newest {
            jetstream.publish(message.subject.clone(), message.payload.clone()).await.unwrap().await.unwrap();
        }
    }
}

fn path(file: &Path) -> &str {
    file.to_str().unwrap()
}
