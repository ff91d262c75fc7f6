//! Negative controls: a loss of each kind is planted, and the check that is there for it has to find it.

use std::{
    net::Ipv4Addr,
    time::{Duration, Instant},
};

use async_nats::jetstream::stream::Config;
use ids::TripId;
use sqlx::{Connection as _, PgConnection};
use system::{proxy::Trouble, truck::now};
use tokio::task::block_in_place;

use crate::{
    check::Found,
    history::{History, Kind, Operation, Outcome},
    site::Site,
    traffic,
};

/// By which vehicles publishes.
const WIRE: &str = "vehicles-nats";
/// Ends the session of the relay, and with it the right to be the relay.
const END_OFFICE: &str = "select pg_terminate_backend(pid) from pg_locks
    where locktype = 'advisory' and database = (select oid from pg_database where datname = current_database())";
/// Long enough for a command and its event.
const SHORT: Duration = Duration::from_secs(1);

/// What was planted, and whether it was found.
pub type Caught = Vec<(&'static str, bool)>;

/// Plants one after the other; the site is good for nothing else afterwards.
pub async fn run(site: &mut Site, history: &History) -> Caught {
    let mut caught = Caught::new();
    let history_of_its_own = History::default();

    acknowledge_before_apply(&history_of_its_own);
    caught.push(("acknowledged before it was applied", Found::look(site, &history_of_its_own).await.lost.len() == 1));

    skip_an_audit_row(site).await;
    caught.push(("a decision without its audit row", Found::look(site, history).await.unaudited == 1));

    let mut reports = site.reports().await;
    run_statement(&mut reports, "delete from trips where trip_id = (select trip_id from trips limit 1)").await;
    caught.push(("an event that a projection passed over", Found::look(site, history).await.misprojected == 1));

    let fenced = publish_late(site, Trouble::None, 70_000).await;
    let doubled = publish_late(site, Trouble::Unfenced, 80_000).await;
    caught.push(("fence off", fenced == 0 && doubled > 0));

    publish_twice(site).await;
    caught.push(("an event published twice", Found::look(site, history).await.doubled == doubled + 1));

    lose_the_stream(site).await;
    caught.push(("events that the stream lost", Found::look(site, history).await.gaps > 0));

    let unflushed = History::default();
    commit_without_flush(site, &unflushed).await;
    caught.push(("synchronous_commit=off", !Found::look(site, &unflushed).await.lost.is_empty()));

    if site.disks().is_some() {
        let unflushed = History::default();
        cut_power_without_fsync(site, &unflushed).await;
        let lost = Found::look(site, &unflushed).await.lost.len();
        crate::say(&format!("with fsync=off a power cut lost {lost} of {}", unflushed.acknowledged()));
        caught.push(("fsync=off", lost > 0));
    }
    caught
}

fn acknowledge_before_apply(history: &History) {
    let at = Instant::now();
    let id = TripId::mint(now()).as_uuid();
    history.record(Operation { kind: Kind::Declare, id, begun: at, ended: at, outcome: Outcome::Acknowledged });
}

async fn skip_an_audit_row(site: &Site) {
    let mut database = site.database().await;
    let one = "select subject from audit.entries where action = 'vehicles.DecideTrip' and outcome = 'done' limit 1";
    // The table keeps its rows from everybody who does not switch its triggers off.
    let delete = format!("delete from audit.entries where action = 'vehicles.DecideTrip' and subject = ({one})");
    for statement in ["set session_replication_role = replica", delete.as_str()] {
        run_statement(&mut database, statement).await;
    }
}

/// A relay is frozen with its message on the way, and loses its office to a second one, which sends the same. Then the message arrives, over a wire in
/// this trouble. How many messages the stream has too many.
async fn publish_late(site: &mut Site, trouble: Trouble, first_plate: u32) -> usize {
    let history = History::default();
    let driver = site.caller(Ipv4Addr::new(127, 0, 23, 3));
    let declare = async |plate| traffic::declare_until(&driver, &history, plate, Instant::now() + SHORT).await;
    // The relay is at work, and knows where the stream ends.
    declare(first_plate).await;
    site.quiet().await;
    site.trouble(WIRE, Trouble::BlackHole);
    declare(first_plate + 1_000).await;
    site.calm(SHORT).await;
    site.target("vehicles").pause();
    run_statement(&mut site.database().await, END_OFFICE).await;
    let second = site.process("vehicles", &[("VEHICLES_GRPC", "127.0.0.1:0"), ("NATS_URL", site.nats_url())]);
    site.quiet().await;
    site.trouble(WIRE, trouble);
    site.calm(SHORT).await;
    let doubled = Found::look(site, &history).await.doubled;
    site.trouble(WIRE, Trouble::None);
    block_in_place(|| second.kill());
    site.target("vehicles").resume();
    doubled
}

/// The last event once more, by somebody who does not say what has to be before it.
async fn publish_twice(site: &Site) {
    let jetstream = events::connect(site.nats_url(), "a planted loss").await.unwrap();
    let mut stream = jetstream.get_stream("VEHICLES").await.unwrap();
    let last = stream.info().await.unwrap().state.last_sequence;
    let message = stream.get_raw_message(last).await.unwrap();
    let mut headers = async_nats::HeaderMap::new();
    headers.insert("ce-id", message.headers.get("ce-id").unwrap().as_str());
    jetstream.publish_with_headers(message.subject, headers, message.payload).await.unwrap().await.unwrap();
}

/// No message can be deleted from the stream, so the stream itself is, while nobody is there who would make it again from the outbox.
async fn lose_the_stream(site: &mut Site) {
    site.kill_target("vehicles");
    let jetstream = events::connect(site.nats_url(), "a planted loss").await.unwrap();
    jetstream.delete_stream("VEHICLES").await.unwrap();
    let empty = Config { name: "VEHICLES".to_owned(), subjects: vec!["gsvt.vehicles.>".to_owned()], ..Config::default() };
    jetstream.create_stream(empty).await.unwrap();
}

/// Commits are answered before they are on the disk, and the server is killed. Whoever else commits would flush them on the way, so nobody else is there, and
/// without NATS the relay has nothing to write down.
async fn commit_without_flush(site: &mut Site, history: &History) {
    for target in ["reports", "lab"] {
        site.kill_target(target);
    }
    let nats = site.take_nats();
    let mut database = site.database().await;
    for statement in [
        "alter role vehicles set synchronous_commit = off",
        "alter system set wal_writer_delay = '10s'",
        "alter system set wal_writer_flush_after = '1GB'",
        "select pg_reload_conf()",
    ] {
        run_statement(&mut database, statement).await;
    }
    database.close().await.unwrap();
    site.start_target("vehicles");
    site.answers().await;
    let driver = site.caller(Ipv4Addr::new(127, 0, 23, 1));
    traffic::declare_until(&driver, history, 0, Instant::now() + Duration::from_secs(2)).await;
    site.kill_postgres(Duration::ZERO).await;
    site.put_nats(&nats);
}

/// Nothing is flushed any more, and the disk loses power.
async fn cut_power_without_fsync(site: &mut Site, history: &History) {
    site.never_flush();
    site.answers().await;
    let driver = site.caller(Ipv4Addr::new(127, 0, 23, 2));
    traffic::declare_until(&driver, history, 50_000, Instant::now() + Duration::from_secs(3)).await;
    site.cut_power_of_postgres(Duration::ZERO).await;
}

#[expect(clippy::disallowed_methods, reason = "the loss is planted behind the product's back")]
async fn run_statement(database: &mut PgConnection, statement: &str) {
    sqlx::query(sqlx::AssertSqlSafe(statement.to_owned())).execute(database).await.unwrap();
}
