//! The consumer's SQL.

use std::collections::BTreeMap;

use sqlx::PgConnection;
use sqlx::types::Json;
use uuid::Uuid;

use crate::Source;
use crate::event::Delivered;

/// How far a consumer has come. Epoch 0: it has applied nothing yet.
#[derive(Debug, Clone, Copy)]
pub(super) struct Watermark {
    pub number: u64,
    pub epoch: u64,
}

/// A parked event that is to be tried again.
pub(super) struct Parked {
    pub delivered: Delivered,
    pub aggregate: Uuid,
    pub tries: i32,
}

/// Makes the watermark where the consumer has none and reads it.
pub(super) async fn begin(connection: &mut PgConnection, consumer: &str, source: &str, before: u64) -> sqlx::Result<Watermark> {
    sqlx::query!(
        "insert into events.applied (consumer, source, number, epoch) values ($1, $2, $3, 0) on conflict do nothing",
        consumer,
        source,
        signed(before),
    )
    .execute(&mut *connection)
    .await?;
    watermark(connection, consumer, source).await
}

pub(super) async fn watermark(connection: &mut PgConnection, consumer: &str, source: &str) -> sqlx::Result<Watermark> {
    let row = sqlx::query!("select number, epoch from events.applied where consumer = $1 and source = $2", consumer, source)
        .fetch_one(connection)
        .await?;
    Ok(Watermark { number: unsigned(row.number), epoch: unsigned(row.epoch) })
}

pub(super) async fn lock_watermark(connection: &mut PgConnection, consumer: &str, source: &str) -> sqlx::Result<Watermark> {
    let row = sqlx::query!("select number, epoch from events.applied where consumer = $1 and source = $2 for update", consumer, source)
        .fetch_one(connection)
        .await?;
    Ok(Watermark { number: unsigned(row.number), epoch: unsigned(row.epoch) })
}

pub(super) async fn move_watermark(connection: &mut PgConnection, consumer: &str, source: &str, to: Watermark) -> sqlx::Result<()> {
    sqlx::query!(
        "update events.applied set number = $3, epoch = $4 where consumer = $1 and source = $2",
        consumer,
        source,
        signed(to.number),
        signed(to.epoch),
    )
    .execute(connection)
    .await
    .map(drop)
}

/// Forgets how far `consumer` has come and what it parked, so that it begins anew. Belongs into the transaction that empties what it built.
pub async fn forget(connection: &mut PgConnection, consumer: &str, source: &Source) -> Result<(), sqlx::Error> {
    let source = source.service();
    sqlx::query!("delete from events.parked where consumer = $1 and source = $2", consumer, source).execute(&mut *connection).await?;
    sqlx::query!("delete from events.applied where consumer = $1 and source = $2", consumer, source).execute(connection).await.map(drop)
}

pub(super) async fn parked_aggregates(connection: &mut PgConnection, consumer: &str, source: &str) -> sqlx::Result<Vec<Uuid>> {
    sqlx::query_scalar!("select distinct aggregate from events.parked where consumer = $1 and source = $2", consumer, source)
        .fetch_all(connection)
        .await
}

/// Parks an event that failed, to be tried again after `pause` seconds.
pub(super) async fn park(
    connection: &mut PgConnection,
    consumer: &str,
    source: &str,
    aggregate: Uuid,
    delivered: &Delivered,
    error: &str,
    pause: f64,
) -> sqlx::Result<()> {
    park_behind(&mut *connection, consumer, source, aggregate, delivered).await?;
    failed_again(connection, consumer, source, delivered.sequence, error, Some(pause)).await
}

/// Parks an event behind an earlier one of its aggregate; it becomes due when that one is applied.
pub(super) async fn park_behind(
    connection: &mut PgConnection,
    consumer: &str,
    source: &str,
    aggregate: Uuid,
    delivered: &Delivered,
) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into events.parked (consumer, source, number, aggregate, subject, headers, payload, tries, parked_at)
         values ($1, $2, $3, $4, $5, $6, $7, 0, clock_timestamp())",
        consumer,
        source,
        signed(delivered.sequence),
        aggregate,
        delivered.subject,
        Json(&delivered.headers) as _,
        delivered.payload.as_ref(),
    )
    .execute(connection)
    .await
    .map(drop)
}

/// Counts a failed try; without a `pause` the event waits until it is unparked.
pub(super) async fn failed_again(
    connection: &mut PgConnection,
    consumer: &str,
    source: &str,
    number: u64,
    error: &str,
    pause: Option<f64>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "update events.parked
         set tries = tries + 1, error = $4, retry_at = clock_timestamp() + make_interval(secs => $5)
         where consumer = $1 and source = $2 and number = $3",
        consumer,
        source,
        signed(number),
        error,
        pause,
    )
    .execute(connection)
    .await
    .map(drop)
}

/// Makes the first parked event of `aggregate` due, as if it had never been tried.
pub(super) async fn make_due(connection: &mut PgConnection, consumer: &str, source: &str, aggregate: Uuid) -> sqlx::Result<()> {
    sqlx::query!(
        "update events.parked set tries = 0, retry_at = clock_timestamp()
         where consumer = $1 and source = $2 and number =
             (select min(number) from events.parked where consumer = $1 and source = $2 and aggregate = $3)",
        consumer,
        source,
        aggregate,
    )
    .execute(connection)
    .await
    .map(drop)
}

pub(super) async fn due(connection: &mut PgConnection, consumer: &str, source: &str) -> sqlx::Result<Option<Parked>> {
    let row = sqlx::query!(
        r#"select number, aggregate, subject, headers as "headers: Json<BTreeMap<String, String>>", payload, tries
           from events.parked where consumer = $1 and source = $2 and retry_at <= clock_timestamp() order by number limit 1"#,
        consumer,
        source,
    )
    .fetch_optional(connection)
    .await?;
    Ok(row.map(|row| Parked {
        delivered: Delivered { sequence: unsigned(row.number), subject: row.subject, headers: row.headers.0, payload: row.payload.into() },
        aggregate: row.aggregate,
        tries: row.tries,
    }))
}

/// Takes an event out of the parked ones; false where somebody else did.
pub(super) async fn unpark(connection: &mut PgConnection, consumer: &str, source: &str, number: u64) -> sqlx::Result<bool> {
    let taken =
        sqlx::query!("delete from events.parked where consumer = $1 and source = $2 and number = $3", consumer, source, signed(number),);
    Ok(taken.execute(connection).await?.rows_affected() == 1)
}

pub(super) async fn count_parked(
    connection: &mut PgConnection,
    consumer: &str,
    source: &str,
    aggregate: Option<Uuid>,
) -> sqlx::Result<u64> {
    let count = sqlx::query_scalar!(
        r#"select count(*) as "count!" from events.parked where consumer = $1 and source = $2 and ($3::uuid is null or aggregate = $3)"#,
        consumer,
        source,
        aggregate,
    );
    Ok(unsigned(count.fetch_one(connection).await?))
}

fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn unsigned(number: i64) -> u64 {
    u64::try_from(number).unwrap_or_default()
}
