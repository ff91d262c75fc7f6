//! A simulated day ends with the database, the stream, the public list and what people read of themselves in agreement; a planted loss in either is seen.

use std::path::Path;

use async_nats::jetstream::{consumer::pull::OrderedConfig, stream::Config};
use futures::StreamExt as _;
use serde_json::Value;
use sqlx::{Connection as _, PgConnection, Row as _};
use tokio::process::Command;

use system::world::{World, executable};

const VEHICLES: u64 = 60;
const PEOPLE: u64 = 30;

#[tokio::test]
async fn nothing_acknowledged_is_lost_and_a_planted_loss_is_seen() {
    let world = World::of_its_own(&[]).await;
    let journal = world.home().join("day.json");

    let report = simulate(&world, &["--journal", path(&journal)], true).await;
    for count in ["trips_sent", "acknowledged", "stored", "streamed", "projected"] {
        assert_eq!(report[count], VEHICLES, "{count}: {report:#}");
    }
    assert_eq!(report["differences"], 0, "{report:#}");
    let laboratory = &report["laboratory"];
    assert_eq!((&laboratory["read"], &laboratory["stored"]), (&PEOPLE.into(), &PEOPLE.into()), "{laboratory:#}");
    assert_eq!((&laboratory["resulted"], &laboratory["streamed"]), (&laboratory["tubes"], &laboratory["tubes"]), "{laboratory:#}");
    assert!(laboratory["infected"] == 1 && laboratory["swabbed_again"].as_u64() > Some(1), "{laboratory:#}");
    assert_eq!((&laboratory["positive_by_a_pool"], &laboratory["differences"]), (&0.into(), &0.into()), "{laboratory:#}");

    lose_a_row(&world).await;
    let report = simulate(&world, &["--reconcile", path(&journal)], false).await;
    assert_eq!((&report["stored"], &report["differences"]), (&(VEHICLES - 1).into(), &1.into()), "{report:#}");

    lose_a_message(&world).await;
    let report = simulate(&world, &["--reconcile", path(&journal)], false).await;
    assert_eq!((&report["streamed"], &report["differences"]), (&(VEHICLES - 1).into(), &2.into()), "{report:#}");
    assert_eq!(report["laboratory"]["differences"], 0, "{report:#}");

    frighten_somebody(&world).await;
    let report = simulate(&world, &["--reconcile", path(&journal)], false).await;
    let laboratory = &report["laboratory"];
    assert_eq!((&laboratory["read"], &laboratory["stored"]), (&(PEOPLE - 1).into(), &(PEOPLE - 1).into()), "{laboratory:#}");
    // He, his pool, and the bulletin with one more.
    assert_eq!((&laboratory["positive_by_a_pool"], &laboratory["differences"]), (&1.into(), &4.into()), "{laboratory:#}");
}

#[tokio::test]
async fn an_outbreak_is_found_and_pools_get_smaller() {
    let world = World::of_its_own(&[]).await;
    let (code, report) = run(&world, &["--preset", "outbreak", "--seed", "3", "--people", "208"]).await;
    let laboratory = &report["laboratory"];
    assert_eq!(code, Some(0), "{report:#}");
    assert_eq!(
        (&laboratory["people"], &laboratory["read"], &laboratory["differences"]),
        (&208.into(), &208.into(), &0.into()),
        "{report:#}"
    );
    let sizes: Vec<u64> = laboratory["pool_sizes"].as_array().unwrap().iter().map(|size| size.as_u64().unwrap()).collect();
    assert!(sizes.len() == 5 && sizes.last() < sizes.first(), "{sizes:?}");
}

#[tokio::test]
async fn posts_decide_while_the_public_storms() {
    let world = World::of_its_own(&[]).await;
    let (_, report) = run(&world, &["--preset", "storm", "--seed", "2", "--vehicles", "24"]).await;
    assert_eq!((&report["acknowledged"], &report["differences"], &report["troubled"]), (&24.into(), &0.into(), &0.into()), "{report:#}");
    let readings = |name: &str| report["readings"][name].as_u64().unwrap();
    let (asked, answered) = (readings("asked"), readings("answered"));
    assert!(asked >= 100 && answered > asked / 2, "{report:#}");
    assert_eq!(answered + readings("turned_away") + readings("failed"), asked, "every reader is accounted for");
}

/// A normal day, or what became of one; the exit code says whether everything agreed.
async fn simulate(world: &World, arguments: &[&str], agrees: bool) -> Value {
    let (vehicles, people) = (VEHICLES.to_string(), PEOPLE.to_string());
    let day = ["--preset", "normal-day", "--seed", "1", "--vehicles", &vehicles, "--people", &people];
    let (code, report) = run(world, &[&day, arguments].concat()).await;
    assert_eq!(code, Some(i32::from(!agrees)), "{report:#}");
    report
}

/// Runs `gsvt simulate`: its exit code and its report.
async fn run(world: &World, arguments: &[&str]) -> (Option<i32>, Value) {
    let simulated = Command::new(executable())
        .args(["simulate", "--report", "json", "--url", &world.url])
        .args(arguments)
        .env("GSVT_HOME", world.home())
        .output()
        .await
        .unwrap();
    let report = serde_json::from_slice(&simulated.stdout).unwrap_or_else(|_| panic!("{simulated:#?}"));
    (simulated.status.code(), report)
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

/// Somebody who is negative by his pool is called positive by it.
#[expect(clippy::disallowed_methods, reason = "the loss is planted behind the product's back")]
async fn frighten_somebody(world: &World) {
    let mut database = PgConnection::connect(&world.setting("LAB_DATABASE_URL")).await.unwrap();
    let statement = "update person_outcomes set outcome = 'POSITIVE' where (subject_id, tube_id) in (
        select subject_id, tube_id from person_outcomes join tubes using (tube_id) where kind = 'FIELD_POOL' and outcome = 'NEGATIVE' limit 1)";
    let frightened = sqlx::query(statement).execute(&mut database).await.unwrap();
    assert_eq!(frightened.rows_affected(), 1);
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
