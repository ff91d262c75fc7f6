//! A report and its life: received, assigned, worked on, answered or rejected, perhaps reopened once, closed. Whoever says something about it
//! gives the time; what others hear of it is in publish.rs.

use chrono::{DateTime, Duration, Utc};
use contract::reports::v1::{Outcome, RejectionReason, ReportState, Urgency};
use ids::{AccountId, ReportId};
use vietnam::{AreaKey, working_time::Calendar};

use crate::{recipient::Recipient, transfer::Outside, urgency};

/// How long the reporter may say that he is not content.
pub const REOPEN_WITHIN: Duration = Duration::days(7);

/// What a decision needs of a report; what people wrote stays sealed.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    pub id: ReportId,
    pub version: i64,
    pub state: ReportState,
    pub category: String,
    pub urgency: Urgency,
    pub recipient: Recipient,
    pub received_at: DateTime<Utc>,
    /// Fixed when it is assigned first; another urgency, reopening or other working days move it.
    pub due_at: Option<DateTime<Utc>>,
    /// From when the deadline counts.
    pub due_from: Option<DateTime<Utc>>,
    /// Of the present deadline.
    pub overdue: bool,
    /// When the police above are told that it is overdue.
    pub escalate_at: Option<DateTime<Utc>>,
    /// The police of the area above, who were told.
    pub escalated_to: Option<AreaKey>,
    /// The report that it is handled with.
    pub merged_into: Option<ReportId>,
    /// While another agency has it.
    pub transfer: Option<Outside>,
    pub handler: Option<AccountId>,
    /// The reporter wrote after the last message of ours.
    pub unread: bool,
    /// Who wrote the answer that waits or was published.
    pub drafted_by: Option<AccountId>,
    pub outcome: Option<Outcome>,
    pub rejection: Option<RejectionReason>,
    /// Since when it is answered or rejected.
    pub ended_at: Option<DateTime<Utc>>,
    pub reopened: i16,
    pub rating: i16,
}

/// What happened to a report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReportEvent {
    Received,
    /// By a routing rule, which it names, or by a person.
    Assigned {
        rule: Option<String>,
    },
    Returned,
    Started,
    Noted,
    /// A handler added a photo.
    Evidenced,
    Asked,
    ReporterWrote,
    Drafted,
    SentBack,
    Published {
        outcome: Outcome,
    },
    /// Follows `Published` where the answer says so.
    ViolationVerified,
    Rejected {
        reason: RejectionReason,
    },
    Reopened,
    Rated {
        rating: i16,
    },
    Overdue,
    Closed,
    /// It is handled with another from now on.
    Merged {
        into: ReportId,
    },
    /// Another is handled with this one.
    TookIn,
    Unmerged {
        from: ReportId,
    },
    /// Another that was handled with it stands for itself again.
    LetGo,
    Transferred {
        agency: String,
        due_at: DateTime<Utc>,
    },
    TransferEnded {
        agency: String,
        refused: bool,
    },
    Escalated {
        to: AreaKey,
    },
    DueMoved {
        before: DateTime<Utc>,
        after: DateTime<Utc>,
    },
    ContactErased,
    Erased,
}

/// Where a report goes, as a rule or a person says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assignment {
    pub category: String,
    pub urgency: Urgency,
    pub recipient: Recipient,
    pub rule: Option<String>,
}

/// Why a report refuses what was asked of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ReportError {
    #[error("a report in the state {} does not allow this", .0.as_str_name())]
    State(ReportState),
    #[error("whoever wrote an answer cannot decide on it")]
    OwnAnswer,
    #[error("the report was reopened before")]
    ReopenedBefore,
    #[error("the time to reopen the report is over")]
    TooLateToReopen,
    #[error("the report was rated before")]
    RatedBefore,
    #[error("a report is not merged into itself")]
    MergedWithItself,
    #[error("what is about officers is handled by itself")]
    HandledAlone,
}

pub type Changed = Result<(Report, ReportEvent), ReportError>;

