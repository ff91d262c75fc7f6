//! What one sample says of its person, in view of those taken later.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use contract::lab::v1::{PersonOutcome, TestMethod, TestOutcome, TubeKind, TubeState};
use ids::TubeId;

use super::{Cause, Finding, Person, Sample, SampleMeaning, policy_at};
use crate::policy::Policy;

/// A pool that was not negative.
#[derive(Debug, Clone, Copy)]
pub struct Suspicion {
    /// By which the pool is called.
    pub pool: TubeId,
    finding: Finding,
}

/// What a single sample answers to a suspicion.
#[derive(Debug, Clone, Copy)]
pub struct Answer {
    pub outcome: PersonOutcome,
    pub tube: TubeId,
}

impl Suspicion {
    /// The people of a pool are under suspicion while its result stands.
    pub fn of_pool(sample: &Sample) -> Option<Self> {
        let finding = match sample.kind {
            TubeKind::FieldPool => direct(sample)?,
            TubeKind::Single | TubeKind::Unspecified => {
                *sample.findings.iter().rfind(|finding| finding.pool.is_some() && suspicious(finding.outcome))?
            }
        };
        suspicious(finding.outcome).then(|| Self { pool: finding.pool.unwrap_or(sample.tube), finding })
    }

    /// The first single result that speaks for this person: of a laboratory pool that of the kept tube, else of a tube swabbed later.
    pub fn answer(self, person: &Person, pooled: &Sample, policies: &[Policy]) -> Option<Answer> {
        let counts_from = pooled.decision.filter(|decision| !decision.singles_stand).map(|decision| decision.at);
        let eligible = person.samples.iter().filter(|sample| {
            let later = sample.swabbed_at > pooled.swabbed_at;
            sample.kind == TubeKind::Single
                && (later || sample.tube == pooled.tube)
                && counts_from.is_none_or(|from| sample.swabbed_at > from)
        });
        first_answer(eligible, self.finding.method, policies)
    }
}

fn suspicious(outcome: TestOutcome) -> bool {
    matches!(outcome, TestOutcome::Positive | TestOutcome::Indeterminate)
}

/// Of a test of the tube by itself; the last one.
fn direct(sample: &Sample) -> Option<Finding> {
    sample.findings.iter().rfind(|finding| finding.pool.is_none()).copied()
}

/// The finding that speaks for the tube: of a test by itself, else of its laboratory pool.
fn last(sample: &Sample) -> Option<Finding> {
    direct(sample).or_else(|| sample.findings.last().copied())
}

/// The first sample that was tested by itself with an end, by a method that is no weaker than the one that raised the suspicion.
fn first_answer<'a>(samples: impl Iterator<Item = &'a Sample>, method: TestMethod, policies: &[Policy]) -> Option<Answer> {
    samples.filter_map(|sample| Some((sample, direct(sample)?))).find_map(|(sample, finding)| {
        let strong = finding.method == TestMethod::RtPcr || finding.method == method || confirms(&finding, policies);
        let outcome = match finding.outcome {
            TestOutcome::Negative => PersonOutcome::Negative,
            TestOutcome::Positive if confirms(&finding, policies) => PersonOutcome::Positive,
            TestOutcome::Positive | TestOutcome::Indeterminate | TestOutcome::Invalid | TestOutcome::Unspecified => return None,
        };
        strong.then_some(Answer { outcome, tube: sample.tube })
    })
}

/// Whether a positive single test makes a case: an antigen test does since a day.
fn confirms(finding: &Finding, policies: &[Policy]) -> bool {
    finding.method == TestMethod::RtPcr || policy_at(policies, finding.tested_at).is_some_and(|policy| policy.antigen_confirms)
}

pub fn of_person(person: &Person, discordant: &BTreeSet<TubeId>, policies: &[Policy]) -> Vec<SampleMeaning> {
    let held = held(person, discordant, policies);
    person.samples.iter().map(|sample| of_sample(person, sample, discordant, &held, policies)).collect()
}

