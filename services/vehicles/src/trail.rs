//! The audit row of a call, in the transaction of the read or write.

use audit::{Entry, Kind, Outcome, Who};
use chrono::{DateTime, Utc};
use contract::Permission;
use ids::AuditId;
use runtime::Caller;
use sqlx::PgConnection;
use uuid::Uuid;
use vietnam::AreaKey;

use crate::{error::Error, service::Vehicles, trip::Trip};

/// What was done to one trip.
#[derive(Debug)]
pub struct Act<'a> {
    /// `vehicles.DecideTrip`
    pub action: &'static str,
    pub kind: Kind,
    pub permission: Option<Permission>,
    /// A code; `OWN_TASK` where the caller's task says why.
    pub reason: Option<&'a str>,
    pub detail: serde_json::Value,
}

pub const OWN_TASK: &str = "OWN_TASK";

impl Act<'_> {
    pub fn write(action: &'static str, permission: Option<Permission>) -> Self {
        Self { action, kind: Kind::Write, permission, reason: Some(OWN_TASK), detail: serde_json::Value::Object(Default::default()) }
    }

    pub fn read(action: &'static str, permission: Option<Permission>) -> Self {
        Self { kind: Kind::Read, ..Self::write(action, permission) }
    }
}

/// Records `act` on the trip, in the area of its entry post.
pub async fn record(
    conn: &mut PgConnection,
    service: &Vehicles,
    caller: &Caller,
    trip: &Trip,
    act: Act<'_>,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let area = service.profile.post(&trip.entry_post).map(|post| post.area);
    write(conn, caller, area, Some(trip.id.as_uuid()), act, now).await
}

/// Records a list or a search, which is about no one trip.
pub async fn record_search(conn: &mut PgConnection, caller: &Caller, area: AreaKey, act: Act<'_>, now: DateTime<Utc>) -> Result<(), Error> {
    write(conn, caller, Some(area), None, act, now).await
}

async fn write(
    conn: &mut PgConnection,
    caller: &Caller,
    area: Option<AreaKey>,
    subject: Option<Uuid>,
    act: Act<'_>,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let area = area.map(|area| area.to_string());
    let (request_id, client) = (caller.request_id.to_string(), caller.client.to_string());
    let account = caller.account().ok();
    let who = Who {
        account: account.map(|account| account.account_id),
        session: account.map(|account| account.session_id),
        unit: account.map(|account| account.unit_id),
        request_id: &request_id,
        client: Some(&client),
    };
    let entry = Entry {
        id: AuditId::mint(now),
        at: now,
        kind: act.kind,
        action: act.action,
        outcome: Outcome::Done,
        who,
        permission: act.permission.map(Permission::as_str),
        area: area.as_deref(),
        subject,
        reason: act.reason,
        detail: act.detail,
    };
    Ok(audit::record(conn, entry).await?)
}
