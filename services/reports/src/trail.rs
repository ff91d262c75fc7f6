//! The audit row of a call, in the transaction of the read or write. What a reporter does is recorded without any trace of who he is, also where
//! he is signed in: nobody finds a reporter in the audit.

use audit::{Entry, Kind, Outcome, Who};
use chrono::{DateTime, Utc};
use contract::Permission;
use ids::{AuditId, PhotoId};
use runtime::Caller;
use sqlx::PgConnection;

use crate::{error::Error, report::Report};

/// What was done to one report.
#[derive(Debug)]
pub struct Act {
    /// `reports.StartReport`
    pub action: &'static str,
    pub kind: Kind,
    pub detail: serde_json::Value,
    /// Where it is more than handling what is in one's queue.
    pub reason: Option<String>,
}

/// Handling what is in one's queue.
const OWN_TASK: &str = "OWN_TASK";

impl Act {
    pub fn write(action: &'static str) -> Self {
        Self { action, kind: Kind::Write, detail: serde_json::Value::Object(Default::default()), reason: None }
    }

    pub fn read(action: &'static str) -> Self {
        Self { kind: Kind::Read, ..Self::write(action) }
    }
}

/// Records what somebody with an account did, in the area of the recipient.
pub async fn record(
    conn: &mut PgConnection,
    caller: &Caller,
    permission: Permission,
    report: &Report,
    act: Act,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let (request_id, client) = (caller.request_id.to_string(), caller.client.to_string());
    let account = caller.account()?;
    let who = Who {
        account: Some(account.account_id),
        session: Some(account.session_id),
        unit: Some(account.unit_id),
        request_id: &request_id,
        client: Some(&client),
    };
    write(conn, who, Some(permission), report, act, now).await
}

/// Records what the reporter did.
pub async fn record_reporter(conn: &mut PgConnection, report: &Report, act: Act, now: DateTime<Utc>) -> Result<(), Error> {
    write(conn, Who::default(), None, report, act, now).await
}

async fn write(
    conn: &mut PgConnection,
    who: Who<'_>,
    permission: Option<Permission>,
    report: &Report,
    act: Act,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let area = report.recipient.area.to_string();
    let entry = Entry {
        id: AuditId::mint(now),
        at: now,
        kind: act.kind,
        action: act.action,
        outcome: Outcome::Done,
        who,
        permission: permission.map(Permission::as_str),
        area: Some(&area),
        subject: Some(report.id.as_uuid()),
        reason: Some(act.reason.as_deref().unwrap_or(OWN_TASK)),
        detail: act.detail,
    };
    Ok(audit::record(conn, entry).await?)
}

/// Records what somebody did with a photo that has no report yet.
pub async fn record_photo(conn: &mut PgConnection, photo: Option<PhotoId>, act: Act, now: DateTime<Utc>) -> Result<(), Error> {
    let entry = Entry {
        id: AuditId::mint(now),
        at: now,
        kind: act.kind,
        action: act.action,
        outcome: Outcome::Done,
        who: Who::default(),
        permission: None,
        area: None,
        subject: photo.map(PhotoId::as_uuid),
        reason: Some(OWN_TASK),
        detail: act.detail,
    };
    Ok(audit::record(conn, entry).await?)
}
