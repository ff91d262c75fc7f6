//! Rows of `transfers`: each time another agency had a report.

use chrono::{DateTime, Utc};
use ids::{CommandId, ReportId};
use sqlx::PgConnection;

use crate::{error::Error, transfer::Agency};

#[derive(Debug, Clone)]
pub struct TransferRow {
    pub id: CommandId,
    /// As it was called then.
    pub agency: Agency,
    pub transferred_at: DateTime<Utc>,
    pub due_at: DateTime<Utc>,
    pub ended_at: Option<DateTime<Utc>>,
    pub refused: bool,
    pub sealed_reason: Option<Vec<u8>>,
    pub sealed_answer: Option<Vec<u8>>,
}

pub async fn insert(conn: &mut PgConnection, report: ReportId, row: &TransferRow) -> Result<(), Error> {
    sqlx::query!(
        "insert into transfers (transfer_id, report_id, agency_id, name_vi, name_en, working_days, transferred_at, due_at, sealed_reason)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        row.id.as_uuid(),
        report.as_uuid(),
        row.agency.agency_id,
        row.agency.name_vi,
        row.agency.name_en,
        i32::try_from(row.agency.working_days).unwrap_or(i32::MAX),
        row.transferred_at,
        row.due_at,
        row.sealed_reason,
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub async fn end(
    conn: &mut PgConnection,
    transfer: CommandId,
    refused: bool,
    sealed_answer: Option<&[u8]>,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    sqlx::query!(
        "update transfers set ended_at = $2, refused = $3, sealed_answer = $4 where transfer_id = $1",
        transfer.as_uuid(),
        now,
        refused,
        sealed_answer
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub async fn get(conn: &mut PgConnection, transfer: Option<CommandId>) -> Result<Option<TransferRow>, Error> {
    let Some(transfer) = transfer else { return Ok(None) };
    // Of one that is not over the report's own deadline counts: other working days move that one.
    let row = sqlx::query!(
        r#"select transfers.transfer_id, agency_id, name_vi, name_en, working_days, transferred_at, transfers.ended_at, refused, sealed_reason,
            sealed_answer,
            coalesce(case when transfers.ended_at is null then transfer_due_at end, transfers.due_at) as "due_at!"
        from transfers join reports using (report_id) where transfers.transfer_id = $1"#,
        transfer.as_uuid()
    );
    let Some(row) = row.fetch_optional(conn).await? else { return Ok(None) };
    let agency = Agency {
        agency_id: row.agency_id,
        name_vi: row.name_vi,
        name_en: row.name_en,
        working_days: u32::try_from(row.working_days).unwrap_or(1),
    };
    Ok(Some(TransferRow {
        id: CommandId::from_uuid(row.transfer_id),
        agency,
        transferred_at: row.transferred_at,
        due_at: row.due_at,
        ended_at: row.ended_at,
        refused: row.refused,
        sealed_reason: row.sealed_reason,
        sealed_answer: row.sealed_answer,
    }))
}
