//! The door to PostgreSQL: nothing is lost or hidden when a caller is cancelled.

use std::time::{Duration, Instant};

use runtime::{
    Clock, Database, DatabaseConfig, DatabaseError, Env, Process,
    database::{is_serialization_failure, on_constraint},
    grpc::Scope,
    health::State,
};
use sqlx::{Executor, Row, migrate::Migrator};
use tonic::Code;

use crate::postgres;

async fn counted(database: &Database, table: &str) -> i64 {
    let mut connection = database.acquire().await.expect("acquired");
    let statement = sqlx::AssertSqlSafe(format!("select count(*) from {table}"));
    connection.fetch_one(statement).await.expect("counted").get(0)
}

async fn shown(connection: &mut sqlx::PgConnection, setting: &str) -> String {
    connection.fetch_one(sqlx::AssertSqlSafe(format!("show {setting}"))).await.expect("shown").get(0)
}

#[tokio::test]
async fn every_connection_has_its_limits() {
    let (_kept, database) = postgres::connected("limits").await;
    let mut connection = database.acquire().await.expect("acquired");
    for (setting, value) in [
        ("statement_timeout", "3s"),
        ("lock_timeout", "1s"),
        ("idle_in_transaction_session_timeout", "5s"),
        ("application_name", "limits"),
        ("jit", "off"),
        ("log_parameter_max_length", "0"),
        ("log_parameter_max_length_on_error", "0"),
    ] {
        assert_eq!(shown(&mut connection, setting).await, value, "{setting}");
    }
}

#[tokio::test]
async fn what_is_found_by_keys_is_planned_once_and_only_in_its_transaction() {
    let (_kept, database) = postgres::connected("keyed").await;
    let settings = ["plan_cache_mode", "enable_seqscan", "statement_timeout"];
    let scope = Scope { deadline: Some(tokio::time::Instant::now() + Duration::from_secs(2)), ..Scope::default() };
    scope
        .run(async {
            let mut transaction = database.begin_keyed().await.expect("begun");
            assert_eq!(shown(&mut transaction, settings[0]).await, "force_generic_plan");
            assert_eq!(shown(&mut transaction, settings[1]).await, "off");
            assert_ne!(shown(&mut transaction, settings[2]).await, "3s");
            transaction.commit().await.expect("committed");
        })
        .await;
    let mut after = database.begin().await.expect("begun");
    for (setting, value) in settings.into_iter().zip(["auto", "on", "3s"]) {
        assert_eq!(shown(&mut after, setting).await, value, "{setting}");
    }
}

#[tokio::test]
async fn a_role_that_may_not_change_the_log_connects_all_the_same() {
    let (_kept, config) = postgres::database("plain_role").await;
    let database = Database::connect(&config).await.expect("connected");
    database
        .acquire()
        .await
        .expect("acquired")
        .execute("drop role if exists plain_role; create role plain_role login password 'plain'")
        .await
        .expect("created");
    let (_, server) = config.url.expose().split_once('@').expect("a user");
    let url = format!("postgresql://plain_role:plain@{server}");
    Database::connect(&DatabaseConfig::new(url, "plain_role")).await.expect("connected").ping().await.expect("answered");
}

#[tokio::test]
async fn what_is_not_committed_is_rolled_back() {
    let (_kept, database) = postgres::connected("rolled_back").await;
    database.acquire().await.expect("acquired").execute("create table t (n int)").await.expect("created");
    let mut dropped = database.begin().await.expect("begun");
    dropped.execute("insert into t values (1)").await.expect("inserted");
    drop(dropped);
    let mut undone = database.begin().await.expect("begun");
    undone.execute("insert into t values (2)").await.expect("inserted");
    undone.rollback().await.expect("rolled back");
    let mut kept = database.begin().await.expect("begun");
    kept.execute("insert into t values (3)").await.expect("inserted");
    kept.commit().await.expect("committed");
    assert_eq!(counted(&database, "t").await, 1);
}

