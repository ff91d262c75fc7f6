//! A vehicle was seen somewhere: what that means for its trip.

use chrono::{DateTime, Utc};
use contract::vehicles::v1::{SightingOutcome, TripState, ViolationKind};
use vietnam::areas::AreaKey;

use crate::{
    policy::Rules,
    trip::{Trip, TripError, TripEvent},
};

/// Where and when. The time is the officer's device's and is kept beside the server's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sighting {
    /// Set when it was at a post.
    pub post: Option<String>,
    pub area: AreaKey,
    pub seen_at: DateTime<Utc>,
}

impl Trip {
    /// Ends the trip at its exit post, opens a violation where the vehicle may not be, and changes nothing elsewhere.
    pub fn sight(
        mut self,
        sighting: &Sighting,
        rules: &Rules,
        now: DateTime<Utc>,
    ) -> Result<(Self, SightingOutcome, Vec<TripEvent>), TripError> {
        if !self.is_on_the_road() {
            return Err(TripError::NotOnTheRoad);
        }
        let outcome = match &sighting.post {
            Some(post) => self.judge_post(post, now),
            None => self.judge_area(&sighting.area, rules),
        };
        let event = match outcome {
            SightingOutcome::Exited => {
                self.end(TripState::Exited, now);
                let post = sighting.post.clone().unwrap_or_default();
                Some(TripEvent::Exited { post, seen_at: sighting.seen_at })
            }
            SightingOutcome::Violation => {
                let violation = self.open_violation(ViolationKind::WrongPlace, sighting.area, now);
                Some(TripEvent::ViolationOpened(violation))
            }
            SightingOutcome::OnRoute | SightingOutcome::Unspecified => None,
        };
        Ok((self, outcome, event.into_iter().collect()))
    }

    fn judge_post(&self, post: &str, now: DateTime<Utc>) -> SightingOutcome {
        if self.is_transit() {
            return match self.exit_post.as_deref() {
                Some(exit) if exit == post => SightingOutcome::Exited,
                _ if self.entry_post == post => SightingOutcome::OnRoute,
                _ => SightingOutcome::Violation,
            };
        }
        if self.state == TripState::Arrived {
            return SightingOutcome::Exited;
        }
        let just_entered = self.entry_post == post && self.due_at.is_none_or(|due| now <= due);
        if just_entered { SightingOutcome::OnRoute } else { SightingOutcome::Violation }
    }

    fn judge_area(&self, area: &AreaKey, rules: &Rules) -> SightingOutcome {
        let on_route = if self.is_transit() {
            self.exit_post.as_deref().is_none_or(|exit| rules.on_transit_road(&self.entry_post, exit, area))
        } else {
            self.arrivals.iter().any(|arrival| surrounds(&arrival.area, area)) || rules.on_a_road_from(&self.entry_post, area)
        };
        if on_route { SightingOutcome::OnRoute } else { SightingOutcome::Violation }
    }
}

/// Whether `area` is the destination or in its district.
fn surrounds(destination: &AreaKey, area: &AreaKey) -> bool {
    destination.covers(*area) || destination.district().is_some_and(|district| district.covers(*area))
}
