//! Rows of `result_imports`, `imported_runs` and `imported_rows`.

use chrono::{DateTime, Duration, Utc};
use contract::lab::v1::{ImportedRunState, RunState};
use ids::{AccountId, CommandId, ResultImportId, RunId};
use requests::{Coded, paging::Cursor};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{
    error::Error,
    result_import::Reason,
    store::{self, rules::Laboratory},
};

/// An import with how far it is.
#[derive(Debug, Clone)]
pub struct ResultImport {
    pub id: ResultImportId,
    pub laboratory: Laboratory,
    pub rows: i32,
    pub known_rows: i32,
    pub imported_at: DateTime<Utc>,
    pub imported_by: AccountId,
    pub counts: Counts,
}

#[derive(Debug, Clone, Copy, Default)]
pub struct Counts {
    pub runs: i64,
    pub recorded: i64,
    pub to_approve: i64,
    pub approved: i64,
    pub rows_aside: i64,
}

struct Row {
    import_id: Uuid,
    laboratory_id: String,
    name: String,
    area: String,
    lab_seen_by: Vec<String>,
    rows: i32,
    known_rows: i32,
    imported_at: DateTime<Utc>,
    imported_by: Uuid,
    runs: i64,
    recorded: i64,
    to_approve: i64,
    approved: i64,
    rows_aside: i64,
}

impl TryFrom<Row> for ResultImport {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self, Error> {
        let laboratory = Laboratory { id: row.laboratory_id, name: row.name, area: store::area(&row.area)?, seen_by: row.lab_seen_by };
        let counts = Counts {
            runs: row.runs,
            recorded: row.recorded,
            to_approve: row.to_approve,
            approved: row.approved,
            rows_aside: row.rows_aside,
        };
        Ok(Self {
            id: ResultImportId::from_uuid(row.import_id),
            laboratory,
            rows: row.rows,
            known_rows: row.known_rows,
            imported_at: row.imported_at,
            imported_by: AccountId::from_uuid(row.imported_by),
            counts,
        })
    }
}

/// `$condition` comes after the `from`.
macro_rules! select {
    ($condition:literal $(, $argument:expr)*) => {
        sqlx::query_as!(
            Row,
            r#"select i.import_id, i.laboratory_id, l.name, l.area, l.seen_by as lab_seen_by, i.rows, i.known_rows, i.imported_at, i.imported_by,
                runs.total as "runs!", runs.recorded as "recorded!", runs.to_approve as "to_approve!", runs.approved as "approved!",
                (select count(*) from imported_rows a where a.import_id = i.import_id and a.settled_at is null) as "rows_aside!"
            from result_imports i join laboratories l using (laboratory_id)
            cross join lateral (
                select count(*) filter (where state <> 'ASIDE') as total, count(*) filter (where state = 'RECORDED') as recorded, count(*) filter (where approval <> 'NONE') as to_approve,
                    count(*) filter (where approval = 'DONE') as approved
                from imported_runs r where r.import_id = i.import_id) runs "# + $condition
            $(, $argument)*
        )
    };
}

/// What the caller does not see is not there.
pub async fn get(conn: &mut PgConnection, import: ResultImportId, eyes: &[String]) -> Result<ResultImport, Error> {
    let row = select!("where i.import_id = $1 and i.seen_by && $2", import.as_uuid(), eyes).fetch_optional(conn).await?;
    row.map(ResultImport::try_from).transpose()?.ok_or(Error::not_found())
}

/// Newest first.
pub async fn list(conn: &mut PgConnection, eyes: &[String], after: Option<Cursor>, limit: i64) -> Result<Vec<ResultImport>, Error> {
    let (at, id) = after.map_or((DateTime::<Utc>::MAX_UTC, Uuid::max()), |after| (after.at, after.id));
    let rows = select!(
        "where i.seen_by && $1 and (i.imported_at, i.import_id) < ($2, $3) order by i.imported_at desc, i.import_id desc limit $4",
        eyes,
        at,
        id,
        limit
    );
    rows.fetch_all(conn).await?.into_iter().map(ResultImport::try_from).collect()
}

/// The import of a file, and whether it is this one.
pub async fn of_file(conn: &mut PgConnection, laboratory: &str, file_index: &[u8]) -> Result<Option<ResultImportId>, Error> {
    let import =
        sqlx::query_scalar!("select import_id from result_imports where laboratory_id = $1 and file_index = $2", laboratory, file_index);
    Ok(import.fetch_optional(conn).await?.map(ResultImportId::from_uuid))
}

/// Locked until the end of the transaction.
pub async fn lock(conn: &mut PgConnection, import: ResultImportId, eyes: &[String]) -> Result<(), Error> {
    let locked = sqlx::query_scalar!(
        "select import_id from result_imports where import_id = $1 and seen_by && $2 for no key update",
        import.as_uuid(),
        eyes
    );
    locked.fetch_optional(conn).await?.map(drop).ok_or(Error::not_found())
}

