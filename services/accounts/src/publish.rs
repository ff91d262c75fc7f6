//! What the others hear: the one place that turns what happened to an account into a public event.

use chrono::{DateTime, Utc};
use contract::accounts::v1::{AccountChanged, SessionRevoked};
use events::{NewEvent, SubjectArea};
use ids::EventId;
use prost::Message as _;
use sqlx::PgConnection;

use crate::{
    account::{Account, Happened},
    error::Error,
    proto,
};

/// Puts the events into the outbox, in the caller's transaction. The account's row is locked, so its events keep their order.
pub async fn append(conn: &mut PgConnection, account: &Account, happened: &[Happened], now: DateTime<Utc>) -> Result<(), Error> {
    for one in happened {
        let (schema, payload) = match one {
            Happened::Changed => ("gsvt.accounts.v1.AccountChanged", changed(account, now).encode_to_vec()),
            Happened::SessionEnded(id) => ("gsvt.accounts.v1.SessionRevoked", ended(account, id.to_string(), now).encode_to_vec()),
            Happened::AllSessionsEnded => ("gsvt.accounts.v1.SessionRevoked", ended(account, String::new(), now).encode_to_vec()),
        };
        let area = SubjectArea::parse(&account.unit.area.subject()).map_err(Error::internal)?;
        let event = NewEvent { id: EventId::mint(now), schema, aggregate: account.id.as_uuid(), area, occurred_at: now, payload };
        events::append(conn, event).await?;
    }
    Ok(())
}

fn changed(account: &Account, now: DateTime<Utc>) -> AccountChanged {
    AccountChanged {
        account_id: account.id.to_string(),
        unit_id: account.unit.id.to_string(),
        state: proto::state(account.state()).into(),
        version: account.version,
        changed_at: Some(now.into()),
    }
}

fn ended(account: &Account, session_id: String, now: DateTime<Utc>) -> SessionRevoked {
    SessionRevoked { account_id: account.id.to_string(), session_id, revoked_at: Some(now.into()) }
}
