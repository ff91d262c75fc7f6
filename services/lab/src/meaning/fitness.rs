//! What a person's samples come to: what they say as a whole, whether he is swabbed again, and whether he may travel.

use chrono::{DateTime, Duration, Utc};
use contract::lab::v1::{FitStatus, PersonOutcome, TubeKind};

use super::{Meaning, Person, Reswab, SampleMeaning, policy_at, sample};
use crate::policy::Policy;

/// Whether somebody may travel, and until when that stands; None: until something else is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fitness {
    pub status: FitStatus,
    pub until: Option<DateTime<Utc>>,
}

impl Fitness {
    const UNKNOWN: Self = Self { status: FitStatus::Unknown, until: None };
}

/// `samples` are those of the person, in the order of swabbing.
pub fn of_person(person: &Person, samples: Vec<SampleMeaning>, policies: &[Policy], now: DateTime<Utc>) -> Meaning {
    let not_fit_until = not_fit_until(&samples, policies).filter(|until| now < *until);
    let reswab = reswab(person, &samples);
    let fitness = match not_fit_until {
        Some(until) => Fitness { status: FitStatus::NotFit, until: Some(until) },
        None if standing(&samples) == PersonOutcome::Negative => fit(&samples, policies, now),
        None => Fitness::UNKNOWN,
    };
    Meaning { samples, reswab, fitness }
}

fn not_fit_until(samples: &[SampleMeaning], policies: &[Policy]) -> Option<DateTime<Utc>> {
    let positive = samples.iter().rfind(|sample| sample.outcome == PersonOutcome::Positive)?;
    let policy = policy_at(policies, positive.swabbed_at)?;
    Some(positive.swabbed_at + Duration::days(policy.positive_days))
}

/// What the samples say as a whole: an open suspicion first; else the last answer. A swab that waits, or said nothing, takes no answer back.
pub fn standing(samples: &[SampleMeaning]) -> PersonOutcome {
    let open = |sample: &&SampleMeaning| sample.answered_by.is_none();
    if samples.iter().filter(open).any(|sample| sample.outcome == PersonOutcome::SuspectPending) {
        return PersonOutcome::SuspectPending;
    }
    let answers = |sample: &&SampleMeaning| matches!(sample.outcome, PersonOutcome::Negative | PersonOutcome::Positive);
    let last = samples.iter().rfind(answers).or_else(|| samples.iter().rfind(open));
    last.map_or(PersonOutcome::Unspecified, |sample| sample.outcome)
}

/// A negative answer counts for some time; the one that counts longest.
fn fit(samples: &[SampleMeaning], policies: &[Policy], now: DateTime<Utc>) -> Fitness {
    let last_positive = samples.iter().rfind(|sample| sample.outcome == PersonOutcome::Positive).map(|sample| sample.swabbed_at);
    let negative = samples.iter().filter(|sample| sample.outcome == PersonOutcome::Negative);
    let standing = negative.filter(|sample| last_positive.is_none_or(|positive| sample.swabbed_at > positive));
    let until = standing.filter_map(|sample| {
        let tested_at = sample.tested_at?;
        Some(policy_at(policies, tested_at)?.counts_until(sample.swabbed_at, tested_at))
    });
    match until.max().filter(|until| now < *until) {
        Some(until) => Fitness { status: FitStatus::Fit, until: Some(until) },
        None => Fitness::UNKNOWN,
    }
}

/// The last open suspicion that no single swab is on its way for; else the last sample, when it said nothing.
fn reswab(person: &Person, samples: &[SampleMeaning]) -> Option<Reswab> {
    let both = || person.samples.iter().zip(samples);
    let swabbed_since = |at: DateTime<Utc>| {
        both().any(|(sample, meaning)| {
            sample.kind == TubeKind::Single
                && sample.swabbed_at > at
                && meaning.outcome == PersonOutcome::Waiting
                && sample.findings.is_empty()
        })
    };
    let suspect = both().rfind(|(sample, meaning)| {
        meaning.outcome == PersonOutcome::SuspectPending
            && meaning.answered_by.is_none()
            && meaning.rerun_since.is_none()
            && !meaning.alarmed
            && !swabbed_since(sample.swabbed_at)
    });
    let silent = || both().next_back().filter(|(_, meaning)| meaning.outcome == PersonOutcome::Resample);
    let (sample, meaning) = suspect.or_else(silent)?;
    Some(Reswab { tube: meaning.tube, cause: meaning.cause?, since: sample::since(sample) })
}
