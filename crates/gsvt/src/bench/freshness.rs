//! How soon an open page hears of what was committed: an officer listens to his province while others decide at half of what the system can do.

use std::{
    collections::HashMap,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, ensure};
use reqwest::Response;
use tokio::{sync::mpsc, time::MissedTickBehavior};

use super::{
    decisions::Floor,
    report::{Line, Report},
};
use crate::simulate::person::Stopwatch;

/// Decisions that are followed to the page.
pub const DECISIONS: usize = 300;
/// Asked of the design.
const GOAL: Duration = Duration::from_millis(50);
/// An event that is not heard after so long is lost.
const PATIENCE: Duration = Duration::from_secs(10);

/// Decides about [`DECISIONS`] vehicles at `per_second`, each begun at its time whether or not the others have ended.
pub async fn measure(floor: &mut Floor<'_>, per_second: f64, report: &mut Report) -> Result<()> {
    let page = floor.desks.province()?.listen("/v1/trips/watch").await?;
    let (heard, mut listening) = mpsc::unbounded_channel();
    #[expect(clippy::disallowed_methods, reason = "the page listens while the posts decide, and is ended with them")]
    let open = tokio::spawn(listen(page, heard));
    let mut pace = tokio::time::interval(Duration::from_secs_f64(1.0 / per_second));
    pace.set_missed_tick_behavior(MissedTickBehavior::Burst);
    let mut deciding = tokio::task::JoinSet::new();
    for one in floor.take(DECISIONS)? {
        pace.tick().await;
        let desks = floor.desks.clone();
        deciding.spawn(async move {
            super::decisions::decide(&desks, &one, &Stopwatch::default()).await?;
            anyhow::Ok((one.trip.to_string(), Instant::now()))
        });
    }
    let mut answered = HashMap::new();
    while let Some(decided) = deciding.join_next().await {
        let (trip, at) = decided??;
        answered.insert(trip, at);
    }
    let mut late = Vec::with_capacity(answered.len());
    while late.len() < answered.len() {
        let next = tokio::time::timeout(PATIENCE, listening.recv()).await;
        let (trip, at): (String, Instant) = next.ok().flatten().context("an open page did not hear of a decision")?;
        late.extend(answered.get(&trip).map(|answered| at.saturating_duration_since(*answered)));
    }
    open.abort();
    late.sort_unstable();
    let p99 = late.get(late.len() * 99 / 100).copied().unwrap_or_default();
    let milliseconds = |time: Duration| time.as_secs_f64() * 1_000.0;
    report.add(Line::at_most("commit_to_page_p99", "ms", milliseconds(p99), milliseconds(GOAL)));
    Ok(())
}

/// Tells of each decision when the page hears of it.
async fn listen(mut page: Response, heard: mpsc::UnboundedSender<(String, Instant)>) -> Result<()> {
    let mut text = String::new();
    while let Some(piece) = page.chunk().await? {
        let at = Instant::now();
        text.push_str(std::str::from_utf8(&piece)?);
        while let Some(end) = text.find("\n\n") {
            let event: String = text.drain(..end + 2).collect();
            let Some(data) = event.lines().find_map(|line| line.strip_prefix("data: ")) else { continue };
            let told: serde_json::Value = serde_json::from_str(data)?;
            ensure!(told["code"].is_null(), "the page was told {told}");
            if told["kind"] == "TripDecided" {
                heard.send((told["tripId"].as_str().unwrap_or_default().to_owned(), at))?;
            }
        }
    }
    Ok(())
}
