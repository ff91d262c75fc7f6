//! Rows of `shipments` and `manifest_lines`.

use chrono::{DateTime, Utc};
use ids::{AccountId, CommandId, ShipmentId, TubeId};
use requests::Coded;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{
    error::Error,
    shipment::{Line, Shipment},
    store,
};

struct Row {
    shipment_id: Uuid,
    number: String,
    state: String,
    area: String,
    seen_by: Vec<String>,
    laboratory_id: String,
    packed_at: DateTime<Utc>,
    packed_by: Uuid,
    handed_at: Option<DateTime<Utc>>,
    handed_celsius: Option<f64>,
    left_at: Option<DateTime<Utc>>,
    left_where: String,
    received_at: Option<DateTime<Utc>>,
    received_celsius: Option<f64>,
    version: i64,
}

macro_rules! select {
    ($condition:literal $(, $argument:expr)*) => {
        sqlx::query_as!(
            Row,
            "select shipment_id, number, state, area, seen_by, laboratory_id, packed_at, packed_by, handed_at, handed_celsius, left_at, left_where,
                received_at, received_celsius, version
            from shipments " + $condition
            $(, $argument)*
        )
    };
}

fn shipment(row: Row, lines: Vec<Line>) -> Result<Shipment, Error> {
    Ok(Shipment {
        id: ShipmentId::from_uuid(row.shipment_id),
        number: row.number,
        state: Coded::read(&row.state)?,
        area: store::area(&row.area)?,
        seen_by: row.seen_by,
        laboratory: row.laboratory_id,
        packed_at: row.packed_at,
        packed_by: AccountId::from_uuid(row.packed_by),
        handed_at: row.handed_at,
        handed_celsius: row.handed_celsius,
        left_at: row.left_at,
        left_where: row.left_where,
        received_at: row.received_at,
        received_celsius: row.received_celsius,
        version: row.version,
        lines,
    })
}

/// The lines of some shipments.
async fn lines(conn: &mut PgConnection, shipments: &[Uuid]) -> Result<Vec<(Uuid, Line)>, Error> {
    let rows = sqlx::query!(
        "select shipment_id, barcode, tube_id, state from manifest_lines where shipment_id = any($1) order by shipment_id, position, barcode",
        shipments
    );
    let rows = rows.fetch_all(conn).await?;
    rows.into_iter()
        .map(|row| {
            Ok((row.shipment_id, Line { barcode: row.barcode, tube: row.tube_id.map(TubeId::from_uuid), state: Coded::read(&row.state)? }))
        })
        .collect()
}

async fn whole(conn: &mut PgConnection, rows: Vec<Row>) -> Result<Vec<Shipment>, Error> {
    let ids: Vec<Uuid> = rows.iter().map(|row| row.shipment_id).collect();
    let mut lines = lines(conn, &ids).await?;
    rows.into_iter()
        .map(|row| {
            let own = lines.extract_if(.., |(shipment, _)| *shipment == row.shipment_id).map(|(_, line)| line).collect();
            shipment(row, own)
        })
        .collect()
}

/// What the caller does not see is not there.
pub async fn get(conn: &mut PgConnection, shipment: ShipmentId, eyes: &[String]) -> Result<Shipment, Error> {
    let row = select!("where shipment_id = $1 and seen_by && $2", shipment.as_uuid(), eyes).fetch_all(&mut *conn).await?;
    whole(conn, row).await?.pop().ok_or(Error::not_found())
}

/// [`get`], locked until the end of the transaction.
pub async fn lock(conn: &mut PgConnection, shipment: ShipmentId, eyes: &[String]) -> Result<Shipment, Error> {
    let row = select!("where shipment_id = $1 and seen_by && $2 for update", shipment.as_uuid(), eyes).fetch_all(&mut *conn).await?;
    whole(conn, row).await?.pop().ok_or(Error::not_found())
}

/// Whoever sees it: for what comes of another shipment's tube.
pub async fn lock_any(conn: &mut PgConnection, shipments: &[Uuid]) -> Result<Vec<Shipment>, Error> {
    let rows = select!("where shipment_id = any($1) order by shipment_id for update", shipments).fetch_all(&mut *conn).await?;
    whole(conn, rows).await
}

pub async fn request_hash(conn: &mut PgConnection, shipment: ShipmentId) -> Result<Option<Vec<u8>>, Error> {
    Ok(sqlx::query_scalar!("select request_hash from shipments where shipment_id = $1", shipment.as_uuid()).fetch_optional(conn).await?)
}

