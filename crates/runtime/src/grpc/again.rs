//! Which calls are made again: those that met no service, or one that could not work just then. At most twice, a moment later each, and a tenth of all
//! calls, so that a service in trouble is not buried. Every command carries an id of its client, so that a repeat of one that was done is harmless.

use std::time::Duration;

use tonic::{Code, Status, body::Body};
use tower::retry::budget::{Budget, TpsBudget};

use super::{Problem, classes::OVERLOADED};

const MOST: u32 = 2;
/// Shares of calls are counted over this.
const WINDOW: Duration = Duration::from_secs(10);
/// Allowed besides the share, so that a quiet service is asked again too.
const EACH_SECOND: u32 = 5;
const SHARE: f32 = 0.1;
const SHORTEST_MS: u64 = 50;

/// The repeats of one service's clients.
pub(super) struct Again {
    budget: TpsBudget,
}

impl Again {
    pub(super) fn new() -> Self {
        Self { budget: TpsBudget::new(WINDOW, EACH_SECOND, SHARE) }
    }

    /// Counts a call, from which the share is taken.
    pub(super) fn count(&self) {
        self.budget.deposit();
    }

    /// How long to wait before the call is made again after `tries`; none when its answer stands.
    pub(super) fn pause<E>(&self, tries: u32, answer: &Result<http::Response<Body>, E>) -> Option<Duration> {
        let failed = answer.as_ref().map_or(true, could_not_work);
        (failed && tries <= MOST && self.budget.withdraw()).then(in_a_moment)
    }
}

/// A service that sends callers away because there are too many says when to come again: not at once.
fn could_not_work(answer: &http::Response<Body>) -> bool {
    let status = Status::from_header_map(answer.headers()).filter(|status| status.code() == Code::Unavailable);
    status.is_some_and(|status| Problem::from_status(&status).reason != OVERLOADED)
}

/// Between 50 and 400 ms, so that those who failed together do not come again together.
fn in_a_moment() -> Duration {
    let mut bytes = [0; 2];
    // Without random numbers they come together, which is no fault of a request.
    let _ = getrandom::fill(&mut bytes);
    Duration::from_millis(SHORTEST_MS + u64::from(u16::from_le_bytes(bytes) % 351))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(problem: Problem) -> Result<http::Response<Body>, ()> {
        Ok(Status::from(problem).into_http())
    }

    #[test]
    fn what_could_not_work_is_asked_twice_more() {
        let again = Again::new();
        for answer in [Err(()), answer(Problem::unavailable("DATABASE_UNAVAILABLE")), answer(Problem::outcome_unknown())] {
            let pauses: Vec<_> = (1..=4).map(|tries| again.pause(tries, &answer)).collect();
            assert!(pauses[..2].iter().all(|pause| pause.is_some_and(|it| (50..=400).contains(&it.as_millis()))), "{pauses:?}");
            assert_eq!(pauses[2..], [None, None]);
        }
    }

    #[test]
    fn an_answer_stands() {
        let again = Again::new();
        for answer in [Ok(http::Response::new(Body::empty())), answer(Problem::unavailable(OVERLOADED)), answer(Problem::too_late())] {
            assert_eq!(again.pause(1, &answer), None);
        }
    }

    #[test]
    fn a_tenth_of_the_calls_is_made_again_and_a_few_more() {
        let again = Again::new();
        let mut repeated = 0;
        for _ in 0..1000 {
            again.count();
            repeated += u32::from(again.pause(1, &Err::<http::Response<Body>, _>(())).is_some());
        }
        assert!((140..=160).contains(&repeated), "{repeated}");
    }
}
