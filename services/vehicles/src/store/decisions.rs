//! Rows of `decisions`.

use chrono::{DateTime, Utc};
use contract::vehicles::v1::{Decision, Direction, SigningMethod, TripState};
use ids::{AccountId, DecisionId, TripId, UnitId};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{error::Error, store::coded::Coded};

#[derive(Debug, Clone)]
pub struct DecisionRow {
    pub id: DecisionId,
    pub trip: TripId,
    pub request_hash: Vec<u8>,
    pub decision: Decision,
    pub state: TripState,
    pub post: String,
    pub direction: Direction,
    pub officer: AccountId,
    pub unit: UnitId,
    pub decided_at: DateTime<Utc>,
    pub people_counted: i32,
    pub policy_id: String,
    pub policy_version: i32,
    pub origin_level: i16,
    pub commitment: Option<SignedRow>,
    /// Contract message `DecideTripRequest` with findings and reasons, and the officer's name (view.rs).
    pub sealed: Vec<u8>,
}

#[derive(Debug, Clone)]
pub struct SignedRow {
    pub template_id: String,
    pub version: i32,
    pub method: SigningMethod,
    pub signed_at: DateTime<Utc>,
    pub clauses_vi: Vec<String>,
    pub clauses_en: Vec<String>,
}

/// All in one statement. What was signed is kept with its clauses, as the template of that version has them.
pub async fn insert(conn: &mut PgConnection, rows: &[&DecisionRow]) -> Result<(), Error> {
    fn each<'a, T>(rows: &[&'a DecisionRow], of: impl Fn(&'a DecisionRow) -> T) -> Vec<T> {
        rows.iter().map(|row| of(row)).collect()
    }
    fn signed<'a, T>(rows: &[&'a DecisionRow], of: impl Fn(&'a SignedRow) -> T) -> Vec<Option<T>> {
        each(rows, |row| row.commitment.as_ref().map(&of))
    }
    sqlx::query!(
        "insert into decisions (decision_id, trip_id, request_hash, decision, state, post, direction, officer_id, unit_id, decided_at,
             people_counted, policy_id, policy_version, origin_level, template_id, template_version, signing_method, signed_at, sealed,
             clauses_vi, clauses_en)
         select new.*, coalesce(t.clauses_vi, '{}'), coalesce(t.clauses_en, '{}')
         from unnest($1::uuid[], $2::uuid[], $3::bytea[], $4::text[], $5::text[], $6::text[], $7::text[], $8::uuid[], $9::uuid[],
             $10::timestamptz[], $11::integer[], $12::text[], $13::integer[], $14::smallint[], $15::text[], $16::integer[], $17::text[],
             $18::timestamptz[], $19::bytea[])
             new (decision_id, trip_id, request_hash, decision, state, post, direction, officer_id, unit_id, decided_at, people_counted,
             policy_id, policy_version, origin_level, template_id, template_version, signing_method, signed_at, sealed)
         left join commitment_templates t on t.template_id = new.template_id and t.version = new.template_version",
        &each(rows, |row| row.id.as_uuid()),
        &each(rows, |row| row.trip.as_uuid()),
        &each(rows, |row| row.request_hash.as_slice()) as &[&[u8]],
        &each(rows, |row| row.decision.code()) as &[&str],
        &each(rows, |row| row.state.code()) as &[&str],
        &each(rows, |row| row.post.as_str()) as &[&str],
        &each(rows, |row| row.direction.code()) as &[&str],
        &each(rows, |row| row.officer.as_uuid()),
        &each(rows, |row| row.unit.as_uuid()),
        &each(rows, |row| row.decided_at),
        &each(rows, |row| row.people_counted),
        &each(rows, |row| row.policy_id.as_str()) as &[&str],
        &each(rows, |row| row.policy_version),
        &each(rows, |row| row.origin_level),
        &signed(rows, |signed| signed.template_id.as_str()) as &[Option<&str>],
        &signed(rows, |signed| signed.version) as &[Option<i32>],
        &signed(rows, |signed| signed.method.code()) as &[Option<&str>],
        &signed(rows, |signed| signed.signed_at) as &[Option<DateTime<Utc>>],
        &each(rows, |row| row.sealed.as_slice()) as &[&[u8]],
    )
    .execute(conn)
    .await?;
    Ok(())
}

struct Row {
    decision_id: Uuid,
    trip_id: Uuid,
    request_hash: Vec<u8>,
    decision: String,
    state: String,
    post: String,
    direction: String,
    officer_id: Uuid,
    unit_id: Uuid,
    decided_at: DateTime<Utc>,
    people_counted: i32,
    policy_id: String,
    policy_version: i32,
    origin_level: i16,
    template_id: Option<String>,
    template_version: Option<i32>,
    signing_method: Option<String>,
    signed_at: Option<DateTime<Utc>>,
    clauses_vi: Vec<String>,
    clauses_en: Vec<String>,
    sealed: Vec<u8>,
}

impl TryFrom<Row> for DecisionRow {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self, Error> {
        let signed = row.template_id.zip(row.template_version).zip(row.signing_method).zip(row.signed_at);
        let signed = signed.map(|(((template_id, version), method), signed_at)| {
            let (clauses_vi, clauses_en) = (row.clauses_vi, row.clauses_en);
            Ok::<_, Error>(SignedRow { template_id, version, method: Coded::read(&method)?, signed_at, clauses_vi, clauses_en })
        });
        Ok(Self {
            id: DecisionId::from_uuid(row.decision_id),
            trip: TripId::from_uuid(row.trip_id),
            request_hash: row.request_hash,
            decision: Coded::read(&row.decision)?,
            state: Coded::read(&row.state)?,
            post: row.post,
            direction: Coded::read(&row.direction)?,
            officer: AccountId::from_uuid(row.officer_id),
            unit: UnitId::from_uuid(row.unit_id),
            decided_at: row.decided_at,
            people_counted: row.people_counted,
            policy_id: row.policy_id,
            policy_version: row.policy_version,
            origin_level: row.origin_level,
            commitment: signed.transpose()?,
            sealed: row.sealed,
        })
    }
}

macro_rules! select {
    ($condition:literal, $argument:expr) => {
        sqlx::query_as!(
            Row,
            "select decision_id, trip_id, request_hash, decision, state, post, direction, officer_id, unit_id, decided_at, people_counted,
                 policy_id, policy_version, origin_level, template_id, template_version, signing_method, signed_at, clauses_vi, clauses_en, sealed
             from decisions " + $condition,
            $argument
        )
    };
}

pub async fn get(conn: &mut PgConnection, id: DecisionId) -> Result<Option<DecisionRow>, Error> {
    select!("where decision_id = $1", id.as_uuid()).fetch_optional(conn).await?.map(DecisionRow::try_from).transpose()
}

/// All of a trip, the last one last.
pub async fn of_trip(conn: &mut PgConnection, trip: TripId) -> Result<Vec<DecisionRow>, Error> {
    let rows = select!("where trip_id = $1 order by decided_at, decision_id", trip.as_uuid()).fetch_all(conn).await?;
    rows.into_iter().map(DecisionRow::try_from).collect()
}
