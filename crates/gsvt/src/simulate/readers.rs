//! The public in a storm: so many readers a second, however long the answers take, each from an address of his own.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use anyhow::Result;
use serde::Serialize;
use tokio::{
    task::{JoinHandle, JoinSet},
    time::MissedTickBehavior,
};

use super::report::Requests;
use crate::load;

const TICK: Duration = Duration::from_millis(20);
/// Readers who wait at once; more do not come, and are counted as failed.
const WAITING: usize = 2_000;
/// A reader who has waited so long goes away.
const PATIENCE: Duration = Duration::from_secs(10);

/// After the storm a look-up is answered within this time, so many times in a row.
const PROMPT: Duration = Duration::from_millis(200);
const QUIET: u32 = 5;
/// It is not waited for longer.
const GIVEN_UP: Duration = Duration::from_secs(60);
/// Behind the numbers of the readers of a storm.
const LAST: u32 = 1 << 20;

/// What became of the readers.
#[derive(Debug, Default, Serialize)]
pub struct Readings {
    pub asked: usize,
    pub answered: usize,
    /// Told to come again later, by 429 or 503.
    pub turned_away: usize,
    pub failed: usize,
    pub times: Option<Requests>,
    /// After the last of them, until who looks a plate up is answered as on a quiet day.
    pub recovery_seconds: f64,
}

/// Readers who come until they are stopped.
pub struct Readers {
    over: Arc<AtomicBool>,
    coming: JoinHandle<Readings>,
}

enum Read {
    Answered(Duration),
    TurnedAway,
    Failed,
}

impl Readers {
    pub fn start(server: SocketAddr, per_second: u32) -> Self {
        let over = Arc::new(AtomicBool::new(false));
        #[expect(clippy::disallowed_methods, reason = "the readers come while the posts work, and are waited for at the end")]
        let coming = tokio::spawn(come(server, per_second, over.clone()));
        Self { over, coming }
    }

    /// No more come; what became of those who did, and how long the system had to do with them afterwards.
    pub async fn stop(self, server: SocketAddr) -> Result<Readings> {
        self.over.store(true, Ordering::Relaxed);
        let over = Instant::now();
        let readings = self.coming.await?;
        let mut quiet = 0;
        while quiet < QUIET && over.elapsed() < GIVEN_UP {
            let number = LAST + u32::try_from(over.elapsed().as_millis()).unwrap_or_default();
            let read = tokio::time::timeout(PROMPT, load::status(server, &lookup(number), number)).await;
            quiet = if matches!(read, Ok(Ok(200))) { quiet + 1 } else { 0 };
            tokio::time::sleep(TICK).await;
        }
        Ok(Readings { recovery_seconds: over.elapsed().as_secs_f64(), ..readings })
    }
}

async fn come(server: SocketAddr, per_second: u32, over: Arc<AtomicBool>) -> Readings {
    let mut tick = tokio::time::interval(TICK);
    tick.set_missed_tick_behavior(MissedTickBehavior::Burst);
    let (mut readings, mut times, mut reading) = (Readings::default(), Vec::new(), JoinSet::new());
    let (begun, mut came) = (Instant::now(), 0_u32);
    while !over.load(Ordering::Relaxed) {
        tick.tick().await;
        let due = (begun.elapsed().as_secs_f64() * f64::from(per_second)) as u32;
        while came < due {
            came += 1;
            readings.asked += 1;
            if reading.len() < WAITING {
                reading.spawn(read(server, came));
            } else {
                readings.failed += 1;
            }
        }
        while let Some(Ok(read)) = reading.try_join_next() {
            readings.count(read, &mut times);
        }
    }
    while let Some(read) = reading.join_next().await {
        readings.count(read.unwrap_or(Read::Failed), &mut times);
    }
    times.sort_unstable();
    readings.times = Some(Requests::of(&times));
    readings
}

impl Readings {
    fn count(&mut self, read: Read, times: &mut Vec<Duration>) {
        match read {
            Read::Answered(took) => {
                self.answered += 1;
                times.push(took);
            }
            Read::TurnedAway => self.turned_away += 1,
            Read::Failed => self.failed += 1,
        }
    }
}

/// A plate that nobody asked for before.
fn lookup(number: u32) -> String {
    format!("/v1/public/trips?plate=81C-{:05}", number % 100_000)
}

/// Seven of ten read the list, two look a plate up that nobody asked for before, one reads it as data.
async fn read(server: SocketAddr, number: u32) -> Read {
    let path = match number % 10 {
        0..7 => "/".to_owned(),
        7 | 8 => lookup(number),
        _ => "/v1/public/trips".to_owned(),
    };
    let begun = Instant::now();
    match tokio::time::timeout(PATIENCE, load::status(server, &path, number)).await {
        Ok(Ok(200)) => Read::Answered(begun.elapsed()),
        Ok(Ok(429 | 503)) => Read::TurnedAway,
        _ => Read::Failed,
    }
}
