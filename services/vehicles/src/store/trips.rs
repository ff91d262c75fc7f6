//! Rows of `trips` and `open_plates`.

use std::collections::{HashMap, HashSet};

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

/// Several rows, locked in the order of their ids until the end of the transaction; without their arrivals and people.
pub async fn lock_all(conn: &mut PgConnection, trips: &[TripId]) -> Result<HashMap<TripId, Record>, Error> {
    let ids: Vec<Uuid> = trips.iter().map(|trip| trip.as_uuid()).collect();
    let rows = select!("where trip_id = any($1) order by trip_id for update", &ids).fetch_all(conn).await?;
    rows.into_iter().map(|row| Record::try_from(row).map(|record| (record.trip.id, record))).collect()
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

/// [`update_all`] of one.
pub async fn update(conn: &mut PgConnection, record: &mut Record) -> Result<(), Error> {
    update_all(conn, &mut [record]).await
}

/// Stores what may change, and counts the versions up. A trip that left the road gives its plate free.
pub async fn update_all(conn: &mut PgConnection, records: &mut [&mut Record]) -> Result<(), Error> {
    for record in records.iter_mut() {
        record.trip.version += 1;
    }
    let records: &[&mut Record] = records;
    fn each<'a, T>(records: &'a [&mut Record], of: impl Fn(&'a Trip, &'a Facts) -> T) -> Vec<T> {
        records.iter().map(|record| of(&record.trip, &record.facts)).collect()
    }
    sqlx::query!(
        "update trips set version = new.version, state = new.state, entry_post = new.entry_post, exit_post = new.exit_post,
             at_post = new.at_post, areas = string_to_array(new.areas, ' '), people = new.people, people_counted = new.people_counted,
             received_at = new.received_at, decided_at = new.decided_at, decision_id = new.decision_id, admitted_at = new.admitted_at,
             admitted_by = new.admitted_by, due_at = new.due_at, overdue_after = new.overdue_after, pass_until = new.pass_until,
             ended_at = new.ended_at, open_violations = new.open_violations, public_state = new.public_state,
             public_since = new.public_since, policy_id = new.policy_id, policy_version = new.policy_version
         from unnest($1::uuid[], $2::bigint[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::integer[], $9::integer[],
             $10::timestamptz[], $11::timestamptz[], $12::uuid[], $13::timestamptz[], $14::uuid[], $15::timestamptz[], $16::timestamptz[],
             $17::timestamptz[], $18::timestamptz[], $19::integer[], $20::text[], $21::timestamptz[], $22::text[], $23::integer[])
             new (trip_id, version, state, entry_post, exit_post, at_post, areas, people, people_counted, received_at, decided_at,
             decision_id, admitted_at, admitted_by, due_at, overdue_after, pass_until, ended_at, open_violations, public_state,
             public_since, policy_id, policy_version)
         where trips.trip_id = new.trip_id",
        &each(records, |trip, _| trip.id.as_uuid()),
        &each(records, |trip, _| trip.version),
        &each(records, |trip, _| trip.state.code()) as &[&str],
        &each(records, |trip, _| trip.entry_post.as_str()) as &[&str],
        &each(records, |trip, _| trip.exit_post.as_deref()) as &[Option<&str>],
        &each(records, |trip, _| trip.at_post.as_deref()) as &[Option<&str>],
        // An array of arrays must be a rectangle; these differ in length, so each travels as one text.
        &each(records, |_, facts| texts(&facts.areas).join(" ")),
        &each(records, |_, facts| facts.people),
        &each(records, |trip, _| trip.people_counted) as &[Option<i32>],
        &each(records, |trip, _| trip.received_at) as &[Option<DateTime<Utc>>],
        &each(records, |trip, _| trip.decided_at) as &[Option<DateTime<Utc>>],
        &each(records, |_, facts| facts.decision_id.map(DecisionId::as_uuid)) as &[Option<Uuid>],
        &each(records, |trip, _| trip.admitted.map(|admission| admission.at)) as &[Option<DateTime<Utc>>],
        &each(records, |trip, _| trip.admitted.map(|admission| admission.by.as_uuid())) as &[Option<Uuid>],
        &each(records, |trip, _| trip.due_at) as &[Option<DateTime<Utc>>],
        &each(records, |trip, _| trip.overdue_after) as &[Option<DateTime<Utc>>],
        &each(records, |trip, _| trip.pass_until) as &[Option<DateTime<Utc>>],
        &each(records, |trip, _| trip.ended_at) as &[Option<DateTime<Utc>>],
        &each(records, |trip, _| trip.open_violations),
        &each(records, |trip, _| trip.public.map(|public| public.state.code())) as &[Option<&str>],
        &each(records, |trip, _| trip.public.map(|public| public.since)) as &[Option<DateTime<Utc>>],
        &each(records, |_, facts| facts.policy.as_ref().map(|(id, _)| id.as_str())) as &[Option<&str>],
        &each(records, |_, facts| facts.policy.as_ref().map(|(_, version)| *version)) as &[Option<i32>],
    )
    .execute(&mut *conn)
    .await?;
    let left: Vec<&Trip> =
        records.iter().map(|record| &record.trip).filter(|trip| trip.admitted.is_some() && !trip.is_on_the_road()).collect();
    if left.is_empty() { Ok(()) } else { release_plates(conn, &left).await }
}

/// Holds the plates for trips that go on the road, and says whose plate is held; another holds that of the others.
pub async fn hold_plates(conn: &mut PgConnection, records: &[&Record]) -> Result<HashSet<TripId>, Error> {
    let plates: Vec<Vec<u8>> = records.iter().map(|record| record.facts.plate_key.clone()).collect();
    let trips: Vec<Uuid> = records.iter().map(|record| record.trip.id.as_uuid()).collect();
    let held = sqlx::query_scalar!(
        "insert into open_plates (plate_key, trip_id)
         select * from unnest($1::bytea[], $2::uuid[]) as new (plate_key, trip_id) order by plate_key
         on conflict on constraint open_plates_pkey do nothing returning trip_id",
        &plates,
        &trips,
    );
    Ok(held.fetch_all(conn).await?.into_iter().map(TripId::from_uuid).collect())
}

async fn release_plates(conn: &mut PgConnection, trips: &[&Trip]) -> Result<(), Error> {
    let ids: Vec<Uuid> = trips.iter().map(|trip| trip.id.as_uuid()).collect();
    sqlx::query!("delete from open_plates where trip_id = any($1)", &ids).execute(conn).await?;
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
