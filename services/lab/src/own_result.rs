//! What a person may read of one of his samples. A positive result is read when the CDC has spoken with him, and a suspicion names no reason.

use contract::lab::v1::{self as pb, PersonOutcome, TubeState};

use crate::{policy::Policy, store::lookups::OwnRow};

/// The policies are in the order of their days.
pub fn message(row: &OwnRow, policies: &[Policy]) -> pb::OwnResult {
    let hidden = row.outcome == PersonOutcome::Positive && row.released_at.is_none();
    let outcome = if hidden { PersonOutcome::Waiting } else { row.outcome };
    let told = matches!(outcome, PersonOutcome::Negative | PersonOutcome::Positive);
    pb::OwnResult {
        sampled_at: Some(row.sampled_at.into()),
        outcome: outcome.into(),
        method: row.method.filter(|_| told).unwrap_or_default().into(),
        tested_at: row.tested_at.filter(|_| told).map(Into::into),
        released_at: row.released_at.filter(|_| outcome != PersonOutcome::Waiting).map(Into::into),
        laboratory: row.laboratory.clone(),
        progress: progress(row.state, outcome).into(),
        corrected: row.corrected && told,
        place: row.place.clone(),
        counts_until: (outcome == PersonOutcome::Negative).then(|| counts_until(row, policies)).flatten(),
    }
}

/// Where the sample is, as far as that betrays no result that he does not read yet.
fn progress(state: TubeState, outcome: PersonOutcome) -> TubeState {
    match (outcome, state) {
        (PersonOutcome::Waiting, TubeState::Resulted) | (PersonOutcome::SuspectPending, _) => TubeState::InRun,
        (_, state) => state,
    }
}

fn counts_until(row: &OwnRow, policies: &[Policy]) -> Option<contract::Timestamp> {
    let tested_at = row.tested_at?;
    let policy = policies.iter().rfind(|policy| policy.valid_from <= tested_at)?;
    Some(policy.counts_until(row.sampled_at, tested_at).into())
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use contract::lab::v1::TestMethod;

    use super::*;

    fn row(outcome: PersonOutcome, released: bool) -> OwnRow {
        let at = DateTime::from_timestamp(1_634_540_400, 0).unwrap();
        OwnRow {
            state: TubeState::Resulted,
            outcome,
            method: Some(TestMethod::RtPcr),
            sampled_at: at,
            tested_at: Some(at),
            released_at: released.then_some(at),
            corrected: true,
            laboratory: "CDC".to_owned(),
            place: "Trà Đa".to_owned(),
        }
    }

    #[test]
    fn a_positive_result_that_is_not_released_reads_as_one_that_waits() {
        let policies = crate::seed::read("gia-lai-2021").unwrap().unwrap().policies;
        let hidden = message(&row(PersonOutcome::Positive, false), &policies);
        let waiting =
            OwnRow { state: TubeState::InRun, method: None, tested_at: None, corrected: false, ..row(PersonOutcome::Waiting, false) };
        assert_eq!(hidden, message(&waiting, &policies));
        let shown = message(&row(PersonOutcome::Positive, true), &policies);
        assert_eq!((shown.outcome(), shown.corrected, shown.counts_until), (PersonOutcome::Positive, true, None));
        let suspect = message(&row(PersonOutcome::SuspectPending, true), &policies);
        assert_eq!((suspect.method, suspect.tested_at, suspect.corrected), (0, None, false));
        assert!(message(&row(PersonOutcome::Negative, true), &policies).counts_until.is_some());
    }
}
