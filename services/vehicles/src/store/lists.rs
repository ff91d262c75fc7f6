//! Officers' lists of trips and arrivals: rows without anything sealed, each with its place in the list's order.

use chrono::{DateTime, Utc};
use contract::{
    common::v1::Area,
    vehicles::v1::{self as pb, TripState},
};
use ids::{ArrivalId, TripId};
use sqlx::PgConnection;
use uuid::Uuid;
use vietnam::AreaKey;

use crate::{error::Error, paging::Cursor, store::coded::Coded, view};

/// A trip as a list shows it.
#[derive(Debug)]
pub struct SummaryRow {
    pub trip_id: Uuid,
    pub short_code: String,
    pub state: String,
    pub plate_text: String,
    pub plate_country: String,
    pub plate_color: String,
    pub plate_recognised: bool,
    pub vehicle_type: String,
    pub purpose: String,
    pub entry_post: String,
    pub exit_post: Option<String>,
    pub destination_areas: Vec<String>,
    pub declared_at: DateTime<Utc>,
    pub decided_at: Option<DateTime<Utc>>,
    pub due_at: Option<DateTime<Utc>>,
    pub ended_at: Option<DateTime<Utc>>,
    pub people: i32,
    pub version: i64,
    pub open_violations: i32,
    /// Its place: rank, then time, then id.
    pub rank: i16,
    pub at: DateTime<Utc>,
}

impl SummaryRow {
    pub fn cursor(&self) -> Cursor {
        Cursor { rank: self.rank, at: self.at, id: self.trip_id }
    }

    pub fn message(&self) -> Result<pb::TripSummary, Error> {
        let area = |text: &String| AreaKey::parse(text).ok().and_then(view::area);
        let destinations: Vec<Area> = self.destination_areas.iter().filter_map(area).collect();
        Ok(pb::TripSummary {
            trip_id: self.trip_id.to_string(),
            short_code: view::short_code(&self.short_code),
            state: TripState::read(&self.state)?.into(),
            plate: Some(pb::Plate {
                text: self.plate_text.clone(),
                country: self.plate_country.clone(),
                color: pb::PlateColor::read(&self.plate_color)?.into(),
                recognised: self.plate_recognised,
            }),
            vehicle_type: pb::VehicleType::read(&self.vehicle_type)?.into(),
            purpose: pb::Purpose::read(&self.purpose)?.into(),
            entry_post_id: self.entry_post.clone(),
            exit_post_id: self.exit_post.clone().unwrap_or_default(),
            destinations,
            declared_at: Some(self.declared_at.into()),
            decided_at: self.decided_at.map(Into::into),
            due_at: self.due_at.map(Into::into),
            people: self.people,
            version: self.version,
            open_violations: self.open_violations,
        })
    }
}

/// What is asked of the list of trips.
#[derive(Debug, Clone)]
pub struct TripFilter {
    /// Areas of the caller's grants.
    pub roots: Vec<String>,
    /// Where it entered or is to leave.
    pub post: Option<String>,
    pub states: Vec<TripState>,
    pub overdue: bool,
    pub now: DateTime<Utc>,
    /// Declarations that nobody received are of no interest when they are older.
    pub declared_after: DateTime<Utc>,
}

/// The rank of trips that ended; the open ones are before them.
pub const ENDED: i16 = 9;

/// Open trips: overdue ones (longest first), those waiting at a post (first come first), those on the road (next due first), arrived ones,
/// declared ones. At most `limit`.
pub async fn open_trips(conn: &mut PgConnection, filter: &TripFilter, after: Option<Cursor>, limit: i64) -> Result<Vec<SummaryRow>, Error> {
    let states: Vec<String> = filter.states.iter().map(|state| state.code().to_owned()).collect();
    let after = after.unwrap_or(Cursor { rank: -1, at: DateTime::UNIX_EPOCH, id: Uuid::nil() });
    let rows = sqlx::query_as!(
        SummaryRow,
        r#"with hits as materialized (
            select trip_id,
                (case state when 'OVERDUE' then 0 when 'AT_POST' then 1 when 'REFERRED' then 1 when 'ARRIVED' then 3 when 'DECLARED' then 4
                    else 2 end)::smallint as rank,
                coalesce(case when state = 'ARRIVED' then decided_at else due_at end, received_at, declared_at) as at
            from (
                select trip_id, state, decided_at, due_at, received_at, declared_at, entry_post, exit_post, areas
                from trips where ended_at is null and state <> 'DECLARED'
                union all
                select trip_id, state, decided_at, due_at, received_at, declared_at, entry_post, exit_post, areas
                from trips where ended_at is null and state = 'DECLARED' and declared_at > $1
            ) open
            where areas && $2 and ($3::text is null or entry_post = $3 or exit_post = $3)
              and (cardinality($4::text[]) = 0 or state = any($4))
              and (not $5 or state = 'OVERDUE' or due_at < $6)
        )
        select t.trip_id, short_code, state, plate_text, plate_country, plate_color, plate_recognised, vehicle_type, purpose, entry_post,
            exit_post, destination_areas, declared_at, decided_at, due_at, ended_at, coalesce(people_counted, people) as "people!", version,
            open_violations, page.rank as "rank!", page.at as "at!"
        from (
            select trip_id, rank, at from hits where (rank, at, trip_id) > ($7, $8, $9) order by rank, at, trip_id limit $10
        ) page join trips t using (trip_id)
        order by page.rank, page.at, t.trip_id"#,
        filter.declared_after,
        &filter.roots,
        filter.post,
        &states,
        filter.overdue,
        filter.now,
        after.rank,
        after.at,
        after.id,
        limit,
    );
    Ok(rows.fetch_all(conn).await?)
}