/// An import that is taken.
#[derive(Debug)]
pub struct New<'a> {
    pub id: ResultImportId,
    pub laboratory: &'a Laboratory,
    pub file_index: &'a [u8],
    pub rows: i32,
    pub known_rows: i32,
    pub account: AccountId,
    pub sealed_importer: &'a [u8],
}

pub async fn insert(conn: &mut PgConnection, new: &New<'_>, now: DateTime<Utc>) -> Result<(), Error> {
    sqlx::query!(
        "insert into result_imports (import_id, laboratory_id, seen_by, file_index, rows, known_rows, imported_at, imported_by, sealed_importer)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        new.id.as_uuid(),
        new.laboratory.id,
        &new.laboratory.seen_by,
        new.file_index,
        new.rows,
        new.known_rows,
        now,
        new.account.as_uuid(),
        new.sealed_importer
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// A run with its rows, to be recorded.
#[derive(Debug)]
pub struct NewRun {
    pub run: RunId,
    pub sealed: Vec<u8>,
    pub record: CommandId,
    pub approve: CommandId,
}

/// Runs wait; one that was put aside before waits again.
pub async fn insert_runs(conn: &mut PgConnection, import: ResultImportId, runs: &[NewRun]) -> Result<(), Error> {
    let ids: Vec<Uuid> = runs.iter().map(|run| run.run.as_uuid()).collect();
    let sealed: Vec<Vec<u8>> = runs.iter().map(|run| run.sealed.clone()).collect();
    let record: Vec<Uuid> = runs.iter().map(|run| run.record.as_uuid()).collect();
    let approve: Vec<Uuid> = runs.iter().map(|run| run.approve.as_uuid()).collect();
    sqlx::query!(
        "insert into imported_runs (import_id, state, run_id, sealed, record_command_id, approve_command_id)
         select $1, 'WAITING', * from unnest($2::uuid[], $3::bytea[], $4::uuid[], $5::uuid[])
         on conflict on constraint imported_runs_pkey do update set state = 'WAITING', sealed = excluded.sealed,
             record_command_id = excluded.record_command_id, claimed_at = null",
        import.as_uuid(),
        &ids,
        &sealed,
        &record,
        &approve
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// A row kept aside, as it is stored.
#[derive(Debug)]
pub struct AsideRow {
    pub number: i32,
    pub reason: Reason,
    pub sealed: Vec<u8>,
}

pub async fn put_aside(conn: &mut PgConnection, import: ResultImportId, rows: &[AsideRow]) -> Result<(), Error> {
    let numbers: Vec<i32> = rows.iter().map(|row| row.number).collect();
    let reasons: Vec<String> = rows.iter().map(|row| row.reason.code().to_owned()).collect();
    let sealed: Vec<Vec<u8>> = rows.iter().map(|row| row.sealed.clone()).collect();
    sqlx::query!(
        "insert into imported_rows (import_id, number, reason, sealed) select $1, * from unnest($2::integer[], $3::text[], $4::bytea[])
         on conflict on constraint imported_rows_pkey do update set reason = excluded.reason, sealed = excluded.sealed",
        import.as_uuid(),
        &numbers,
        &reasons,
        &sealed
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Those that nobody has dealt with, by their numbers.
pub async fn aside(conn: &mut PgConnection, import: ResultImportId, limit: i64) -> Result<Vec<AsideRow>, Error> {
    let rows = sqlx::query!(
        "select number, reason, sealed from imported_rows where import_id = $1 and settled_at is null order by number limit $2",
        import.as_uuid(),
        limit
    );
    let read = |reason: &str| Reason::read(reason).ok_or(Error::corrupt("imported_rows.reason"));
    let rows = rows.fetch_all(conn).await?.into_iter();
    rows.map(|row| Ok(AsideRow { number: row.number, reason: read(&row.reason)?, sealed: row.sealed })).collect()
}

/// Rows that a run takes after all, or that are recorded meanwhile.
pub async fn take_back(conn: &mut PgConnection, import: ResultImportId, numbers: &[i32], known: i32) -> Result<(), Error> {
    sqlx::query!("delete from imported_rows where import_id = $1 and number = any($2)", import.as_uuid(), numbers)
        .execute(&mut *conn)
        .await?;
    sqlx::query!("update result_imports set known_rows = known_rows + $2 where import_id = $1", import.as_uuid(), known)
        .execute(conn)
        .await?;
    Ok(())
}

pub async fn settle(
    conn: &mut PgConnection,
    import: ResultImportId,
    account: AccountId,
    sealed_reason: &[u8],
    now: DateTime<Utc>,
) -> Result<(), Error> {
    sqlx::query!(
        "update imported_rows set settled_at = $2, settled_by = $3, sealed_settlement = $4 where import_id = $1 and settled_at is null",
        import.as_uuid(),
        now,
        account.as_uuid(),
        sealed_reason
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// What is recorded, and was not approved before, is approved in this person's name. Nobody approves what is not there yet.
pub async fn ask_approval(conn: &mut PgConnection, import: ResultImportId, sealed_approver: &[u8]) -> Result<(), Error> {
    sqlx::query!("update result_imports set sealed_approver = $2 where import_id = $1", import.as_uuid(), sealed_approver)
        .execute(&mut *conn)
        .await?;
    sqlx::query!(
        "update imported_runs set approval = 'ASKED' where import_id = $1 and approval = 'NONE' and state = 'RECORDED'",
        import.as_uuid()
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Longer than a run takes: who has not finished then has crashed, or failed and may try again.
const CLAIM: Duration = Duration::minutes(1);

/// What waits to be done.
#[derive(Debug)]
pub struct Job {
    pub import: ResultImportId,
    pub run: RunId,
    pub command: CommandId,
    /// In whose name.
    pub sealed_caller: Vec<u8>,
    /// The rows to record; nothing for an approval.
    pub sealed: Vec<u8>,
}

/// Takes a run to record, of one import or of any: nobody else takes it for a while, whatever becomes of it.
pub async fn claim_to_record(conn: &mut PgConnection, import: Option<ResultImportId>, now: DateTime<Utc>) -> Result<Option<Job>, Error> {
    let row = sqlx::query!(
        r#"update imported_runs r set claimed_at = $2 from result_imports i
           where i.import_id = r.import_id and (r.import_id, r.run_id) = (
             select import_id, run_id from imported_runs
             where state = 'WAITING' and ($1::uuid is null or import_id = $1) and (claimed_at is null or claimed_at < $3)
             order by import_id, run_id for update skip locked limit 1)
           returning r.import_id, r.run_id, r.record_command_id, i.sealed_importer, r.sealed as "sealed!""#,
        import.map(ResultImportId::as_uuid),
        now,
        now - CLAIM
    );
    Ok(row.fetch_optional(conn).await?.map(|row| Job {
        import: ResultImportId::from_uuid(row.import_id),
        run: RunId::from_uuid(row.run_id),
        command: CommandId::from_uuid(row.record_command_id),
        sealed_caller: row.sealed_importer,
        sealed: row.sealed,
    }))
}

/// The same, to approve.
pub async fn claim_to_approve(conn: &mut PgConnection, import: Option<ResultImportId>, now: DateTime<Utc>) -> Result<Option<Job>, Error> {
    let row = sqlx::query!(
        r#"update imported_runs r set claimed_at = $2 from result_imports i
           where i.import_id = r.import_id and (r.import_id, r.run_id) = (
             select import_id, run_id from imported_runs
             where approval = 'ASKED' and ($1::uuid is null or import_id = $1) and (claimed_at is null or claimed_at < $3)
             order by import_id, run_id for update skip locked limit 1)
           returning r.import_id, r.run_id, r.approve_command_id, i.sealed_approver as "sealed_approver!""#,
        import.map(ResultImportId::as_uuid),
        now,
        now - CLAIM
    );
    Ok(row.fetch_optional(conn).await?.map(|row| Job {
        import: ResultImportId::from_uuid(row.import_id),
        run: RunId::from_uuid(row.run_id),
        command: CommandId::from_uuid(row.approve_command_id),
        sealed_caller: row.sealed_approver,
        sealed: Vec::new(),
    }))
}

/// Its rows are not kept longer.
pub async fn set_state(conn: &mut PgConnection, job: &Job, state: ImportedRunState) -> Result<(), Error> {
    sqlx::query!(
        "update imported_runs set state = $3, sealed = null, claimed_at = null where import_id = $1 and run_id = $2",
        job.import.as_uuid(),
        job.run.as_uuid(),
        state.code()
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub async fn set_approved(conn: &mut PgConnection, job: &Job) -> Result<(), Error> {
    sqlx::query!(
        "update imported_runs set approval = 'DONE' where import_id = $1 and run_id = $2",
        job.import.as_uuid(),
        job.run.as_uuid()
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// A run of an import.
#[derive(Debug)]
pub struct RunOf {
    pub run: RunId,
    pub number: String,
    pub state: ImportedRunState,
    pub run_state: RunState,
}

/// In the order of their numbers.
pub async fn runs(conn: &mut PgConnection, import: ResultImportId) -> Result<Vec<RunOf>, Error> {
    let rows = sqlx::query!(
        "select r.run_id, r.number, r.state as run_state, i.state from imported_runs i join runs r using (run_id) where i.import_id = $1 order by r.number",
        import.as_uuid()
    );
    let rows = rows.fetch_all(conn).await?.into_iter();
    rows.map(|row| {
        let (state, run_state) = (Coded::read(&row.state)?, Coded::read(&row.run_state)?);
        Ok(RunOf { run: RunId::from_uuid(row.run_id), number: row.number, state, run_state })
    })
    .collect()
}
