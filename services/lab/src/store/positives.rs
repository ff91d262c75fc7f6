//! People whom a single test found positive, from `person_outcomes`.

use chrono::{DateTime, Utc};
use contract::lab::v1::{SamplingReason, TestMethod};
use ids::SubjectId;
use requests::{Coded, paging::Cursor};
use sqlx::PgConnection;
use uuid::Uuid;
use vietnam::AreaKey;

use crate::{
    error::Error,
    reading::Ct,
    store::{self, readings},
};

#[derive(Debug, Clone)]
pub struct PositiveRow {
    pub subject: SubjectId,
    pub sealed: Vec<u8>,
    pub area: AreaKey,
    pub barcode: String,
    pub method: TestMethod,
    pub ct: Vec<Ct>,
    pub sampled_at: DateTime<Utc>,
    /// When it was known.
    pub decided_at: DateTime<Utc>,
    pub released_at: Option<DateTime<Utc>>,
    pub reason: SamplingReason,
    /// Found positive before, from an earlier swab.
    pub again: bool,
    pub version: i32,
}

struct Row {
    subject_id: Uuid,
    sealed: Vec<u8>,
    area: String,
    barcode: String,
    method: Option<String>,
    ct: Option<serde_json::Value>,
    sampled_at: DateTime<Utc>,
    decided_at: DateTime<Utc>,
    released_at: Option<DateTime<Utc>>,
    reason: String,
    again: bool,
    version: i32,
}

/// The last positive sample of each person who was swabbed or lives in these areas; `$condition` comes after the `from`.
macro_rules! select {
    ($condition:literal $(, $argument:expr)*) => {
        sqlx::query_as!(
            Row,
            r#"select o.subject_id as "subject_id!", o.sealed as "sealed!", o.area as "area!", o.barcode as "barcode!", o.method, o.ct,
                 o.sampled_at as "sampled_at!", o.decided_at as "decided_at!", o.released_at, o.reason as "reason!", o.version as "version!",
                 exists (select from person_outcomes before where before.subject_id = o.subject_id and before.outcome = 'POSITIVE'
                   and before.sampled_at < o.sampled_at) as "again!"
               from (
                 select distinct on (p.subject_id) p.subject_id, s.sealed, t.area, t.barcode, p.method, r.ct, p.sampled_at, p.decided_at,
                   p.released_at, t.reason, p.version
                 from person_outcomes p
                 join subjects s using (subject_id)
                 join tubes t on t.tube_id = p.tube_id
                 left join results r on r.result_id = p.result_id
                 where p.outcome = 'POSITIVE' and exists (select from unnest($1::text[]) eye
                   where t.area = eye or starts_with(t.area, eye || '.') or s.area = eye or starts_with(s.area, eye || '.'))
                 order by p.subject_id, p.sampled_at desc
               ) o "# + $condition
            $(, $argument)*
        )
    };
}

impl TryFrom<Row> for PositiveRow {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self, Error> {
        Ok(Self {
            subject: SubjectId::from_uuid(row.subject_id),
            sealed: row.sealed,
            area: store::area(&row.area)?,
            barcode: row.barcode,
            method: row.method.as_deref().map(TestMethod::read).transpose()?.unwrap_or_default(),
            ct: row.ct.map(readings::ct).transpose()?.unwrap_or_default(),
            sampled_at: row.sampled_at,
            decided_at: row.decided_at,
            released_at: row.released_at,
            reason: Coded::read(&row.reason)?,
            again: row.again,
            version: row.version,
        })
    }
}

/// Those not yet told first, each part newest first.
pub async fn list(
    conn: &mut PgConnection,
    only_waiting: bool,
    eyes: &[String],
    after: Option<Cursor>,
    limit: i64,
) -> Result<Vec<PositiveRow>, Error> {
    let after = after.unwrap_or(Cursor { rank: -1, at: DateTime::<Utc>::MAX_UTC, id: Uuid::max() });
    let rows = select!(
        "where (not $2 or o.released_at is null)
           and (case when o.released_at is null then 0 else 1 end > $3
             or (case when o.released_at is null then 0 else 1 end = $3 and (o.decided_at, o.subject_id) < ($4, $5)))
         order by case when o.released_at is null then 0 else 1 end, o.decided_at desc, o.subject_id desc limit $6",
        eyes,
        only_waiting,
        i32::from(after.rank),
        after.at,
        after.id,
        limit
    );
    rows.fetch_all(conn).await?.into_iter().map(PositiveRow::try_from).collect()
}

/// What the caller does not see is not there.
pub async fn get(conn: &mut PgConnection, subject: SubjectId, eyes: &[String]) -> Result<PositiveRow, Error> {
    let row = select!("where o.subject_id = $2", eyes, subject.as_uuid()).fetch_optional(conn).await?;
    row.map(PositiveRow::try_from).transpose()?.ok_or(Error::not_found())
}

/// He reads it himself from now on.
pub async fn release(conn: &mut PgConnection, subject: SubjectId, now: DateTime<Utc>) -> Result<(), Error> {
    sqlx::query!(
        "update person_outcomes set released_at = $2, version = version + 1 where subject_id = $1 and outcome = 'POSITIVE' and released_at is null",
        subject.as_uuid(),
        now
    )
    .execute(conn)
    .await?;
    Ok(())
}
