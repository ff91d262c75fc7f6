//! `gsvt simulate`: a day of the province's people against a running system, through its public HTTP API alone, and then the reconciliation of
//! what they were told with what is stored, streamed and shown.

pub mod day;
pub mod journey;
pub mod lab;
mod people;
pub mod person;
mod readers;
pub mod reconcile;
mod report;

use std::{
    collections::BTreeMap,
    net::{IpAddr, Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, ensure};
use chrono::Duration as Span;
use runtime::{Clock, Env};
use serde::{Deserialize, Serialize};
use tokio::{sync::Semaphore, task::JoinSet};

use self::{
    day::{Preset, Vehicle},
    journey::{Journey, Outcome},
    person::{Desks, Stopwatch},
    readers::Readers,
    report::{Laboratory, Report},
};
use crate::{
    cli::{self, ReportForm},
    say,
    up::home,
};

/// Journeys under way at once when no pace is asked for: enough to keep two cores busy, few enough that nobody waits for a connection.
pub const AT_ONCE: usize = 12;
/// In a storm: each of the four posts takes one vehicle after the other.
const AT_THE_POSTS: usize = 4;

/// What to drive, and where its parts can be counted.
pub struct Plan {
    pub preset: Preset,
    pub seed: u64,
    /// Times real time along the day's curve; none: as fast as acknowledged.
    pub speed: Option<f64>,
    /// Vehicles of the day, when not the preset's.
    pub vehicles: Option<usize>,
    /// People who are sampled, when not the preset's.
    pub people: Option<usize>,
    /// As many times the preset's readers.
    pub times: u32,
    /// The gateway, such as `http://127.0.0.1:8080`.
    pub gateway: String,
    pub logins: BTreeMap<String, String>,
    pub vehicles_database_url: String,
    pub lab_database_url: String,
    pub nats_url: String,
    /// Keeps what the day's people were told, so that it can be reconciled again later.
    pub journal: Option<PathBuf>,
}

/// The command: runs or reconciles a day of the system in `GSVT_HOME` and says what it came to.
pub async fn simulate(env: &Env, day: cli::Simulate) -> Result<()> {
    let env = home::with_running_system(env)?;
    let clock = Clock::system();
    let plan = Plan {
        preset: day.preset,
        seed: day.seed,
        speed: day.speed,
        vehicles: day.vehicles,
        people: day.people,
        times: day.times,
        gateway: day.url.map_or_else(|| gateway(&env), Ok)?.replace("localhost", "127.0.0.1"),
        logins: logins(&env)?,
        vehicles_database_url: env.text("VEHICLES_DATABASE_URL")?,
        lab_database_url: env.text("LAB_DATABASE_URL")?,
        nats_url: env.text("NATS_URL")?,
        journal: day.journal,
    };
    let report = match day.reconcile {
        Some(journal) => reconcile_again(plan, &journal, &clock).await?,
        None => run(plan, &clock).await?,
    };
    match day.report {
        ReportForm::Json => say::line(serde_json::to_string_pretty(&report)?),
        ReportForm::Text => say::line(&report),
    }
    ensure!(report.is_clean(), "{} trips differ and {} journeys ended before their plan", report.differences, report.troubled);
    if let Some(laboratory) = report.laboratory.as_ref().map(|laboratory| &laboratory.found) {
        ensure!(laboratory.is_clean(), "the laboratory's day differs in {} counts", laboratory.differences);
        ensure!(day.preset != Preset::Outbreak || laboratory.advice_fell(), "more are infected, and pools are advised as large as before");
    }
    ensure!(
        !report.is_slow(),
        "an officer waited for more than a second more often than once in twenty times, or afterwards somebody for ten"
    );
    Ok(())
}

/// Where the system in `GSVT_HOME` answers.
fn gateway(env: &Env) -> Result<String> {
    let address =
        env.text("GATEWAY_HTTP").context("no system runs in GSVT_HOME; start one with `gsvt up`, or name its address with --url")?;
    Ok(format!("http://{address}"))
}

/// The officers whom the demo knows.
pub fn logins(env: &Env) -> Result<BTreeMap<String, String>> {
    let file = Path::new(&env.text("ACCOUNTS_KEYS")?).join("demo-logins");
    let text = std::fs::read_to_string(&file).with_context(|| format!("{} cannot be read", file.display()))?;
    let pair = |line: &str| line.split_once(char::is_whitespace).map(|(login, password)| (login.to_owned(), password.trim().to_owned()));
    Ok(text.lines().filter_map(pair).collect())
}

/// Runs the day and reconciles it.
async fn run(plan: Plan, clock: &Clock) -> Result<Report> {
    let started = Instant::now();
    let profile_posts = person::posts(&plan.gateway).await?;
    let places = person::places(&plan.gateway).await?;
    let day = plan.preset.vehicles(plan.seed, plan.vehicles, &profile_posts, &places);
    let watch = Arc::new(Stopwatch::default());
    let desks = Arc::new(Desks::open(&plan.gateway, &plan.logins, &watch).await.context("the officers could not sign in")?);
    let readers = readers(&plan)?;
    let bench = Arc::new(Stopwatch::default());
    let (outcomes, sampled) = tokio::join!(drive(&plan, day, desks.clone(), &watch, clock), lab::work(&plan, desks.clone(), &bench, clock));
    let told = Told { trips: outcomes, sampled };
    let driven = started.elapsed();
    let readings = match readers {
        Some(readers) => Some(readers.stop(address(&plan)?).await?),
        None => None,
    };
    if let Some(journal) = &plan.journal {
        std::fs::write(journal, serde_json::to_vec(&told)?).with_context(|| format!("{} cannot be written", journal.display()))?;
    }
    let found = reconcile::reconcile(&plan, &told.trips, clock).await?;
    let laboratory = laboratory(&plan, &told, desks, &bench, clock).await?;
    Ok(Report { readings, laboratory, ..Report::new(&plan, &told.trips, found, driven, started.elapsed(), &watch) })
}

/// What the people of a day were told, on the road and by the laboratory.
#[derive(Debug, Serialize, Deserialize)]
struct Told {
    trips: Vec<Outcome>,
    sampled: Option<lab::Told>,
}

/// The laboratory's part of the report.
async fn laboratory(plan: &Plan, told: &Told, desks: Arc<Desks>, watch: &Arc<Stopwatch>, clock: &Clock) -> Result<Option<Laboratory>> {
    let Some(sampled) = &told.sampled else { return Ok(None) };
    let found = lab::reconcile::reconcile(plan, sampled, desks, watch, clock).await?;
    Ok(Some(Laboratory::new(found, watch)))
}

/// Those who read the public pages meanwhile.
fn readers(plan: &Plan) -> Result<Option<Readers>> {
    let Some(per_second) = plan.preset.readers() else { return Ok(None) };
    Ok(Some(Readers::start(address(plan)?, per_second * plan.times)))
}

fn address(plan: &Plan) -> Result<SocketAddr> {
    let address = plan.gateway.trim_start_matches("http://").parse();
    address.with_context(|| format!("{} is no address of a gateway on this machine", plan.gateway))
}

/// Reconciles a day that its journal remembers, without driving it again.
async fn reconcile_again(plan: Plan, journal: &Path, clock: &Clock) -> Result<Report> {
    let started = Instant::now();
    let text = std::fs::read(journal).with_context(|| format!("{} cannot be read", journal.display()))?;
    let told: Told = serde_json::from_slice(&text).with_context(|| format!("{} is no journal of a day", journal.display()))?;
    let found = reconcile::reconcile(&plan, &told.trips, clock).await?;
    let watch = Arc::new(Stopwatch::default());
    let desks = Arc::new(Desks::open(&plan.gateway, &plan.logins, &watch).await.context("the officers could not sign in")?);
    let laboratory = laboratory(&plan, &told, desks, &watch, clock).await?;
    let report = Report::new(&plan, &told.trips, found, Duration::ZERO, started.elapsed(), &Stopwatch::default());
    Ok(Report { laboratory, ..report })
}

/// Every vehicle's journey, at its time of the day or as soon as there is room.
async fn drive(plan: &Plan, day: Vec<Vehicle>, desks: Arc<Desks>, watch: &Arc<Stopwatch>, clock: &Clock) -> Vec<Outcome> {
    let at_once = if plan.preset.readers().is_some() { AT_THE_POSTS } else { AT_ONCE };
    let room = Arc::new(Semaphore::new(plan.speed.map_or(at_once, |_| Semaphore::MAX_PERMITS)));
    let outcomes = Arc::new(Mutex::new(Vec::with_capacity(day.len())));
    let begun = clock.now();
    let mut journeys = JoinSet::new();
    for vehicle in day {
        if let Some(speed) = plan.speed {
            let offset = Span::milliseconds((vehicle.minute * 60_000.0 / speed) as i64);
            clock.sleep_until(begun + offset).await;
        }
        let Ok(permit) = room.clone().acquire_owned().await else { break };
        let journey = Journey::new(&plan.gateway, vehicle, desks.clone(), watch.clone(), clock.clone());
        let outcomes = outcomes.clone();
        journeys.spawn(async move {
            let outcome = journey.travel().await;
            outcomes.lock().unwrap_or_else(std::sync::PoisonError::into_inner).push(outcome);
            drop(permit);
        });
        while journeys.try_join_next().is_some() {}
    }
    while journeys.join_next().await.is_some() {}
    std::mem::take(&mut *outcomes.lock().unwrap_or_else(std::sync::PoisonError::into_inner))
}

/// A loopback address of his own for each person, so that limits per address stay on: 127.64.0.0/10, after the officers' 127.32.0.0.
pub fn address_of(person: usize) -> IpAddr {
    let base = u32::from(Ipv4Addr::new(127, 64, 0, 1));
    IpAddr::V4(Ipv4Addr::from(base + u32::try_from(person).unwrap_or(0) % (1 << 22)))
}

const PATIENCE: Duration = Duration::from_secs(30);
