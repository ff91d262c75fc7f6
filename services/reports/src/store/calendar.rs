//! Rows of `working_days`: what the province declared beside the shipped notices.

use chrono::{DateTime, NaiveDate, Utc};
use contract::reports::v1::DayKind;
use ids::{AccountId, CommandId};
use sqlx::PgConnection;
use uuid::Uuid;
use vietnam::working_time::Calendar;

use crate::{error::Error, store::coded::Coded};

#[derive(Debug, Clone)]
pub struct Change {
    pub id: CommandId,
    pub day: NaiveDate,
    pub kind: DayKind,
    pub reason: String,
    pub declared_by: AccountId,
    pub declared_at: DateTime<Utc>,
    pub request_hash: Vec<u8>,
    pub withdrawn_at: Option<DateTime<Utc>>,
}

struct Row {
    change_id: Uuid,
    day: NaiveDate,
    kind: String,
    reason: String,
    declared_by: Uuid,
    declared_at: DateTime<Utc>,
    request_hash: Vec<u8>,
    withdrawn_at: Option<DateTime<Utc>>,
}

impl TryFrom<Row> for Change {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self, Error> {
        Ok(Self {
            id: CommandId::from_uuid(row.change_id),
            day: row.day,
            kind: Coded::read(&row.kind)?,
            reason: row.reason,
            declared_by: AccountId::from_uuid(row.declared_by),
            declared_at: row.declared_at,
            request_hash: row.request_hash,
            withdrawn_at: row.withdrawn_at,
        })
    }
}

/// The working days, for who gives a deadline in this transaction: they do not change before its end. Taken before any report is locked.
pub async fn in_force(conn: &mut PgConnection) -> Result<Calendar, Error> {
    sqlx::query_scalar!(r#"select pg_advisory_xact_lock_shared(2021101801)::text as "locked""#).fetch_one(&mut *conn).await?;
    declared(conn).await
}

/// For who changes them: whoever gives a deadline waits.
pub async fn hold(conn: &mut PgConnection) -> Result<(), Error> {
    sqlx::query_scalar!(r#"select pg_advisory_xact_lock(2021101801)::text as "locked""#).fetch_one(conn).await?;
    Ok(())
}

/// The working days as they are at this moment.
pub async fn declared(conn: &mut PgConnection) -> Result<Calendar, Error> {
    let rows = sqlx::query!("select day, kind from working_days where withdrawn_at is null").fetch_all(conn).await?;
    Ok(Calendar::with(rows.into_iter().map(|row| (row.day, row.kind == DayKind::MadeUp.code()))))
}

/// What was declared about the days from `first` to `last`, also what was withdrawn.
pub async fn between(conn: &mut PgConnection, first: NaiveDate, last: NaiveDate) -> Result<Vec<Change>, Error> {
    let rows = sqlx::query_as!(
        Row,
        "select change_id, day, kind, reason, declared_by, declared_at, request_hash, withdrawn_at
         from working_days where day between $1 and $2 order by day, declared_at",
        first,
        last
    );
    rows.fetch_all(conn).await?.into_iter().map(Change::try_from).collect()
}

pub async fn get(conn: &mut PgConnection, change: CommandId) -> Result<Option<Change>, Error> {
    let row = sqlx::query_as!(
        Row,
        "select change_id, day, kind, reason, declared_by, declared_at, request_hash, withdrawn_at from working_days where change_id = $1",
        change.as_uuid()
    );
    row.fetch_optional(conn).await?.map(Change::try_from).transpose()
}

pub async fn insert(conn: &mut PgConnection, change: &Change) -> Result<(), Error> {
    sqlx::query!(
        "insert into working_days (change_id, day, kind, reason, declared_by, declared_at, request_hash) values ($1, $2, $3, $4, $5, $6, $7)",
        change.id.as_uuid(),
        change.day,
        change.kind.code(),
        change.reason,
        change.declared_by.as_uuid(),
        change.declared_at,
        change.request_hash,
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub async fn withdraw(conn: &mut PgConnection, change: CommandId, by: AccountId, reason: &str, now: DateTime<Utc>) -> Result<(), Error> {
    sqlx::query!(
        "update working_days set withdrawn_by = $2, withdrawn_at = $3, withdrawn_reason = $4 where change_id = $1",
        change.as_uuid(),
        by.as_uuid(),
        now,
        reason
    )
    .execute(conn)
    .await?;
    Ok(())
}