/// Negative singles that nobody may rely on: their pool's alarm is not decided (true), or was decided against them.
fn held(person: &Person, discordant: &BTreeSet<TubeId>, policies: &[Policy]) -> BTreeMap<TubeId, bool> {
    let mut held = BTreeMap::new();
    for pooled in &person.samples {
        let Some(suspicion) = Suspicion::of_pool(pooled) else { continue };
        if discordant.contains(&suspicion.pool) {
            held.extend(suspicion.answer(person, pooled, policies).map(|answer| (answer.tube, true)));
        } else if let Some(against) = pooled.decision.filter(|decision| !decision.singles_stand) {
            let before = person.samples.iter().filter(|sample| {
                sample.kind == TubeKind::Single && sample.swabbed_at >= pooled.swabbed_at && sample.swabbed_at <= against.at
            });
            let negative = before.filter(|sample| direct(sample).is_some_and(|found| found.outcome == TestOutcome::Negative));
            for sample in negative {
                held.entry(sample.tube).or_insert(false);
            }
        }
    }
    held
}

fn of_sample(
    person: &Person,
    sample: &Sample,
    discordant: &BTreeSet<TubeId>,
    held: &BTreeMap<TubeId, bool>,
    policies: &[Policy],
) -> SampleMeaning {
    let mut meaning = alone(sample, policies);
    if let Some(suspicion) = Suspicion::of_pool(sample) {
        under_suspicion(&mut meaning, suspicion, person, sample, discordant, policies);
    } else if meaning.outcome == PersonOutcome::SuspectPending {
        let later = person.samples.iter().filter(|other| other.kind == TubeKind::Single && other.swabbed_at > sample.swabbed_at);
        // Only RT-PCR settles what an antigen test or an unclear one left open.
        meaning.answered_by = first_answer(later, TestMethod::RtPcr, policies).map(|answer| answer.tube);
    }
    if let Some(alarmed) = held.get(&sample.tube)
        && meaning.outcome == PersonOutcome::Negative
    {
        meaning.outcome = PersonOutcome::SuspectPending;
        meaning.cause = Some(Cause::PoolPositive);
        meaning.alarmed = *alarmed;
        meaning.answered_by = after_a_decision(person, sample, policies);
    }
    if meaning.outcome == PersonOutcome::Resample {
        meaning.answered_by = person.samples.iter().find(|other| other.swabbed_at > sample.swabbed_at).map(|other| other.tube);
    }
    meaning
}

/// What the sample means with no other of the person in view.
fn alone(sample: &Sample, policies: &[Policy]) -> SampleMeaning {
    let finding = last(sample);
    let (outcome, cause) = by_itself(sample, policies);
    SampleMeaning {
        tube: sample.tube,
        swabbed_at: sample.swabbed_at,
        outcome,
        cause,
        result: finding.map(|finding| finding.result),
        method: finding.map(|finding| finding.method),
        tested_at: finding.map(|finding| finding.tested_at),
        answered_by: None,
        rerun_since: None,
        pool: Suspicion::of_pool(sample).map(|suspicion| suspicion.pool),
        alarmed: false,
        policy_version: policy_at(policies, finding.map_or(sample.swabbed_at, |finding| finding.tested_at))
            .map_or(0, |policy| policy.version),
    }
}

