//! Rows of `trips`, `open_plates` and `trip_history`.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use contract::vehicles::v1::{DeclaredBy, GoodsKind, PlateColor};
use ids::{AccountId, DecisionId, TripId};
use sqlx::PgConnection;
use uuid::Uuid;
use vietnam::AreaKey;

use crate::{
    error::Error,
    store::coded::{Coded, area, texts},
    trip::{Admission, Destination, Published, Trip},
};

/// A row of `trips`: what changes, and what the declaration said once.
#[derive(Debug, Clone)]
pub struct Record {
    pub trip: Trip,
    pub facts: Facts,
}

/// What a declaration said of the vehicle; the private part stays sealed.
#[derive(Debug, Clone)]
pub struct Facts {
    pub short_code: String,
    pub request_hash: Vec<u8>,
    pub plate_text: String,
    pub plate_country: String,
    pub plate_recognised: bool,
    pub plate_key: Vec<u8>,
    pub seats: i32,
    pub goods_kind: GoodsKind,
    pub origin: AreaKey,
    pub expected_exit_at: Option<DateTime<Utc>>,
    pub declared_by: DeclaredBy,
    pub declared_at: DateTime<Utc>,
    pub people: i32,
    /// The last decision.
    pub decision_id: Option<DecisionId>,
    /// Policy and version of the last decision.
    pub policy: Option<(String, i32)>,
    /// Who sees the row.
    pub areas: Vec<AreaKey>,
    pub sealed: Vec<u8>,
}

impl Record {
    /// Whether one of `roots` (areas of a grant) covers a post or destination of the trip.
    pub fn is_within(&self, roots: &[String]) -> bool {
        self.facts.areas.iter().any(|area| roots.contains(&area.to_string()))
    }
}

struct Row {
    trip_id: Uuid,
    short_code: String,
    request_hash: Vec<u8>,
    version: i64,
    state: String,
    direction: String,
    purpose: String,
    plate_text: String,
    plate_country: String,
    plate_color: String,
    plate_recognised: bool,
    plate_key: Vec<u8>,
    vehicle_type: String,
    seats: i32,
    goods_kind: String,
    entry_post: String,
    exit_post: Option<String>,
    at_post: Option<String>,
    expected_exit_at: Option<DateTime<Utc>>,
    origin_area: String,
    destination_areas: Vec<String>,
    destination_times: Vec<DateTime<Utc>>,
    areas: Vec<String>,
    declared_by: String,
    people: i32,
    people_counted: Option<i32>,
    declared_at: DateTime<Utc>,
    received_at: Option<DateTime<Utc>>,
    decided_at: Option<DateTime<Utc>>,
    decision_id: Option<Uuid>,
    policy_id: Option<String>,
    policy_version: Option<i32>,
    admitted_at: Option<DateTime<Utc>>,
    admitted_by: Option<Uuid>,
    due_at: Option<DateTime<Utc>>,
    overdue_after: Option<DateTime<Utc>>,
    pass_until: Option<DateTime<Utc>>,
    ended_at: Option<DateTime<Utc>>,
    open_violations: i32,
    public_state: Option<String>,
    public_since: Option<DateTime<Utc>>,
    sealed: Vec<u8>,
    conflicted: bool,
}

/// `$condition` comes after the `from`; `$1` is its argument.
macro_rules! select {
    ($condition:literal, $argument:expr) => {
        sqlx::query_as!(
            Row,
            r#"select trip_id, short_code, request_hash, version, state, direction, purpose, plate_text, plate_country, plate_color,
                plate_recognised, plate_key, vehicle_type, seats, goods_kind, entry_post, exit_post, at_post, expected_exit_at, origin_area,
                destination_areas, destination_times, areas, declared_by, people, people_counted, declared_at, received_at, decided_at,
                decision_id, policy_id, policy_version, admitted_at, admitted_by, due_at, overdue_after, pass_until, ended_at, open_violations, public_state,
                public_since, sealed,
                exists (select from open_plates o where o.plate_key = trips.plate_key and o.trip_id <> trips.trip_id) as "conflicted!"
            from trips "# + $condition,
            $argument
        )
    };
}

/// Without its arrivals and people.
pub async fn get(conn: &mut PgConnection, trip: TripId) -> Result<Option<Record>, Error> {
    select!("where trip_id = $1", trip.as_uuid()).fetch_optional(conn).await?.map(Record::try_from).transpose()
}

/// Those of a page, without their arrivals and people.
pub async fn get_all(conn: &mut PgConnection, trips: &[TripId]) -> Result<HashMap<TripId, Record>, Error> {
    let ids: Vec<Uuid> = trips.iter().map(|trip| trip.as_uuid()).collect();
    let rows = select!("where trip_id = any($1)", &ids).fetch_all(conn).await?;
    rows.into_iter().map(|row| Record::try_from(row).map(|record| (record.trip.id, record))).collect()
}

/// The row, locked until the end of the transaction; without its arrivals and people.
pub async fn lock(conn: &mut PgConnection, trip: TripId) -> Result<Option<Record>, Error> {
    select!("where trip_id = $1 for update", trip.as_uuid()).fetch_optional(conn).await?.map(Record::try_from).transpose()
}