/// Newest first.
pub async fn list(
    conn: &mut PgConnection,
    only_open: bool,
    eyes: &[String],
    after: Option<(DateTime<Utc>, Uuid)>,
    limit: i64,
) -> Result<Vec<Shipment>, Error> {
    let (at, id) = after.unzip();
    let rows = select!(
        "where seen_by && $1 and (not $2 or state <> 'SETTLED') and ($3::timestamptz is null or (packed_at, shipment_id) < ($3, $4))
         order by packed_at desc, shipment_id desc limit $5",
        eyes,
        only_open,
        at,
        id,
        limit
    );
    let rows = rows.fetch_all(&mut *conn).await?;
    whole(conn, rows).await
}

pub async fn insert(conn: &mut PgConnection, shipment: &Shipment, request_hash: &[u8]) -> Result<(), Error> {
    sqlx::query!(
        "insert into shipments (shipment_id, request_hash, number, state, area, seen_by, laboratory_id, packed_at, packed_by)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        shipment.id.as_uuid(),
        request_hash,
        shipment.number,
        shipment.state.code(),
        shipment.area.to_string(),
        &shipment.seen_by,
        shipment.laboratory,
        shipment.packed_at,
        shipment.packed_by.as_uuid()
    )
    .execute(&mut *conn)
    .await?;
    save_lines(conn, shipment).await
}

/// Saves what may change.
pub async fn save(conn: &mut PgConnection, shipment: &Shipment) -> Result<(), Error> {
    sqlx::query!(
        "update shipments set state = $2, handed_at = $3, handed_celsius = $4, left_at = $5, left_where = $6, received_at = $7,
            received_celsius = $8, version = $9
         where shipment_id = $1",
        shipment.id.as_uuid(),
        shipment.state.code(),
        shipment.handed_at,
        shipment.handed_celsius,
        shipment.left_at,
        shipment.left_where,
        shipment.received_at,
        shipment.received_celsius,
        shipment.version
    )
    .execute(&mut *conn)
    .await?;
    save_lines(conn, shipment).await
}

async fn save_lines(conn: &mut PgConnection, shipment: &Shipment) -> Result<(), Error> {
    let barcodes: Vec<String> = shipment.lines.iter().map(|line| line.barcode.clone()).collect();
    let tubes: Vec<Option<Uuid>> = shipment.lines.iter().map(|line| line.tube.map(TubeId::as_uuid)).collect();
    let states: Vec<String> = shipment.lines.iter().map(|line| line.state.code().to_owned()).collect();
    let positions: Vec<i16> = (0..shipment.lines.len()).map(|at| i16::try_from(at).unwrap_or(i16::MAX)).collect();
    sqlx::query!(
        "insert into manifest_lines (shipment_id, barcode, tube_id, state, position)
         select $1, barcode, tube_id, state, position
         from unnest($2::text[], $3::uuid[], $4::text[], $5::smallint[]) as lines (barcode, tube_id, state, position)
         on conflict on constraint manifest_lines_pkey do update set state = excluded.state",
        shipment.id.as_uuid(),
        &barcodes,
        &tubes as &[Option<Uuid>],
        &states,
        &positions
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The words that explained a line.
pub async fn explain(
    conn: &mut PgConnection,
    shipment: ShipmentId,
    barcode: &str,
    step: CommandId,
    sealed: Option<&[u8]>,
) -> Result<(), Error> {
    sqlx::query!(
        "update manifest_lines set step_id = $3, sealed_note = $4 where shipment_id = $1 and barcode = $2",
        shipment.as_uuid(),
        barcode,
        step.as_uuid(),
        sealed
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The words of a shipment's lines, by barcode.
pub async fn notes(conn: &mut PgConnection, shipment: ShipmentId) -> Result<Vec<(String, CommandId, Vec<u8>)>, Error> {
    let rows = sqlx::query!(
        r#"select barcode, step_id as "step_id!", sealed_note as "sealed_note!" from manifest_lines
           where shipment_id = $1 and step_id is not null and sealed_note is not null"#,
        shipment.as_uuid()
    );
    let rows = rows.fetch_all(conn).await?;
    Ok(rows.into_iter().map(|row| (row.barcode, CommandId::from_uuid(row.step_id), row.sealed_note)).collect())
}

/// How many people and since when, of the tubes on manifests.
pub async fn tube_facts(conn: &mut PgConnection, tubes: &[Uuid]) -> Result<Vec<(TubeId, i16, String, Option<DateTime<Utc>>)>, Error> {
    let rows = sqlx::query!("select tube_id, people, kind, sealed_at from tubes where tube_id = any($1)", tubes).fetch_all(conn).await?;
    Ok(rows.into_iter().map(|row| (TubeId::from_uuid(row.tube_id), row.people, row.kind, row.sealed_at)).collect())
}
