//! The audit row of a call, in the transaction of the read or write. What a reporter does is recorded without any trace of who he is, also where
//! he is signed in: nobody finds a reporter in the audit.

use audit::{Entry, Kind, Outcome, Who};
use chrono::{DateTime, Utc};
use contract::Permission;
use ids::{AuditId, CommandId, PhotoId};
use runtime::Caller;
use sqlx::PgConnection;
use uuid::Uuid;
use vietnam::AreaKey;

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

/// What an act was about.
struct Subject {
    id: Uuid,
    area: AreaKey,
}

impl Subject {
    const fn of(report: &Report) -> Self {
        Self { id: report.id.as_uuid(), area: report.recipient.area }
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
    by_account(conn, caller, permission, Subject::of(report), act, now).await
}

/// Records what somebody did to the working days of a province.
pub async fn record_days(
    conn: &mut PgConnection,
    caller: &Caller,
    permission: Permission,
    (change, province): (CommandId, AreaKey),
    act: Act,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    by_account(conn, caller, permission, Subject { id: change.as_uuid(), area: province }, act, now).await
}

async fn by_account(
    conn: &mut PgConnection,
    caller: &Caller,
    permission: Permission,
    subject: Subject,
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
    write(conn, who, Some(permission), subject, act, now).await
}

/// Records what the reporter did.
pub async fn record_reporter(conn: &mut PgConnection, report: &Report, act: Act, now: DateTime<Utc>) -> Result<(), Error> {
    write(conn, Who::default(), None, Subject::of(report), act, now).await
}

async fn write(
    conn: &mut PgConnection,
    who: Who<'_>,
    permission: Option<Permission>,
    subject: Subject,
    act: Act,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let area = subject.area.to_string();
    let entry = Entry {
        id: AuditId::mint(now),
        at: now,
        kind: act.kind,
        action: act.action,
        outcome: Outcome::Done,
        who,
        permission: permission.map(Permission::as_str),
        area: Some(&area),
        subject: Some(subject.id),
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
