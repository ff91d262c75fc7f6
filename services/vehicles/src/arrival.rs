//! The arrival that a destination's commune is asked to confirm, and what its answer does to the trip.

use chrono::{DateTime, Utc};
use contract::vehicles::v1::{ArrivalResult, ArrivalState, Purpose, TripState, ViolationKind};
use ids::{AccountId, ArrivalId};
use vietnam::areas::AreaKey;

use crate::trip::{Trip, TripError, TripEvent};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arrival {
    pub id: ArrivalId,
    pub area: AreaKey,
    pub state: ArrivalState,
    pub due_at: DateTime<Utc>,
    /// When the timer has to act; None once it has, or once the arrival is answered.
    pub overdue_after: Option<DateTime<Utc>>,
    pub overdue_at: Option<DateTime<Utc>>,
    pub answered_at: Option<DateTime<Utc>>,
    pub result: Option<ArrivalResult>,
}

/// What the commune police found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Answer {
    pub arrival: ArrivalId,
    pub result: ArrivalResult,
    pub headcount: i32,
    pub officer: AccountId,
}

impl Arrival {
    pub fn requested(id: ArrivalId, area: AreaKey, due_at: DateTime<Utc>, overdue_after: DateTime<Utc>) -> Self {
        let overdue_after = Some(overdue_after);
        Self { id, area, state: ArrivalState::Expected, due_at, overdue_after, overdue_at: None, answered_at: None, result: None }
    }

    pub fn is_answered(&self) -> bool {
        self.answered_at.is_some()
    }

    /// Becomes overdue, once.
    pub(crate) fn pass_deadline(&mut self, now: DateTime<Utc>) -> Option<Self> {
        self.overdue_after.filter(|after| *after < now)?;
        self.overdue_after = None;
        self.overdue_at = Some(now);
        self.state = ArrivalState::Overdue;
        Some(self.clone())
    }

    fn answer(&mut self, result: ArrivalResult, now: DateTime<Utc>) -> Self {
        let as_declared = result == ArrivalResult::AsDeclared;
        self.state = if as_declared { ArrivalState::Confirmed } else { ArrivalState::Mismatch };
        self.result = Some(result);
        self.answered_at = Some(now);
        self.overdue_after = None;
        self.clone()
    }
}

impl Trip {
    /// Takes the one final answer about a destination. A mismatch opens a violation.
    pub fn answer_arrival(mut self, answer: Answer, now: DateTime<Utc>) -> Result<(Self, Vec<TripEvent>), TripError> {
        if self.admitted.is_some_and(|admission| admission.by == answer.officer) {
            return Err(TripError::OwnAdmission);
        }
        if !self.is_on_the_road() {
            return Err(TripError::Ended);
        }
        let as_declared = answer.result == ArrivalResult::AsDeclared;
        if as_declared && self.people_counted.is_some_and(|counted| counted != answer.headcount) {
            return Err(TripError::HeadcountDiffers);
        }
        let open = |arrival: &&mut Arrival| arrival.id == answer.arrival && !arrival.is_answered();
        let arrival = self.arrivals.iter_mut().find(open).ok_or(TripError::ArrivalAnswered)?.answer(answer.result, now);
        let mut events = Vec::new();
        if as_declared {
            events.push(TripEvent::ArrivalConfirmed(arrival));
        } else {
            let violation = self.open_violation(ViolationKind::ArrivalMismatch, arrival.area, now);
            events.extend([TripEvent::ArrivalMismatched(arrival), TripEvent::ViolationOpened(violation)]);
        }
        self.follow_arrivals(now);
        if self.state == TripState::Arrived && self.is_home() {
            self.end(TripState::Closed, now);
            events.push(TripEvent::Closed);
        }
        Ok((self, events))
    }

    /// The trip's state after its arrivals changed: the worst of those unanswered, else arrived.
    pub(crate) fn follow_arrivals(&mut self, now: DateTime<Utc>) {
        if !self.arrivals.is_empty() {
            self.state = if self.arrivals.iter().all(Arrival::is_answered) {
                TripState::Arrived
            } else if self.arrivals.iter().any(|arrival| arrival.state == ArrivalState::Overdue) {
                TripState::Overdue
            } else {
                TripState::EnRoute
            };
            self.due_at = self.next_arrival_due();
        }
        self.publish(now);
    }

    pub(crate) fn next_arrival_due(&self) -> Option<DateTime<Utc>> {
        self.arrivals.iter().filter(|arrival| !arrival.is_answered()).map(|arrival| arrival.due_at).min()
    }

    fn is_home(&self) -> bool {
        self.purpose == Purpose::ResidentReturn && self.arrivals.iter().all(|arrival| arrival.state == ArrivalState::Confirmed)
    }
}