pub async fn get_by_pass(conn: &mut PgConnection, pass_hash: &[u8]) -> Result<Option<Record>, Error> {
    select!("where pass_hash = $1", pass_hash).fetch_optional(conn).await?.map(Record::try_from).transpose()
}

pub async fn lock_by_pass(conn: &mut PgConnection, pass_hash: &[u8]) -> Result<Option<Record>, Error> {
    select!("where pass_hash = $1 for update", pass_hash).fetch_optional(conn).await?.map(Record::try_from).transpose()
}

/// One trip past a deadline and its grace, locked; trips that others hold are skipped.
pub async fn lock_overdue(conn: &mut PgConnection, now: DateTime<Utc>) -> Result<Option<Record>, Error> {
    select!(
        "where trip_id in (
            select trip_id from trips where overdue_after < $1
            union all select trip_id from arrivals where overdue_after < $1
        ) limit 1 for update skip locked",
        now
    )
    .fetch_optional(conn)
    .await?
    .map(Record::try_from)
    .transpose()
}

impl TryFrom<Row> for Record {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self, Error> {
        let destination =
            |(text, expected_at): (&String, &DateTime<Utc>)| area(text).map(|area| Destination { area, expected_at: *expected_at });
        let destinations = row.destination_areas.iter().zip(&row.destination_times).map(destination);
        let admitted = row.admitted_at.zip(row.admitted_by).map(|(at, by)| Admission { at, by: AccountId::from_uuid(by) });
        let public = row.public_state.as_deref().zip(row.public_since);
        let trip = Trip {
            id: TripId::from_uuid(row.trip_id),
            version: row.version,
            state: Coded::read(&row.state)?,
            direction: Coded::read(&row.direction)?,
            purpose: Coded::read(&row.purpose)?,
            vehicle_type: Coded::read(&row.vehicle_type)?,
            plate_color: PlateColor::read(&row.plate_color)?,
            entry_post: row.entry_post,
            exit_post: row.exit_post,
            at_post: row.at_post,
            destinations: destinations.collect::<Result<_, _>>()?,
            people: Vec::new(),
            people_counted: row.people_counted,
            conflicted: row.conflicted,
            arrivals: Vec::new(),
            received_at: row.received_at,
            decided_at: row.decided_at,
            admitted,
            due_at: row.due_at,
            overdue_after: row.overdue_after,
            pass_until: row.pass_until,
            ended_at: row.ended_at,
            open_violations: row.open_violations,
            public: public.map(|(state, since)| Ok::<_, Error>(Published { state: Coded::read(state)?, since })).transpose()?,
        };
        let facts = Facts {
            short_code: row.short_code,
            request_hash: row.request_hash,
            plate_text: row.plate_text,
            plate_country: row.plate_country,
            plate_recognised: row.plate_recognised,
            plate_key: row.plate_key,
            seats: row.seats,
            goods_kind: Coded::read(&row.goods_kind)?,
            origin: area(&row.origin_area)?,
            expected_exit_at: row.expected_exit_at,
            declared_by: Coded::read(&row.declared_by)?,
            declared_at: row.declared_at,
            people: row.people,
            decision_id: row.decision_id.map(DecisionId::from_uuid),
            policy: row.policy_id.zip(row.policy_version),
            areas: row.areas.iter().map(|text| area(text)).collect::<Result<_, _>>()?,
            sealed: row.sealed,
        };
        Ok(Self { trip, facts })
    }
}

/// What only a new row needs.
#[derive(Debug)]
pub struct Secrets {
    pub pass_hash: [u8; 32],
    pub plate_compact: String,
    pub plate_fold: String,
}

/// Whether the row is new; false where the short code is taken.
pub async fn insert(conn: &mut PgConnection, record: &Record, secrets: &Secrets) -> Result<bool, Error> {
    let (trip, facts) = (&record.trip, &record.facts);
    let areas: Vec<AreaKey> = trip.destinations.iter().map(|destination| destination.area).collect();
    let times: Vec<DateTime<Utc>> = trip.destinations.iter().map(|destination| destination.expected_at).collect();
    let inserted = sqlx::query!(
        "insert into trips (trip_id, short_code, pass_hash, request_hash, state, direction, purpose, plate_text, plate_country, plate_color,
             plate_recognised, plate_key, plate_compact, plate_fold, vehicle_type, seats, goods_kind, entry_post, exit_post, at_post,
             expected_exit_at, origin_area, destination_areas, destination_times, areas, declared_by, people, declared_at, received_at, sealed)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26,
             $27, $28, $29, $30)
         on conflict on constraint trips_short_code_key do nothing",
        trip.id.as_uuid(),
        facts.short_code,
        &secrets.pass_hash[..],
        facts.request_hash,
        trip.state.code(),
        trip.direction.code(),
        trip.purpose.code(),
        facts.plate_text,
        facts.plate_country,
        trip.plate_color.code(),
        facts.plate_recognised,
        facts.plate_key,
        secrets.plate_compact,
        secrets.plate_fold,
        trip.vehicle_type.code(),
        facts.seats,
        facts.goods_kind.code(),
        trip.entry_post,
        trip.exit_post,
        trip.at_post,
        facts.expected_exit_at,
        facts.origin.to_string(),
        &texts(&areas),
        &times,
        &texts(&facts.areas),
        facts.declared_by.code(),
        facts.people,
        facts.declared_at,
        trip.received_at,
        facts.sealed,
    )
    .execute(conn)
    .await?;
    Ok(inserted.rows_affected() == 1)
}

