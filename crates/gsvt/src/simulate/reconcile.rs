//! Counts again, from three sides that do not know of each other: the database, the stream, and the public list.

use std::{
    collections::{HashMap, HashSet},
    time::Duration,
};

use anyhow::{Context as _, Result, ensure};
use async_nats::jetstream::{self, consumer::DeliverPolicy};
use contract::vehicles::v1::{ListPublicTripsResponse, TripDeclared};
use events::Source;
use futures::StreamExt as _;
use ids::TripId;
use prost::{DecodeError, Message as _};
use runtime::Clock;
use sqlx::{Connection as _, PgConnection, Row as _};
use uuid::Uuid;

use super::{Plan, address_of, journey::Outcome, person::Person, person::Stopwatch};

/// How long the outbox may take to empty after the last answer.
const QUIET_WITHIN: Duration = Duration::from_secs(60);

/// Events without a number, and numbered ones that the stream does not have yet.
const WAITING: &str = "select (select count(*) from events.outbox where number is null)
    + (select next_number - 1 - published_number from events.relay)";

/// What each side has of the acknowledged trips.
#[derive(Debug, Default)]
pub struct Found {
    pub stored: HashSet<TripId>,
    /// With how often each came: more than once is a difference.
    pub streamed: HashMap<TripId, usize>,
    /// Admitted trips that the public list shows.
    pub listed: HashSet<TripId>,
}

impl Found {
    /// Whether every side tells the same of this trip as its people were told.
    pub fn agrees(&self, outcome: &Outcome) -> bool {
        self.stored.contains(&outcome.trip) && self.streamed.get(&outcome.trip) == Some(&1) && self.is_projected(outcome)
    }

    /// On the public list exactly when a post admitted it.
    pub fn is_projected(&self, outcome: &Outcome) -> bool {
        self.listed.contains(&outcome.trip) == outcome.admitted
    }
}

pub async fn reconcile(plan: &Plan, outcomes: &[Outcome], clock: &Clock) -> Result<Found> {
    let acknowledged: HashSet<TripId> = outcomes.iter().filter(|outcome| outcome.acknowledged).map(|outcome| outcome.trip).collect();
    let mut database = PgConnection::connect(&plan.vehicles_database_url).await.context("the database of vehicles cannot be reached")?;
    quiet(&mut database, clock).await?;
    Ok(Found {
        stored: stored(&mut database, &acknowledged).await?,
        streamed: streamed(&plan.nats_url, &acknowledged).await?,
        listed: listed(&plan.gateway, &acknowledged).await?,
    })
}

/// Waits until every event that was written is in the stream.
#[expect(clippy::disallowed_methods, reason = "looks into another crate's database from outside, as an inspector would")]
pub async fn quiet(database: &mut PgConnection, clock: &Clock) -> Result<()> {
    let latest = clock.now() + chrono::Duration::from_std(QUIET_WITHIN)?;
    loop {
        let waiting: i64 = sqlx::query(WAITING).fetch_one(&mut *database).await?.get(0);
        if waiting == 0 {
            return Ok(());
        }
        ensure!(clock.now() < latest, "{waiting} events are still in the outbox after {} s", QUIET_WITHIN.as_secs());
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

#[expect(clippy::disallowed_methods, reason = "looks into another crate's database from outside, as an inspector would")]
async fn stored(database: &mut PgConnection, acknowledged: &HashSet<TripId>) -> Result<HashSet<TripId>> {
    let wanted: Vec<Uuid> = acknowledged.iter().map(|trip| trip.as_uuid()).collect();
    let rows = sqlx::query("select trip_id from trips where trip_id = any($1)").bind(wanted).fetch_all(database).await?;
    Ok(rows.iter().map(|row| TripId::from_uuid(row.get(0))).collect())
}

async fn streamed(nats_url: &str, acknowledged: &HashSet<TripId>) -> Result<HashMap<TripId, usize>> {
    let told = told(nats_url, "vehicles", "TripDeclared", |payload| Ok(TripDeclared::decode(payload)?.trip_id)).await?;
    let trips = told.into_iter().filter_map(|(trip, count)| Some((TripId::parse(&trip).ok()?, count)));
    Ok(trips.filter(|(trip, _)| acknowledged.contains(trip)).collect())
}

/// How often a service's stream tells this event of each id that `id` finds in it.
pub async fn told(
    nats_url: &str,
    service: &'static str,
    event: &str,
    id: impl Fn(&[u8]) -> Result<String, DecodeError>,
) -> Result<HashMap<String, usize>> {
    let jetstream = events::connect(nats_url, "gsvt simulate").await?;
    let stream =
        jetstream.get_stream(Source::new(service).stream()).await.with_context(|| format!("the stream of {service} cannot be read"))?;
    let config = jetstream::consumer::pull::OrderedConfig {
        filter_subject: format!("gsvt.{service}.v1.{event}.>"),
        deliver_policy: DeliverPolicy::All,
        ..Default::default()
    };
    let consumer = stream.create_consumer(config).await?;
    let mut found = HashMap::new();
    let mut left = consumer.cached_info().num_pending;
    let mut messages = consumer.messages().await?;
    while left > 0 {
        let message = messages.next().await.context("the stream ended early")??;
        left -= 1;
        *found.entry(id(&message.payload)?).or_default() += 1;
    }
    Ok(found)
}

async fn listed(gateway: &str, acknowledged: &HashSet<TripId>) -> Result<HashSet<TripId>> {
    let reader = Person::at(gateway, address_of(1 << 21))?;
    let watch = Stopwatch::default();
    let mut found = HashSet::new();
    let mut token = String::new();
    loop {
        let page: ListPublicTripsResponse = reader.get("list", &format!("/v1/public/trips?pageSize=50&pageToken={token}"), &watch).await?;
        found.extend(page.trips.iter().filter_map(|trip| TripId::parse(&trip.trip_id).ok()).filter(|trip| acknowledged.contains(trip)));
        if page.next_page_token.is_empty() {
            return Ok(found);
        }
        token = page.next_page_token;
    }
}
