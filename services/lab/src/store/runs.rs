//! Rows of `runs`, `wells` and `well_tubes`.

use chrono::{DateTime, Utc};
use contract::lab::v1::WellKind;
use ids::{AccountId, ResultId, RunId, TubeId};
use requests::{Coded, paging::Cursor};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{
    error::Error,
    plate::{Plate, Position},
    run::Run,
    store::{self, rules::Laboratory},
};

struct Row {
    run_id: Uuid,
    number: String,
    laboratory_id: String,
    laboratory_name: String,
    area: String,
    seen_by: Vec<String>,
    method: String,
    kit: String,
    machine: String,
    state: String,
    started_at: DateTime<Utc>,
    started_by: Uuid,
    read_at: Option<DateTime<Utc>>,
    read_by: Option<Uuid>,
    void_reason: String,
    version: i64,
}

impl TryFrom<Row> for Run {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self, Error> {
        let laboratory =
            Laboratory { id: row.laboratory_id, name: row.laboratory_name, area: store::area(&row.area)?, seen_by: row.seen_by };
        Ok(Self {
            id: RunId::from_uuid(row.run_id),
            number: row.number,
            laboratory,
            method: Coded::read(&row.method)?,
            kit: row.kit,
            machine: row.machine,
            state: Coded::read(&row.state)?,
            started_at: row.started_at,
            started_by: AccountId::from_uuid(row.started_by),
            read_at: row.read_at,
            read_by: row.read_by.map(AccountId::from_uuid),
            void_reason: row.void_reason,
            version: row.version,
        })
    }
}

/// `$condition` comes after the `from`.
macro_rules! select {
    ($condition:literal $(, $argument:expr)*) => {
        sqlx::query_as!(
            Row,
            "select r.run_id, r.number, r.laboratory_id, l.name as laboratory_name, l.area, r.seen_by, r.method, r.kit, r.machine, r.state,
                r.started_at, r.started_by, r.read_at, r.read_by, r.void_reason, r.version
            from runs r join laboratories l using (laboratory_id) " + $condition
            $(, $argument)*
        )
    };
}

/// What the caller does not see is not there.
pub async fn get(conn: &mut PgConnection, run: RunId, eyes: &[String]) -> Result<Run, Error> {
    let row = select!("where r.run_id = $1 and r.seen_by && $2", run.as_uuid(), eyes).fetch_optional(conn).await?;
    row.map(Run::try_from).transpose()?.ok_or(Error::not_found())
}

/// [`get`], locked until the end of the transaction.
pub async fn lock(conn: &mut PgConnection, run: RunId, eyes: &[String]) -> Result<Run, Error> {
    let row = select!("where r.run_id = $1 and r.seen_by && $2 for no key update of r", run.as_uuid(), eyes).fetch_optional(conn).await?;
    row.map(Run::try_from).transpose()?.ok_or(Error::not_found())
}

/// The run that a result belongs to.
pub async fn of_result(conn: &mut PgConnection, result: ResultId) -> Result<RunId, Error> {
    let run = sqlx::query_scalar!("select run_id from results where result_id = $1", result.as_uuid()).fetch_optional(conn).await?;
    run.map(RunId::from_uuid).ok_or(Error::not_found())
}

pub async fn request_hash(conn: &mut PgConnection, run: RunId) -> Result<Option<Vec<u8>>, Error> {
    Ok(sqlx::query_scalar!("select request_hash from runs where run_id = $1", run.as_uuid()).fetch_optional(conn).await?)
}

/// Of a list: those that wait for approval first, then those that are running, each newest first.
pub async fn list(
    conn: &mut PgConnection,
    only_waiting: bool,
    eyes: &[String],
    after: Option<Cursor>,
    limit: i64,
) -> Result<Vec<Run>, Error> {
    let after = after.unwrap_or(Cursor { rank: -1, at: DateTime::<Utc>::MAX_UTC, id: Uuid::max() });
    let rows = select!(
        "where r.seen_by && $1 and (not $2 or r.state = 'READ')
           and (case r.state when 'READ' then 0 when 'STARTED' then 1 else 2 end > $3
             or (case r.state when 'READ' then 0 when 'STARTED' then 1 else 2 end = $3 and (r.started_at, r.run_id) < ($4, $5)))
         order by case r.state when 'READ' then 0 when 'STARTED' then 1 else 2 end, r.started_at desc, r.run_id desc limit $6",
        eyes,
        only_waiting,
        i32::from(after.rank),
        after.at,
        after.id,
        limit
    );
    rows.fetch_all(conn).await?.into_iter().map(Run::try_from).collect()
}

