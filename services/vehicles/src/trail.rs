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
    record_all(conn, service, vec![(caller, trip, act)], now).await
}

/// [`record`] of what several callers did.
pub async fn record_all(
    conn: &mut PgConnection,
    service: &Vehicles,
    acts: Vec<(&Caller, &Trip, Act<'_>)>,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let row = |(caller, trip, act): (_, &Trip, _)| {
        let area = service.profile.post(&trip.entry_post).map(|post| post.area);
        Row::new(caller, area, Some(trip.id.as_uuid()), act)
    };
    write(conn, acts.into_iter().map(row).collect(), now).await
}

/// Records a list or a search, which is about no one trip.
pub async fn record_search(conn: &mut PgConnection, caller: &Caller, area: AreaKey, act: Act<'_>, now: DateTime<Utc>) -> Result<(), Error> {
    write(conn, vec![Row::new(caller, Some(area), None, act)], now).await
}

/// An act with the texts of its audit row.
struct Row<'a> {
    caller: &'a Caller,
    request_id: String,
    client: String,
    area: Option<String>,
    subject: Option<Uuid>,
    act: Act<'a>,
}

impl<'a> Row<'a> {
    fn new(caller: &'a Caller, area: Option<AreaKey>, subject: Option<Uuid>, act: Act<'a>) -> Self {
        let (request_id, client) = (caller.request_id.to_string(), caller.client.to_string());
        Self { caller, request_id, client, area: area.map(|area| area.to_string()), subject, act }
    }

    fn entry(&self, now: DateTime<Utc>) -> Entry<'_> {
        let account = self.caller.account().ok();
        let who = Who {
            account: account.map(|account| account.account_id),
            session: account.map(|account| account.session_id),
            unit: account.map(|account| account.unit_id),
            request_id: &self.request_id,
            client: Some(&self.client),
        };
        Entry {
            id: AuditId::mint(now),
            at: now,
            kind: self.act.kind,
            action: self.act.action,
            outcome: Outcome::Done,
            who,
            permission: self.act.permission.map(Permission::as_str),
            area: self.area.as_deref(),
            subject: self.subject,
            reason: self.act.reason,
            detail: self.act.detail.clone(),
        }
    }
}

async fn write(conn: &mut PgConnection, rows: Vec<Row<'_>>, now: DateTime<Utc>) -> Result<(), Error> {
    let entries: Vec<Entry<'_>> = rows.iter().map(|row| row.entry(now)).collect();
    Ok(audit::record_all(conn, &entries).await?)
}
