//! Which reports are handled with which, and which may be.

use chrono::{DateTime, Utc};
use contract::reports::v1::ReportState;
use ids::ReportId;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{
    error::Error,
    report::Report,
    store::{coded::Coded, reports::Record},
};

/// What one report shows of another.
#[derive(Debug, Clone)]
pub struct Other {
    pub id: ReportId,
    pub code: String,
    pub state: ReportState,
    pub unread: bool,
}

/// Until the end of the transaction nobody else merges anything: no two are merged into each other. Any number that nothing else uses.
pub async fn hold(conn: &mut PgConnection) -> Result<(), Error> {
    sqlx::query_scalar!(r#"select pg_advisory_xact_lock(2021101802)::text as "locked""#).fetch_one(conn).await?;
    Ok(())
}

/// What is handled with a report, in the order in which they came.
pub async fn of(conn: &mut PgConnection, report: ReportId) -> Result<Vec<Other>, Error> {
    let rows = sqlx::query!(
        "select report_id, code, state, unread from reports where merged_into = $1 order by received_at, report_id",
        report.as_uuid()
    );
    let other = |id: Uuid, code: String, state: &str, unread: bool| {
        Ok(Other { id: ReportId::from_uuid(id), code, state: Coded::read(state)?, unread })
    };
    rows.fetch_all(conn).await?.into_iter().map(|row| other(row.report_id, row.code, &row.state, row.unread)).collect()
}

/// What is handled with a report has its recipient, and ends as it does.
pub async fn follow(conn: &mut PgConnection, report: &Report) -> Result<(), Error> {
    sqlx::query!(
        "update reports set recipient_area = $2, recipient_post = $3, seen_by = $4, ended_at = $5, rejection = $6,
             unread = unread and $5::timestamptz is null
         where merged_into = $1 and state = 'MERGED'",
        report.id.as_uuid(),
        report.recipient.area.to_string(),
        report.recipient.post,
        &report.seen_by(),
        report.ended_at,
        report.rejection.map(Coded::code),
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// A report that may be about the same matter, and what speaks for it.
#[derive(Debug, Clone)]
pub struct Alike {
    pub report_id: Uuid,
    pub seen_at: DateTime<Utc>,
    pub same_plate: bool,
    pub same_place: bool,
    pub same_category: bool,
}

/// Open reports that one may see: of the same plate within two days, or of the same place and category within half a day. What speaks most for it
/// comes first.
pub async fn alike(conn: &mut PgConnection, record: &Record, eyes: &[String], limit: i64) -> Result<Vec<Alike>, Error> {
    let (report, facts) = (&record.report, &record.facts);
    let rows = sqlx::query_as!(
        Alike,
        r#"select report_id, seen_at, coalesce(plate_key = $3, false) as "same_plate!", coalesce(area = $4, false) as "same_place!",
            category_id = $5 as "same_category!"
        from reports
        where report_id <> $1 and state not in ('ANSWERED', 'REJECTED', 'CLOSED', 'MERGED') and seen_by && $2
          and ((plate_key = $3 and seen_at between $6::timestamptz - interval '2 days' and $6::timestamptz + interval '2 days')
            or (area = $4 and category_id = $5 and seen_at between $6::timestamptz - interval '12 hours' and $6::timestamptz + interval '12 hours'))
        order by coalesce(plate_key = $3, false) desc, (category_id = $5) desc, coalesce(area = $4, false) desc,
            abs(extract(epoch from seen_at - $6::timestamptz)), report_id
        limit $7"#,
        report.id.as_uuid(),
        eyes,
        facts.plate_key,
        facts.area.map(|area| area.to_string()),
        report.category,
        facts.seen_at,
        limit,
    );
    Ok(rows.fetch_all(conn).await?)
}
