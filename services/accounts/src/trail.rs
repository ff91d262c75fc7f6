//! The audit rows of accounts. Why somebody did something is a person's text and may name people: it is sealed with the key of the account that it
//! is about.

use audit::{Entry, Kind, Outcome, Who};
use base64ct::{Base64, Encoding as _};
use chrono::{DateTime, Utc};
use contract::Permission;
use ids::{AccountId, AuditId};
use runtime::{Caller, CallerKind};
use seal::{Keyring, Place};
use serde_json::{Value, json};
use sqlx::PgConnection;

use crate::{account::Account, error::Error};

/// One read or write, by the caller, of an account or of several.
pub struct Row<'a> {
    pub kind: Kind,
    /// `accounts.LockAccount`
    pub action: &'static str,
    pub permission: Option<Permission>,
    pub account: Option<&'a Account>,
    pub detail: Value,
}

pub async fn record(conn: &mut PgConnection, caller: &Caller, now: DateTime<Utc>, row: Row<'_>) -> Result<(), Error> {
    let area = row.account.map(|account| account.unit.area.to_string());
    let (request_id, client) = (caller.request_id.to_string(), caller.client.to_string());
    let entry = Entry {
        id: AuditId::mint(now),
        at: now,
        kind: row.kind,
        action: row.action,
        outcome: Outcome::Done,
        who: who(caller, &request_id, &client),
        permission: row.permission.map(Permission::as_str),
        area: area.as_deref(),
        subject: row.account.map(|account| account.id.as_uuid()),
        reason: None,
        detail: row.detail,
    };
    Ok(audit::record(conn, entry).await?)
}

/// A sign-in that was refused. `account` is `None` for a login that nobody has; the row is written all the same, so that both take as long.
pub async fn record_refused_sign_in(
    conn: &mut PgConnection,
    caller: &Caller,
    now: DateTime<Utc>,
    account: Option<AccountId>,
) -> Result<(), Error> {
    let (request_id, client) = (caller.request_id.to_string(), caller.client.to_string());
    let entry = Entry {
        id: AuditId::mint(now),
        at: now,
        kind: Kind::Write,
        action: "accounts.CreateSession",
        outcome: Outcome::Refused,
        who: who(caller, &request_id, &client),
        permission: None,
        area: None,
        subject: account.map(AccountId::as_uuid),
        reason: None,
        detail: json!({}),
    };
    Ok(audit::record(conn, entry).await?)
}

/// The detail of a row that says why.
pub async fn reason(conn: &mut PgConnection, keyring: &Keyring, account: &Account, text: &str) -> Result<Value, Error> {
    let id = account.id.as_uuid();
    let key = seal::open_key(conn, keyring, id).await?;
    let sealed = key.seal(Place { table: "audit.entries", column: "reason", row: id }, text.as_bytes())?;
    Ok(json!({ "reason_sealed": Base64::encode_string(&sealed), "version": account.version }))
}

fn who<'a>(caller: &Caller, request_id: &'a str, client: &'a str) -> Who<'a> {
    let mut who = Who { request_id, client: Some(client), ..Who::default() };
    if let CallerKind::Account(account) = &caller.kind {
        who.account = Some(account.account_id);
        who.session = Some(account.session_id);
        who.unit = Some(account.unit_id);
    }
    who
}
