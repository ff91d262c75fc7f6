//! How often somebody may guess a birth: ten wrong days within an hour from one address, or three wrong years, of which there are few. Nobody spends the
//! budget of another address, so a stranger who guesses locks no family out.

use chrono::{DateTime, Duration, Utc};

const WINDOW: Duration = Duration::hours(1);
const WRONG_DAYS: i32 = 10;
const WRONG_YEARS: i32 = 3;

/// Wrong births of one client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spent {
    pub tries: i32,
    pub window_ends_at: DateTime<Utc>,
}

impl Spent {
    pub fn nothing(now: DateTime<Utc>) -> Self {
        Self { tries: 0, window_ends_at: now + WINDOW }
    }

    /// How long he has to wait before another birth is looked at.
    pub fn wait(self, only_a_year: bool, now: DateTime<Utc>) -> Option<Duration> {
        let most = if only_a_year { WRONG_YEARS } else { WRONG_DAYS };
        (self.tries >= most && now < self.window_ends_at).then(|| self.window_ends_at - now)
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
    fn ten_wrong_days_or_three_wrong_years_within_an_hour_and_then_a_new_hour() {
        let start = DateTime::from_timestamp(1_634_540_400, 0).unwrap();
        let mut spent = Spent::nothing(start);
        for minute in 0..10 {
            let now = start + Duration::minutes(minute);
            assert_eq!((spent.wait(false, now), spent.wait(true, now).is_some()), (None, minute >= 3), "{minute}");
            spent = spent.spend(now);
        }
        assert_eq!(spent.wait(false, start + Duration::minutes(10)), Some(Duration::minutes(50)));
        let later = start + WINDOW;
        assert_eq!((spent.wait(false, later), spent.wait(true, later)), (None, None));
        assert_eq!(spent.spend(later), Spent { tries: 1, window_ends_at: later + WINDOW });
    }
}