#[tokio::test]
async fn a_commit_is_told_and_a_rollback_is_not() {
    let (_kept, database) = postgres::connected("told").await;
    let mut told = Box::pin(database.committed());
    assert!(futures::poll!(&mut told).is_pending());
    database.begin().await.expect("begun").rollback().await.expect("rolled back");
    assert!(futures::poll!(&mut told).is_pending());
    database.begin().await.expect("begun").commit().await.expect("committed");
    told.await;
    database.begin().await.expect("begun").commit().await.expect("committed");
    database.committed().await;
}

#[tokio::test]
async fn the_commit_of_a_failed_transaction_is_an_error() {
    let (_kept, database) = postgres::connected("failed").await;
    database.acquire().await.expect("acquired").execute("create table t (n int)").await.expect("created");
    let mut transaction = database.begin().await.expect("begun");
    transaction.execute("insert into t values (1)").await.expect("inserted");
    transaction.execute("insert into nowhere values (1)").await.expect_err("no such table");
    assert!(matches!(transaction.commit().await, Err(DatabaseError::Other(_))));
    assert_eq!(counted(&database, "t").await, 0);
}

#[tokio::test]
async fn a_server_has_nothing_to_say_of_a_commit() {
    let server = testing::private_postgres().await;
    let config = DatabaseConfig { max_connections: 1, ..DatabaseConfig::new(server.url(), "quiet") };
    let database = Database::connect(&config).await.expect("connected");
    database.begin().await.expect("begun").commit().await.expect("committed");
    // Over the same connection: what was sent when it was given back is done by then.
    database.ping().await.expect("answered");
    let log = server.log();
    assert!(!log.contains("WARNING"), "{log}");
}

#[tokio::test]
async fn a_commit_goes_on_when_its_caller_has_gone() {
    let (_kept, database) = postgres::connected("gone").await;
    let slow_commit = "create table t (n int);
        create function slow() returns trigger language plpgsql as 'begin perform pg_sleep(0.3); return null; end';
        create constraint trigger slow after insert on t deferrable initially deferred for each row execute function slow()";
    database.acquire().await.expect("acquired").execute(slow_commit).await.expect("created");
    let mut transaction = database.begin().await.expect("begun");
    transaction.execute("insert into t values (1)").await.expect("inserted");
    tokio::time::timeout(Duration::from_millis(50), transaction.commit()).await.expect_err("the commit takes longer");
    assert_eq!(counted(&database, "t").await, 0);
    let mut lock = database.acquire().await.expect("acquired");
    // Waits for the commit, which holds the table.
    lock.execute("begin; lock table t in exclusive mode; rollback").await.expect("locked");
    assert_eq!(counted(&database, "t").await, 1);
}

#[tokio::test]
async fn a_commit_whose_connection_breaks_has_an_unknown_outcome() {
    let (_kept, database) = postgres::connected("broken").await;
    let mut transaction = database.begin().await.expect("begun");
    let pid: i32 = transaction.fetch_one("select pg_backend_pid()").await.expect("told").get(0);
    let kill = sqlx::AssertSqlSafe(format!("select pg_terminate_backend({pid}, 5000)"));
    database.acquire().await.expect("acquired").execute(kill).await.expect("killed");
    let error = transaction.commit().await.expect_err("no connection");
    assert!(matches!(error, DatabaseError::Unknown(_)), "{error:?}");
    let problem = error.problem();
    assert_eq!((problem.code, problem.is_outcome_unknown()), (Code::Unavailable, true));
    database.ping().await.expect("the pool has replaced it");
}

#[tokio::test]
async fn who_gets_no_connection_is_told_soon_that_nothing_was_done() {
    let (_kept, config) = postgres::database("exhausted").await;
    let config = DatabaseConfig { max_connections: 1, ..config };
    let database = Database::connect(&config).await.expect("connected");
    let _held = database.begin().await.expect("begun");
    let begun = Instant::now();
    let error = database.begin().await.expect_err("none left");
    assert!(matches!(error, DatabaseError::Unavailable(_)), "{error:?}");
    assert!((400..4000).contains(&begun.elapsed().as_millis()), "{:?}", begun.elapsed());
    assert_eq!((error.problem().code, error.problem().is_outcome_unknown()), (Code::Unavailable, false));
}

