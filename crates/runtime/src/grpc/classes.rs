//! Shedding by class: a service carries only so many requests at once, and of these the readers of public pages have few, so that under more
//! load than it can carry they are told to come again while officers are served.

use std::{sync::Arc, time::Duration};

use contract::{Method, Verb};
use tokio::{
    sync::{Semaphore, SemaphorePermit},
    time::timeout,
};

use super::Problem;
use crate::{Caller, CallerKind};

/// A reader who has waited so long for his turn is sent away: an answer that comes later is asked for again meanwhile.
const READERS_WAIT: Duration = Duration::from_millis(200);
/// Whoever sends something waits rather than send it again; not beyond his deadline, which the server keeps.
const OTHERS_WAIT: Duration = Duration::from_secs(2);
/// More than a post or a laboratory ever asks at once; the database's connections are shared by all of these.
const OFFICERS: usize = 64;
/// Drivers who declare, people who sign in: as many, for what they send is worth as much.
const COMMANDS: usize = 64;
/// Half of the database's connections.
const READERS: usize = 4;

/// Who may be at work in a service; clones share it.
#[derive(Clone)]
pub(super) struct Classes {
    officers: Arc<Class>,
    commands: Arc<Class>,
    readers: Arc<Class>,
}

impl Default for Classes {
    fn default() -> Self {
        let class = |name, at_once, patience| Arc::new(Class::new(name, at_once, patience));
        Self {
            officers: class("officers", OFFICERS, OTHERS_WAIT),
            commands: class("commands", COMMANDS, OTHERS_WAIT),
            readers: class("readers", READERS, READERS_WAIT),
        }
    }
}

impl Classes {
    /// The class to which a call belongs.
    pub(super) fn of(&self, caller: &Caller, method: &Method) -> Arc<Class> {
        let reads = method.routes.first().is_some_and(|route| route.verb == Verb::Get);
        let class = match caller.kind {
            CallerKind::Account(_) | CallerKind::Gateway => &self.officers,
            CallerKind::Anonymous if reads => &self.readers,
            CallerKind::Anonymous => &self.commands,
        };
        Arc::clone(class)
    }
}

/// The places of one class, and the queue before them: twice as many may wait.
pub(super) struct Class {
    name: &'static str,
    patience: Duration,
    /// Held by those at work and those who wait.
    inside: Semaphore,
    working: Semaphore,
}

/// Held while a request is worked on.
pub(super) struct Place<'a> {
    _inside: SemaphorePermit<'a>,
    _working: SemaphorePermit<'a>,
}

/// Reason of who is sent away because there are too many.
pub(super) const OVERLOADED: &str = "OVERLOADED";

impl Class {
    fn new(name: &'static str, at_once: usize, patience: Duration) -> Self {
        Self { name, patience, inside: Semaphore::new(3 * at_once), working: Semaphore::new(at_once) }
    }

    /// A place as soon as there is one.
    ///
    /// # Errors
    /// OVERLOADED when too many wait, or it took too long.
    pub(super) async fn enter(&self) -> Result<Place<'_>, Problem> {
        let inside = self.inside.try_acquire().map_err(|_| self.full())?;
        let working = timeout(self.patience, self.working.acquire()).await.ok().and_then(Result::ok).ok_or_else(|| self.full())?;
        Ok(Place { _inside: inside, _working: working })
    }

    fn full(&self) -> Problem {
        metrics::counter!("grpc_shed_total", "class" => self.name).increment(1);
        Problem { retry_after: Some(in_a_while()), ..Problem::unavailable(OVERLOADED) }
    }
}

/// Between 2 and 9 seconds, so that those sent away together do not come again together.
fn in_a_while() -> Duration {
    let mut byte = [0];
    // Without random numbers they come together, which is no fault of a request.
    let _ = getrandom::fill(&mut byte);
    Duration::from_secs(2 + u64::from(byte[0] % 8))
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;

    #[tokio::test]
    async fn a_class_has_places_a_queue_and_an_end_of_patience() {
        let class = Class::new("readers", 1, READERS_WAIT);
        let working = class.enter().await.expect("a place");
        let begun = Instant::now();
        let (first, second, third) = tokio::join!(class.enter(), class.enter(), class.enter());
        assert_eq!([first.is_ok(), second.is_ok(), third.is_ok()], [false; 3]);
        assert!(begun.elapsed() >= READERS_WAIT);
        let (waited, ()) = tokio::join!(class.enter(), async { drop(working) });
        assert!(waited.is_ok());
    }

    #[tokio::test]
    async fn beyond_the_queue_nobody_waits() {
        let class = Class::new("readers", 1, READERS_WAIT);
        let _working = class.enter().await.expect("a place");
        let _queue = class.inside.acquire_many(2).await.expect("room to wait");
        let begun = Instant::now();
        let refused = class.enter().await.err().expect("no room to wait");
        assert!(begun.elapsed() < READERS_WAIT);
        assert_eq!(refused.reason, "OVERLOADED");
        assert!(refused.retry_after.is_some_and(|wait| (2..10).contains(&wait.as_secs())));
    }
}
