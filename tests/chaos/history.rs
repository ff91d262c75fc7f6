//! What clients sent and were told.

use std::{
    collections::HashSet,
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use uuid::Uuid;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A trip, by its id.
    Declare,
    Receive,
    /// A decision, by its id.
    Decide,
    /// A sighting, by its id.
    Sight,
    /// A citizen's report, by the id of its submission.
    Report,
    /// A person who is to be sampled, by his id.
    Register,
    /// A tube that was sealed, by its id.
    Seal,
    /// A list of people, by its id.
    List,
}

/// On a list.
pub const PEOPLE: usize = 300;

impl Kind {
    /// How many things its answer vouches for.
    const fn things(self) -> usize {
        match self {
            Self::List => PEOPLE,
            _ => 1,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    Acknowledged,
    /// Told that it was not done and never will be.
    Refused,
    /// No answer, however often it was sent.
    Unknown,
}

/// One command, with all its repetitions.
#[derive(Debug, Clone, Copy)]
pub struct Operation {
    pub kind: Kind,
    pub id: Uuid,
    pub begun: Instant,
    pub ended: Instant,
    pub outcome: Outcome,
}

/// All commands of a drill.
#[derive(Debug, Default)]
pub struct History(Mutex<Vec<Operation>>);

impl History {
    pub fn record(&self, operation: Operation) {
        self.operations().push(operation);
    }

    /// Commands, and of a list everybody on it.
    pub fn acknowledged(&self) -> usize {
        let acknowledged = |operation: &&Operation| operation.outcome == Outcome::Acknowledged;
        self.operations().iter().filter(acknowledged).map(|operation| operation.kind.things()).sum()
    }

    pub fn commands(&self) -> usize {
        self.count(Outcome::Acknowledged)
    }

    pub fn refused(&self) -> usize {
        self.count(Outcome::Refused)
    }

    pub fn unknown(&self) -> usize {
        self.count(Outcome::Unknown)
    }

    fn count(&self, outcome: Outcome) -> usize {
        self.operations().iter().filter(|operation| operation.outcome == outcome).count()
    }

    /// Ids of the commands of `kind` that ended so.
    pub fn ids(&self, kind: Kind, outcome: Outcome) -> HashSet<Uuid> {
        let of = |operation: &&Operation| operation.kind == kind && operation.outcome == outcome;
        self.operations().iter().filter(of).map(|operation| operation.id).collect()
    }

    /// The longest time in which nobody's command was acknowledged.
    pub fn max_write_gap(&self) -> Duration {
        let acknowledged = |operation: &&Operation| operation.outcome == Outcome::Acknowledged;
        let operations = self.operations();
        let begun = operations.iter().map(|operation| operation.begun).min();
        let mut ends: Vec<Instant> = operations.iter().filter(acknowledged).map(|operation| operation.ended).chain(begun).collect();
        ends.sort_unstable();
        ends.windows(2).map(|pair| pair[1] - pair[0]).max().unwrap_or_default()
    }

    fn operations(&self) -> MutexGuard<'_, Vec<Operation>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
