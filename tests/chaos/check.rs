//! Looks for everything that was acknowledged, and for what nobody asked for.

use std::collections::{BTreeMap, HashMap, HashSet};

use async_nats::jetstream::consumer::pull::OrderedConfig;
use futures::StreamExt as _;
use sqlx::{PgConnection, Row as _};
use uuid::Uuid;

use crate::{
    history::{History, Kind, Outcome},
    site::Site,
};

/// What is not as it has to be. Of a sound system it is the default.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// Acknowledged and not in the database.
    pub lost: Vec<(Kind, Uuid)>,
    /// Refused for good and yet in the database.
    pub done_although_refused: usize,
    /// Changes without their event in the outbox; a planted event has no change.
    pub untold: i64,
    /// Events of the outbox that the stream lacks, or holds as another number.
    pub gaps: usize,
    /// Messages of the stream that the outbox has not, or has once.
    pub doubled: usize,
    /// Decisions that left no audit row.
    pub unaudited: i64,
    /// Sessions of the database that sit in a transaction.
    pub idle_in_transaction: i64,
    /// Reports that are stored beyond those acknowledged, or not stored.
    pub reports: usize,
    /// Events that reports put aside beyond those that nobody can read, or did not put aside.
    pub parked: u64,
    /// Trips of which reports, which follows the events of vehicles, knows something else than vehicles.
    pub misprojected: usize,
}

/// The ids that the database has of each kind of command.
const DONE: [(Kind, &str); 4] = [
    (Kind::Declare, "select trip_id from trips"),
    (Kind::Receive, "select trip_id from trips where received_at is not null"),
    (Kind::Decide, "select decision_id from decisions"),
    (Kind::Sight, "select sighting_id from sightings"),
];

/// The same of the laboratory.
const DONE_IN_THE_LABORATORY: [(Kind, &str); 3] = [
    (Kind::Register, "select subject_id from subjects"),
    (Kind::Seal, "select tube_id from tubes where state = 'SEALED'"),
    (Kind::List, WHOLE_LISTS),
];

/// Of which everybody was registered, and by no other list.
const WHOLE_LISTS: &str = "select import_id from rosters where rows = (
    select count(distinct subject_id) from roster_members join subjects using (subject_id) where import_id = rosters.import_id and registered)";

/// Trips and decisions beside their events.
const UNTOLD: &str = "select abs((select count(*) from trips)
        - (select count(distinct aggregate) from events.outbox where schema = 'gsvt.vehicles.v1.TripDeclared'))
    + abs((select count(*) from decisions)
        - (select count(*) from events.outbox where schema = 'gsvt.vehicles.v1.TripDecided'))";

/// Which trips were let in, and whether each is over.
const ADMITTED: &str = "select trip_id, ended_at is not null from trips where admitted_at is not null";

const UNAUDITED: &str = "select count(*) from decisions where not exists
    (select from audit.entries where action = 'vehicles.DecideTrip' and outcome = 'done' and subject = decisions.trip_id)";

const PARKED: &str = "select count(*) from events.parked where source = 'vehicles'";

const IDLE: &str = "select count(*) from pg_stat_activity
    where state like 'idle in transaction%' and state_change < now() - interval '1 second'";

impl Found {
    pub async fn look(site: &Site, history: &History) -> Self {
        let mut database = site.database().await;
        let mut found = Self::default();
        for (kind, question) in DONE {
            let done: HashSet<Uuid> = ids(&mut database, question).await;
            let acknowledged = history.ids(kind, Outcome::Acknowledged);
            found.lost.extend(acknowledged.difference(&done).map(|id| (kind, *id)));
            // Receiving is refused as well when the trip was received before, so only commands with ids of their own count.
            if kind != Kind::Receive {
                found.done_although_refused += history.ids(kind, Outcome::Refused).intersection(&done).count();
            }
        }
        found.untold = (count(&mut database, UNTOLD).await - site.poisoned).abs();
        found.unaudited = count(&mut database, UNAUDITED).await;
        found.idle_in_transaction = count(&mut database, IDLE).await;
        let mut reports = site.reports().await;
        let stored = usize::try_from(count(&mut reports, "select count(*) from reports").await).unwrap();
        found.reports = stored.abs_diff(history.ids(Kind::Report, Outcome::Acknowledged).len());
        found.parked = count(&mut reports, PARKED).await.abs_diff(site.poisoned);
        found.misprojected = trips(&mut database).await.symmetric_difference(&trips(&mut reports).await).count();
        (found.gaps, found.doubled) = compare(&outbox(&mut database).await, &stream(site, "VEHICLES").await);
        found.look_at_the_laboratory(site, history).await;
        found
    }
}

