//! What the findings of a laboratory mean for people (domain.md B5): derived from everything that is known of them and never typed, the same in whichever
//! order it came. Nobody is positive from a pool.

mod fitness;
mod sample;

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use contract::lab::v1::{PersonOutcome, TestMethod, TestOutcome, TubeKind, TubeState};
use ids::{ResultId, SubjectId, TubeId};

pub use fitness::Fitness;

use crate::policy::Policy;

/// Everything that is known of a person.
#[derive(Debug, Clone)]
pub struct Person {
    pub subject: SubjectId,
    pub samples: Vec<Sample>,
}

/// A tube with the person's swab in it; of one that is open nothing follows.
#[derive(Debug, Clone)]
pub struct Sample {
    pub tube: TubeId,
    pub kind: TubeKind,
    pub state: TubeState,
    pub swabbed_at: DateTime<Utc>,
    /// Approved ones that stand.
    pub findings: Vec<Finding>,
    /// On the discordant pool that this tube is, or is in.
    pub decision: Option<Decision>,
}

#[derive(Debug, Clone, Copy)]
pub struct Finding {
    pub result: ResultId,
    /// Of a laboratory pool: the first of its tubes, by which the pool is called.
    pub pool: Option<TubeId>,
    pub method: TestMethod,
    pub outcome: TestOutcome,
    pub tested_at: DateTime<Utc>,
    pub approved_at: DateTime<Utc>,
}

/// What an approver said about a positive pool whose people are all negative.
#[derive(Debug, Clone, Copy)]
pub struct Decision {
    /// Else everybody is sampled again, and only what was swabbed afterwards counts.
    pub singles_stand: bool,
    pub at: DateTime<Utc>,
}

/// Why a sample has no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cause {
    PoolPositive,
    PoolIndeterminate,
    Indeterminate,
    AntigenPositive,
    Invalid,
    Rejected,
    Lost,
    Void,
}

impl Cause {
    pub const fn code(self) -> &'static str {
        match self {
            Self::PoolPositive => "POOL_POSITIVE",
            Self::PoolIndeterminate => "POOL_INDETERMINATE",
            Self::Indeterminate => "INDETERMINATE",
            Self::AntigenPositive => "ANTIGEN_POSITIVE",
            Self::Invalid => "INVALID",
            Self::Rejected => "REJECTED",
            Self::Lost => "LOST",
            Self::Void => "VOID",
        }
    }
}

/// What one sample says of its person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SampleMeaning {
    pub tube: TubeId,
    pub swabbed_at: DateTime<Utc>,
    pub outcome: PersonOutcome,
    pub cause: Option<Cause>,
    /// The finding that says so.
    pub result: Option<ResultId>,
    pub method: Option<TestMethod>,
    pub tested_at: Option<DateTime<Utc>>,
    /// The sample by which a suspicion or a missing answer was settled.
    pub answered_by: Option<TubeId>,
    /// The kept tube is run by itself before anybody is swabbed again; since when.
    pub rerun_since: Option<DateTime<Utc>>,
    /// Of a pool that was not negative: what it is called by.
    pub pool: Option<TubeId>,
    /// All people of its pool are negative, and an approver has to say what that means.
    pub alarmed: bool,
    pub policy_version: i32,
}

/// Swab this person again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reswab {
    pub tube: TubeId,
    pub cause: Cause,
    /// When it was known; None for a tube that never got a result.
    pub since: Option<DateTime<Utc>>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Meaning {
    /// In the order of swabbing.
    pub samples: Vec<SampleMeaning>,
    pub reswab: Option<Reswab>,
    pub fitness: Fitness,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Derived {
    pub people: BTreeMap<SubjectId, Meaning>,
    /// Positive pools whose people are all negative and on which nobody has decided, by their first tube.
    pub discordant: BTreeSet<TubeId>,
}

/// The policies are in the order of their days. Of each pool that somebody is in, all its people have to be there.
pub fn derive(people: &[Person], policies: &[Policy], now: DateTime<Utc>) -> Derived {
    let people: Vec<Person> = people.iter().map(ordered).collect();
    let discordant = discordant(&people, policies);
    let derived = people.iter().map(|person| {
        let samples = sample::of_person(person, &discordant, policies);
        (person.subject, fitness::of_person(person, samples, policies, now))
    });
    Derived { people: derived.collect(), discordant }
}

fn ordered(person: &Person) -> Person {
    let mut person = person.clone();
    person.samples.retain(|sample| sample.state != TubeState::Open);
    person.samples.sort_by_key(|sample| (sample.swabbed_at, sample.tube));
    for sample in &mut person.samples {
        sample.findings.sort_by_key(|finding| (finding.tested_at, finding.result));
    }
    person
}

/// Pools under suspicion with all their people answered, and all of them negative.
fn discordant(people: &[Person], policies: &[Policy]) -> BTreeSet<TubeId> {
    let mut all_negative: BTreeMap<TubeId, bool> = BTreeMap::new();
    for person in people {
        for sample in &person.samples {
            let Some(suspicion) = sample::Suspicion::of_pool(sample) else { continue };
            let negative = sample.decision.is_none()
                && suspicion.answer(person, sample, policies).is_some_and(|answer| answer.outcome == PersonOutcome::Negative);
            *all_negative.entry(suspicion.pool).or_insert(true) &= negative;
        }
    }
    all_negative.into_iter().filter_map(|(pool, negative)| negative.then_some(pool)).collect()
}

/// The rules in force on a day; before the first of them, the first.
fn policy_at(policies: &[Policy], at: DateTime<Utc>) -> Option<&Policy> {
    policies.iter().rfind(|policy| policy.valid_from <= at).or(policies.first())
}

#[cfg(test)]
mod tests;
