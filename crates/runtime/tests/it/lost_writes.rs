//! sqlx 0.9.0 loses acknowledged writes when `Pool::begin` is cancelled. Shown here on a plain pool, so that we notice when it is mended, and shown not to
//! happen through our door.
use std::time::Duration;

use futures::FutureExt;
use runtime::{Database, DatabaseConfig};
use sqlx::{Executor, PgConnection, PgPool, Row, postgres::PgPoolOptions};

use crate::postgres;

const ROUNDS: u64 = 400;

/// Begins that are given up after 0 to 2 ms, by turns and in steps that meet every part of the exchange with the server.
fn patience(round: u64) -> Duration {
    Duration::from_micros(round * 37 % 2000)
}

async fn table(connection: &mut PgConnection) {
    connection.execute("create table writes (number bigint primary key)").await.expect("created");
}

async fn insert(connection: &mut PgConnection, number: u64) -> Result<(), sqlx::Error> {
    sqlx::raw_sql(sqlx::AssertSqlSafe(format!("insert into writes values ({number})"))).execute(connection).await.map(|_| ())
}

/// How many numbers another session sees.
async fn kept(config: &DatabaseConfig) -> u64 {
    let watcher = PgPoolOptions::new().max_connections(1).connect(config.url.expose()).await.expect("connected");
    let row = watcher.fetch_one("select count(*) from writes").await.expect("counted");
    row.get::<i64, _>(0).try_into().expect("not negative")
}

/// Waits, at most 5 s, until no session of the application is in a transaction.
async fn idle_in_transaction(config: &DatabaseConfig) -> i64 {
    let watcher = PgPoolOptions::new().max_connections(1).connect(config.url.expose()).await.expect("connected");
    let mut open = -1;
    for _ in 0..100 {
        let statement = format!(
            "select count(*), pg_sleep(0.05) from pg_stat_activity where application_name = '{}' and state like 'idle in transaction%'",
            config.application_name
        );
        open = watcher.fetch_one(sqlx::AssertSqlSafe(statement)).await.expect("asked").get(0);
        if open == 0 {
            break;
        }
    }
    open
}

#[tokio::test]
async fn a_plain_pool_loses_acknowledged_writes_when_begins_are_cancelled() {
    let (_kept, config) = postgres::database("plain_pool").await;
    let pool = PgPool::connect(config.url.expose()).await.expect("connected");
    table(&mut pool.acquire().await.expect("acquired")).await;
    let mut acknowledged = 0;
    // One sweep shows it on a quiet machine.
    for sweep in 0..5 {
        acknowledged += writes_after_cancelled_begins(&config, sweep * ROUNDS).await;
        if acknowledged > kept(&config).await {
            return;
        }
    }
    panic!("sqlx keeps all {acknowledged} writes now: the detached begin can go");
}

/// How many writes of a plain pool were acknowledged.
async fn writes_after_cancelled_begins(config: &DatabaseConfig, first: u64) -> u64 {
    let pool = PgPoolOptions::new().max_connections(2).test_before_acquire(false).connect(config.url.expose()).await.expect("connected");
    let mut acknowledged = 0;
    for round in 0..ROUNDS {
        #[expect(clippy::disallowed_methods, reason = "the fault itself")]
        let begin = pool.begin();
        // Polled once, it has sent its statement and not read the answer, on a busy machine too.
        if round % 2 == 0 {
            drop(begin.now_or_never());
        } else {
            drop(tokio::time::timeout(patience(round), begin).await);
        }
        let mut connection = pool.acquire().await.expect("acquired");
        acknowledged += u64::from(insert(&mut connection, first + round).await.is_ok());
    }
    pool.close().await;
    acknowledged
}

#[tokio::test]
async fn our_door_keeps_every_acknowledged_write_and_leaves_no_transaction_open() {
    let (_kept, config) = postgres::database("our_door").await;
    let config = DatabaseConfig { max_connections: 2, ..config };
    let database = Database::connect(&config).await.expect("connected");
    table(&mut database.acquire().await.expect("acquired")).await;
    let mut acknowledged = 0;
    for round in 0..ROUNDS {
        let number = round * 2;
        let given_up = async {
            let mut transaction = database.begin().await?;
            insert(&mut transaction, number + 1).await?;
            transaction.commit().await
        };
        let through = matches!(tokio::time::timeout(patience(round), given_up).await, Ok(Ok(())));
        acknowledged += u64::from(through);
        let mut connection = database.acquire().await.expect("acquired");
        insert(&mut connection, number).await.expect("inserted");
        acknowledged += 1;
    }
    assert_eq!(idle_in_transaction(&config).await, 0);
    database.close().await;
    assert!(kept(&config).await >= acknowledged, "some of {acknowledged} acknowledged writes are gone");
    let mut connection = Database::connect(&config).await.expect("connected").acquire().await.expect("acquired");
    let even = connection.fetch_one("select count(*) from writes where number % 2 = 0").await.expect("counted");
    assert_eq!(even.get::<i64, _>(0), i64::try_from(ROUNDS).expect("small"));
}
