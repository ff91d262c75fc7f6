//! Erasing what was written about closed reports when its time is over.

use chrono::{DateTime, Utc};
use ids::ReportId;
use sqlx::PgConnection;

use crate::error::Error;

/// What of a report goes now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Due {
    Contact,
    Text,
}

/// One closed report whose contact or text has to go, locked; those that others hold are skipped.
pub async fn lock_one(
    conn: &mut PgConnection,
    contact_before: DateTime<Utc>,
    text_before: DateTime<Utc>,
) -> Result<Option<(ReportId, Due)>, Error> {
    let row = sqlx::query!(
        r#"select report_id, contact_erased_at is null as "contact!" from reports
        where state = 'CLOSED' and ((contact_erased_at is null and ended_at <= $1) or (erased_at is null and ended_at <= $2))
        limit 1 for update skip locked"#,
        contact_before,
        text_before
    );
    let row = row.fetch_optional(conn).await?;
    Ok(row.map(|row| (ReportId::from_uuid(row.report_id), if row.contact { Due::Contact } else { Due::Text })))
}

/// How the reporter is reached, and his words where something in them looked like it.
pub async fn erase_contact(conn: &mut PgConnection, report: ReportId, now: DateTime<Utc>) -> Result<(), Error> {
    let id = report.as_uuid();
    sqlx::query!("delete from withheld where report_id = $1", id).execute(&mut *conn).await?;
    sqlx::query!("update reports set contact_erased_at = $2 where report_id = $1", id, now).execute(conn).await?;
    Ok(())
}

/// Everything that anybody wrote but the published answer, and the vehicle. Sealed texts go with the report's key too, wherever a copy is.
pub async fn erase_text(conn: &mut PgConnection, report: ReportId, now: DateTime<Utc>) -> Result<(), Error> {
    let id = report.as_uuid();
    sqlx::query!("delete from messages where report_id = $1", id).execute(&mut *conn).await?;
    sqlx::query!("update report_history set sealed_detail = null where report_id = $1", id).execute(&mut *conn).await?;
    sqlx::query!("update transfers set sealed_reason = null, sealed_answer = null where report_id = $1", id).execute(&mut *conn).await?;
    sqlx::query!("delete from answers where report_id = $1 and published_at is null", id).execute(&mut *conn).await?;
    sqlx::query!("update answers set sealed_internal = null where report_id = $1", id).execute(&mut *conn).await?;
    sqlx::query!(
        "update reports set erased_at = $2, sealed = '', sealed_rating = null, plate_text = '', plate_key = null, chosen_trip = null,
             contact_hidden = false, answer_id = published_id
         where report_id = $1",
        id,
        now
    )
    .execute(&mut *conn)
    .await?;
    Ok(seal::erase(conn, id).await?)
}