/// With its plate; the tubes by barcode.
pub async fn insert(
    conn: &mut PgConnection,
    run: &Run,
    request_hash: &[u8],
    plate: &Plate,
    tubes: &[(String, TubeId)],
) -> Result<(), Error> {
    sqlx::query!(
        "insert into runs (run_id, request_hash, number, laboratory_id, seen_by, method, kit, machine, state, started_at, started_by)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        run.id.as_uuid(),
        request_hash,
        run.number,
        run.laboratory.id,
        &run.laboratory.seen_by,
        run.method.code(),
        run.kit,
        run.machine,
        run.state.code(),
        run.started_at,
        run.started_by.as_uuid()
    )
    .execute(&mut *conn)
    .await?;
    let positions: Vec<String> = plate.wells.iter().map(|well| well.position.to_string()).collect();
    let ordinals: Vec<i16> = plate.wells.iter().map(|well| Position::ordinal(well.position)).collect();
    let kinds: Vec<String> = plate.wells.iter().map(|well| well.kind.code().to_owned()).collect();
    sqlx::query!(
        "insert into wells (run_id, position, ordinal, kind)
         select $1, position, ordinal, kind from unnest($2::text[], $3::smallint[], $4::text[]) as wells (position, ordinal, kind)",
        run.id.as_uuid(),
        &positions,
        &ordinals,
        &kinds
    )
    .execute(&mut *conn)
    .await?;
    let placed = plate.wells.iter().flat_map(|well| well.barcodes.iter().map(move |barcode| (well.position.to_string(), barcode)));
    let placed = placed.filter_map(|(position, barcode)| Some((position, tubes.iter().find(|(known, _)| known == barcode)?.1.as_uuid())));
    let (positions, ids): (Vec<String>, Vec<Uuid>) = placed.unzip();
    sqlx::query!(
        "insert into well_tubes (run_id, position, tube_id)
         select $1, position, tube_id from unnest($2::text[], $3::uuid[]) as placed (position, tube_id)",
        run.id.as_uuid(),
        &positions,
        &ids
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Saves what may change.
pub async fn save(conn: &mut PgConnection, run: &Run) -> Result<(), Error> {
    sqlx::query!(
        "update runs set state = $2, read_at = $3, read_by = $4, void_reason = $5, version = $6 where run_id = $1",
        run.id.as_uuid(),
        run.state.code(),
        run.read_at,
        run.read_by.map(AccountId::as_uuid),
        run.void_reason,
        run.version
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// What stands in a well.
#[derive(Debug, Clone)]
pub struct WellRow {
    pub position: String,
    pub kind: WellKind,
    pub tubes: Vec<TubeId>,
    pub barcodes: Vec<String>,
    /// Whose samples are in it.
    pub people: i64,
}

/// The plate, in the order of its positions.
pub async fn wells(conn: &mut PgConnection, run: RunId) -> Result<Vec<WellRow>, Error> {
    let rows = sqlx::query!(
        r#"select w.position, w.kind, array_remove(array_agg(t.tube_id order by t.barcode), null) as "tubes!",
             array_remove(array_agg(t.barcode order by t.barcode), null) as "barcodes!",
             coalesce(sum((select count(*) from tube_members m where m.tube_id = t.tube_id)), 0)::bigint as "people!"
           from wells w
           left join well_tubes p on p.run_id = w.run_id and p.position = w.position
           left join tubes t on t.tube_id = p.tube_id
           where w.run_id = $1 group by w.position, w.kind, w.ordinal order by w.ordinal"#,
        run.as_uuid()
    );
    let rows = rows.fetch_all(conn).await?.into_iter();
    rows.map(|row| {
        Ok(WellRow {
            position: row.position,
            kind: Coded::read(&row.kind)?,
            tubes: row.tubes.into_iter().map(TubeId::from_uuid).collect(),
            barcodes: row.barcodes,
            people: row.people,
        })
    })
    .collect()
}

/// How many samples are in runs, how many results wait, and how many of those are looked at one by one.
#[derive(Debug, Clone, Copy, Default)]
pub struct Counts {
    pub run: Uuid,
    pub samples: i64,
    pub waiting: i64,
    pub single_review: i64,
}

pub async fn counts(conn: &mut PgConnection, runs: &[Uuid]) -> Result<Vec<Counts>, Error> {
    let counts = sqlx::query_as!(
        Counts,
        r#"select r.run_id as run, (select count(*) from well_tubes p where p.run_id = r.run_id) as "samples!",
             count(s.result_id) filter (where s.state = 'READ') as "waiting!",
             count(s.result_id) filter (where s.state = 'READ' and (s.version > 1 or s.outcome <> 'NEGATIVE' or s.discordant))
               as "single_review!"
           from runs r left join results s using (run_id) where r.run_id = any($1) group by r.run_id"#,
        runs
    );
    Ok(counts.fetch_all(conn).await?)
}

/// Of these tubes those that must not go into a laboratory pool: they were in one that was not negative, or their person is under suspicion.
pub async fn run_alone(conn: &mut PgConnection, tubes: &[Uuid]) -> Result<Vec<TubeId>, Error> {
    let alone = sqlx::query_scalar!(
        r#"select m.tube_id from tube_members m join person_outcomes o using (subject_id)
           where m.tube_id = any($1) and o.outcome = 'SUSPECT_PENDING' and o.answered_by is null group by m.tube_id"#,
        tubes
    );
    Ok(alone.fetch_all(conn).await?.into_iter().map(TubeId::from_uuid).collect())
}
