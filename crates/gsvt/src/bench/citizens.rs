//! Reports of citizens per second through the HTTP API, each from a telephone of his own; the clock stops when the last event is in the stream. The
//! baseline is the database alone: pgbench with the statements that the server logged for one of these reports.

use std::{
    collections::BTreeSet,
    path::Path,
    sync::{Arc, Mutex, PoisonError},
    time::Instant,
};

use anyhow::{Context as _, Result, ensure};
use contract::{
    common::v1::Area,
    reports::v1::{CreateReportRequest, CreateReportResponse, Place},
};
use ids::SubmissionId;
use runtime::Clock;
use sqlx::PgConnection;
use tokio::task::JoinSet;

use super::{
    Plan, baseline,
    report::Line,
    statements::{self, Logged},
    system::System,
};
use crate::simulate::{
    address_of,
    person::{self, Person, Stopwatch},
    reconcile,
};

pub const NAME: &str = "report_c16";
const CITIZENS: usize = 16;
/// Of the reports, as many are sent before anything is measured, so that pools are full and caches warm.
const WARMING: usize = 10;
/// Addresses of these telephones begin behind those of drivers.
const PHONES: usize = 1 << 21;
const DATABASE: &str = "REPORTS_DATABASE_URL";

/// Somebody who has seen something and taken out his telephone.
struct Citizen {
    phone: Person,
    request: CreateReportRequest,
}

pub async fn measure(plan: &Plan, system: &System, clock: &Clock) -> Result<Line> {
    let Some(pgbench) = baseline::pgbench() else { return Ok(Line::not_run(NAME, "1/s", "pgbench is not installed")) };
    let warming = plan.decisions / WARMING;
    let mut citizens = citizens(system, clock, plan.decisions + warming + 1).await?;
    let one = citizens.pop().context("nobody reports")?;
    let mut database = system.superuser(DATABASE).await?;
    let base = baseline_of(plan, system, &mut database, &pgbench, &one).await?;
    let measured = citizens.split_off(warming);
    send(citizens).await?;
    reconcile::quiet(&mut database, clock).await?;
    let begun = Instant::now();
    send(measured).await?;
    reconcile::quiet(&mut database, clock).await?;
    Ok(Line::at_least(NAME, "1/s", plan.decisions as f64 / begun.elapsed().as_secs_f64(), base))
}

async fn citizens(system: &System, clock: &Clock, count: usize) -> Result<Vec<Citizen>> {
    let post = person::posts(&system.gateway).await?.into_iter().next().context("the province has no post")?;
    let area: Option<Area> = post.area;
    let citizen = |number: usize| {
        let now = clock.now();
        // About a vehicle of his own, so that nobody waits behind others who report the same.
        let request = CreateReportRequest {
            submission_id: SubmissionId::mint(now).to_string(),
            category_id: "OTHER".to_owned(),
            plate: format!("81C-{:03}.{:02}", number / 100 % 1_000, number % 100),
            place: Some(Place { area: area.clone(), ..Place::default() }),
            seen_at: Some(now.into()),
            text: "Xe không đi như đã cam kết, dừng lại dọc đường.".to_owned(),
            ..CreateReportRequest::default()
        };
        Ok(Citizen { phone: Person::at(&system.gateway, address_of(PHONES + number))?, request })
    };
    (0..count).map(citizen).collect()
}

impl Citizen {
    async fn report(&self) -> Result<CreateReportResponse> {
        self.phone.post("report", "/v1/reports", &self.request, &Stopwatch::default()).await
    }
}

/// All of them, sixteen at a time.
async fn send(citizens: Vec<Citizen>) -> Result<()> {
    let queue = Arc::new(Mutex::new(citizens));
    let mut sending = JoinSet::new();
    for _ in 0..CITIZENS {
        let queue = queue.clone();
        sending.spawn(async move {
            while let Some(citizen) = { queue.lock().unwrap_or_else(PoisonError::into_inner).pop() } {
                citizen.report().await?;
            }
            anyhow::Ok(())
        });
    }
    while let Some(ended) = sending.join_next().await {
        ended??;
    }
    Ok(())
}

/// The database alone.
async fn baseline_of(plan: &Plan, system: &System, database: &mut PgConnection, pgbench: &Path, one: &Citizen) -> Result<f64> {
    let (answer, log) = statements::logged(system, database, "reports", one.report()).await?;
    let stored = log.transaction(&answer.code).context("the log of PostgreSQL does not show the report")?;
    let keys = keys(&stored);
    ensure!(!keys.is_empty(), "a report is stored without the key of its submission");
    // Its number comes from a transaction of its own, which knows the report by the key of its submission alone.
    let number = keys.iter().filter_map(|key| log.transaction(key)).find(|logged| !mentions(logged, &answer.code));
    let logged: Vec<Logged> =
        number.context("the log of PostgreSQL does not show the number of the report")?.into_iter().chain(stored).collect();
    let key = |(number, key): (usize, String)| (key, format!("md5('k{number}-' || :u::text) || md5('l{number}-' || :u::text)"));
    let mut known: Vec<(String, String)> = keys.into_iter().enumerate().map(key).collect();
    known.push((answer.code, "'PA-' || :u::text".to_owned()));
    let statements = log.repeatable(database, &logged, known).await?;
    Ok(baseline::measure(database, &system.superuser_url(DATABASE)?, pgbench, &statements, plan.seconds).await?.per_second)
}

fn mentions(logged: &[Logged], text: &str) -> bool {
    logged.iter().flat_map(|line| line.parameters.iter().flatten()).any(|value| value.contains(text))
}

/// Digests of 32 bytes among the parameters, in hexadecimal: of the submission, the client, the plate, the PIN.
fn keys(logged: &[Logged]) -> BTreeSet<String> {
    let values = logged.iter().flat_map(|line| line.parameters.iter().flatten());
    let keys = values.filter_map(|value| value.strip_prefix("\\x")).filter(|key| key.len() == 64);
    keys.map(str::to_owned).collect()
}
