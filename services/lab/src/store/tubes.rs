//! Rows of `tubes`.

use chrono::{DateTime, Utc};
use contract::lab::v1::{RejectReason, TubeState};
use ids::{SamplingSessionId, ShipmentId, TubeId};
use requests::Coded;
use serde::Serialize;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{
    error::Error,
    store,
    tube::{self, Tube},
};

struct Row {
    tube_id: Uuid,
    barcode: String,
    kind: String,
    pool_limit: i16,
    specimen: String,
    state: String,
    session_id: Uuid,
    reason: String,
    area: String,
    seen_by: Vec<String>,
    opened_at: DateTime<Utc>,
    sealed_at: Option<DateTime<Utc>>,
    version: i64,
    people: i16,
    reject_reason: Option<String>,
    laboratory_id: Option<String>,
    shipment_id: Option<Uuid>,
    received_at: Option<DateTime<Utc>>,
}

/// `$condition` comes after the `from`.
macro_rules! select {
    ($condition:literal $(, $argument:expr)*) => {
        sqlx::query_as!(
            Row,
            "select tube_id, barcode, kind, pool_limit, specimen, state, session_id, reason, area, seen_by, opened_at, sealed_at, version, people,
                reject_reason, laboratory_id, shipment_id, received_at
            from tubes " + $condition
            $(, $argument)*
        )
    };
}

impl TryFrom<Row> for Tube {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self, Error> {
        Ok(Self {
            id: TubeId::from_uuid(row.tube_id),
            barcode: row.barcode,
            kind: Coded::read(&row.kind)?,
            limit: row.pool_limit,
            specimen: Coded::read(&row.specimen)?,
            state: Coded::read(&row.state)?,
            session: SamplingSessionId::from_uuid(row.session_id),
            reason: Coded::read(&row.reason)?,
            area: store::area(&row.area)?,
            seen_by: row.seen_by,
            opened_at: row.opened_at,
            sealed_at: row.sealed_at,
            version: row.version,
            people: row.people,
            reject_reason: row.reject_reason.as_deref().map(RejectReason::read).transpose()?,
            laboratory: row.laboratory_id,
            shipment: row.shipment_id.map(ShipmentId::from_uuid),
            received_at: row.received_at,
        })
    }
}

fn all(rows: Vec<Row>) -> Result<Vec<Tube>, Error> {
    rows.into_iter().map(Tube::try_from).collect()
}

/// `eyes` are what the caller's areas are compared by; what he does not see is not there. Locked until the end of the transaction, but for
/// rows that only refer to it.
pub async fn lock(conn: &mut PgConnection, tube: TubeId, eyes: &[String]) -> Result<Tube, Error> {
    let row = select!("where tube_id = $1 and seen_by && $2 for no key update", tube.as_uuid(), eyes).fetch_optional(conn).await?;
    row.map(Tube::try_from).transpose()?.ok_or(Error::not_found())
}

/// The newest of a barcode, or that of a year.
pub async fn by_barcode(conn: &mut PgConnection, barcode: &str, year: Option<i16>, eyes: &[String]) -> Result<Option<Tube>, Error> {
    let row = select!(
        "where barcode = $1 and ($2::smallint is null or year = $2) and seen_by && $3 order by year desc limit 1",
        barcode,
        year,
        eyes
    );
    row.fetch_optional(conn).await?.map(Tube::try_from).transpose()
}

/// When a barcode was used in a year, whoever sees it.
pub async fn used(conn: &mut PgConnection, barcode: &str, year: i16) -> Result<Option<DateTime<Utc>>, Error> {
    Ok(sqlx::query_scalar!("select opened_at from tubes where barcode = $1 and year = $2", barcode, year).fetch_optional(conn).await?)
}

/// The newest tube of each barcode, locked, in the order of their ids: two who lock some do not wait for each other in a ring.
pub async fn lock_barcodes(conn: &mut PgConnection, barcodes: &[String]) -> Result<Vec<Tube>, Error> {
    let rows = select!(
        "where tube_id in (select distinct on (barcode) tube_id from tubes where barcode = any($1) order by barcode, year desc) order by tube_id for no key update",
        barcodes
    );
    all(rows.fetch_all(conn).await?)
}

pub async fn lock_many(conn: &mut PgConnection, tubes: &[Uuid]) -> Result<Vec<Tube>, Error> {
    all(select!("where tube_id = any($1) order by tube_id for no key update", tubes).fetch_all(conn).await?)
}

pub async fn of_session(conn: &mut PgConnection, session: SamplingSessionId) -> Result<Vec<Tube>, Error> {
    all(select!("where session_id = $1 and state = 'OPEN' order by opened_at, tube_id", session.as_uuid()).fetch_all(conn).await?)
}