impl Found {
    async fn look_at_the_laboratory(&mut self, site: &Site, history: &History) {
        let mut lab = site.lab().await;
        for (kind, question) in DONE_IN_THE_LABORATORY {
            let done: HashSet<Uuid> = ids(&mut lab, question).await;
            self.lost.extend(history.ids(kind, Outcome::Acknowledged).difference(&done).map(|id| (kind, *id)));
            self.done_although_refused += history.ids(kind, Outcome::Refused).intersection(&done).count();
        }
        let (gaps, doubled) = compare(&outbox(&mut lab).await, &stream(site, "LAB").await);
        self.gaps += gaps;
        self.doubled += doubled;
    }
}

/// How many events the stream lacks, and how many messages it has too many.
fn compare(outbox: &BTreeMap<u64, Uuid>, stream: &BTreeMap<u64, Uuid>) -> (usize, usize) {
    let gaps = outbox.iter().filter(|(number, event)| stream.get(number) != Some(event)).count();
    let mut times: HashMap<&Uuid, usize> = HashMap::new();
    stream.values().for_each(|event| *times.entry(event).or_default() += 1);
    let strange = stream.iter().filter(|(number, _)| !outbox.contains_key(number)).count();
    let repeated = times.values().filter(|times| **times > 1).count();
    (gaps, strange.max(repeated))
}

#[expect(clippy::disallowed_methods, reason = "looks into the product's database from outside")]
async fn ids(database: &mut PgConnection, question: &'static str) -> HashSet<Uuid> {
    sqlx::query(question).fetch_all(database).await.unwrap().iter().map(|row| row.get(0)).collect()
}

#[expect(clippy::disallowed_methods, reason = "looks into the product's database from outside")]
async fn trips(database: &mut PgConnection) -> HashSet<(Uuid, bool)> {
    sqlx::query(ADMITTED).fetch_all(database).await.unwrap().iter().map(|row| (row.get(0), row.get(1))).collect()
}

#[expect(clippy::disallowed_methods, reason = "looks into the product's database from outside")]
async fn count(database: &mut PgConnection, question: &'static str) -> i64 {
    sqlx::query(question).fetch_one(database).await.unwrap().get(0)
}

/// Events by their number.
#[expect(clippy::disallowed_methods, reason = "looks into the product's database from outside")]
async fn outbox(database: &mut PgConnection) -> BTreeMap<u64, Uuid> {
    let rows = sqlx::query("select number, event_id from events.outbox").fetch_all(database).await.unwrap();
    rows.iter().map(|row| (row.get::<Option<i64>, _>(0).map_or(0, i64::cast_unsigned), row.get(1))).collect()
}

/// Events by their sequence in the stream.
async fn stream(site: &Site, name: &str) -> BTreeMap<u64, Uuid> {
    let jetstream = events::connect(site.nats_url(), "the drill").await.unwrap();
    let stream = jetstream.get_stream(name).await.unwrap();
    let consumer = stream.create_consumer(OrderedConfig::default()).await.unwrap();
    let pending = usize::try_from(consumer.cached_info().num_pending).unwrap();
    let read = async |message: Result<async_nats::jetstream::Message, _>| {
        let message: async_nats::jetstream::Message =
            message.map_err(|error: async_nats::jetstream::consumer::pull::OrderedError| error).unwrap();
        let id = message.headers.as_ref().and_then(|headers| headers.get("ce-id")).map(|id| id.as_str().parse().unwrap_or_default());
        (message.info().unwrap().stream_sequence, id.unwrap_or_default())
    };
    consumer.messages().await.unwrap().take(pending).then(read).collect().await
}
