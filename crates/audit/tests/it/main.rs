//! Audit rows live and die with their transaction, and nobody changes them.

#![expect(clippy::expect_used, reason = "a fixture that fails ends the test")]
#![expect(clippy::disallowed_methods, reason = "tests ask the tables what no store asks")]

use audit::{Entry, Kind, Outcome, Who, record};
use chrono::{DateTime, Utc};
use ids::{AccountId, AuditId};
use sqlx::{Connection, Executor, PgConnection};
use uuid::Uuid;

#[tokio::test]
async fn a_row_says_who_did_what() {
    let (_database, mut connection) = fixture().await;
    let entry = entry();
    record(&mut connection, entry.clone()).await.expect("recorded");
    let row: (Uuid, String, String, String, Option<Uuid>, Option<Uuid>, serde_json::Value) =
        sqlx::query_as("select id, kind, action, outcome, account, subject, detail from audit.entries")
            .fetch_one(&mut connection)
            .await
            .expect("a row");
    let account = entry.who.account.map(AccountId::as_uuid);
    let expected =
        (entry.id.as_uuid(), "read".to_owned(), "vehicles.GetTrip".to_owned(), "done".to_owned(), account, entry.subject, entry.detail);
    assert_eq!(row, expected);
}

#[tokio::test]
async fn a_rolled_back_transaction_leaves_no_row() {
    let (_database, mut connection) = fixture().await;
    let mut transaction = connection.begin().await.expect("begun");
    record(&mut transaction, entry()).await.expect("recorded");
    transaction.rollback().await.expect("rolled back");
    assert_eq!(count(&mut connection).await, 0);
}

#[tokio::test]
async fn no_row_is_changed_or_removed_or_written_twice() {
    let (_database, mut connection) = fixture().await;
    let entry = entry();
    record(&mut connection, entry.clone()).await.expect("recorded");
    for statement in ["update audit.entries set account = null", "delete from audit.entries", "truncate audit.entries"] {
        let error = connection.execute(statement).await.expect_err(statement);
        assert!(error.to_string().contains("append-only"), "{statement}: {error}");
    }
    assert!(record(&mut connection, entry).await.is_err());
    assert_eq!(count(&mut connection).await, 1);
}

fn entry() -> Entry<'static> {
    let now = DateTime::<Utc>::from_timestamp(1_634_540_400, 0).expect("a time");
    Entry {
        id: AuditId::mint(now),
        at: now,
        kind: Kind::Read,
        action: "vehicles.GetTrip",
        outcome: Outcome::Done,
        who: Who { account: Some(AccountId::mint(now)), request_id: "01890000-0000-7000-8000-000000000000", ..Who::default() },
        permission: Some("vehicles.trips.read"),
        area: Some("2021.64.622.23563"),
        subject: Some(Uuid::from_u128(7)),
        reason: None,
        detail: serde_json::json!({ "fields": ["people"] }),
    }
}

async fn fixture() -> (testing::TestDatabase, PgConnection) {
    let database = testing::database(&[&audit::MIGRATOR]).await;
    let connection = PgConnection::connect(&database.url).await.expect("a connection");
    (database, connection)
}

async fn count(connection: &mut PgConnection) -> i64 {
    sqlx::query_scalar("select count(*) from audit.entries").fetch_one(connection).await.expect("counted")
}
