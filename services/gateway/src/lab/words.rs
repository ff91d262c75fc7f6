//! States of tubes, boxes, runs, results and people as they are read, and the choices of forms made of kinds.
use contract::lab::v1::{
    ManifestState, PersonOutcome, RejectReason, ResultState, RunState, SamplingReason, ShipmentState, Specimen, TaskKind, TestMethod,
    TestOutcome, TubeKind, TubeState, WellKind,
};

use crate::{
    text::Words,
    view::{Choice, Tag, words::choices},
};

fn tag(words: &Words, class: &'static str, icon: &'static str, key: &str) -> Tag {
    Tag { class, icon, word: words.t(key) }
}

pub fn tube_tag(words: &Words, state: TubeState) -> Tag {
    let (class, icon, key) = match state {
        TubeState::Open => ("info", "edit", "tube-open"),
        TubeState::Sealed => ("info", "lock", "tube-sealed"),
        TubeState::Shipped => ("info", "go", "tube-shipped"),
        TubeState::Received => ("info", "hold", "tube-received"),
        TubeState::InRun => ("info", "wait", "tube-in-run"),
        TubeState::Resulted => ("good", "ok", "tube-resulted"),
        TubeState::Lost => ("warn", "help", "tube-lost"),
        TubeState::Rejected => ("quiet", "void", "tube-rejected"),
        TubeState::Void => ("quiet", "void", "tube-void"),
        TubeState::Unspecified => ("quiet", "unknown", "unknown"),
    };
    tag(words, class, icon, key)
}

pub fn shipment_tag(words: &Words, state: ShipmentState) -> Tag {
    let (class, icon, key) = match state {
        ShipmentState::Packed => ("quiet", "draft", "shipment-packed"),
        ShipmentState::OnTheWay => ("info", "go", "shipment-on-the-way"),
        ShipmentState::Left => ("warn", "hold", "shipment-left"),
        ShipmentState::Different => ("bad", "warn", "shipment-different"),
        ShipmentState::Settled => ("good", "ok", "shipment-settled"),
        ShipmentState::Unspecified => ("quiet", "unknown", "unknown"),
    };
    tag(words, class, icon, key)
}

pub fn manifest_tag(words: &Words, state: ManifestState) -> Tag {
    let (class, icon, key) = match state {
        ManifestState::Expected => ("quiet", "draft", "manifest-expected"),
        ManifestState::Arrived => ("good", "ok", "manifest-arrived"),
        ManifestState::Missing => ("bad loud", "alarm", "manifest-missing"),
        ManifestState::Unlisted => ("warn", "warn", "manifest-unlisted"),
        ManifestState::NotSent => ("quiet", "turn", "manifest-not-sent"),
        ManifestState::Lost => ("warn", "help", "manifest-lost"),
        ManifestState::Unspecified => ("quiet", "unknown", "unknown"),
    };
    tag(words, class, icon, key)
}

pub fn run_tag(words: &Words, state: RunState) -> Tag {
    let (class, icon, key) = match state {
        RunState::Started => ("info", "wait", "run-started"),
        RunState::Read => ("warn", "hold", "run-read"),
        RunState::Approved => ("good", "ok", "run-approved"),
        RunState::Void => ("quiet", "void", "run-void"),
        RunState::Unspecified => ("quiet", "unknown", "unknown"),
    };
    tag(words, class, icon, key)
}

/// How many results of a run wait, and how many of those are looked at alone.
pub fn waiting(words: &Words, waiting: i32, single_review: i32) -> String {
    match (waiting, single_review) {
        (0, _) => String::new(),
        (waiting, 0) => words.n("run-waiting", waiting),
        (waiting, single) => words.ab("run-waiting-single", waiting, single),
    }
}

/// What a well said. A pool is never said to be a positive person.
pub fn outcome_tag(words: &Words, outcome: TestOutcome, pool: bool) -> Tag {
    let (class, icon, key) = match outcome {
        TestOutcome::Negative => ("good", "neg", "outcome-negative"),
        TestOutcome::Positive if pool => ("bad loud", "pos", "outcome-pool-positive"),
        TestOutcome::Positive => ("bad loud", "pos", "outcome-positive"),
        TestOutcome::Indeterminate => ("warn", "help", "outcome-indeterminate"),
        TestOutcome::Invalid => ("warn", "again", "outcome-invalid"),
        TestOutcome::Unspecified => ("quiet", "wait", "outcome-unread"),
    };
    tag(words, class, icon, key)
}

