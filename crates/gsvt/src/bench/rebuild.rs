//! How fast a projection is made again from the stream: the trips that reports knows are emptied, and every event of vehicles is applied anew.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use events::Source;
use runtime::{Clock, Process};
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection, Row as _};

use super::{report::Line, system::System};

/// Events per second that the design asks for.
const GOAL: f64 = 15_000.0;
const LOOK_EVERY: Duration = Duration::from_millis(10);
const PATIENCE: Duration = Duration::from_secs(60);

pub async fn measure(system: &System, clock: &Clock) -> Result<Line> {
    let source = Source::new("vehicles");
    let process = Process::new(system.env.clone(), clock.clone());
    let service = reports::open(&process).await?;
    let mut stream = service.jetstream.get_stream(source.stream()).await.context("the stream of vehicles cannot be read")?;
    let state = stream.info().await?.state.clone();
    let mut database = system.superuser("REPORTS_DATABASE_URL").await?;
    // The running service has nothing to do from here on, and leaves the work to us.
    applied(&mut database, "vehicles", state.last_sequence).await.context("reports does not hear of vehicles")?;
    let mut emptied = database.begin().await?;
    emptied.execute("truncate trips").await?;
    events::forget(&mut emptied, reports::VEHICLES_CONSUMER, &source).await?;
    emptied.commit().await?;
    let begun = Instant::now();
    let reached = reports::consumer(&service).drain_once().await?;
    ensure!(reached == state.last_sequence, "the projection ends at event {reached} of {}", state.last_sequence);
    let rate = (state.last_sequence - state.first_sequence + 1) as f64 / begun.elapsed().as_secs_f64();
    Ok(Line::at_least("rebuild", "1/s", rate, GOAL))
}

/// Waits until a service has applied the event `last` of another one.
pub async fn applied(database: &mut PgConnection, source: &str, last: u64) -> Result<()> {
    let begun = Instant::now();
    loop {
        let row = database.fetch_optional(AssertSqlSafe(format!("select number from events.applied where source = '{source}'"))).await?;
        let number: i64 = row.map_or(Ok(0), |row| row.try_get(0))?;
        if u64::try_from(number)? >= last {
            return Ok(());
        }
        ensure!(begun.elapsed() < PATIENCE, "event {number} of {last} after {} s", PATIENCE.as_secs());
        tokio::time::sleep(LOOK_EVERY).await;
    }
}
