//! Rows of `messages`.

use chrono::{DateTime, Utc};
use contract::reports::v1::Speaker;
use ids::{CommandId, ReportId};
use sqlx::PgConnection;

use crate::{error::Error, store::coded::Coded};

#[derive(Debug, Clone)]
pub struct MessageRow {
    pub id: CommandId,
    pub speaker: Speaker,
    pub sent_at: DateTime<Utc>,
    pub sealed: Vec<u8>,
}

pub async fn insert(conn: &mut PgConnection, report: ReportId, row: &MessageRow) -> Result<(), Error> {
    sqlx::query!(
        "insert into messages (message_id, report_id, speaker, sent_at, sealed) values ($1, $2, $3, $4, $5)",
        row.id.as_uuid(),
        report.as_uuid(),
        row.speaker.code(),
        row.sent_at,
        row.sealed,
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub async fn of_report(conn: &mut PgConnection, report: ReportId) -> Result<Vec<MessageRow>, Error> {
    let rows =
        sqlx::query!("select message_id, speaker, sent_at, sealed from messages where report_id = $1 order by position", report.as_uuid());
    let message = |row: (uuid::Uuid, String, DateTime<Utc>, Vec<u8>)| {
        Ok(MessageRow { id: CommandId::from_uuid(row.0), speaker: Coded::read(&row.1)?, sent_at: row.2, sealed: row.3 })
    };
    rows.fetch_all(conn).await?.into_iter().map(|row| message((row.message_id, row.speaker, row.sent_at, row.sealed))).collect()
}