pub fn result_state(state: ResultState) -> &'static str {
    match state {
        ResultState::Read => "result-read",
        ResultState::Approved => "result-approved",
        ResultState::Replaced => "result-replaced",
        ResultState::Refused => "result-refused",
        ResultState::Unspecified => "unknown",
    }
}

/// What a person reads of himself.
pub fn person_tag(words: &Words, outcome: PersonOutcome) -> Tag {
    let (class, icon, key) = match outcome {
        PersonOutcome::Waiting => ("quiet", "wait", "person-waiting"),
        PersonOutcome::Negative => ("good", "neg", "outcome-negative"),
        PersonOutcome::Positive => ("bad loud", "pos", "outcome-positive"),
        PersonOutcome::SuspectPending => ("warn", "wait", "person-suspect"),
        PersonOutcome::Resample => ("warn", "again", "person-resample"),
        PersonOutcome::Unspecified => ("quiet", "unknown", "unknown"),
    };
    tag(words, class, icon, key)
}

pub fn reason(reason: SamplingReason) -> &'static str {
    match reason {
        SamplingReason::CommunityScreening => "reason-community",
        SamplingReason::BlockadedArea => "reason-blockaded",
        SamplingReason::CentralQuarantine => "reason-central-quarantine",
        SamplingReason::HomeQuarantine => "reason-home-quarantine",
        SamplingReason::HospitalScreening => "reason-hospital",
        SamplingReason::Contact => "reason-contact",
        SamplingReason::Returnee => "reason-returnee",
        SamplingReason::Driver => "reason-driver",
        SamplingReason::Unspecified => "unknown",
    }
}

pub fn specimen(specimen: Specimen) -> &'static str {
    match specimen {
        Specimen::NpSwab => "specimen-np",
        Specimen::OpSwab => "specimen-op",
        Specimen::Nasal => "specimen-nasal",
        Specimen::Saliva => "specimen-saliva",
        Specimen::Sputum => "specimen-sputum",
        Specimen::Bal => "specimen-bal",
        Specimen::Other => "specimen-other",
        Specimen::Unspecified => "unknown",
    }
}

pub fn method(method: TestMethod) -> &'static str {
    match method {
        TestMethod::RtPcr => "method-rt-pcr",
        TestMethod::AgRapid => "method-ag-rapid",
        TestMethod::AgAuto => "method-ag-auto",
        TestMethod::Unspecified => "unknown",
    }
}

pub fn reject_reason(reason: RejectReason) -> &'static str {
    match reason {
        RejectReason::Leak => "reject-leak",
        RejectReason::NoLabel => "reject-no-label",
        RejectReason::Unreadable => "reject-unreadable",
        RejectReason::WrongTemperature => "reject-temperature",
        RejectReason::TooOld => "reject-too-old",
        RejectReason::Empty => "reject-empty",
        RejectReason::ListMismatch => "reject-mismatch",
        RejectReason::Unspecified => "unknown",
    }
}

pub fn outcome(outcome: TestOutcome) -> &'static str {
    match outcome {
        TestOutcome::Negative => "outcome-negative",
        TestOutcome::Positive => "outcome-positive",
        TestOutcome::Indeterminate => "outcome-indeterminate",
        TestOutcome::Invalid => "outcome-invalid",
        TestOutcome::Unspecified => "outcome-unread",
    }
}

pub fn well_kind(kind: WellKind) -> &'static str {
    match kind {
        WellKind::Tube => "well-tube",
        WellKind::LabPool => "well-lab-pool",
        WellKind::PositiveControl => "well-positive-control",
        WellKind::NegativeControl => "well-negative-control",
        WellKind::Unspecified => "unknown",
    }
}

pub fn task_kind(kind: TaskKind) -> &'static str {
    match kind {
        TaskKind::Resample => "task-resample",
        TaskKind::RerunSingles => "task-rerun",
        TaskKind::DiscordantPool => "task-discordant",
        TaskKind::Unspecified => "unknown",
    }
}

/// Why a task is there.
pub fn cause(code: &str) -> &'static str {
    match code {
        "POOL_POSITIVE" => "cause-pool-positive",
        "POOL_INDETERMINATE" => "cause-pool-indeterminate",
        "INVALID" => "cause-invalid",
        "REJECTED" => "cause-rejected",
        "LOST" => "cause-lost",
        "INDETERMINATE" => "cause-indeterminate",
        "ANTIGEN_POSITIVE" => "cause-antigen",
        _ => "unknown",
    }
}

