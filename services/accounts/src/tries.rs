//! How often somebody may try a password. Three budgets run beside each other, each over a quarter of an hour, none for ever:
//!
//! - a login from one client: 5 tries, the later ones with 1, 2 and 4 seconds between them;
//! - a login from all clients that it never signed in from: 20 tries (many addresses guessing one officer's password);
//! - a client over all logins: 100 tries (one address guessing many officers' passwords; a carrier puts hundreds of phones behind one).
//!
//! A client from which the login succeeded before has the first budget only, so that a stranger cannot lock an officer out.

use chrono::{DateTime, Duration, Utc};

pub const WINDOW: Duration = Duration::minutes(15);

/// How long a login and a client know each other without a sign-in.
pub const KNOWN_FOR: Duration = Duration::days(90);

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Budget {
    LoginFromClient = 1,
    LoginFromStrangers = 2,
    Client = 3,
}

impl Budget {
    /// Those that a try uses up.
    pub const fn of(known_client: bool) -> &'static [Self] {
        if known_client { &[Self::LoginFromClient] } else { &[Self::LoginFromClient, Self::LoginFromStrangers, Self::Client] }
    }

    pub const fn number(self) -> i16 {
        self as i16
    }

    const fn tries(self) -> i32 {
        match self {
            Self::LoginFromClient => 5,
            Self::LoginFromStrangers => 20,
            Self::Client => 100,
        }
    }

    /// Pause after the n-th try. The second is free: people press the button twice.
    fn pause(self, tries: i32) -> Duration {
        match (self, tries) {
            (Self::LoginFromClient, 2..=4) => Duration::seconds(1 << (tries - 2)),
            _ => Duration::zero(),
        }
    }
}

/// What is left of one budget.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spent {
    pub tries: i32,
    pub window_ends_at: DateTime<Utc>,
    pub blocked_until: DateTime<Utc>,
}

/// Too many tries: the next is possible after this long.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("too many tries, again in {} s", .0.num_seconds())]
pub struct Wait(pub Duration);

impl Spent {
    pub fn nothing(now: DateTime<Utc>) -> Self {
        Self { tries: 0, window_ends_at: now + WINDOW, blocked_until: now }
    }

    /// Counts one try, before the password is looked at: parallel tries are counted too.
    pub fn spend(self, budget: Budget, now: DateTime<Utc>) -> Result<Self, Wait> {
        let current = if self.window_ends_at <= now { Self::nothing(now) } else { self };
        if current.blocked_until > now {
            return Err(Wait(current.blocked_until - now));
        }
        let tries = current.tries + 1;
        let blocked_until = if tries >= budget.tries() { current.window_ends_at } else { now + budget.pause(tries) };
        Ok(Self { tries, blocked_until, ..current })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn start() -> DateTime<Utc> {
        DateTime::from_timestamp(1_634_540_400, 0).unwrap()
    }

    #[test]
    fn five_tries_with_growing_pauses_then_the_rest_of_the_window() {
        let mut spent = Spent::nothing(start());
        let mut now = start();
        for pause in [0, 1, 2, 4] {
            spent = spent.spend(Budget::LoginFromClient, now).unwrap();
            assert_eq!(spent.blocked_until, now + Duration::seconds(pause));
            if pause > 0 {
                assert_eq!(spent.spend(Budget::LoginFromClient, now), Err(Wait(Duration::seconds(pause))));
            }
            now = spent.blocked_until;
        }
        spent = spent.spend(Budget::LoginFromClient, now).unwrap();
        assert_eq!(spent.blocked_until, start() + WINDOW);
        let after = spent.spend(Budget::LoginFromClient, start() + WINDOW).unwrap();
        assert_eq!(after.tries, 1, "a new window, a new budget: nobody is locked out for ever");
    }

    #[test]
    fn wide_budgets_end_without_pauses() {
        for (budget, tries) in [(Budget::LoginFromStrangers, 20), (Budget::Client, 100)] {
            let mut spent = Spent::nothing(start());
            for _ in 0..tries {
                spent = spent.spend(budget, start()).unwrap();
            }
            assert_eq!(spent.spend(budget, start()), Err(Wait(WINDOW)));
        }
    }

    #[test]
    fn strangers_cannot_spend_a_known_clients_budget() {
        assert_eq!(Budget::of(true), [Budget::LoginFromClient]);
        assert!(Budget::of(false).contains(&Budget::LoginFromStrangers));
    }
}
