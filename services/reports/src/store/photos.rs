//! Rows of `photos` and `sent_photos`. The bytes of a photo are no row: see album.rs.

use chrono::{DateTime, Utc};
use files::Kind;
use ids::{AccountId, PhotoId, ReportId};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::error::Error;

#[derive(Debug, Clone)]
pub struct PhotoRow {
    pub id: PhotoId,
    pub owner_index: Option<Vec<u8>>,
    pub content_index: Vec<u8>,
    pub kind: Kind,
    pub width: i32,
    pub height: i32,
    pub added_at: DateTime<Utc>,
    pub stored: bool,
    pub report: Option<ReportId>,
    pub sealed_digest: Vec<u8>,
    pub sealed_key: Option<Vec<u8>>,
    /// The handler who added it; none where the reporter did.
    pub added_by: Option<AccountId>,
}

struct Row {
    photo_id: Uuid,
    owner_index: Option<Vec<u8>>,
    content_index: Vec<u8>,
    kind: String,
    width: i32,
    height: i32,
    added_at: DateTime<Utc>,
    stored: bool,
    report_id: Option<Uuid>,
    sealed_digest: Vec<u8>,
    sealed_key: Option<Vec<u8>>,
    added_by: Option<Uuid>,
}

impl TryFrom<Row> for PhotoRow {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self, Error> {
        Ok(Self {
            id: PhotoId::from_uuid(row.photo_id),
            owner_index: row.owner_index,
            content_index: row.content_index,
            kind: read_kind(&row.kind)?,
            width: row.width,
            height: row.height,
            added_at: row.added_at,
            stored: row.stored,
            report: row.report_id.map(ReportId::from_uuid),
            sealed_digest: row.sealed_digest,
            sealed_key: row.sealed_key,
            added_by: row.added_by.map(AccountId::from_uuid),
        })
    }
}

const fn kind_code(kind: Kind) -> &'static str {
    match kind {
        Kind::Jpeg => "JPEG",
        Kind::Png => "PNG",
        Kind::WebP => "WEBP",
    }
}

fn read_kind(code: &str) -> Result<Kind, Error> {
    let kinds = [Kind::Jpeg, Kind::Png, Kind::WebP];
    kinds.into_iter().find(|kind| kind_code(*kind) == code).ok_or(Error::corrupt("kind of a photo"))
}

/// `$condition` comes after the `from`.
macro_rules! select {
    ($condition:literal, $($argument:expr),+) => {
        sqlx::query_as!(
            Row,
            "select photo_id, owner_index, content_index, kind, width, height, added_at, stored, report_id, sealed_digest, sealed_key, added_by
             from photos " + $condition,
            $($argument),+
        )
    };
}

/// Whoever may see it: by the id that its sender made.
pub async fn get(conn: &mut PgConnection, photo: PhotoId) -> Result<Option<PhotoRow>, Error> {
    select!("where photo_id = $1", photo.as_uuid()).fetch_optional(conn).await?.map(PhotoRow::try_from).transpose()
}

/// Those that wait for a report, in the order in which they came.
pub async fn waiting(conn: &mut PgConnection, owner_index: &[u8], now: DateTime<Utc>) -> Result<Vec<PhotoRow>, Error> {
    let rows = select!("where owner_index = $1 and report_id is null and stored and look_at > $2 order by position", owner_index, now);
    rows.fetch_all(conn).await?.into_iter().map(PhotoRow::try_from).collect()
}

/// All of a report, in the order in which they came.
pub async fn of_report(conn: &mut PgConnection, report: ReportId) -> Result<Vec<PhotoRow>, Error> {
    let rows = select!("where report_id = $1 order by position", report.as_uuid());
    rows.fetch_all(conn).await?.into_iter().map(PhotoRow::try_from).collect()
}

