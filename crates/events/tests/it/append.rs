//! `append` belongs to the caller's transaction, and the outbox keeps what it got.

use events::{AppendError, append};
use uuid::Uuid;

use crate::world::{World, event};

#[tokio::test]
async fn a_rolled_back_transaction_leaves_no_event() {
    let world = World::new().await;
    let mut connection = world.pool.acquire().await.expect("a connection");
    let mut transaction = sqlx::Connection::begin(&mut *connection).await.expect("begun");
    append(&mut transaction, event(Uuid::max())).await.expect("appended");
    transaction.rollback().await.expect("rolled back");
    assert_eq!(world.number("select count(*) from events.outbox").await, 0);
    assert_eq!(world.relay().drain_once().await.expect("drained"), 0);
}

#[tokio::test]
async fn what_cannot_be_published_is_refused() {
    let world = World::new().await;
    let mut connection = world.pool.acquire().await.expect("a connection");
    let first = event(Uuid::max());
    append(&mut connection, first.clone()).await.expect("appended");
    let repeated = append(&mut connection, first).await;
    assert!(matches!(repeated, Err(AppendError::Repeated)), "{repeated:?}");
    let large = append(&mut connection, events::NewEvent { payload: vec![0; 196_609], ..event(Uuid::max()) }).await;
    assert!(matches!(large, Err(AppendError::TooLarge(196_609))), "{large:?}");
    let schema = append(&mut connection, events::NewEvent { schema: "TripDecided", ..event(Uuid::max()) }).await;
    assert!(matches!(schema, Err(AppendError::Schema("TripDecided"))), "{schema:?}");
}

#[tokio::test]
async fn the_outbox_is_append_only() {
    let world = World::new().await;
    world.append(2).await;
    world.relay().drain_once().await.expect("drained");
    for statement in [
        "delete from events.outbox",
        "truncate events.outbox",
        "update events.outbox set payload = ''",
        "update events.outbox set number = number + 10",
        "update events.outbox set number = null",
    ] {
        let error = sqlx::raw_sql(sqlx::AssertSqlSafe(statement)).execute(&world.pool).await.expect_err(statement);
        assert!(error.to_string().contains("append-only"), "{statement}: {error}");
    }
    world.assert_exactly_once(2).await;
}
