//! What an officer can do with a citizen's report: which forms fit its state and his permissions, what they hold, and how they are read.
pub mod forms;
pub mod parse;

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
    Return,
    Reject,
}

impl Verb {
    /// In the order of the page: what is done most is first.
    pub const ALL: [Verb; 8] = [Verb::Start, Verb::Approve, Verb::Assign, Verb::Answer, Verb::Ask, Verb::Note, Verb::Return, Verb::Reject];

    pub fn name(self) -> &'static str {
        match self {
            Verb::Start => "start",
            Verb::Assign => "assign",
            Verb::Ask => "ask",
            Verb::Answer => "answer",
            Verb::Approve => "approve",
            Verb::Note => "note",
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
            Verb::Return => ("case-return-title", "case-return", "case-done-return"),
            Verb::Reject => ("case-reject-title", "case-reject", "case-done-reject"),
        }
    }

    fn permission(self) -> Permission {
        match self {
            Verb::Assign | Verb::Reject => Permission::ReportsReportsTriage,
            Verb::Approve => Permission::ReportsAnswersApprove,
            Verb::Start | Verb::Ask | Verb::Answer | Verb::Note | Verb::Return => Permission::ReportsReportsHandle,
        }
    }

    /// Whether the state of a report lets it happen.
    fn fits(self, state: ReportState) -> bool {
        use ReportState::{AnswerDraft, Assigned, InProgress, NeedInfo, Received, Returned};
        match self {
            Verb::Assign => matches!(state, Received | Returned | Assigned),
            Verb::Reject => matches!(state, Received | Returned),
            Verb::Return => matches!(state, Assigned | InProgress | NeedInfo),
            Verb::Start => state == Assigned,
            Verb::Ask => state == InProgress,
            Verb::Answer => matches!(state, InProgress | NeedInfo),
            Verb::Approve => state == AnswerDraft,
            Verb::Note => true,
        }
    }
}

/// The forms that this officer may send about a report as it is now. Nobody decides on an answer that he wrote himself.
pub fn verbs(user: &CurrentUser, report: &Report) -> Vec<Verb> {
    let own = report.answer.as_ref().is_some_and(|answer| answer.drafted_by == user.principal.account_id);
    let may = |verb: Verb| user.require(verb.permission()).is_ok() && verb.fits(report.state()) && !(own && verb == Verb::Approve);
    Verb::ALL.into_iter().filter(|verb| may(*verb)).collect()
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