#[tokio::test]
async fn no_statement_outlives_its_request() {
    let (_kept, database) = postgres::connected("outlives").await;
    let scope = Scope { deadline: Some(tokio::time::Instant::now() + Duration::from_millis(200)), ..Scope::default() };
    let error = scope
        .run(async {
            let mut transaction = database.begin().await?;
            transaction.execute("select pg_sleep(5)").await?;
            transaction.commit().await
        })
        .await
        .expect_err("too slow");
    assert!(matches!(error, DatabaseError::Unavailable(_)), "{error:?}");
    assert_eq!(shown(&mut database.acquire().await.expect("acquired"), "statement_timeout").await, "3s");
}

#[tokio::test]
async fn constraints_and_conflicts_are_told_apart() {
    let (_kept, database) = postgres::connected("conflicts").await;
    let mut first = database.begin().await.expect("begun");
    first.execute("create table t (n int constraint t_n_key unique, m int)").await.expect("created");
    first.execute("insert into t values (1, 0)").await.expect("inserted");
    first.commit().await.expect("committed");
    let mut second = database.begin().await.expect("begun");
    let error = second.execute("insert into t values (1, 0)").await.expect_err("taken");
    assert!(on_constraint(&error, "t_n_key") && !on_constraint(&error, "t_pkey") && !is_serialization_failure(&error));
    assert!(matches!(DatabaseError::from(error), DatabaseError::Other(_)));
    drop(second);
    let (mut one, mut other) = (database.begin().await.expect("begun"), database.begin().await.expect("begun"));
    for transaction in [&mut one, &mut other] {
        transaction.execute("set transaction isolation level serializable").await.expect("set");
        transaction.execute("select sum(m) from t").await.expect("read");
    }
    one.execute("update t set m = m + 1").await.expect("updated");
    one.commit().await.expect("committed");
    let error = other.execute("update t set m = m + 1").await.expect_err("conflict");
    assert!(is_serialization_failure(&error), "{error:?}");
    assert!(matches!(DatabaseError::from(error), DatabaseError::Unavailable(_)));
}

#[tokio::test]
async fn a_savepoint_inside_a_transaction_is_its_own() {
    use sqlx::Connection;
    let (_kept, database) = postgres::connected("savepoint").await;
    let mut transaction = database.begin().await.expect("begun");
    transaction.execute("create table t (n int)").await.expect("created");
    let mut inner = transaction.begin().await.expect("savepoint");
    inner.execute("insert into t values (1)").await.expect("inserted");
    inner.rollback().await.expect("rolled back");
    transaction.commit().await.expect("committed");
    assert_eq!(counted(&database, "t").await, 0);
}

#[tokio::test]
async fn a_service_starts_while_its_database_is_away_and_says_so() {
    let process = Process::new(Env::from_pairs::<&str, &str>([]), Clock::system());
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").expect("bound").local_addr().expect("bound");
    let away = DatabaseConfig::new(format!("postgresql://postgres@{nobody}/none"), "away");
    Database::connect(&away).await.expect("prepared").watch(&process, "away.database");
    let (_kept, here) = postgres::database("here").await;
    Database::connect(&here).await.expect("prepared").watch(&process, "here.database");
    let ready = async {
        while process.health.components().get("here.database") != Some(&State::Ready)
            || process.health.components().get("away.database") != Some(&State::Unready("the database is not available".into()))
        {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(5), ready).await.expect("told");
    assert!(!process.health.is_ready());
    process.lifecycle.shutdown();
    assert_eq!(process.lifecycle.drained(Duration::from_secs(5)).await.exit_code(), 0);
}

#[tokio::test]
async fn migrations_run_once_and_in_order() {
    let migration = |version, sql: &'static str| {
        sqlx::migrate::Migration::new(version, "test".into(), sqlx::migrate::MigrationType::Simple, sqlx::SqlStr::from_static(sql), false)
    };
    let migrator = Migrator::with_migrations(vec![migration(1, "create table t (n int)"), migration(2, "insert into t values (1)")]);
    let (_kept, config) = postgres::database("migrated").await;
    for _ in 0..2 {
        runtime::database::migrate(&config, &[&migrator]).await.expect("migrated");
    }
    assert_eq!(counted(&Database::connect(&config).await.expect("connected"), "t").await, 1);
}
