//! The relay's SQL. Everything but the backlog runs on the connection that holds the relay's lock.

use sqlx::{Connection, PgConnection, PgPool, postgres::PgConnectOptions};
use uuid::Uuid;

use crate::outbox::Numbered;

/// Where numbering and publishing stand.
#[derive(Debug, Clone, Copy)]
pub(super) struct Head {
    pub next_number: i64,
    pub published_number: i64,
    pub epoch: i64,
}

/// What waits for the stream.
pub(super) struct Backlog {
    pub pending: f64,
    pub lag_seconds: f64,
}

/// The key of the advisory lock; a database belongs to one service, so every database uses the same.
const LOCK: i64 = 0x6773_7674;
/// As many as one atomic batch takes with the best speed.
const BATCH: i64 = 200;
const BATCH_BYTES: usize = 4 * 1024 * 1024;

/// The relay's own connection. Its statements are planned each time: it lives from an empty outbox to a long one, and a plan made for the one reads the
/// other whole for each event.
pub(super) async fn connect(pool: &PgPool) -> sqlx::Result<PgConnection> {
    let options = PgConnectOptions::clone(&pool.connect_options()).options([("plan_cache_mode", "force_custom_plan")]);
    PgConnection::connect_with(&options).await
}

/// Becomes the relay, waiting a second for another one to end; false where it goes on.
pub(super) async fn lock(connection: &mut PgConnection) -> sqlx::Result<bool> {
    sqlx::query!("select set_config('lock_timeout', '1s', false) as done").fetch_one(&mut *connection).await?;
    match sqlx::query!("select pg_advisory_lock($1)::text as done", LOCK).fetch_one(connection).await {
        Ok(_) => Ok(true),
        Err(sqlx::Error::Database(error)) if error.code().as_deref() == Some("55P03") => Ok(false),
        Err(error) => Err(error),
    }
}

pub(super) async fn ping(connection: &mut PgConnection) -> sqlx::Result<()> {
    connection.ping().await
}

pub(super) async fn head(connection: &mut PgConnection) -> sqlx::Result<Head> {
    sqlx::query_as!(Head, "select next_number, published_number, epoch from events.relay").fetch_one(connection).await
}

/// Gives the next numbers to events that have none, in the order they were written, and says where things stand then. One statement, which writes nothing
/// where nothing waits: only the holder of the relay's lock comes here.
pub(super) async fn number(connection: &mut PgConnection) -> sqlx::Result<Head> {
    sqlx::query_as!(
        Head,
        r#"with waiting as (
             select position, row_number() over (order by position) - 1 as place
             from (select position from events.outbox where number is null order by position limit $1) first
         ),
         numbered as (
             update events.outbox set number = next_number + place from waiting, events.relay
             where outbox.position = waiting.position
             returning 1
         ),
         moved as (
             update events.relay set next_number = next_number + (select count(*) from numbered)
             where exists (select from numbered)
             returning next_number, published_number, epoch
         )
         select next_number as "next_number!", published_number as "published_number!", epoch as "epoch!" from moved
         union all select next_number, published_number, epoch from events.relay where not exists (select from moved)"#,
        BATCH,
    )
    .fetch_one(connection)
    .await
}

/// The next rows to publish, as many as fit into one batch.
pub(super) async fn unpublished(connection: &mut PgConnection, head: Head) -> sqlx::Result<Vec<Numbered>> {
    if head.published_number + 1 == head.next_number {
        return Ok(Vec::new());
    }
    let mut rows = sqlx::query_as!(
        Numbered,
        r#"select number as "number!", event_id, schema, aggregate, subject, occurred_at, traceparent, payload
           from events.outbox where number > $1 order by number limit $2"#,
        head.published_number,
        BATCH,
    )
    .fetch_all(connection)
    .await?;
    let mut bytes = 0;
    let fitting = rows.iter().take_while(|row| {
        bytes += row.payload.len();
        bytes <= BATCH_BYTES
    });
    let fitting = fitting.count();
    rows.truncate(fitting);
    Ok(rows)
}

pub(super) async fn mark(connection: &mut PgConnection, published: i64) -> sqlx::Result<()> {
    sqlx::query!("update events.relay set published_number = $1 where published_number <> $1", published)
        .execute(connection)
        .await
        .map(drop)
}

pub(super) async fn next_epoch(connection: &mut PgConnection) -> sqlx::Result<()> {
    sqlx::query!("update events.relay set epoch = epoch + 1").execute(connection).await.map(drop)
}

pub(super) async fn event_id(connection: &mut PgConnection, number: i64) -> sqlx::Result<Option<Uuid>> {
    sqlx::query_scalar!("select event_id from events.outbox where number = $1", number).fetch_optional(connection).await
}

/// The number a new stream begins with: the first event it would still keep.
pub(super) async fn first_kept(connection: &mut PgConnection) -> sqlx::Result<i64> {
    sqlx::query_scalar!(
        r#"select coalesce(
               (select min(number) from events.outbox where recorded_at > now() - interval '90 days'),
               (select next_number from events.relay)
           ) as "first!""#
    )
    .fetch_one(connection)
    .await
}

pub(super) async fn backlog(database: &PgPool) -> sqlx::Result<Backlog> {
    sqlx::query_as!(
        Backlog,
        r#"select
               ((select count(*) from events.outbox where number is null) + next_number - 1 - published_number)::float8 as "pending!",
               coalesce(extract(epoch from clock_timestamp() - least(
                   (select recorded_at from events.outbox where number is null order by position limit 1),
                   (select recorded_at from events.outbox where number = published_number + 1)
               )), 0)::float8 as "lag_seconds!"
           from events.relay"#
    )
    .fetch_one(database)
    .await
}