/// Stores what may change, and counts the version up. A trip that left the road gives its plate free.
pub async fn update(conn: &mut PgConnection, record: &mut Record) -> Result<(), Error> {
    record.trip.version += 1;
    let (trip, facts) = (&record.trip, &record.facts);
    sqlx::query!(
        "update trips set version = $2, state = $3, entry_post = $4, exit_post = $5, at_post = $6, areas = $7, people = $8, people_counted = $9,
             received_at = $10, decided_at = $11, decision_id = $12, admitted_at = $13, admitted_by = $14, due_at = $15, overdue_after = $16,
             pass_until = $17, ended_at = $18, open_violations = $19, public_state = $20, public_since = $21, policy_id = $22, policy_version = $23
         where trip_id = $1",
        trip.id.as_uuid(),
        trip.version,
        trip.state.code(),
        trip.entry_post,
        trip.exit_post,
        trip.at_post,
        &texts(&facts.areas),
        facts.people,
        trip.people_counted,
        trip.received_at,
        trip.decided_at,
        facts.decision_id.map(DecisionId::as_uuid),
        trip.admitted.map(|admission| admission.at),
        trip.admitted.map(|admission| admission.by.as_uuid()),
        trip.due_at,
        trip.overdue_after,
        trip.pass_until,
        trip.ended_at,
        trip.open_violations,
        trip.public.map(|public| public.state.code()),
        trip.public.map(|public| public.since),
        facts.policy.as_ref().map(|(id, _)| id.as_str()),
        facts.policy.as_ref().map(|(_, version)| *version),
    )
    .execute(&mut *conn)
    .await?;
    let left_the_road = trip.admitted.is_some() && !trip.is_on_the_road();
    if left_the_road { release_plate(conn, trip.id).await } else { Ok(()) }
}

/// Holds the plate for a trip that goes on the road; false where another holds it.
pub async fn hold_plate(conn: &mut PgConnection, record: &Record) -> Result<bool, Error> {
    let held = sqlx::query!(
        "insert into open_plates (plate_key, trip_id) values ($1, $2) on conflict on constraint open_plates_pkey do nothing",
        record.facts.plate_key,
        record.trip.id.as_uuid(),
    )
    .execute(conn)
    .await?;
    Ok(held.rows_affected() == 1)
}

async fn release_plate(conn: &mut PgConnection, trip: TripId) -> Result<(), Error> {
    sqlx::query!("delete from open_plates where trip_id = $1", trip.as_uuid()).execute(conn).await?;
    Ok(())
}

/// Other trips of the same plate that are on the road.
pub async fn conflicting(conn: &mut PgConnection, record: &Record) -> Result<Vec<TripId>, Error> {
    let found = sqlx::query_scalar!(
        "select trip_id from open_plates where plate_key = $1 and trip_id <> $2",
        record.facts.plate_key,
        record.trip.id.as_uuid()
    );
    Ok(found.fetch_all(conn).await?.into_iter().map(TripId::from_uuid).collect())
}

/// One line of a trip's history. `detail` is a code, never a person's data.
#[derive(Debug, Clone)]
pub struct Line {
    pub at: DateTime<Utc>,
    pub kind: &'static str,
    pub post: Option<String>,
    pub area: AreaKey,
    pub detail: String,
}

pub async fn append_history(conn: &mut PgConnection, trip: TripId, lines: &[Line]) -> Result<(), Error> {
    let at: Vec<DateTime<Utc>> = lines.iter().map(|line| line.at).collect();
    let kinds: Vec<String> = lines.iter().map(|line| line.kind.to_owned()).collect();
    let posts: Vec<Option<String>> = lines.iter().map(|line| line.post.clone()).collect();
    let areas: Vec<String> = lines.iter().map(|line| line.area.to_string()).collect();
    let details: Vec<String> = lines.iter().map(|line| line.detail.clone()).collect();
    sqlx::query!(
        "insert into trip_history (trip_id, at, kind, post, area, detail)
         select $1, * from unnest($2::timestamptz[], $3::text[], $4::text[], $5::text[], $6::text[])",
        trip.as_uuid(),
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

pub async fn history(conn: &mut PgConnection, trip: TripId) -> Result<Vec<HistoryRow>, Error> {
    let rows = sqlx::query_as!(
        HistoryRow,
        "select at, kind, post, area, detail from trip_history where trip_id = $1 order by position",
        trip.as_uuid()
    );
    Ok(rows.fetch_all(conn).await?)
}