/// A pool that was not negative: settled by the person's own single result, unless all people's are negative.
fn under_suspicion(
    meaning: &mut SampleMeaning,
    suspicion: Suspicion,
    person: &Person,
    sample: &Sample,
    discordant: &BTreeSet<TubeId>,
    policies: &[Policy],
) {
    let answer = suspicion.answer(person, sample, policies);
    let kept = sample.kind == TubeKind::Single;
    let cause = if suspicion.finding.outcome == TestOutcome::Positive { Cause::PoolPositive } else { Cause::PoolIndeterminate };
    match answer {
        // The kept tube's own result stands for it.
        Some(answer) if kept && answer.tube == sample.tube && !discordant.contains(&suspicion.pool) => {}
        Some(answer) => {
            (meaning.outcome, meaning.cause) = (PersonOutcome::SuspectPending, Some(cause));
            meaning.alarmed = discordant.contains(&suspicion.pool);
            meaning.answered_by = (!meaning.alarmed).then_some(answer.tube);
        }
        None => {
            let own = direct(sample).filter(|_| kept);
            // An unclear or failed test of the kept tube leaves the suspicion of its pool.
            let unclear = own.is_some_and(|finding| suspicious(finding.outcome)).then_some(meaning.cause).flatten();
            (meaning.outcome, meaning.cause) = (PersonOutcome::SuspectPending, Some(unclear.unwrap_or(cause)));
            let here = matches!(sample.state, TubeState::Sealed | TubeState::Shipped | TubeState::Received | TubeState::InRun);
            meaning.rerun_since = (kept && own.is_none() && here).then_some(suspicion.finding.approved_at);
        }
    }
}

/// What the sample says with nothing else known of the person.
fn by_itself(sample: &Sample, policies: &[Policy]) -> (PersonOutcome, Option<Cause>) {
    let Some(finding) = last(sample) else {
        return match sample.state {
            TubeState::Rejected => (PersonOutcome::Resample, Some(Cause::Rejected)),
            TubeState::Lost => (PersonOutcome::Resample, Some(Cause::Lost)),
            TubeState::Void => (PersonOutcome::Resample, Some(Cause::Void)),
            TubeState::Unspecified
            | TubeState::Open
            | TubeState::Sealed
            | TubeState::Shipped
            | TubeState::Received
            | TubeState::InRun
            | TubeState::Resulted => (PersonOutcome::Waiting, None),
        };
    };
    let pooled = finding.pool.is_some() || sample.kind != TubeKind::Single;
    match finding.outcome {
        TestOutcome::Negative => (PersonOutcome::Negative, None),
        TestOutcome::Positive if pooled => (PersonOutcome::SuspectPending, Some(Cause::PoolPositive)),
        TestOutcome::Positive if confirms(&finding, policies) => (PersonOutcome::Positive, None),
        TestOutcome::Positive => (PersonOutcome::SuspectPending, Some(Cause::AntigenPositive)),
        TestOutcome::Indeterminate if pooled => (PersonOutcome::SuspectPending, Some(Cause::PoolIndeterminate)),
        TestOutcome::Indeterminate => (PersonOutcome::SuspectPending, Some(Cause::Indeterminate)),
        // The kept single tubes of a failed well go into another run.
        TestOutcome::Invalid if finding.pool.is_some() => by_state(sample),
        TestOutcome::Invalid => (PersonOutcome::Resample, Some(Cause::Invalid)),
        TestOutcome::Unspecified => (PersonOutcome::Waiting, None),
    }
}

fn by_state(sample: &Sample) -> (PersonOutcome, Option<Cause>) {
    by_itself(&Sample { findings: Vec::new(), ..sample.clone() }, &[])
}

/// Of a negative single that was decided against: the first one swabbed after that.
fn after_a_decision(person: &Person, single: &Sample, policies: &[Policy]) -> Option<TubeId> {
    let pools = person.samples.iter().filter(|pooled| pooled.swabbed_at <= single.swabbed_at);
    pools.filter(|pooled| pooled.decision.is_some_and(|decision| !decision.singles_stand)).find_map(|pooled| {
        let suspicion = Suspicion::of_pool(pooled)?;
        Some(suspicion.answer(person, pooled, policies)?.tube)
    })
}

/// When what the sample says was known.
pub fn since(sample: &Sample) -> Option<DateTime<Utc>> {
    last(sample).map(|finding| finding.approved_at)
}
