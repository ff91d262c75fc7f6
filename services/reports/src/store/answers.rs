//! Rows of `answers`: each draft is one, published or not.

use chrono::{DateTime, Utc};
use contract::reports::v1::Outcome;
use ids::{AccountId, CommandId, ReportId};
use sqlx::PgConnection;

use crate::{error::Error, store::coded::Coded};

#[derive(Debug, Clone)]
pub struct AnswerRow {
    pub id: CommandId,
    pub outcome: Outcome,
    pub public_text: String,
    pub drafted_by: AccountId,
    pub drafted_at: DateTime<Utc>,
    pub published_at: Option<DateTime<Utc>>,
    pub sealed_internal: Option<Vec<u8>>,
}

pub async fn insert(conn: &mut PgConnection, report: ReportId, row: &AnswerRow) -> Result<(), Error> {
    sqlx::query!(
        "insert into answers (answer_id, report_id, outcome, public_text, drafted_by, drafted_at, sealed_internal)
         values ($1, $2, $3, $4, $5, $6, $7)",
        row.id.as_uuid(),
        report.as_uuid(),
        row.outcome.code(),
        row.public_text,
        row.drafted_by.as_uuid(),
        row.drafted_at,
        row.sealed_internal,
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub async fn publish(conn: &mut PgConnection, answer: CommandId, now: DateTime<Utc>) -> Result<(), Error> {
    sqlx::query!("update answers set published_at = $2 where answer_id = $1", answer.as_uuid(), now).execute(conn).await?;
    Ok(())
}

pub async fn get(conn: &mut PgConnection, answer: Option<CommandId>) -> Result<Option<AnswerRow>, Error> {
    let Some(answer) = answer else { return Ok(None) };
    let row = sqlx::query!(
        "select answer_id, outcome, public_text, drafted_by, drafted_at, published_at, sealed_internal from answers where answer_id = $1",
        answer.as_uuid()
    );
    let Some(row) = row.fetch_optional(conn).await? else { return Ok(None) };
    Ok(Some(AnswerRow {
        id: CommandId::from_uuid(row.answer_id),
        outcome: Coded::read(&row.outcome)?,
        public_text: row.public_text,
        drafted_by: AccountId::from_uuid(row.drafted_by),
        drafted_at: row.drafted_at,
        published_at: row.published_at,
        sealed_internal: row.sealed_internal,
    }))
}
