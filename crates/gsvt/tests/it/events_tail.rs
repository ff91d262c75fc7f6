//! `gsvt events tail` finds the system that runs in `GSVT_HOME` and prints CloudEvents.

use std::io::{BufRead, BufReader};
use std::process::Stdio;

use chrono::{DateTime, Utc};
use contract::accounts::v1::SessionRevoked;
use events::{NewEvent, SubjectArea};
use ids::{AccountId, EventId};
use prost::Message;
use serde_json::{Value, json};
use sqlx::{Connection, PgConnection};

use crate::running::{Running, gsvt};

#[tokio::test]
async fn an_event_is_printed_as_a_cloud_event_in_json() {
    let folder = testing::folder().unwrap();
    let running = Running::start(&folder.path().join("home"), &[]);
    let now: DateTime<Utc> = "2021-10-18T00:00:00Z".parse().unwrap();
    let account = AccountId::mint(now);
    publish(&running.setting("ACCOUNTS_DATABASE_URL"), account, now).await;

    let event = first_event(&running);
    let data = json!({"accountId": account.to_string()});
    for (attribute, value) in [
        ("specversion", json!("1.0")),
        ("source", json!("/gsvt/accounts")),
        ("type", json!("gsvt.accounts.v1.SessionRevoked")),
        ("subject", json!(account.to_string())),
        ("time", json!("2021-10-18T00:00:00.000000Z")),
        ("sequence", json!("1")),
        ("area", json!("64.622._")),
        ("data", data),
    ] {
        assert_eq!(event[attribute], value, "{attribute} of {event}");
    }
    assert_eq!(running.stop(), Some(0));
}

async fn publish(url: &str, account: AccountId, now: DateTime<Utc>) {
    let event = NewEvent {
        id: EventId::mint(now),
        schema: "gsvt.accounts.v1.SessionRevoked",
        aggregate: account.as_uuid(),
        area: SubjectArea::parse("64.622._").unwrap(),
        occurred_at: now,
        payload: SessionRevoked { account_id: account.to_string(), ..Default::default() }.encode_to_vec(),
    };
    let mut connection = PgConnection::connect(url).await.unwrap();
    events::append(&mut connection, event).await.unwrap();
}

fn first_event(running: &Running) -> Value {
    let arguments = ["events", "tail", "--from", "1", "--subject", "gsvt.accounts.v1.*.64.>"];
    let mut tail = gsvt(&arguments, &[("GSVT_HOME", running.home.to_str().unwrap())]).stdout(Stdio::piped()).spawn().unwrap();
    let line = BufReader::new(tail.stdout.take().unwrap()).lines().next().unwrap().unwrap();
    tail.kill().unwrap();
    tail.wait().unwrap();
    serde_json::from_str(&line).unwrap()
}
