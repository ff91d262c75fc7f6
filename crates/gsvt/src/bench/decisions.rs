//! Decisions per second through the HTTP API, as officers send them; the clock stops when the last event is in the stream. The baseline is the database
//! alone: pgbench with the statements that the server logged for one of these decisions.

use std::{
    path::Path,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, ensure};
use contract::vehicles::v1::{DecideTripRequest, DecideTripResponse, Decision};
use ids::TripId;
use runtime::Clock;
use sqlx::{Connection as _, PgConnection};
use tokio::{sync::Semaphore, task::JoinSet};

use super::{
    Plan, baseline, freshness,
    report::{Line, Report},
    statements,
    system::System,
};
use crate::simulate::{
    self,
    day::{Fate, Preset},
    journey::{Journey, Outcome},
    person::{self, Desks, Stopwatch},
    reconcile,
};

/// Decisions of one officer who waits for each.
const ALONE: usize = 200;
/// Of the decisions of a load, as many are taken before anything is measured, so that pools are full and caches warm.
const WARMING: usize = 10;

const VEHICLES: &str = "VEHICLES_DATABASE_URL";

/// Among so many there is one of the usual kind, with which the baseline is made.
const LEFT: usize = 20;

/// A vehicle at its post with everything that its decision needs.
pub struct Waiting {
    pub trip: TripId,
    post: contract::vehicles::v1::Post,
    pub request: DecideTripRequest,
}

/// The desks of one system and the vehicles before them.
pub struct Floor<'a> {
    system: &'a System,
    pub desks: Arc<Desks>,
    waiting: Vec<Waiting>,
}

/// How one load went.
struct Run {
    per_second: f64,
    p99: Duration,
}

pub async fn measure(plan: &Plan, system: &System, clock: &Clock, report: &mut Report) -> Result<()> {
    let loads = [("decide_c1", 1, ALONE.min(plan.decisions)), ("decide_c16", 16, plan.decisions), ("decide_c64", 64, plan.decisions)];
    let Some(pgbench) = baseline::pgbench() else {
        for (name, unit) in
            loads.map(|(name, ..)| (name, "1/s")).into_iter().chain([("decide_c16_p99", "ms"), ("commit_to_page_p99", "ms")])
        {
            if plan.wants(name) {
                report.add(Line::not_run(name, unit, "pgbench is not installed"));
            }
        }
        return Ok(());
    };
    let wanted = |name: &str| plan.wants(name) || (name == "decide_c16" && plan.wants_any(&["decide_c16_p99", "commit_to_page_p99"]));
    let needed: usize = loads.iter().filter(|(name, ..)| wanted(name)).map(|(.., count)| count).sum();
    let warming = plan.decisions / WARMING;
    let mut floor = Floor::fill(system, clock, needed + warming + freshness::DECISIONS + LEFT).await?;
    let base = floor.baseline(plan, &pgbench).await?;
    floor.run(16, warming, clock).await?;
    for (name, connections, count) in loads.into_iter().filter(|(name, ..)| wanted(name)) {
        let run = floor.run(connections, count, clock).await?;
        if plan.wants(name) {
            report.add(Line::at_least(name, "1/s", run.per_second, base.per_second));
        }
        if name == "decide_c16" && plan.wants("decide_c16_p99") {
            let milliseconds = |took: Duration| took.as_secs_f64() * 1_000.0;
            report.add(Line::at_most("decide_c16_p99", "ms", milliseconds(run.p99), milliseconds(base.p99)));
        }
        if name == "decide_c16" && plan.wants("commit_to_page_p99") {
            freshness::measure(&mut floor, run.per_second / 2.0, report).await?;
        }
    }
    Ok(())
}

/// Brings one vehicle to its post, for lines that copy what is there.
pub async fn one_vehicle(system: &System, clock: &Clock) -> Result<()> {
    Floor::fill(system, clock, 1).await.map(drop)
}

