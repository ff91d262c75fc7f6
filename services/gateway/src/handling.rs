//! What an officer can do with a citizen's report: which forms fit its state and his permissions, what they hold, and how they are read.
pub mod forms;
pub mod history;
pub mod parse;
pub mod related;

use contract::{
    Permission,
    reports::v1::{Report, ReportState},
};

use crate::session::CurrentUser;

/// A form of the page of a report; its name is the last part of its address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verb {
    Start,
    Assign,
    Ask,
    Answer,
    Approve,
    Note,
    Merge,
    Unmerge,
    Transfer,
    EndTransfer,
    Return,
    Reject,
}

impl Verb {
    /// In the order of the page: what is done most is first.
    pub const ALL: [Verb; 12] = [
        Verb::Start,
        Verb::Approve,
        Verb::EndTransfer,
        Verb::Assign,
        Verb::Answer,
        Verb::Ask,
        Verb::Note,
        Verb::Merge,
        Verb::Unmerge,
        Verb::Transfer,
        Verb::Return,
        Verb::Reject,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Verb::Start => "start",
            Verb::Assign => "assign",
            Verb::Ask => "ask",
            Verb::Answer => "answer",
            Verb::Approve => "approve",
            Verb::Note => "note",
            Verb::Merge => "merge",
            Verb::Unmerge => "unmerge",
            Verb::Transfer => "transfer",
            Verb::EndTransfer => "end-transfer",
            Verb::Return => "return",
            Verb::Reject => "reject",
        }
    }

    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|verb| verb.name() == name)
    }

    /// Keys of the form's heading, of its button, and of what is said when it is done.
    pub fn words(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Verb::Start => ("case-start-title", "case-start", "case-done-start"),
            Verb::Assign => ("case-assign-title", "case-assign", "case-done-assign"),
            Verb::Ask => ("case-ask-title", "case-ask", "case-done-ask"),
            Verb::Answer => ("case-answer-title", "case-answer", "case-done-answer"),
            Verb::Approve => ("case-approve-title", "case-approve", "case-done-approve"),
            Verb::Note => ("case-note-title", "case-note", "case-done-note"),
            Verb::Merge => ("case-merge-title", "case-merge", "case-done-merge"),
            Verb::Unmerge => ("case-unmerge-title", "case-unmerge", "case-done-unmerge"),
            Verb::Transfer => ("case-transfer-title", "case-transfer", "case-done-transfer"),
            Verb::EndTransfer => ("case-end-transfer-title", "case-end-transfer", "case-done-end-transfer"),
            Verb::Return => ("case-return-title", "case-return", "case-done-return"),
            Verb::Reject => ("case-reject-title", "case-reject", "case-done-reject"),
        }
    }

    fn permission(self) -> Permission {
        match self {
            Verb::Assign | Verb::Reject => Permission::ReportsReportsTriage,
            Verb::Approve => Permission::ReportsAnswersApprove,
            Verb::Start
            | Verb::Ask
            | Verb::Answer
            | Verb::Note
            | Verb::Merge
            | Verb::Unmerge
            | Verb::Transfer
            | Verb::EndTransfer
            | Verb::Return => Permission::ReportsReportsHandle,
        }
    }

    /// Whether the state of a report lets it happen.
    fn fits(self, state: ReportState) -> bool {
        use ReportState::{AnswerDraft, Assigned, InProgress, Merged, NeedInfo, Received, Returned, Transferred};
        match self {
            Verb::Assign => matches!(state, Received | Returned | Assigned),
            Verb::Reject => matches!(state, Received | Returned),
            Verb::Return => matches!(state, Assigned | InProgress | NeedInfo),
            Verb::Start => state == Assigned,
            Verb::Ask => matches!(state, InProgress | Merged),
            Verb::Answer => matches!(state, InProgress | NeedInfo),
            Verb::Approve => state == AnswerDraft,
            Verb::Merge => matches!(state, Received | Assigned | Returned | InProgress | NeedInfo),
            Verb::Unmerge => state == Merged,
            Verb::Transfer => matches!(state, Assigned | InProgress | NeedInfo),
            Verb::EndTransfer => state == Transferred,
            Verb::Note => true,
        }
    }
}

/// The forms that this officer may send about a report as it is now. Nobody decides on an answer that he wrote himself; what is handled with an
/// answered one takes nothing more, and what is erased nothing at all.
pub fn verbs(user: &CurrentUser, report: &Report) -> Vec<Verb> {
    let own = report.answer.as_ref().is_some_and(|answer| answer.drafted_by == user.principal.account_id);
    let answered = report.merged_into.as_ref().is_some_and(|parent| is_over(parent.state()));
    let closed = |verb: Verb| (own && verb == Verb::Approve) || (answered && verb != Verb::Note) || report.erased;
    let may = |verb: Verb| user.require(verb.permission()).is_ok() && verb.fits(report.state()) && !closed(verb);
    Verb::ALL.into_iter().filter(|verb| may(*verb)).collect()
}

/// Nobody has to do anything about it any more.
pub fn is_over(state: ReportState) -> bool {
    matches!(state, ReportState::Answered | ReportState::Rejected | ReportState::Closed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_over_takes_only_a_note() {
        for state in [ReportState::Answered, ReportState::Rejected, ReportState::Closed] {
            let fitting: Vec<Verb> = Verb::ALL.into_iter().filter(|verb| verb.fits(state)).collect();
            assert_eq!(fitting, [Verb::Note], "{state:?}");
        }
    }

    #[test]
    fn each_verb_is_found_by_its_name() {
        for verb in Verb::ALL {
            assert_eq!(Verb::parse(verb.name()), Some(verb));
        }
        assert_eq!(Verb::parse("delete"), None);
    }
}
