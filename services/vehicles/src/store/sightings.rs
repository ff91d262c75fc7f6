//! Rows of `sightings` and `violations`.

use chrono::{DateTime, Utc};
use contract::vehicles::v1::{SightingOutcome, TripState, ViolationKind, ViolationState};
use ids::{AccountId, ReportId, SightingId, TripId, ViolationId};
use sqlx::PgConnection;
use vietnam::AreaKey;

use crate::{error::Error, store::coded::Coded, trip::Violation};

#[derive(Debug, Clone)]
pub struct SightingRow {
    pub id: SightingId,
    pub trip: TripId,
    pub request_hash: Vec<u8>,
    pub post: Option<String>,
    pub area: AreaKey,
    pub seen_at: DateTime<Utc>,
    pub recorded_at: DateTime<Utc>,
    pub recorded_by: AccountId,
    pub outcome: SightingOutcome,
    pub state: TripState,
    pub violation: Option<ViolationId>,
    pub sealed_note: Option<Vec<u8>>,
}

pub async fn insert(conn: &mut PgConnection, row: &SightingRow) -> Result<(), Error> {
    sqlx::query!(
        "insert into sightings (sighting_id, trip_id, request_hash, post, area, seen_at, recorded_at, recorded_by, outcome, state, violation_id,
             sealed_note)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        row.id.as_uuid(),
        row.trip.as_uuid(),
        row.request_hash,
        row.post,
        row.area.to_string(),
        row.seen_at,
        row.recorded_at,
        row.recorded_by.as_uuid(),
        row.outcome.code(),
        row.state.code(),
        row.violation.map(ViolationId::as_uuid),
        row.sealed_note,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// What a repeated request is answered with.
#[derive(Debug)]
pub struct Recorded {
    pub request_hash: Vec<u8>,
    pub outcome: SightingOutcome,
    pub state: TripState,
    pub violation: Option<ViolationId>,
}

pub async fn get(conn: &mut PgConnection, id: SightingId) -> Result<Option<Recorded>, Error> {
    let row = sqlx::query!("select request_hash, outcome, state, violation_id from sightings where sighting_id = $1", id.as_uuid());
    row.fetch_optional(conn)
        .await?
        .map(|row| {
            Ok(Recorded {
                request_hash: row.request_hash,
                outcome: Coded::read(&row.outcome)?,
                state: Coded::read(&row.state)?,
                violation: row.violation_id.map(ViolationId::from_uuid),
            })
        })
        .transpose()
}

pub async fn insert_violation(
    conn: &mut PgConnection,
    trip: TripId,
    violation: &Violation,
    sealed_note: Option<&[u8]>,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    sqlx::query!(
        "insert into violations (violation_id, trip_id, kind, state, area, detected_at, sealed_note) values ($1, $2, $3, $4, $5, $6, $7)",
        violation.id.as_uuid(),
        trip.as_uuid(),
        violation.kind.code(),
        ViolationState::Open.code(),
        violation.area.to_string(),
        now,
        sealed_note,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// A violation that a citizen's report told of.
pub async fn insert_reported(
    conn: &mut PgConnection,
    trip: TripId,
    violation: &Violation,
    report: ReportId,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    sqlx::query!(
        "insert into violations (violation_id, trip_id, kind, state, area, detected_at, report_id) values ($1, $2, $3, $4, $5, $6, $7)",
        violation.id.as_uuid(),
        trip.as_uuid(),
        violation.kind.code(),
        ViolationState::Open.code(),
        violation.area.to_string(),
        now,
        report.as_uuid(),
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Whether a report has its violation.
pub async fn is_reported(conn: &mut PgConnection, report: ReportId) -> Result<bool, Error> {
    let found = sqlx::query_scalar!(r#"select exists (select from violations where report_id = $1) as "found!""#, report.as_uuid());
    Ok(found.fetch_one(conn).await?)
}

#[derive(Debug)]
pub struct ViolationRow {
    pub id: ViolationId,
    pub kind: ViolationKind,
    pub state: ViolationState,
    pub detected_at: DateTime<Utc>,
    pub sealed_note: Option<Vec<u8>>,
}

pub async fn violations(conn: &mut PgConnection, trip: TripId) -> Result<Vec<ViolationRow>, Error> {
    let rows = sqlx::query!(
        "select violation_id, kind, state, detected_at, sealed_note from violations where trip_id = $1 order by detected_at, violation_id",
        trip.as_uuid()
    );
    let rows = rows.fetch_all(conn).await?;
    let mut found = Vec::with_capacity(rows.len());
    for row in rows {
        found.push(ViolationRow {
            id: ViolationId::from_uuid(row.violation_id),
            kind: Coded::read(&row.kind)?,
            state: Coded::read(&row.state)?,
            detected_at: row.detected_at,
            sealed_note: row.sealed_note,
        });
    }
    Ok(found)
}
