//! A trip and its life: declared, received, decided, on the road, ended. Arrivals are in arrival.rs, sightings in sighting.rs.

use chrono::{DateTime, Utc};
use contract::vehicles::v1::{Decision, Direction, PlateColor, PublicState, Purpose, TripState, VehicleType, ViolationKind};
use ids::{AccountId, ArrivalId, PersonId, TripId, ViolationId};
use vietnam::areas::AreaKey;

use crate::{
    arrival::Arrival,
    assessment::{Assessment, Rulebook, Text, assess, text},
    findings::Findings,
    publication,
};

/// What a decision needs of a trip; the private part stays sealed.
#[derive(Debug, Clone, PartialEq)]
pub struct Trip {
    pub id: TripId,
    pub version: i64,
    pub state: TripState,
    pub direction: Direction,
    pub purpose: Purpose,
    pub vehicle_type: VehicleType,
    pub plate_color: PlateColor,
    pub entry_post: String,
    pub exit_post: Option<String>,
    /// The post whose desk has it.
    pub at_post: Option<String>,
    /// Places in the province, in the order declared.
    pub destinations: Vec<Destination>,
    /// Recorded on board, declared or added.
    pub people: Vec<PersonId>,
    pub people_counted: Option<i32>,
    /// Another trip of the same plate is on the road.
    pub conflicted: bool,
    pub arrivals: Vec<Arrival>,
    pub received_at: Option<DateTime<Utc>>,
    pub decided_at: Option<DateTime<Utc>>,
    pub admitted: Option<Admission>,
    pub due_at: Option<DateTime<Utc>>,
    /// When the timer has to act on a transit.
    pub overdue_after: Option<DateTime<Utc>>,
    /// Until when the slip of an admitted trip counts.
    pub pass_until: Option<DateTime<Utc>>,
    pub ended_at: Option<DateTime<Utc>>,
    pub open_violations: i32,
    /// None: not on the public list.
    pub public: Option<Published>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Destination {
    pub area: AreaKey,
    pub expected_at: DateTime<Utc>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Admission {
    pub at: DateTime<Utc>,
    pub by: AccountId,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Published {
    pub state: PublicState,
    pub since: DateTime<Utc>,
}

/// What happened to a trip; publish.rs tells others.
#[derive(Debug, Clone, PartialEq)]
pub enum TripEvent {
    Declared,
    Received { post: String },
    Decided { post: String, decision: Decision },
    ArrivalRequested(Arrival),
    ArrivalConfirmed(Arrival),
    ArrivalMismatched(Arrival),
    ArrivalOverdue(Arrival),
    Overdue,
    Exited { post: String, seen_at: DateTime<Utc> },
    Closed,
    Cancelled,
    ViolationOpened(Violation),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    pub id: ViolationId,
    pub kind: ViolationKind,
    /// Where it was detected.
    pub area: AreaKey,
}

/// An officer's decision, as he gave it.
#[derive(Debug, Clone)]
pub struct Ruling {
    pub decision: Decision,
    pub post: String,
    pub officer: AccountId,
    pub exit_post: Option<String>,
    pub reasons: Vec<String>,
}

/// Why a trip refuses what was asked of it.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum TripError {
    #[error("the trip is not at this post")]
    NotAtPost,
    #[error("the trip has been decided")]
    AlreadyDecided,
    #[error("the trip has ended")]
    Ended,
    #[error("the vehicle is not on the road")]
    NotOnTheRoad,
    #[error("the decision is closed: {}", why.en)]
    DecisionClosed { why: Text, assessment: Assessment },
    #[error("the decision needs a reason")]
    ReasonMissing,
    #[error("the arrival has been answered")]
    ArrivalAnswered,
    #[error("whoever admitted a trip cannot confirm its arrival")]
    OwnAdmission,
    #[error("as declared means that as many people are there as were counted")]
    HeadcountDiffers,
}

impl Trip {
    pub fn is_open(&self) -> bool {
        self.ended_at.is_none()
    }

    /// Admitted and not ended: holds its plate.
    pub fn is_on_the_road(&self) -> bool {
        matches!(self.state, TripState::InTransit | TripState::EnRoute | TripState::Overdue | TripState::Arrived)
    }

    /// Crosses the province: leaves by its exit post, nobody confirms an arrival.
    pub fn is_transit(&self) -> bool {
        self.arrivals.is_empty()
    }

    /// Puts the trip on the desk of a post. Again at the same post changes nothing.
    pub fn receive(mut self, post: &str, now: DateTime<Utc>) -> Result<(Self, Vec<TripEvent>), TripError> {
        match self.state {
            TripState::AtPost | TripState::Referred if self.at_post.as_deref() == Some(post) => return Ok((self, Vec::new())),
            TripState::Declared | TripState::AtPost | TripState::Referred => {}
            _ if self.is_open() => return Err(TripError::AlreadyDecided),
            _ => return Err(TripError::Ended),
        }
        if self.state == TripState::Declared {
            self.state = TripState::AtPost;
        }
        self.at_post = Some(post.to_owned());
        post.clone_into(&mut self.entry_post);
        self.received_at = Some(now);
        Ok((self, vec![TripEvent::Received { post: post.to_owned() }]))
    }

    /// Takes the decision, if the rules of the day leave it open. Findings include the people added at the post.
    pub fn decide(
        mut self,
        ruling: &Ruling,
        rulebook: &Rulebook,
        findings: &Findings,
        now: DateTime<Utc>,
    ) -> Result<(Self, Vec<TripEvent>), TripError> {
        self.is_before(&ruling.post)?;
        let exit_post = ruling.exit_post.clone().or_else(|| self.exit_post.clone());
        let assessment = assess(&self, exit_post.as_deref(), rulebook, findings, now);
        if let Some(why) = assessment.closed(ruling.decision) {
            return Err(TripError::DecisionClosed { why: why.clone(), assessment });
        }
        let admits = matches!(ruling.decision, Decision::Transit | Decision::Destination);
        if !admits && ruling.reasons.iter().all(|reason| reason.trim().is_empty()) {
            return Err(TripError::ReasonMissing);
        }
        self.decided_at = Some(now);
        self.people.extend(findings.added.iter().map(|person| person.id));
        self.people_counted = findings.counted;
        let mut events = vec![TripEvent::Decided { post: ruling.post.clone(), decision: ruling.decision }];
        match ruling.decision {
            Decision::Transit => events.extend(self.admit_transit(exit_post, rulebook, now)),
            Decision::Destination => events.extend(self.admit_destination(rulebook, now)),
            Decision::TurnBack => self.end(TripState::TurnedBack, now),
            Decision::Refuse => self.end(TripState::Refused, now),
            Decision::Refer => self.state = TripState::Referred,
            Decision::Unspecified => return Err(no_decision(assessment)),
        }
        if admits {
            self.at_post = None;
            self.admitted = Some(Admission { at: now, by: ruling.officer });
            self.public = publication::listed(&self, &rulebook.also_public, now);
        }
        Ok((self, events))
    }

    /// Whether this post may judge the trip now.
    pub fn is_before(&self, post: &str) -> Result<(), TripError> {
        match self.state {
            TripState::AtPost | TripState::Referred if self.at_post.as_deref() == Some(post) => Ok(()),
            TripState::Declared | TripState::AtPost | TripState::Referred => Err(TripError::NotAtPost),
            _ => Err(TripError::AlreadyDecided),
        }
    }

    fn admit_transit(&mut self, exit_post: Option<String>, rulebook: &Rulebook, now: DateTime<Utc>) -> Option<TripEvent> {
        if self.direction == Direction::Out {
            let post = self.entry_post.clone();
            self.exit_post = Some(post.clone());
            self.end(TripState::Exited, now);
            return Some(TripEvent::Exited { post, seen_at: now });
        }
        let rules = &rulebook.policy.rules;
        let due = exit_post.as_deref().map(|exit| rules.transit_due(&self.entry_post, exit, now));
        self.state = TripState::InTransit;
        self.exit_post = exit_post;
        self.due_at = due;
        self.overdue_after = due.map(|due| rules.transit_overdue(due));
        self.pass_until = self.overdue_after;
        None
    }

    fn admit_destination(&mut self, rulebook: &Rulebook, now: DateTime<Utc>) -> Vec<TripEvent> {
        let rules = &rulebook.policy.rules;
        let ask = |destination: &Destination| {
            let due_at = rules.arrival_due(destination.expected_at, now);
            Arrival::requested(ArrivalId::mint(now), destination.area, due_at, rules.arrival_overdue(due_at))
        };
        self.arrivals = self.destinations.iter().map(ask).collect();
        self.state = TripState::EnRoute;
        self.due_at = self.next_arrival_due();
        self.pass_until = self.arrivals.iter().map(|arrival| arrival.due_at).max().map(|last| rules.stay_until(last));
        self.arrivals.iter().cloned().map(TripEvent::ArrivalRequested).collect()
    }

    /// Takes a declaration back; only before a decision.
    pub fn cancel(mut self, now: DateTime<Utc>) -> Result<(Self, Vec<TripEvent>), TripError> {
        match self.state {
            TripState::Cancelled => Ok((self, Vec::new())),
            TripState::Declared | TripState::AtPost => {
                self.end(TripState::Cancelled, now);
                Ok((self, vec![TripEvent::Cancelled]))
            }
            _ => Err(TripError::AlreadyDecided),
        }
    }

    /// Ends a trip whose exit nobody recorded. Again changes nothing.
    pub fn close(mut self, now: DateTime<Utc>) -> Result<(Self, Vec<TripEvent>), TripError> {
        if self.state == TripState::Closed {
            return Ok((self, Vec::new()));
        }
        if !self.is_open() {
            return Err(TripError::Ended);
        }
        self.end(TripState::Closed, now);
        Ok((self, vec![TripEvent::Closed]))
    }

    /// Marks what is past its deadline and grace. A second call at the same time finds nothing left.
    pub fn overdue(mut self, now: DateTime<Utc>) -> (Self, Vec<TripEvent>) {
        let mut events = Vec::new();
        if !self.is_open() {
            return (self, events);
        }
        if self.overdue_after.is_some_and(|after| after < now) {
            self.overdue_after = None;
            self.state = TripState::Overdue;
            events.push(TripEvent::Overdue);
        }
        events.extend(self.arrivals.iter_mut().filter_map(|arrival| arrival.pass_deadline(now)).map(TripEvent::ArrivalOverdue));
        if !events.is_empty() {
            self.follow_arrivals(now);
        }
        (self, events)
    }

    pub(crate) fn open_violation(&mut self, kind: ViolationKind, area: AreaKey, now: DateTime<Utc>) -> Violation {
        self.open_violations += 1;
        Violation { id: ViolationId::mint(now), kind, area }
    }

    pub(crate) fn end(&mut self, state: TripState, now: DateTime<Utc>) {
        self.state = state;
        self.at_post = None;
        self.due_at = None;
        self.overdue_after = None;
        self.ended_at = Some(now);
        for arrival in &mut self.arrivals {
            arrival.overdue_after = None;
        }
        self.publish(now);
    }

    /// Moves the public state after the trip's own, where the table of publication.rs says so.
    pub(crate) fn publish(&mut self, now: DateTime<Utc>) {
        if let (Some(former), Some(state)) = (self.public, publication::public_state(self))
            && former.state != state
        {
            self.public = Some(Published { state, since: now });
        }
    }
}

fn no_decision(assessment: Assessment) -> TripError {
    TripError::DecisionClosed { why: text("Chọn quyết định", "Choose a decision"), assessment }
}

#[cfg(test)]
mod tests;
