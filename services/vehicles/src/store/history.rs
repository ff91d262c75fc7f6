//! Rows of `trip_history`.

use chrono::{DateTime, Utc};
use ids::TripId;
use sqlx::PgConnection;
use uuid::Uuid;
use vietnam::AreaKey;

use crate::error::Error;

/// One line of a trip's history. `detail` is a code, never a person's data.
#[derive(Debug, Clone)]
pub struct Line {
    pub trip: TripId,
    pub at: DateTime<Utc>,
    pub kind: &'static str,
    pub post: Option<String>,
    pub area: AreaKey,
    pub detail: String,
}

pub async fn append(conn: &mut PgConnection, lines: &[Line]) -> Result<(), Error> {
    let trips: Vec<Uuid> = lines.iter().map(|line| line.trip.as_uuid()).collect();
    let at: Vec<DateTime<Utc>> = lines.iter().map(|line| line.at).collect();
    let kinds: Vec<String> = lines.iter().map(|line| line.kind.to_owned()).collect();
    let posts: Vec<Option<String>> = lines.iter().map(|line| line.post.clone()).collect();
    let areas: Vec<String> = lines.iter().map(|line| line.area.to_string()).collect();
    let details: Vec<String> = lines.iter().map(|line| line.detail.clone()).collect();
    sqlx::query!(
        "insert into trip_history (trip_id, at, kind, post, area, detail)
         select * from unnest($1::uuid[], $2::timestamptz[], $3::text[], $4::text[], $5::text[], $6::text[])",
        &trips,
        &at,
        &kinds,
        &posts as &[Option<String>],
        &areas,
        &details,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// A line as it was stored.
#[derive(Debug)]
pub struct HistoryRow {
    pub at: DateTime<Utc>,
    pub kind: String,
    pub post: Option<String>,
    pub area: Option<String>,
    pub detail: String,
}

/// In the order in which it happened.
pub async fn of_trip(conn: &mut PgConnection, trip: TripId) -> Result<Vec<HistoryRow>, Error> {
    let rows = sqlx::query_as!(
        HistoryRow,
        "select at, kind, post, area, detail from trip_history where trip_id = $1 order by position",
        trip.as_uuid()
    );
    Ok(rows.fetch_all(conn).await?)
}
