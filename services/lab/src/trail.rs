//! The audit row of a call, in the transaction of the read or write.

use audit::{Entry, Kind, Outcome, Who};
use chrono::{DateTime, Utc};
use contract::Permission;
use ids::AuditId;
use runtime::Caller;
use sqlx::PgConnection;
use uuid::Uuid;
use vietnam::AreaKey;

use crate::error::Error;

/// What was done, and to which record.
#[derive(Debug)]
pub struct Act {
    /// `lab.SealTube`
    pub action: &'static str,
    pub kind: Kind,
    pub subject: Option<Uuid>,
    pub area: Option<AreaKey>,
    pub detail: serde_json::Value,
}

/// Doing what one's task is.
const OWN_TASK: &str = "OWN_TASK";

impl Act {
    pub fn write(action: &'static str, subject: impl Into<Option<Uuid>>, area: impl Into<Option<AreaKey>>) -> Self {
        Self {
            action,
            kind: Kind::Write,
            subject: subject.into(),
            area: area.into(),
            detail: serde_json::Value::Object(Default::default()),
        }
    }

    pub fn read(action: &'static str, subject: impl Into<Option<Uuid>>, area: impl Into<Option<AreaKey>>) -> Self {
        Self { kind: Kind::Read, ..Self::write(action, subject, area) }
    }

    pub fn with(self, detail: serde_json::Value) -> Self {
        Self { detail, ..self }
    }
}

/// Records what somebody with an account did.
pub async fn record(conn: &mut PgConnection, caller: &Caller, permission: Permission, act: Act, now: DateTime<Utc>) -> Result<(), Error> {
    let (request_id, client) = (caller.request_id.to_string(), caller.client.to_string());
    let account = caller.account()?;
    let who = Who {
        account: Some(account.account_id),
        session: Some(account.session_id),
        unit: Some(account.unit_id),
        request_id: &request_id,
        client: Some(&client),
    };
    write(conn, who, Some(permission), act, now).await
}

/// Records what somebody without an account did about himself.
pub async fn record_own(conn: &mut PgConnection, caller: &Caller, act: Act, now: DateTime<Utc>) -> Result<(), Error> {
    let (request_id, client) = (caller.request_id.to_string(), caller.client.to_string());
    let who = Who { request_id: &request_id, client: Some(&client), ..Who::default() };
    write(conn, who, None, act, now).await
}

async fn write(conn: &mut PgConnection, who: Who<'_>, permission: Option<Permission>, act: Act, now: DateTime<Utc>) -> Result<(), Error> {
    let area = act.area.map(|area| area.to_string());
    let entry = Entry {
        id: AuditId::mint(now),
        at: now,
        kind: act.kind,
        action: act.action,
        outcome: Outcome::Done,
        who,
        permission: permission.map(Permission::as_str),
        area: area.as_deref(),
        subject: act.subject,
        reason: Some(OWN_TASK),
        detail: act.detail,
    };
    Ok(audit::record(conn, entry).await?)
}
