//! What a simulated day came to.

use std::{collections::BTreeMap, time::Duration};

use serde::Serialize;

use super::{Plan, journey::Outcome, lab::reconcile::Found, person::Stopwatch, readers::Readings, reconcile};

/// What an officer with a vehicle before him may wait for, 95 of 100 times.
const SLOW_MS: f64 = 1_000.0;

/// How long after a storm it may be felt.
const RECOVERY_SECONDS: f64 = 10.0;
/// What no officer at a post waits for: he signed in before, drivers declare, citizens report.
const NO_POST: [&str; 4] = ["sign-in", "declare", "report", "follow"];

#[derive(Debug, Serialize)]
pub struct Report {
    pub preset: &'static str,
    pub seed: u64,
    /// Distinct trips that somebody tried to declare or enter.
    pub trips_sent: usize,
    /// Of these, accepted.
    pub acknowledged: usize,
    pub stored: usize,
    pub streamed: usize,
    /// On the public list as their decision says: shown when admitted, absent otherwise.
    pub projected: usize,
    /// Acknowledged trips of which any side tells something else.
    pub differences: usize,
    /// From the first request to the end of the reconciliation.
    pub seconds: f64,
    /// Until the last vehicle had finished.
    pub seconds_driven: f64,
    /// Journeys that ended before their plan.
    pub troubled: usize,
    pub troubles: BTreeMap<String, usize>,
    pub requests: BTreeMap<&'static str, Requests>,
    /// In a storm.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub readings: Option<Readings>,
    /// Where people were sampled.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub laboratory: Option<Laboratory>,
}

/// The laboratory's day.
#[derive(Debug, Serialize)]
pub struct Laboratory {
    #[serde(flatten)]
    pub found: Found,
    requests: BTreeMap<&'static str, Requests>,
}

/// Times of one kind of request, in milliseconds.
#[derive(Debug, Serialize)]
pub struct Requests {
    pub count: usize,
    pub p50_ms: f64,
    pub p95_ms: f64,
    pub p99_ms: f64,
}

impl Report {
    pub fn new(plan: &Plan, outcomes: &[Outcome], found: reconcile::Found, driven: Duration, whole: Duration, watch: &Stopwatch) -> Self {
        let acknowledged: Vec<&Outcome> = outcomes.iter().filter(|outcome| outcome.acknowledged).collect();
        let mut troubles = BTreeMap::new();
        for trouble in outcomes.iter().filter_map(|outcome| outcome.trouble.clone()) {
            *troubles.entry(trouble).or_default() += 1;
        }
        Self {
            preset: plan.preset.name(),
            seed: plan.seed,
            trips_sent: outcomes.len(),
            acknowledged: acknowledged.len(),
            stored: found.stored.len(),
            streamed: found.streamed.len(),
            projected: acknowledged.iter().filter(|outcome| found.is_projected(outcome)).count(),
            differences: acknowledged.iter().filter(|outcome| !found.agrees(outcome)).count(),
            seconds: whole.as_secs_f64(),
            seconds_driven: driven.as_secs_f64(),
            troubled: outcomes.iter().filter(|outcome| outcome.trouble.is_some()).count(),
            troubles,
            readings: None,
            laboratory: None,
            requests: requests(watch),
        }
    }

    /// Nothing acknowledged was lost, doubled or shown otherwise, and every journey went as planned.
    pub fn is_clean(&self) -> bool {
        self.differences == 0 && self.troubled == 0 && self.acknowledged == self.trips_sent
    }
}

impl Report {
    /// Whether a post waited longer than a second in more than one of twenty requests of a kind while the public stormed, or the storm was felt for long
    /// after it.
    pub fn is_slow(&self) -> bool {
        let waited = |(operation, times): (&&str, &Requests)| !NO_POST.contains(operation) && times.p95_ms >= SLOW_MS;
        self.readings.as_ref().is_some_and(|readings| self.requests.iter().any(waited) || readings.recovery_seconds >= RECOVERY_SECONDS)
    }
}

impl std::fmt::Display for Report {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        writeln!(f, "{} (seed {}): {} trips in {:.1} s", self.preset, self.seed, self.trips_sent, self.seconds_driven)?;
        writeln!(
            f,
            "acknowledged {}, stored {}, streamed {}, projected {}, differences {}",
            self.acknowledged, self.stored, self.streamed, self.projected, self.differences
        )?;
        for (trouble, count) in &self.troubles {
            writeln!(f, "{count} x {trouble}")?;
        }
        let readers = self.readings.as_ref().and_then(|readings| readings.times.as_ref()).map(|times| ("readers", times));
        table(f, self.requests.iter().map(|(operation, times)| (*operation, times)).chain(readers))?;
        if let Some(laboratory) = &self.laboratory {
            laboratory.fmt(f)?;
        }
        let Some(readings) = &self.readings else { return Ok(()) };
        let Readings { asked, answered, turned_away, failed, recovery_seconds, .. } = readings;
        writeln!(
            f,
            "readers {asked}: answered {answered}, turned away {turned_away}, failed {failed}; recovered in {recovery_seconds:.1} s"
        )
    }
}

impl Laboratory {
    pub fn new(found: Found, watch: &Stopwatch) -> Self {
        Self { found, requests: requests(watch) }
    }
}

impl std::fmt::Display for Laboratory {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Found { people, infected, tubes, pools, positive_pools, swabbed_again, pool_sizes, .. } = &self.found;
        writeln!(f, "laboratory: {people} people in {tubes} tubes, {pools} of them pools of {pool_sizes:?} as advised")?;
        writeln!(f, "infected {infected}, positive pools {positive_pools}, swabbed again {swabbed_again}")?;
        let Found { read, stored, resulted, streamed, positive_by_a_pool, differences, .. } = &self.found;
        writeln!(
            f,
            "right on the phone {read}, stored {stored}; tubes resulted {resulted}, streamed {streamed}; positive by a pool {positive_by_a_pool}, \
             differences {differences}"
        )?;
        if let Some(trouble) = &self.found.trouble {
            writeln!(f, "{trouble}")?;
        }
        table(f, self.requests.iter().map(|(operation, times)| (*operation, times)))
    }
}

fn requests(watch: &Stopwatch) -> BTreeMap<&'static str, Requests> {
    watch.times().into_iter().map(|(operation, times)| (operation, Requests::of(&times))).collect()
}

fn table<'a>(f: &mut std::fmt::Formatter<'_>, requests: impl Iterator<Item = (&'static str, &'a Requests)>) -> std::fmt::Result {
    writeln!(f, "{:10} {:>7} {:>9} {:>9} {:>9}", "request", "count", "p50 ms", "p95 ms", "p99 ms")?;
    for (operation, times) in requests {
        writeln!(f, "{operation:10} {:>7} {:>9.1} {:>9.1} {:>9.1}", times.count, times.p50_ms, times.p95_ms, times.p99_ms)?;
    }
    Ok(())
}

impl Requests {
    /// `times` are sorted.
    pub fn of(times: &[Duration]) -> Self {
        let at = |share: f64| {
            let index = ((times.len() as f64 - 1.0) * share).round() as usize;
            times.get(index).map_or(0.0, |time| time.as_secs_f64() * 1_000.0)
        };
        Self { count: times.len(), p50_ms: at(0.5), p95_ms: at(0.95), p99_ms: at(0.99) }
    }
}
