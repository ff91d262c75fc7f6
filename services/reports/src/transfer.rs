//! Another agency has a report for a time: which ones there are (dated data), until when it has to answer, and how the report comes back.

use chrono::{DateTime, Utc};
use contract::reports::v1::{self as pb, ReportState};
use serde::{Deserialize, Serialize};
use vietnam::working_time::Calendar;

use crate::report::{Changed, Report, ReportEvent};

/// One version of the agencies, in the order in which they are offered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Agencies {
    pub version: i32,
    pub valid_from: DateTime<Utc>,
    pub agencies: Vec<Agency>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Agency {
    pub agency_id: String,
    pub name_vi: String,
    pub name_en: String,
    /// How many working days it usually has.
    pub working_days: u32,
}

impl Agency {
    pub fn message(&self) -> pb::Agency {
        pb::Agency {
            agency_id: self.agency_id.clone(),
            name_vi: self.name_vi.clone(),
            name_en: self.name_en.clone(),
            working_days: i32::try_from(self.working_days).unwrap_or(i32::MAX),
        }
    }
}

/// Until when another agency has a report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outside {
    pub since: DateTime<Utc>,
    pub working_days: u32,
    pub due_at: DateTime<Utc>,
}

impl Outside {
    pub fn new(since: DateTime<Utc>, working_days: u32, calendar: &Calendar) -> Self {
        Self { since, working_days, due_at: calendar.after_working_days(since, working_days) }
    }
}

impl Report {
    /// Our own deadline goes on; that of the agency counts too.
    pub fn transfer(mut self, agency: &Agency, until: Outside) -> Changed {
        self.must_be(&[ReportState::Assigned, ReportState::InProgress, ReportState::NeedInfo])?;
        let due_at = until.due_at;
        self.state = ReportState::Transferred;
        self.transfer = Some(until);
        Ok((self, ReportEvent::Transferred { agency: agency.agency_id.clone(), due_at }))
    }

    /// The agency answered or refused: whoever worked on it goes on.
    pub fn end_transfer(mut self, agency: String, refused: bool) -> Changed {
        self.must_be(&[ReportState::Transferred])?;
        self.state = if self.handler.is_some() { ReportState::InProgress } else { ReportState::Assigned };
        self.transfer = None;
        Ok((self, ReportEvent::TransferEnded { agency, refused }))
    }
}

#[cfg(test)]
mod tests {
    use contract::reports::v1::Urgency;

    use super::*;
    use crate::report::tests::{received, somebody, start, to};

    #[test]
    fn both_deadlines_count_and_it_comes_back_to_who_had_it() {
        let calendar = Calendar::default();
        let agency = Agency { agency_id: "SO_Y_TE".to_owned(), name_vi: String::new(), name_en: String::new(), working_days: 1 };
        let (assigned, _) = received().assign(to(Urgency::Complex), start(), &calendar).unwrap();
        let until = || Outside::new(start(), 1, &calendar);
        assert!(received().transfer(&agency, until()).is_err());
        let (unbegun, _) = assigned.clone().transfer(&agency, until()).unwrap();
        assert_eq!(unbegun.end_transfer("SO_Y_TE".to_owned(), true).unwrap().0.state, ReportState::Assigned);
        let (begun, _) = assigned.start(somebody(1)).unwrap();
        let (outside, event) = begun.transfer(&agency, until()).unwrap();
        let due_at = until().due_at;
        assert_eq!(event, ReportEvent::Transferred { agency: "SO_Y_TE".to_owned(), due_at });
        assert!(outside.clone().pass_time(due_at).is_none() && outside.due_at > Some(due_at));
        let (late, event) = outside.clone().pass_time(due_at + chrono::Duration::seconds(1)).unwrap();
        assert!(late.overdue && event == ReportEvent::Overdue);
        let (back, _) = outside.end_transfer("SO_Y_TE".to_owned(), false).unwrap();
        assert_eq!((back.state, back.transfer.is_none(), back.handler), (ReportState::InProgress, true, Some(somebody(1))));
    }
}
