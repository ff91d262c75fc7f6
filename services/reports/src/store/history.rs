//! Rows of `report_history`: a line for each command, under its id, and for what time or a rule did.

use chrono::{DateTime, Utc};
use contract::reports::v1::ReportState;
use ids::{AccountId, CommandId, ReportId};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{
    error::Error,
    recipient::Recipient,
    store::coded::{Coded, area},
};

#[derive(Debug, Clone)]
pub struct Entry {
    pub id: CommandId,
    pub report: ReportId,
    pub at: DateTime<Utc>,
    pub kind: String,
    pub account: Option<AccountId>,
    pub state: ReportState,
    pub recipient: Recipient,
    pub request_hash: Option<Vec<u8>>,
    pub sealed_detail: Option<Vec<u8>>,
    /// Where a deadline moved: what it was, and what it is.
    pub due: Option<(DateTime<Utc>, DateTime<Utc>)>,
}

struct Row {
    entry_id: Uuid,
    report_id: Uuid,
    at: DateTime<Utc>,
    kind: String,
    account_id: Option<Uuid>,
    state: String,
    recipient_area: String,
    recipient_post: Option<String>,
    request_hash: Option<Vec<u8>>,
    sealed_detail: Option<Vec<u8>>,
    due_before: Option<DateTime<Utc>>,
    due_after: Option<DateTime<Utc>>,
}

impl TryFrom<Row> for Entry {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self, Error> {
        Ok(Self {
            id: CommandId::from_uuid(row.entry_id),
            report: ReportId::from_uuid(row.report_id),
            at: row.at,
            kind: row.kind,
            account: row.account_id.map(AccountId::from_uuid),
            state: Coded::read(&row.state)?,
            recipient: Recipient { area: area(&row.recipient_area)?, post: row.recipient_post },
            request_hash: row.request_hash,
            sealed_detail: row.sealed_detail,
            due: row.due_before.zip(row.due_after),
        })
    }
}

macro_rules! select {
    ($condition:literal, $argument:expr) => {
        sqlx::query_as!(
            Row,
            "select entry_id, report_id, at, kind, account_id, state, recipient_area, recipient_post, request_hash, sealed_detail, due_before,
                 due_after
             from report_history "
                + $condition,
            $argument
        )
    };
}

/// What a command did, whoever may see it.
pub async fn get(conn: &mut PgConnection, command: CommandId) -> Result<Option<Entry>, Error> {
    select!("where entry_id = $1", command.as_uuid()).fetch_optional(conn).await?.map(Entry::try_from).transpose()
}

/// The last line of a report.
pub async fn last(conn: &mut PgConnection, report: ReportId) -> Result<Option<Entry>, Error> {
    let row = select!("where report_id = $1 order by position desc limit 1", report.as_uuid()).fetch_optional(conn).await?;
    row.map(Entry::try_from).transpose()
}

/// All of a report, the first one first.
pub async fn of_report(conn: &mut PgConnection, report: ReportId) -> Result<Vec<Entry>, Error> {
    let rows = select!("where report_id = $1 order by position", report.as_uuid()).fetch_all(conn).await?;
    rows.into_iter().map(Entry::try_from).collect()
}

pub async fn append(conn: &mut PgConnection, entry: &Entry) -> Result<(), Error> {
    sqlx::query!(
        "insert into report_history (entry_id, report_id, at, kind, account_id, state, recipient_area, recipient_post, request_hash, sealed_detail,
             due_before, due_after)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        entry.id.as_uuid(),
        entry.report.as_uuid(),
        entry.at,
        entry.kind,
        entry.account.map(AccountId::as_uuid),
        entry.state.code(),
        entry.recipient.area.to_string(),
        entry.recipient.post,
        entry.request_hash,
        entry.sealed_detail,
        entry.due.map(|(before, _)| before),
        entry.due.map(|(_, after)| after),
    )
    .execute(conn)
    .await?;
    Ok(())
}