impl Report {
    /// Somebody has to do something about it; what is merged is done with the other.
    pub const fn is_open(&self) -> bool {
        !matches!(self.state, ReportState::Answered | ReportState::Rejected | ReportState::Closed | ReportState::Merged)
    }

    /// Whether it is handled with another one that is not answered yet.
    pub fn waits_for_another(&self) -> bool {
        self.state == ReportState::Merged && self.ended_at.is_none()
    }

    /// Who sees it: whoever sees what its recipient has, and the police above who were told that it is overdue.
    pub fn seen_by(&self) -> Vec<String> {
        let mut seen_by = self.recipient.seen_by();
        seen_by.extend(self.escalated_to.map(|area| area.to_string()).filter(|told| !seen_by.contains(told)));
        seen_by
    }

    /// Gives it to somebody: for the first time, after it came back, or to another before anybody began.
    pub fn assign(mut self, to: Assignment, now: DateTime<Utc>, calendar: &Calendar) -> Changed {
        self.must_be(&[ReportState::Received, ReportState::Returned, ReportState::Assigned])?;
        let first = self.due_at.is_none() || self.urgency != to.urgency;
        self.category = to.category;
        self.urgency = to.urgency;
        if first {
            self.count_from(now, calendar);
        }
        self.recipient = to.recipient;
        self.state = ReportState::Assigned;
        Ok((self, ReportEvent::Assigned { rule: to.rule }))
    }

    /// Comes back: it was not theirs.
    pub fn give_back(mut self) -> Changed {
        self.must_be(&[ReportState::Assigned, ReportState::InProgress, ReportState::NeedInfo])?;
        self.state = ReportState::Returned;
        self.handler = None;
        Ok((self, ReportEvent::Returned))
    }

    pub fn start(mut self, by: AccountId) -> Changed {
        self.must_be(&[ReportState::Assigned])?;
        self.state = ReportState::InProgress;
        self.handler = Some(by);
        Ok((self, ReportEvent::Started))
    }

    /// A note changes nothing, in any state.
    pub fn note(self) -> Changed {
        Ok((self, ReportEvent::Noted))
    }

    pub fn evidence(self) -> Changed {
        Ok((self, ReportEvent::Evidenced))
    }

    /// Asks the reporter; the deadline goes on.
    pub fn ask(mut self) -> Changed {
        if !self.waits_for_another() {
            self.must_be(&[ReportState::InProgress])?;
            self.state = ReportState::NeedInfo;
        }
        self.unread = false;
        Ok((self, ReportEvent::Asked))
    }

    /// The reporter writes; where he was asked, that is his answer.
    pub fn hear(mut self) -> Changed {
        if !self.is_open() && !self.waits_for_another() {
            return Err(ReportError::State(self.state));
        }
        if self.state == ReportState::NeedInfo {
            self.state = ReportState::InProgress;
        }
        self.unread = true;
        Ok((self, ReportEvent::ReporterWrote))
    }

    pub fn draft(mut self, outcome: Outcome, by: AccountId) -> Changed {
        self.must_be(&[ReportState::InProgress, ReportState::NeedInfo])?;
        self.state = ReportState::AnswerDraft;
        self.drafted_by = Some(by);
        self.outcome = Some(outcome);
        Ok((self, ReportEvent::Drafted))
    }

    /// Publishes the answer that waits.
    pub fn publish(mut self, by: AccountId, now: DateTime<Utc>) -> Changed {
        let outcome = self.judge(by)?;
        self.state = ReportState::Answered;
        self.unread = false;
        self.ended_at = Some(now);
        Ok((self, ReportEvent::Published { outcome }))
    }

    /// Sends the answer that waits back to who wrote it.
    pub fn send_back(mut self, by: AccountId) -> Changed {
        self.judge(by)?;
        self.state = ReportState::InProgress;
        Ok((self, ReportEvent::SentBack))
    }

