//! Rows of `tasks`: re-swabs, re-runs and alarms.

use chrono::{DateTime, Utc};
use contract::lab::v1::TaskKind;
use ids::{AccountId, SubjectId, TaskId, TubeId};
use requests::{Coded, paging::Cursor};
use serde::Serialize;
use sqlx::PgConnection;
use uuid::Uuid;
use vietnam::AreaKey;

use crate::{error::Error, store};

/// A task that has to be open.
#[derive(Debug, Clone)]
pub struct Wanted {
    pub kind: TaskKind,
    pub tube: TubeId,
    /// Of a re-swab.
    pub subject: Option<SubjectId>,
    pub cause: &'static str,
    pub area: AreaKey,
    pub seen_by: Vec<String>,
    pub due_at: DateTime<Utc>,
}

#[derive(Serialize)]
struct Row<'a> {
    task_id: Uuid,
    kind: &'static str,
    tube_id: Uuid,
    subject_id: Option<Uuid>,
    cause: &'static str,
    area: String,
    seen_by: &'a [String],
    due_at: DateTime<Utc>,
}

/// Opens what is wanted and ends what is not any more, of these people and tubes. The re-swabs that are new, each with its area and its deadline.
pub async fn settle(
    conn: &mut PgConnection,
    people: &[Uuid],
    tubes: &[Uuid],
    wanted: &[Wanted],
    now: DateTime<Utc>,
) -> Result<Vec<(TaskId, AreaKey, DateTime<Utc>)>, Error> {
    let rows: Vec<Row<'_>> = wanted.iter().map(|task| row(task, now)).collect();
    let rows = serde_json::to_value(&rows).map_err(|_| Error::corrupt("a task"))?;
    sqlx::query!(
        "update tasks set done_at = $4
         where done_at is null and (subject_id = any($1) or (subject_id is null and tube_id = any($2)))
           and not exists (select from jsonb_to_recordset($3) as wanted (kind text, tube_id uuid, subject_id uuid)
             where wanted.kind = tasks.kind and wanted.tube_id = tasks.tube_id and wanted.subject_id is not distinct from tasks.subject_id)",
        people,
        tubes,
        rows,
        now
    )
    .execute(&mut *conn)
    .await?;
    let opened = sqlx::query!(
        "insert into tasks (task_id, kind, tube_id, subject_id, cause, area, seen_by, created_at, due_at)
         select task_id, kind, tube_id, subject_id, cause, area, seen_by, $2, due_at
         from jsonb_to_recordset($1) as wanted (task_id uuid, kind text, tube_id uuid, subject_id uuid, cause text, area text, seen_by text[],
           due_at timestamptz)
         on conflict (kind, tube_id, subject_id) where done_at is null do nothing
         returning task_id, kind, area, due_at",
        rows,
        now
    );
    let opened = opened.fetch_all(conn).await?.into_iter().filter(|row| row.kind == TaskKind::Resample.code());
    opened.map(|row| Ok((TaskId::from_uuid(row.task_id), store::area(&row.area)?, row.due_at))).collect()
}

fn row(task: &Wanted, now: DateTime<Utc>) -> Row<'_> {
    Row {
        task_id: TaskId::mint(now).as_uuid(),
        kind: task.kind.code(),
        tube_id: task.tube.as_uuid(),
        subject_id: task.subject.map(SubjectId::as_uuid),
        cause: task.cause,
        area: task.area.to_string(),
        seen_by: &task.seen_by,
        due_at: task.due_at,
    }
}

/// Where tubes were taken, and the laboratory that they are in with who sees what is there.
#[derive(Debug, Clone)]
pub struct Place {
    pub tube: TubeId,
    pub area: AreaKey,
    pub laboratory: Option<(AreaKey, Vec<String>)>,
}

pub async fn places(conn: &mut PgConnection, tubes: &[Uuid]) -> Result<Vec<Place>, Error> {
    let rows = sqlx::query!(
        r#"select t.tube_id as "tube_id!", t.area as "area!", l.area as "laboratory_area?", l.seen_by as "seen_by?"
           from tubes t left join laboratories l using (laboratory_id) where t.tube_id = any($1)"#,
        tubes
    );
    let rows = rows.fetch_all(conn).await?.into_iter();
    rows.map(|row| {
        let laboratory = row.laboratory_area.zip(row.seen_by);
        let laboratory = laboratory.map(|(area, seen_by)| Ok::<_, Error>((store::area(&area)?, seen_by))).transpose()?;
        Ok(Place { tube: TubeId::from_uuid(row.tube_id), area: store::area(&row.area)?, laboratory })
    })
    .collect()
}