pub async fn insert(conn: &mut PgConnection, row: &PhotoRow, look_at: DateTime<Utc>) -> Result<(), Error> {
    sqlx::query!(
        "insert into photos (photo_id, owner_index, content_index, kind, width, height, added_at, look_at, sealed_digest, added_by)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        row.id.as_uuid(),
        row.owner_index,
        row.content_index,
        kind_code(row.kind),
        row.width,
        row.height,
        row.added_at,
        look_at,
        row.sealed_digest,
        row.added_by.map(AccountId::as_uuid),
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Its bytes are there. False: it was taken back meanwhile.
pub async fn mark_stored(conn: &mut PgConnection, photo: PhotoId) -> Result<bool, Error> {
    let marked = sqlx::query!("update photos set stored = true where photo_id = $1 and owner_index is not null", photo.as_uuid());
    Ok(marked.execute(conn).await?.rows_affected() > 0)
}

/// Gives a photo that waits to a report. False: it does not wait any more.
pub async fn attach(
    conn: &mut PgConnection,
    photo: PhotoId,
    report: ReportId,
    sealed_key: &[u8],
    now: DateTime<Utc>,
    look_at: DateTime<Utc>,
) -> Result<bool, Error> {
    let attached = sqlx::query!(
        "update photos set report_id = $2, sealed_key = $3, look_at = $5
         where photo_id = $1 and report_id is null and stored and look_at > $4",
        photo.as_uuid(),
        report.as_uuid(),
        sealed_key,
        now,
        look_at
    );
    Ok(attached.execute(conn).await?.rows_affected() > 0)
}

/// Takes a photo that waits back: nobody finds it any more, and time deletes it.
pub async fn take_back(conn: &mut PgConnection, photo: PhotoId, owner_index: &[u8], now: DateTime<Utc>) -> Result<(), Error> {
    sqlx::query!(
        "update photos set owner_index = null, look_at = $3 where photo_id = $1 and owner_index = $2 and report_id is null",
        photo.as_uuid(),
        owner_index,
        now
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Those at which time looks, with their reports.
pub async fn due(conn: &mut PgConnection, now: DateTime<Utc>) -> Result<Vec<(PhotoId, Option<ReportId>)>, Error> {
    let rows = sqlx::query!("select photo_id, report_id from photos where look_at <= $1 order by look_at limit 50", now);
    let rows = rows.fetch_all(conn).await?;
    Ok(rows.into_iter().map(|row| (PhotoId::from_uuid(row.photo_id), row.report_id.map(ReportId::from_uuid))).collect())
}

pub async fn look_again(conn: &mut PgConnection, photo: PhotoId, at: DateTime<Utc>) -> Result<(), Error> {
    sqlx::query!("update photos set look_at = $2 where photo_id = $1", photo.as_uuid(), at).execute(conn).await?;
    Ok(())
}

pub async fn delete(conn: &mut PgConnection, photo: PhotoId) -> Result<(), Error> {
    sqlx::query!("delete from photos where photo_id = $1", photo.as_uuid()).execute(conn).await?;
    Ok(())
}

/// How many there are already: of the owner, from the client since then, and of everybody without a report.
#[derive(Debug, Clone, Copy)]
pub struct Counts {
    pub of_owner: i64,
    pub from_client: i64,
    pub waiting: i64,
}

/// Until the end of the transaction nobody else counts those of this owner.
pub async fn count(
    conn: &mut PgConnection,
    owner_index: &[u8; 32],
    (report, by_handler): (Option<ReportId>, bool),
    client_key: &[u8; 32],
    since: DateTime<Utc>,
) -> Result<Counts, Error> {
    let [a, b, c, d, e, f, g, h, ..] = *owner_index;
    sqlx::query_scalar!(r#"select pg_advisory_xact_lock($1)::text as "locked""#, i64::from_be_bytes([a, b, c, d, e, f, g, h]))
        .fetch_one(&mut *conn)
        .await?;
    let counts = sqlx::query_as!(
        Counts,
        r#"select
            (select count(*) from photos where owner_index = $1 and report_id is null) +
                (select count(*) from photos where report_id = $2 and (added_by is not null) = $5) as "of_owner!",
            (select count(*) from sent_photos where client_key = $3 and sent_at > $4) as "from_client!",
            (select count(*) from photos where report_id is null) as "waiting!""#,
        &owner_index[..],
        report.map(ReportId::as_uuid),
        &client_key[..],
        since,
        by_handler
    );
    Ok(counts.fetch_one(conn).await?)
}

/// Counts a photo for its client.
pub async fn count_sent(conn: &mut PgConnection, client_key: &[u8; 32], now: DateTime<Utc>) -> Result<(), Error> {
    sqlx::query!("insert into sent_photos (client_key, sent_at) values ($1, $2)", &client_key[..], now).execute(conn).await?;
    Ok(())
}

/// Forgets what no budget needs any more.
pub async fn forget_sent(conn: &mut PgConnection, before: DateTime<Utc>) -> Result<(), Error> {
    sqlx::query!("delete from sent_photos where sent_at < $1", before).execute(conn).await?;
    Ok(())
}
