//! Rows of `trips`: the journeys of which events told, and which of them a report is about.

use chrono::{DateTime, Utc};
use ids::TripId;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::error::Error;

/// A trip that a report may be about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Linked {
    pub trip: TripId,
    /// Admitted and not over when the vehicle was seen.
    pub open: bool,
}

/// More than this many trips of one plate are of no help to anybody.
const MOST: i64 = 5;

/// A post let it in. Told again, it is the later time that counts.
pub async fn admit(conn: &mut PgConnection, trip: TripId, plate_key: &[u8], at: DateTime<Utc>) -> Result<(), Error> {
    sqlx::query!(
        "insert into trips (trip_id, plate_key, admitted_at) values ($1, $2, $3)
         on conflict on constraint trips_pkey do update set plate_key = excluded.plate_key, admitted_at = excluded.admitted_at",
        trip.as_uuid(),
        plate_key,
        at
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// It is over. A trip that nobody let in has no row.
pub async fn end(conn: &mut PgConnection, trip: TripId, at: DateTime<Utc>) -> Result<(), Error> {
    sqlx::query!("update trips set ended_at = coalesce(ended_at, $2) where trip_id = $1", trip.as_uuid(), at).execute(conn).await?;
    Ok(())
}

/// The trips of a plate that were open at a time, the one that the reporter chose, and the last others: open ones first.
pub async fn linked(
    conn: &mut PgConnection,
    plate_key: Option<&[u8]>,
    chosen: Option<TripId>,
    seen_at: DateTime<Utc>,
) -> Result<Vec<Linked>, Error> {
    if plate_key.is_none() && chosen.is_none() {
        return Ok(Vec::new());
    }
    let rows = sqlx::query!(
        r#"select trip_id, open as "open!" from (
            select trip_id, admitted_at, admitted_at <= $3 and (ended_at is null or ended_at >= $3) as open
            from trips where plate_key = $1
            union
            select trip_id, admitted_at, admitted_at <= $3 and (ended_at is null or ended_at >= $3) from trips where trip_id = $2
        ) found order by open desc, trip_id = $2 desc nulls last, admitted_at desc limit $4"#,
        plate_key,
        chosen.map(TripId::as_uuid),
        seen_at,
        MOST
    );
    let found = rows.fetch_all(conn).await?;
    Ok(found.into_iter().map(|row| Linked { trip: trip_id(row.trip_id), open: row.open }).collect())
}

fn trip_id(row: Option<Uuid>) -> TripId {
    TripId::from_uuid(row.unwrap_or_default())
}

/// The plate of a trip, when events have told of it.
pub async fn plate_key(conn: &mut PgConnection, trip: TripId) -> Result<Option<Vec<u8>>, Error> {
    Ok(sqlx::query_scalar!("select plate_key from trips where trip_id = $1", trip.as_uuid()).fetch_optional(conn).await?)
}
