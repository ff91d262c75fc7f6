//! Reports about one matter: one of them is handled and answered, the others with it. Each reporter keeps his own code, his own messages and his own
//! say; nothing is counted twice.

use contract::reports::v1::ReportState;
use vietnam::working_time::Calendar;

use crate::{
    report::{Changed, Report, ReportError, ReportEvent},
    urgency,
};

impl Report {
    /// It is handled with another from now on, by whoever has that one.
    pub fn merge(mut self, into: &Report) -> Changed {
        if self.id == into.id || into.merged_into == Some(self.id) {
            return Err(ReportError::MergedWithItself);
        }
        self.must_be(&[
            ReportState::Received,
            ReportState::Assigned,
            ReportState::Returned,
            ReportState::InProgress,
            ReportState::NeedInfo,
        ])?;
        if !into.is_open() {
            return Err(ReportError::State(into.state));
        }
        self.state = ReportState::Merged;
        self.merged_into = Some(into.id);
        self.recipient = into.recipient.clone();
        self.handler = None;
        Ok((self, ReportEvent::Merged { into: into.id }))
    }

    /// It stands for itself again, with its own deadline, for as long as the other one has no answer.
    pub fn unmerge(mut self, from: &Report, calendar: &Calendar) -> Changed {
        self.must_be(&[ReportState::Merged])?;
        if !from.is_open() {
            return Err(ReportError::State(from.state));
        }
        self.state = if self.due_from.is_some() { ReportState::Assigned } else { ReportState::Received };
        self.due_at = self.due_from.map(|since| urgency::due(self.urgency, since, calendar));
        self.merged_into = None;
        Ok((self, ReportEvent::Unmerged { from: from.id }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::tests::{received, somebody, start, to};

    fn assigned(number: u128) -> Report {
        let report = Report { id: ids::ReportId::from_uuid(uuid::Uuid::from_u128(number)), ..received() };
        report.assign(to(contract::reports::v1::Urgency::Normal), start(), &Calendar::default()).unwrap().0
    }

    #[test]
    fn what_is_merged_follows_the_other_and_comes_back_while_it_has_no_answer() {
        let (parent, child) = (assigned(1), assigned(2));
        assert_eq!(parent.clone().merge(&parent).unwrap_err(), ReportError::MergedWithItself);
        let due_at = child.due_at;
        let (child, event) = child.merge(&parent).unwrap();
        assert_eq!((child.state, event), (ReportState::Merged, ReportEvent::Merged { into: parent.id }));
        assert!(!child.is_open() && child.waits_for_another() && child.reopen_until().is_none() && !child.may_rate());
        assert_eq!(parent.clone().merge(&child).unwrap_err(), ReportError::MergedWithItself);
        let (heard, _) = child.clone().hear().unwrap();
        assert!(heard.unread && !heard.ask().unwrap().0.unread, "they talk on");
        let (back, _) = child.clone().unmerge(&parent, &Calendar::default()).unwrap();
        assert_eq!((back.state, back.due_at, back.merged_into), (ReportState::Assigned, due_at, None));
        let (answered, _) = parent.start(somebody(1)).unwrap();
        let (answered, _) = answered.draft(contract::reports::v1::Outcome::Unfounded, somebody(1)).unwrap();
        let (answered, _) = answered.publish(somebody(2), start()).unwrap();
        assert_eq!(child.clone().unmerge(&answered, &Calendar::default()), Err(ReportError::State(ReportState::Answered)));
        assert_eq!(assigned(3).merge(&answered), Err(ReportError::State(ReportState::Answered)));
        let ended = Report { ended_at: answered.ended_at, ..child };
        assert!(ended.may_rate() && ended.clone().hear().is_err());
        let (again, _) = ended.reopen(start(), &Calendar::default()).unwrap();
        assert_eq!((again.state, again.merged_into), (ReportState::Assigned, None));
    }
}