/// Those that wait for a box, oldest first.
pub async fn sealed(
    conn: &mut PgConnection,
    eyes: &[String],
    after: Option<(DateTime<Utc>, Uuid)>,
    limit: i64,
) -> Result<Vec<Tube>, Error> {
    let (at, id) = after.unzip();
    let rows = select!(
        "where state = 'SEALED' and seen_by && $1 and ($2::timestamptz is null or (opened_at, tube_id) > ($2, $3)) order by opened_at, tube_id limit $4",
        eyes,
        at,
        id,
        limit
    );
    all(rows.fetch_all(conn).await?)
}

/// Those that wait in a laboratory for a run, oldest swab first.
pub async fn received(
    conn: &mut PgConnection,
    laboratory: &str,
    after: Option<(DateTime<Utc>, Uuid)>,
    limit: i64,
) -> Result<Vec<Tube>, Error> {
    let (at, id) = after.unzip();
    let rows = select!(
        "where state = 'RECEIVED' and laboratory_id = $1 and ($2::timestamptz is null or (opened_at, tube_id) > ($2, $3)) order by opened_at, tube_id limit $4",
        laboratory,
        at,
        id,
        limit
    );
    all(rows.fetch_all(conn).await?)
}

pub async fn insert(conn: &mut PgConnection, tube: &Tube, request_hash: &[u8], device_at: Option<DateTime<Utc>>) -> Result<(), Error> {
    sqlx::query!(
        "insert into tubes (tube_id, request_hash, barcode, year, kind, pool_limit, specimen, state, session_id, reason, area, seen_by, opened_at, device_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
        tube.id.as_uuid(),
        request_hash,
        tube.barcode,
        tube::year_of(tube.opened_at),
        tube.kind.code(),
        tube.limit,
        tube.specimen.code(),
        tube.state.code(),
        tube.session.as_uuid(),
        tube.reason.code(),
        tube.area.to_string(),
        &tube.seen_by,
        tube.opened_at,
        device_at
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The hash of the request that opened it.
pub async fn request_hash(conn: &mut PgConnection, tube: TubeId) -> Result<Option<Vec<u8>>, Error> {
    Ok(sqlx::query_scalar!("select request_hash from tubes where tube_id = $1", tube.as_uuid()).fetch_optional(conn).await?)
}

/// What may change of a tube.
#[derive(Serialize)]
struct Changed<'a> {
    tube_id: Uuid,
    state: &'static str,
    sealed_at: Option<DateTime<Utc>>,
    version: i64,
    people: i16,
    reject_reason: Option<&'static str>,
    laboratory_id: Option<&'a str>,
    shipment_id: Option<Uuid>,
    received_at: Option<DateTime<Utc>>,
    seen_by: &'a [String],
}

impl<'a> Changed<'a> {
    fn of(tube: &'a Tube) -> Self {
        Self {
            tube_id: tube.id.as_uuid(),
            state: tube.state.code(),
            sealed_at: tube.sealed_at,
            version: tube.version,
            people: tube.people,
            reject_reason: tube.reject_reason.map(Coded::code),
            laboratory_id: tube.laboratory.as_deref(),
            shipment_id: tube.shipment.map(ShipmentId::as_uuid),
            received_at: tube.received_at,
            seen_by: &tube.seen_by,
        }
    }
}

/// Saves what may change of tubes, those of a whole box in one statement.
pub async fn save(conn: &mut PgConnection, tubes: &[Tube]) -> Result<(), Error> {
    let rows = serde_json::to_value(tubes.iter().map(Changed::of).collect::<Vec<_>>()).map_err(|_| Error::corrupt("tubes"))?;
    sqlx::query!(
        "update tubes set state = c.state, sealed_at = c.sealed_at, version = c.version, people = c.people, reject_reason = c.reject_reason,
            laboratory_id = c.laboratory_id, shipment_id = c.shipment_id, received_at = c.received_at, seen_by = c.seen_by
         from jsonb_to_recordset($1) as c (tube_id uuid, state text, sealed_at timestamptz, version bigint, people smallint, reject_reason text,
            laboratory_id text, shipment_id uuid, received_at timestamptz, seen_by text[])
         where tubes.tube_id = c.tube_id",
        rows
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Moves those that stand at one of these steps to another; the laboratory's own steps have no other fields to save. Which were moved.
pub async fn move_on(conn: &mut PgConnection, tubes: &[Uuid], from: &[TubeState], to: TubeState) -> Result<Vec<TubeId>, Error> {
    let from: Vec<String> = from.iter().map(|state| state.code().to_owned()).collect();
    let moved = sqlx::query_scalar!(
        "update tubes set state = $3, version = version + 1 where tube_id = any($1) and state = any($2) returning tube_id",
        tubes,
        &from,
        to.code()
    );
    Ok(moved.fetch_all(conn).await?.into_iter().map(TubeId::from_uuid).collect())
}
