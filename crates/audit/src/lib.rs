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
    record_all(connection, &[entry]).await
}

/// [`record`] of several, in one statement.
pub async fn record_all(connection: &mut PgConnection, entries: &[Entry<'_>]) -> Result<(), sqlx::Error> {
    fn each<'a, T>(entries: &'a [Entry<'a>], of: impl Fn(&'a Entry<'a>) -> T) -> Vec<T> {
        entries.iter().map(of).collect()
    }
    sqlx::query!(
        "insert into audit.entries
             (id, at, kind, action, outcome, account, session, unit, permission, area, subject, reason, detail, request_id, client)
         select * from unnest($1::uuid[], $2::timestamptz[], $3::text[], $4::text[], $5::text[], $6::uuid[], $7::uuid[], $8::uuid[], $9::text[],
             $10::text[], $11::uuid[], $12::text[], $13::jsonb[], $14::text[], $15::text[])",
        &each(entries, |entry| entry.id.as_uuid()),
        &each(entries, |entry| entry.at),
        &each(entries, |entry| entry.kind.as_str()) as &[&str],
        &each(entries, |entry| entry.action) as &[&str],
        &each(entries, |entry| entry.outcome.as_str()) as &[&str],
        &each(entries, |entry| entry.who.account.map(AccountId::as_uuid)) as &[Option<Uuid>],
        &each(entries, |entry| entry.who.session.map(SessionId::as_uuid)) as &[Option<Uuid>],
        &each(entries, |entry| entry.who.unit.map(UnitId::as_uuid)) as &[Option<Uuid>],
        &each(entries, |entry| entry.permission) as &[Option<&str>],
        &each(entries, |entry| entry.area) as &[Option<&str>],
        &each(entries, |entry| entry.subject) as &[Option<Uuid>],
        &each(entries, |entry| entry.reason) as &[Option<&str>],
        &each(entries, |entry| entry.detail.clone()),
        &each(entries, |entry| entry.who.request_id) as &[&str],
        &each(entries, |entry| entry.who.client) as &[Option<&str>],
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
