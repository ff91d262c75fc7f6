//! The time of day, and waiting for it: the system's, or a test's that is told the time.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use tokio::sync::watch;

/// Where a process gets the time from.
#[derive(Debug, Clone)]
pub struct Clock(Source);

#[derive(Debug, Clone)]
enum Source {
    System,
    Manual(watch::Receiver<DateTime<Utc>>),
}

/// Moves the time of the clocks that came with it. When it is dropped their time stands still for ever.
#[derive(Debug)]
pub struct ManualClock(watch::Sender<DateTime<Utc>>);

/// The system's time may be set while we wait; no wait is longer than this before it looks again.
const LOOK_AGAIN: Duration = Duration::from_secs(30);

impl Clock {
    pub const fn system() -> Self {
        Self(Source::System)
    }

    pub fn manual(at: DateTime<Utc>) -> (Self, ManualClock) {
        let (sender, receiver) = watch::channel(at);
        (Self(Source::Manual(receiver)), ManualClock(sender))
    }

    /// The time, to the microsecond as PostgreSQL keeps it: what is stored and read again is equal.
    pub fn now(&self) -> DateTime<Utc> {
        let now = match &self.0 {
            #[expect(clippy::disallowed_methods, reason = "this is the clock")]
            Source::System => Utc::now(),
            Source::Manual(time) => *time.borrow(),
        };
        DateTime::from_timestamp_micros(now.timestamp_micros()).unwrap_or(now)
    }

    /// Returns when the time has come; at once if it is past.
    pub async fn sleep_until(&self, at: DateTime<Utc>) {
        match &self.0 {
            Source::System => {
                while let Some(left) = (at - self.now()).to_std().ok().filter(|left| !left.is_zero()) {
                    tokio::time::sleep(left.min(LOOK_AGAIN)).await;
                }
            }
            Source::Manual(time) => {
                let mut time = time.clone();
                if time.wait_for(|now| *now >= at).await.is_err() {
                    std::future::pending::<()>().await;
                }
            }
        }
    }

    pub async fn sleep(&self, duration: Duration) {
        self.sleep_until(later(self.now(), duration)).await;
    }
}

impl ManualClock {
    /// Lets time pass and wakes who waited for it.
    pub fn advance(&self, by: Duration) {
        self.0.send_modify(|now| *now = later(*now, by));
    }

    /// Sets the time, forwards or back.
    pub fn set(&self, at: DateTime<Utc>) {
        self.0.send_replace(at);
    }
}

fn later(now: DateTime<Utc>, by: Duration) -> DateTime<Utc> {
    TimeDelta::from_std(by).ok().and_then(|by| now.checked_add_signed(by)).unwrap_or(DateTime::<Utc>::MAX_UTC)
}

#[cfg(test)]
mod tests {
    use futures::FutureExt;

    use super::*;

    #[tokio::test]
    async fn a_manual_clock_wakes_who_waits_for_it() {
        let start = DateTime::UNIX_EPOCH;
        let (clock, time) = Clock::manual(start);
        let mut waiting = Box::pin(clock.sleep(Duration::from_secs(3600)));
        assert_eq!(waiting.as_mut().now_or_never(), None);
        time.advance(Duration::from_secs(3599));
        assert_eq!(waiting.as_mut().now_or_never(), None);
        time.advance(Duration::from_secs(1));
        waiting.await;
        assert_eq!(clock.now(), start + TimeDelta::hours(1));
        time.set(start);
        assert_eq!(clock.now(), start);
    }

    #[tokio::test]
    async fn the_systems_clock_does_not_wait_for_the_past() {
        let clock = Clock::system();
        clock.sleep_until(clock.now() - TimeDelta::days(1)).await;
        clock.sleep(Duration::from_millis(1)).await;
    }
}