impl<'a> Floor<'a> {
    /// Brings as many vehicles of a usual day to their posts.
    async fn fill(system: &'a System, clock: &Clock, count: usize) -> Result<Self> {
        let posts = person::posts(&system.gateway).await?;
        let places = person::places(&system.gateway).await?;
        let watch = Arc::new(Stopwatch::default());
        let desks = Arc::new(Desks::open(&system.gateway, &simulate::logins(&system.env)?, &watch).await?);
        let room = Arc::new(Semaphore::new(simulate::AT_ONCE));
        let mut arriving = JoinSet::new();
        for mut vehicle in Preset::NormalDay.vehicles(1, Some(count), &posts, &places) {
            (vehicle.declared_before, vehicle.repeats, vehicle.fate) = (false, false, Fate::AsPromised);
            let post = vehicle.entry.clone();
            let journey = Journey::new(&system.gateway, vehicle, desks.clone(), watch.clone(), clock.clone());
            let (desks, permit, now) = (desks.clone(), room.clone().acquire_owned().await?, clock.now());
            arriving.spawn(async move {
                let mut outcome = Outcome::new(now);
                let (officer, id) = (desks.at_post(&post)?, outcome.trip.to_string());
                let trip = journey.reach(officer, &id, &mut outcome).await?;
                let request = journey.ruling(officer, &id, &trip).await?;
                drop(permit);
                anyhow::Ok(Waiting { trip: outcome.trip, post, request })
            });
        }
        let mut waiting = Vec::with_capacity(count);
        while let Some(arrived) = arriving.join_next().await {
            waiting.push(arrived??);
        }
        Ok(Self { system, desks, waiting })
    }

    /// The database alone.
    async fn baseline(&mut self, plan: &Plan, pgbench: &Path) -> Result<baseline::Run> {
        // The usual kind: one person who goes to a place in the province.
        let usual = |one: &Waiting| {
            let people = one.request.findings.as_ref().map_or(0, |findings| findings.checks.len());
            one.request.decision() == Decision::Destination && people == 1
        };
        let at = self.waiting.iter().position(usual).context("no vehicle of the usual kind is at a post")?;
        let one = self.waiting.swap_remove(at);
        let mut database = self.system.superuser(VEHICLES).await?;
        baseline::copy_trip(&mut database, one.trip, plan.seconds).await?;
        let plate = baseline::plate_of(&mut database, one.trip).await?;
        let ((), log) = statements::logged(self.system, &mut database, "vehicles", self.decide(&one)).await?;
        let logged = log.transaction(&one.request.decision_id).context("the log of PostgreSQL does not show the decision")?;
        let known = vec![
            (plate, "md5('p' || :u::text) || md5('q' || :u::text)".to_owned()),
            (one.trip.to_string(), baseline::TRIP.to_owned()),
            (one.request.decision_id.clone(), "md5('decision' || :u::text)".to_owned()),
        ];
        let statements = log.repeatable(&mut database, &logged, known).await?;
        baseline::measure(&mut database, &self.system.superuser_url(VEHICLES)?, pgbench, &statements, plan.seconds).await
    }

    async fn decide(&self, one: &Waiting) -> Result<()> {
        decide(&self.desks, one, &Stopwatch::default()).await
    }

    /// The next `count` vehicles.
    pub fn take(&mut self, count: usize) -> Result<Vec<Waiting>> {
        ensure!(self.waiting.len() >= count, "only {} vehicles are left", self.waiting.len());
        Ok(self.waiting.split_off(self.waiting.len() - count))
    }

    /// Decides about the next `count` vehicles over so many connections; the time is until nothing waits in the outbox.
    async fn run(&mut self, connections: usize, count: usize, clock: &Clock) -> Result<Run> {
        let queue = Arc::new(Mutex::new(self.take(count)?));
        let watch = Arc::new(Stopwatch::default());
        let mut database = PgConnection::connect(&self.system.env.text("VEHICLES_DATABASE_URL")?).await?;
        let begun = Instant::now();
        let mut officers = JoinSet::new();
        for _ in 0..connections {
            let (queue, desks, watch) = (queue.clone(), self.desks.clone(), watch.clone());
            officers.spawn(async move {
                while let Some(one) = { queue.lock().unwrap_or_else(PoisonError::into_inner).pop() } {
                    decide(&desks, &one, &watch).await?;
                }
                anyhow::Ok(())
            });
        }
        while let Some(ended) = officers.join_next().await {
            ended??;
        }
        reconcile::quiet(&mut database, clock).await?;
        let took = begun.elapsed();
        let times = watch.times().remove("decide").unwrap_or_default();
        let p99 = times.get(times.len() * 99 / 100).copied().unwrap_or_default();
        Ok(Run { per_second: count as f64 / took.as_secs_f64(), p99 })
    }
}

pub async fn decide(desks: &Desks, one: &Waiting, watch: &Stopwatch) -> Result<()> {
    let path = format!("/v1/trips/{}/decide", one.trip);
    let _: DecideTripResponse = desks.at_post(&one.post)?.post("decide", &path, &one.request, watch).await?;
    Ok(())
}
