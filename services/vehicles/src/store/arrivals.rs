//! Rows of `arrivals`.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use ids::{AccountId, ArrivalId, ConfirmationId, TripId};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{
    arrival::Arrival,
    error::Error,
    store::coded::{Coded, area, texts},
};

/// An arrival with what only its readers need.
#[derive(Debug, Clone)]
pub struct ArrivalRow {
    pub trip: TripId,
    pub arrival: Arrival,
    pub headcount: Option<i32>,
    pub confirmation: Option<ConfirmationId>,
    pub answered_by: Option<AccountId>,
    pub request_hash: Option<Vec<u8>>,
    /// Contract message `Arrival` with address and driver.
    pub sealed: Vec<u8>,
    pub sealed_note: Option<Vec<u8>>,
}

struct Row {
    arrival_id: Uuid,
    trip_id: Uuid,
    area: String,
    state: String,
    due_at: DateTime<Utc>,
    overdue_after: Option<DateTime<Utc>>,
    overdue_at: Option<DateTime<Utc>>,
    answered_at: Option<DateTime<Utc>>,
    answered_by: Option<Uuid>,
    result: Option<String>,
    headcount: Option<i32>,
    confirmation_id: Option<Uuid>,
    request_hash: Option<Vec<u8>>,
    sealed: Vec<u8>,
    sealed_note: Option<Vec<u8>>,
}

impl TryFrom<Row> for ArrivalRow {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self, Error> {
        let arrival = Arrival {
            id: ArrivalId::from_uuid(row.arrival_id),
            area: area(&row.area)?,
            state: Coded::read(&row.state)?,
            due_at: row.due_at,
            overdue_after: row.overdue_after,
            overdue_at: row.overdue_at,
            answered_at: row.answered_at,
            result: row.result.as_deref().map(Coded::read).transpose()?,
        };
        Ok(Self {
            trip: TripId::from_uuid(row.trip_id),
            arrival,
            headcount: row.headcount,
            confirmation: row.confirmation_id.map(ConfirmationId::from_uuid),
            answered_by: row.answered_by.map(AccountId::from_uuid),
            request_hash: row.request_hash,
            sealed: row.sealed,
            sealed_note: row.sealed_note,
        })
    }
}

macro_rules! select {
    ($condition:literal, $($argument:expr),+) => {
        sqlx::query_as!(
            Row,
            "select arrival_id, trip_id, area, state, due_at, overdue_after, overdue_at, answered_at, answered_by, result, headcount,
                 confirmation_id, request_hash, sealed, sealed_note
             from arrivals " + $condition,
            $($argument),+
        )
    };
}

pub async fn of_trip(conn: &mut PgConnection, trip: TripId) -> Result<Vec<ArrivalRow>, Error> {
    let rows = select!("where trip_id = $1 order by position", trip.as_uuid()).fetch_all(conn).await?;
    rows.into_iter().map(ArrivalRow::try_from).collect()
}

/// Those of a page.
pub async fn get_all(conn: &mut PgConnection, arrivals: &[ArrivalId]) -> Result<HashMap<ArrivalId, ArrivalRow>, Error> {
    let ids: Vec<Uuid> = arrivals.iter().map(|arrival| arrival.as_uuid()).collect();
    let rows = select!("where arrival_id = any($1)", &ids).fetch_all(conn).await?;
    rows.into_iter().map(|row| ArrivalRow::try_from(row).map(|row| (row.arrival.id, row))).collect()
}

/// The trip of an arrival that lies in one of `roots`.
pub async fn trip_of(conn: &mut PgConnection, arrival: ArrivalId, roots: &[String]) -> Result<Option<TripId>, Error> {
    let found = sqlx::query_scalar!("select trip_id from arrivals where arrival_id = $1 and areas && $2", arrival.as_uuid(), roots);
    Ok(found.fetch_optional(conn).await?.map(TripId::from_uuid))
}