    fn judge(&self, by: AccountId) -> Result<Outcome, ReportError> {
        self.must_be(&[ReportState::AnswerDraft])?;
        if self.drafted_by == Some(by) {
            return Err(ReportError::OwnAnswer);
        }
        self.outcome.ok_or(ReportError::State(self.state))
    }

    /// Ends it without anybody's work.
    pub fn reject(mut self, reason: RejectionReason, now: DateTime<Utc>) -> Changed {
        self.must_be(&[ReportState::Received, ReportState::Returned])?;
        self.state = ReportState::Rejected;
        self.rejection = Some(reason);
        self.ended_at = Some(now);
        Ok((self, ReportEvent::Rejected { reason }))
    }

    /// Until when the reporter may reopen it.
    pub fn reopen_until(&self) -> Option<DateTime<Utc>> {
        let over = matches!(self.state, ReportState::Answered | ReportState::Rejected | ReportState::Merged);
        let ended = self.ended_at.filter(|_| over)?;
        (self.reopened == 0).then(|| ended + REOPEN_WITHIN)
    }

    /// The reporter is not content: whoever had it has it again, with a new deadline. One that was merged stands for itself from now on.
    pub fn reopen(mut self, now: DateTime<Utc>, calendar: &Calendar) -> Changed {
        if self.reopened > 0 {
            return Err(ReportError::ReopenedBefore);
        }
        match self.state {
            ReportState::Answered | ReportState::Rejected => {}
            ReportState::Merged if self.ended_at.is_some() => self.merged_into = None,
            ReportState::Closed => return Err(ReportError::TooLateToReopen),
            other => return Err(ReportError::State(other)),
        }
        if self.reopen_until().is_none_or(|until| until <= now) {
            return Err(ReportError::TooLateToReopen);
        }
        self.state = ReportState::Assigned;
        self.reopened = 1;
        self.handler = None;
        self.unread = true;
        self.drafted_by = None;
        self.rejection = None;
        self.ended_at = None;
        self.count_from(now, calendar);
        Ok((self, ReportEvent::Reopened))
    }

    /// A new deadline, of which nothing was told yet.
    fn count_from(&mut self, now: DateTime<Utc>, calendar: &Calendar) {
        self.due_from = Some(now);
        self.due_at = Some(urgency::due(self.urgency, now, calendar));
        self.overdue = false;
        self.escalate_at = None;
        self.escalated_to = None;
    }

    /// Whether there is an answer to be content with.
    pub fn may_rate(&self) -> bool {
        let answered = matches!(self.state, ReportState::Answered | ReportState::Closed)
            || (self.state == ReportState::Merged && self.ended_at.is_some());
        self.rating == 0 && answered && self.rejection.is_none()
    }

    pub fn rate(mut self, rating: i16) -> Changed {
        if self.rating != 0 {
            return Err(ReportError::RatedBefore);
        }
        if !self.may_rate() {
            return Err(ReportError::State(self.state));
        }
        self.rating = rating;
        Ok((self, ReportEvent::Rated { rating }))
    }

    /// What time alone does at `now`: a passed deadline is told once, and who was content for a week has no more to say.
    pub fn pass_time(mut self, now: DateTime<Utc>) -> Option<(Report, ReportEvent)> {
        if self.is_open() {
            let deadlines = [self.due_at, self.transfer.as_ref().map(|outside| outside.due_at)];
            if self.overdue || !deadlines.into_iter().flatten().any(|due| due < now) {
                return None;
            }
            self.overdue = true;
            return Some((self, ReportEvent::Overdue));
        }
        let ended = self.ended_at.filter(|_| self.state != ReportState::Closed)?;
        if now < ended + REOPEN_WITHIN {
            return None;
        }
        self.state = ReportState::Closed;
        Some((self, ReportEvent::Closed))
    }

    pub fn must_be(&self, states: &[ReportState]) -> Result<(), ReportError> {
        if states.contains(&self.state) { Ok(()) } else { Err(ReportError::State(self.state)) }
    }
}

#[cfg(test)]
pub mod tests;