/// Why a result is looked at alone.
pub fn single_review(code: &str) -> &'static str {
    match code {
        "POSITIVE" => "review-positive",
        "INDETERMINATE" => "review-indeterminate",
        "DISCORDANT" => "review-discordant",
        "CORRECTED" => "review-corrected",
        "INVALID" => "review-invalid",
        _ => "unknown",
    }
}

/// What became of a barcode of a rack; class and key.
pub fn accession(answer: &str) -> (&'static str, &'static str, &'static str) {
    match answer {
        "RECEIVED" => ("good", "ok", "accession-received"),
        "RECEIVED_OUTSIDE_MANIFEST" => ("warn", "warn", "accession-outside"),
        "RECEIVED_BEFORE" => ("quiet", "info", "accession-before"),
        "NOT_SEALED" => ("bad", "bad", "accession-not-sealed"),
        "ELSEWHERE" => ("bad", "bad", "accession-elsewhere"),
        _ => ("bad", "help", "accession-unknown"),
    }
}

/// "Mẫu đơn", "Gộp 5 người"
pub fn tube_kind(words: &Words, kind: TubeKind, people: i32) -> String {
    match kind {
        TubeKind::FieldPool => words.n("tube-pool", people),
        TubeKind::Single | TubeKind::Unspecified => words.t("tube-single"),
    }
}

pub fn reasons(words: &Words) -> Vec<Choice> {
    let all = (1..=8).filter_map(|number| SamplingReason::try_from(number).ok());
    choices(words, all, SamplingReason::as_str_name, reason)
}

pub fn specimens(words: &Words) -> Vec<Choice> {
    (1..=7).filter_map(|number| Specimen::try_from(number).ok()).map(|it| Choice::new(it.as_str_name(), words.t(specimen(it)))).collect()
}

pub fn methods(words: &Words) -> Vec<Choice> {
    (1..=3).filter_map(|number| TestMethod::try_from(number).ok()).map(|it| Choice::new(it.as_str_name(), words.t(method(it)))).collect()
}

pub fn reject_reasons(words: &Words) -> Vec<Choice> {
    choices(words, (1..=7).filter_map(|number| RejectReason::try_from(number).ok()), RejectReason::as_str_name, reject_reason)
}

pub fn outcomes(words: &Words) -> Vec<Choice> {
    choices(words, (1..=4).filter_map(|number| TestOutcome::try_from(number).ok()), TestOutcome::as_str_name, outcome)
}

pub fn well_kinds(words: &Words) -> Vec<Choice> {
    (1..=4).filter_map(|number| WellKind::try_from(number).ok()).map(|it| Choice::new(it.as_str_name(), words.t(well_kind(it)))).collect()
}

/// A step in the life of a sample.
pub fn step(kind: &str) -> &'static str {
    match kind {
        "TubeOpened" => "step-opened",
        "MemberAdded" => "step-member-added",
        "MemberRemoved" => "step-member-removed",
        "TubeSealed" => "step-sealed",
        "TubeVoided" => "step-voided",
        "TubePacked" => "step-packed",
        "TubeReceived" => "step-received",
        "TubeRejected" => "step-rejected",
        "TubeLost" => "step-lost",
        "TubeNotSent" => "step-not-sent",
        "TubeInRun" => "step-run-started",
        "RunVoided" => "step-run-voided",
        "ResultRefused" => "step-result-refused",
        "ResultCorrected" => "step-result-corrected",
        "ResultApproved" => "step-result-approved",
        "SinglesAccepted" => "step-singles-accepted",
        "PoolSampledAgain" => "step-pool-sampled-again",
        _ => "step-other",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::{Lang, Texts};

    #[test]
    fn a_pool_makes_nobody_positive() {
        let texts = Texts::load().unwrap();
        for lang in [Lang::Vi, Lang::En] {
            let words = texts.words(lang);
            let positive = person_tag(&words, PersonOutcome::Positive).word;
            assert_ne!(outcome_tag(&words, TestOutcome::Positive, true).word, positive);
            assert_ne!(person_tag(&words, PersonOutcome::SuspectPending).word, positive);
        }
    }
}