/// All in one statement, those of a trip in their order. `people` are on board of the trip of each.
pub async fn insert(conn: &mut PgConnection, rows: &[(&ArrivalRow, i32)], now: DateTime<Utc>) -> Result<(), Error> {
    fn each<'a, T>(rows: &'a [(&'a ArrivalRow, i32)], of: impl Fn(&'a ArrivalRow) -> T) -> Vec<T> {
        rows.iter().map(|(row, _)| of(row)).collect()
    }
    sqlx::query!(
        "insert into arrivals (arrival_id, trip_id, position, area, areas, state, asked_at, due_at, overdue_after, sealed, people)
         select arrival_id, trip_id, row_number() over (partition by trip_id order by ordinality)::smallint, area,
             string_to_array(areas, ' '), state, $2, due_at, overdue_after, sealed, people
         from unnest($1::uuid[], $3::uuid[], $4::text[], $5::text[], $6::text[], $7::timestamptz[], $8::timestamptz[], $9::bytea[], $10::integer[])
             with ordinality as a (arrival_id, trip_id, area, areas, state, due_at, overdue_after, sealed, people)",
        &each(rows, |row| row.arrival.id.as_uuid()),
        now,
        &each(rows, |row| row.trip.as_uuid()),
        &each(rows, |row| row.arrival.area.to_string()),
        // An array of arrays must be a rectangle; these differ in length, so each travels as one text.
        &each(rows, |row| texts(&row.arrival.area.ancestors()).join(" ")),
        &each(rows, |row| row.arrival.state.code()) as &[&str],
        &each(rows, |row| row.arrival.due_at),
        &each(rows, |row| row.arrival.overdue_after) as &[Option<DateTime<Utc>>],
        &each(rows, |row| row.sealed.as_slice()) as &[&[u8]],
        &rows.iter().map(|(_, people)| *people).collect::<Vec<i32>>(),
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Who answered, with what.
#[derive(Debug)]
pub struct AnswerRow<'a> {
    pub confirmation: ConfirmationId,
    pub officer: AccountId,
    pub headcount: i32,
    pub request_hash: &'a [u8],
    pub sealed_note: Option<Vec<u8>>,
}

pub async fn answer(conn: &mut PgConnection, arrival: &Arrival, row: AnswerRow<'_>) -> Result<(), Error> {
    sqlx::query!(
        "update arrivals set state = $2, overdue_after = null, answered_at = $3, result = $4, answered_by = $5, headcount = $6,
             confirmation_id = $7, request_hash = $8, sealed_note = $9
         where arrival_id = $1",
        arrival.id.as_uuid(),
        arrival.state.code(),
        arrival.answered_at,
        arrival.result.map(Coded::code),
        row.officer.as_uuid(),
        row.headcount,
        row.confirmation.as_uuid(),
        row.request_hash,
        row.sealed_note,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Stores the deadlines of a trip's arrivals after the timer acted or the trip ended.
pub async fn update_deadlines(conn: &mut PgConnection, arrivals: &[Arrival]) -> Result<(), Error> {
    let ids: Vec<Uuid> = arrivals.iter().map(|arrival| arrival.id.as_uuid()).collect();
    let states: Vec<String> = arrivals.iter().map(|arrival| arrival.state.code().to_owned()).collect();
    let after: Vec<Option<DateTime<Utc>>> = arrivals.iter().map(|arrival| arrival.overdue_after).collect();
    let at: Vec<Option<DateTime<Utc>>> = arrivals.iter().map(|arrival| arrival.overdue_at).collect();
    sqlx::query!(
        "update arrivals set state = a.state, overdue_after = a.overdue_after, overdue_at = a.overdue_at
         from unnest($1::uuid[], $2::text[], $3::timestamptz[], $4::timestamptz[]) a (arrival_id, state, overdue_after, overdue_at)
         where arrivals.arrival_id = a.arrival_id",
        &ids,
        &states,
        &after as &[Option<DateTime<Utc>>],
        &at as &[Option<DateTime<Utc>>],
    )
    .execute(conn)
    .await?;
    Ok(())
}
