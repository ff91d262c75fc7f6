//! The audit row: who read or wrote which record, in the transaction of the read or write, so that there is never one without the other.
//! The chain over the rows and the log of all services come elsewhere.

use chrono::{DateTime, Utc};
use ids::{AccountId, AuditId, SessionId, UnitId};
use sqlx::PgConnection;
use uuid::Uuid;

/// The schema `audit`, for the database of any service.
pub static MIGRATOR: sqlx::migrate::Migrator = sqlx::migrate!();

/// One read or write of a record.
#[derive(Debug, Clone)]
pub struct Entry<'a> {
    pub id: AuditId,
    pub at: DateTime<Utc>,
    pub kind: Kind,
    /// Service and method: `vehicles.DecideTrip`.
    pub action: &'a str,
    pub outcome: Outcome,
    pub who: Who<'a>,
    /// The permission the caller used; none where the method asks for none.
    pub permission: Option<&'a str>,
    /// The area of the record, as an area key: `2021.64.622.23563`.
    pub area: Option<&'a str>,
    /// The record's id, a pseudonym; none for a search.
    pub subject: Option<Uuid>,
    /// Why a look-up outside the caller's own task was made: a code, or text without a person's data.
    pub reason: Option<&'a str>,
    /// What else matters, without a person's data: fields read, ids found, blind indexes searched for.
    pub detail: serde_json::Value,
}

/// Who it was, as the signed caller context says.
#[derive(Debug, Clone, Default)]
pub struct Who<'a> {
    /// None for somebody without an account.
    pub account: Option<AccountId>,
    pub session: Option<SessionId>,
    pub unit: Option<UnitId>,
    pub request_id: &'a str,
    /// A keyed hash of the client's address, never the address.
    pub client: Option<&'a str>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Read,
    Write,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    Done,
    /// Somebody tried and might not. Such a row needs a transaction of its own that is committed.
    Refused,
}

/// Writes `entry` in the caller's transaction. An error means that the read or write must not happen either.
pub async fn record(connection: &mut PgConnection, entry: Entry<'_>) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into audit.entries
             (id, at, kind, action, outcome, account, session, unit, permission, area, subject, reason, detail, request_id, client)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)",
        entry.id.as_uuid(),
        entry.at,
        entry.kind.as_str(),
        entry.action,
        entry.outcome.as_str(),
        entry.who.account.map(AccountId::as_uuid),
        entry.who.session.map(SessionId::as_uuid),
        entry.who.unit.map(UnitId::as_uuid),
        entry.permission,
        entry.area,
        entry.subject,
        entry.reason,
        entry.detail,
        entry.who.request_id,
        entry.who.client,
    )
    .execute(connection)
    .await
    .map(drop)
}

impl Kind {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
        }
    }
}

impl Outcome {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Refused => "refused",
        }
    }
}
