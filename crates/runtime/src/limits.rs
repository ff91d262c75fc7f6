//! Limits on how often one client may do something: a token bucket per key. What is counted, and how much is right, belongs to who limits.

use std::{hash::Hash, num::NonZeroU32, time::Duration};

use governor::{
    Quota, RateLimiter,
    clock::{self, Reference},
    middleware::NoOpMiddleware,
    nanos::Nanos,
    state::keyed::DashMapStateStore,
};

use crate::Clock;

/// Token buckets, one per key.
pub struct Limiter<K: Hash + Eq + Clone>(RateLimiter<K, DashMapStateStore<K>, LimiterClock, NoOpMiddleware<At>>);

/// How long to wait until the next try is let through.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("too often; again in {} s", .retry_after.as_secs())]
pub struct TooOften {
    pub retry_after: Duration,
}

impl<K: Hash + Eq + Clone> Limiter<K> {
    /// `burst` at once, and as many again spread over `per`.
    pub fn new(burst: NonZeroU32, per: Duration, clock: Clock) -> Self {
        let quota = Quota::with_period(per / burst.get()).unwrap_or(Quota::per_second(burst)).allow_burst(burst);
        Self(RateLimiter::new(quota, DashMapStateStore::default(), LimiterClock(clock)))
    }

    /// Takes one token.
    pub fn check(&self, key: &K) -> Result<(), TooOften> {
        self.0.check_key(key).map_err(|until| TooOften { retry_after: until.wait_time_from(clock::Clock::now(self.0.clock())) })
    }

    /// Forgets the keys whose buckets are full again. Whoever limits strangers calls it now and then.
    pub fn tidy(&self) {
        self.0.retain_recent();
        self.0.shrink_to_fit();
    }
}

#[derive(Clone)]
struct LimiterClock(Clock);

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct At(u64);

impl std::ops::Add<Nanos> for At {
    type Output = At;

    fn add(self, later: Nanos) -> At {
        At(self.0.saturating_add(later.as_u64()))
    }
}

impl Reference for At {
    fn duration_since(&self, earlier: Self) -> Nanos {
        self.0.saturating_sub(earlier.0).into()
    }

    fn saturating_sub(&self, duration: Nanos) -> Self {
        At(self.0.checked_sub(duration.as_u64()).unwrap_or(self.0))
    }
}

impl clock::Clock for LimiterClock {
    type Instant = At;

    fn now(&self) -> At {
        At(self.0.now().timestamp_nanos_opt().and_then(|nanoseconds| nanoseconds.try_into().ok()).unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;

    #[test]
    fn a_client_has_a_burst_and_then_its_share_of_the_period() {
        let (clock, time) = Clock::manual(DateTime::UNIX_EPOCH + chrono::TimeDelta::days(1));
        let limiter = Limiter::new(NonZeroU32::new(3).expect("not zero"), Duration::from_secs(30), clock);
        for _ in 0..3 {
            assert_eq!(limiter.check(&"a"), Ok(()));
        }
        assert_eq!(limiter.check(&"a"), Err(TooOften { retry_after: Duration::from_secs(10) }));
        assert_eq!(limiter.check(&"b"), Ok(()));
        time.advance(Duration::from_secs(10));
        limiter.tidy();
        assert_eq!(limiter.check(&"a"), Ok(()));
        assert!(limiter.check(&"a").is_err());
    }
}
