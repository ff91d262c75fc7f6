//! How often somebody may try a PIN: ten wrong ones within an hour from one address. Nobody spends the budget of another address, so a stranger
//! who guesses locks no reporter out.

use chrono::{DateTime, Duration, Utc};

const WINDOW: Duration = Duration::hours(1);
const MOST: i32 = 10;

/// Wrong PINs of one client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spent {
    pub tries: i32,
    pub window_ends_at: DateTime<Utc>,
}

impl Spent {
    pub fn nothing(now: DateTime<Utc>) -> Self {
        Self { tries: 0, window_ends_at: now + WINDOW }
    }

    /// How long he has to wait before another PIN is looked at.
    pub fn wait(self, now: DateTime<Utc>) -> Option<Duration> {
        (self.tries >= MOST && now < self.window_ends_at).then(|| self.window_ends_at - now)
    }

    /// One more was wrong.
    pub fn spend(self, now: DateTime<Utc>) -> Self {
        let current = if self.window_ends_at <= now { Self::nothing(now) } else { self };
        Self { tries: current.tries + 1, ..current }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_wrong_ones_within_an_hour_and_then_a_new_hour() {
        let start = DateTime::from_timestamp(1_634_540_400, 0).unwrap();
        let mut spent = Spent::nothing(start);
        for minute in 0..10 {
            let now = start + Duration::minutes(minute);
            assert_eq!(spent.wait(now), None);
            spent = spent.spend(now);
        }
        assert_eq!(spent.wait(start + Duration::minutes(10)), Some(Duration::minutes(50)));
        let later = start + WINDOW;
        assert_eq!(spent.wait(later), None);
        assert_eq!(spent.spend(later), Spent { tries: 1, window_ends_at: later + WINDOW });
    }
}