/// Whether somebody of this tube is wanted for another swab.
pub async fn wants_any_of(conn: &mut PgConnection, tube: TubeId) -> Result<bool, Error> {
    let wanted = sqlx::query_scalar!(
        r#"select exists (select from tube_members m join tasks k using (subject_id)
             where m.tube_id = $1 and k.kind = 'RESAMPLE' and k.done_at is null) as "wanted!""#,
        tube.as_uuid()
    );
    Ok(wanted.fetch_one(conn).await?)
}

#[derive(Debug, Clone)]
pub struct TaskRow {
    pub id: TaskId,
    pub kind: TaskKind,
    pub tube: TubeId,
    pub barcode: String,
    /// With his code and what is sealed of him.
    pub subject: Option<(SubjectId, String, Vec<u8>)>,
    pub cause: String,
    pub area: AreaKey,
    pub created_at: DateTime<Utc>,
    pub due_at: DateTime<Utc>,
    pub done_at: Option<DateTime<Utc>>,
}

struct Read {
    task_id: Uuid,
    kind: String,
    tube_id: Uuid,
    barcode: String,
    subject_id: Option<Uuid>,
    code: Option<String>,
    sealed: Option<Vec<u8>>,
    cause: String,
    area: String,
    created_at: DateTime<Utc>,
    due_at: DateTime<Utc>,
    done_at: Option<DateTime<Utc>>,
}

macro_rules! select {
    ($condition:literal $(, $argument:expr)*) => {
        sqlx::query_as!(
            Read,
            r#"select k.task_id, k.kind, k.tube_id, t.barcode, k.subject_id, s.code as "code?", s.sealed as "sealed?", k.cause, k.area,
                 k.created_at, k.due_at, k.done_at
               from tasks k join tubes t using (tube_id) left join subjects s on s.subject_id = k.subject_id "# + $condition
            $(, $argument)*
        )
    };
}

impl TryFrom<Read> for TaskRow {
    type Error = Error;

    fn try_from(row: Read) -> Result<Self, Error> {
        let subject = row.subject_id.zip(row.code).zip(row.sealed);
        Ok(Self {
            id: TaskId::from_uuid(row.task_id),
            kind: Coded::read(&row.kind)?,
            tube: TubeId::from_uuid(row.tube_id),
            barcode: row.barcode,
            subject: subject.map(|((id, code), sealed)| (SubjectId::from_uuid(id), code, sealed)),
            cause: row.cause,
            area: store::area(&row.area)?,
            created_at: row.created_at,
            due_at: row.due_at,
            done_at: row.done_at,
        })
    }
}

/// Open ones by their deadline, or those done last first.
pub async fn list(
    conn: &mut PgConnection,
    kind: TaskKind,
    done: bool,
    eyes: &[String],
    after: Option<Cursor>,
    limit: i64,
) -> Result<Vec<TaskRow>, Error> {
    let kind = (kind != TaskKind::Unspecified).then(|| kind.code());
    let (at, id) = after.map(|cursor| (cursor.at, cursor.id)).unzip();
    let rows = if done {
        let rows = select!(
            "where k.done_at is not null and k.seen_by && $1 and ($2::text is null or k.kind = $2)
             and ($3::timestamptz is null or (k.done_at, k.task_id) < ($3, $4)) order by k.done_at desc, k.task_id desc limit $5",
            eyes,
            kind,
            at,
            id,
            limit
        );
        rows.fetch_all(conn).await?
    } else {
        let rows = select!(
            "where k.done_at is null and k.seen_by && $1 and ($2::text is null or k.kind = $2)
             and ($3::timestamptz is null or (k.due_at, k.task_id) > ($3, $4)) order by k.due_at, k.task_id limit $5",
            eyes,
            kind,
            at,
            id,
            limit
        );
        rows.fetch_all(conn).await?
    };
    rows.into_iter().map(TaskRow::try_from).collect()
}

/// What the caller does not see is not there. Locked until the end of the transaction.
pub async fn lock(conn: &mut PgConnection, task: TaskId, eyes: &[String]) -> Result<TaskRow, Error> {
    let row = select!("where k.task_id = $1 and k.seen_by && $2 for no key update of k", task.as_uuid(), eyes).fetch_optional(conn).await?;
    row.map(TaskRow::try_from).transpose()?.ok_or(Error::not_found())
}

/// An approver's word on a discordant pool.
pub async fn decide(
    conn: &mut PgConnection,
    task: TaskId,
    singles_stand: bool,
    account: AccountId,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    sqlx::query!(
        "update tasks set done_at = $2, accept_singles = $3, decided_by = $4 where task_id = $1",
        task.as_uuid(),
        now,
        singles_stand,
        account.as_uuid()
    )
    .execute(conn)
    .await?;
    Ok(())
}