/// Trips that ended, the last ones first.
pub async fn ended_trips(
    conn: &mut PgConnection,
    filter: &TripFilter,
    after: Option<Cursor>,
    limit: i64,
) -> Result<Vec<SummaryRow>, Error> {
    let states: Vec<String> = filter.states.iter().map(|state| state.code().to_owned()).collect();
    let after = after.unwrap_or(Cursor { rank: ENDED, at: DateTime::<Utc>::MAX_UTC, id: Uuid::max() });
    let rows = sqlx::query_as!(
        SummaryRow,
        r#"select trip_id, short_code, state, plate_text, plate_country, plate_color, plate_recognised, vehicle_type, purpose, entry_post,
            exit_post, destination_areas, declared_at, decided_at, due_at, ended_at, coalesce(people_counted, people) as "people!", version,
            open_violations, 9::smallint as "rank!", ended_at as "at!"
        from trips
        where ended_at is not null and areas && $1 and ($2::text is null or entry_post = $2 or exit_post = $2) and state = any($3)
          and (ended_at, trip_id) < ($4, $5)
        order by ended_at desc, trip_id desc limit $6"#,
        &filter.roots,
        filter.post,
        &states,
        after.at,
        after.id,
        limit,
    );
    Ok(rows.fetch_all(conn).await?)
}

/// An arrival's place in the list of its commune.
#[derive(Debug, Clone, Copy)]
pub struct Place {
    pub arrival: ArrivalId,
    pub trip: TripId,
    pub rank: i16,
    pub at: DateTime<Utc>,
}

impl Place {
    pub fn cursor(&self) -> Cursor {
        Cursor { rank: self.rank, at: self.at, id: self.arrival.as_uuid() }
    }
}

/// The rank of answered arrivals; overdue ones have 0, expected ones 1.
pub const ANSWERED: i16 = 2;

/// Arrivals that wait for an answer: overdue first (longest), then the next due.
pub async fn waiting_arrivals(
    conn: &mut PgConnection,
    communes: &[String],
    after: Option<Cursor>,
    limit: i64,
) -> Result<Vec<Place>, Error> {
    let after = after.unwrap_or(Cursor { rank: -1, at: DateTime::UNIX_EPOCH, id: Uuid::nil() });
    let rows = sqlx::query!(
        r#"select arrival_id, trip_id, rank as "rank!", due_at from (
            select a.arrival_id, a.trip_id, a.due_at, (case a.state when 'OVERDUE' then 0 else 1 end)::smallint as rank
            from arrivals a join trips t using (trip_id)
            where a.answered_at is null and a.area = any($1) and t.ended_at is null
        ) waiting
        where (rank, due_at, arrival_id) > ($2, $3, $4) order by rank, due_at, arrival_id limit $5"#,
        communes,
        after.rank,
        after.at,
        after.id,
        limit,
    );
    let place = |(arrival, trip, rank, at)| Place { arrival: ArrivalId::from_uuid(arrival), trip: TripId::from_uuid(trip), rank, at };
    Ok(rows.map(|row| (row.arrival_id, row.trip_id, row.rank, row.due_at)).fetch_all(conn).await?.into_iter().map(place).collect())
}

/// Arrivals answered since `since`, the last ones first.
pub async fn answered_arrivals(
    conn: &mut PgConnection,
    communes: &[String],
    since: DateTime<Utc>,
    after: Option<Cursor>,
    limit: i64,
) -> Result<Vec<Place>, Error> {
    let after = after.unwrap_or(Cursor { rank: ANSWERED, at: DateTime::<Utc>::MAX_UTC, id: Uuid::max() });
    let rows = sqlx::query!(
        r#"select arrival_id, trip_id, answered_at as "answered_at!" from arrivals
        where answered_at is not null and area = any($1) and answered_at > $2 and (answered_at, arrival_id) < ($3, $4)
        order by answered_at desc, arrival_id desc limit $5"#,
        communes,
        since,
        after.at,
        after.id,
        limit,
    );
    let rows = rows.fetch_all(conn).await?.into_iter();
    let place = |(arrival, trip, at)| Place { arrival: ArrivalId::from_uuid(arrival), trip: TripId::from_uuid(trip), rank: ANSWERED, at };
    Ok(rows.map(|row| place((row.arrival_id, row.trip_id, row.answered_at))).collect())
}

/// How many arrivals of the communes stand how.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct ArrivalCounts {
    pub overdue: i32,
    pub due_within_hour: i32,
    pub on_the_way: i32,
    pub confirmed_today: i32,
}

pub async fn count_arrivals(
    conn: &mut PgConnection,
    communes: &[String],
    now: DateTime<Utc>,
    midnight: DateTime<Utc>,
) -> Result<ArrivalCounts, Error> {
    let counts = sqlx::query_as!(
        ArrivalCounts,
        r#"select overdue as "overdue!", due_within_hour as "due_within_hour!", on_the_way as "on_the_way!",
            (select count(*)::int from arrivals
                where answered_at is not null and area = any($1) and answered_at >= $3 and state = 'CONFIRMED') as "confirmed_today!"
        from (
            select (count(*) filter (where a.state = 'OVERDUE'))::int as overdue,
                (count(*) filter (where a.state = 'EXPECTED' and a.due_at <= $2::timestamptz + interval '1 hour'))::int as due_within_hour,
                (count(*) filter (where a.state = 'EXPECTED'))::int as on_the_way
            from arrivals a join trips t using (trip_id)
            where a.answered_at is null and a.area = any($1) and t.ended_at is null
        ) waiting"#,
        communes,
        now,
        midnight,
    );
    Ok(counts.fetch_one(conn).await?)
}
