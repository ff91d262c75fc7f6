//! What a pass says of its trip. Only a decision makes one that reads "admitted".

use chrono::{DateTime, Duration, Utc};
use contract::vehicles::v1::{PassStanding, TripState};

/// How long a pass that allows nothing may be shown.
const UNDECIDED_HOURS: i64 = 72;

pub fn standing(state: TripState) -> PassStanding {
    match state {
        TripState::Unspecified => PassStanding::Unspecified,
        TripState::Declared | TripState::AtPost => PassStanding::Declared,
        TripState::Referred => PassStanding::Referred,
        TripState::InTransit | TripState::EnRoute | TripState::Arrived | TripState::Overdue => PassStanding::Admitted,
        TripState::TurnedBack => PassStanding::TurnedBack,
        TripState::Refused => PassStanding::Refused,
        TripState::Exited | TripState::Closed | TripState::Cancelled => PassStanding::Ended,
    }
}

/// Until when the slip of an admitted trip counts is its deadline with grace; any other allows nothing and is shown for a while.
pub fn valid_until(state: TripState, admitted_until: Option<DateTime<Utc>>, issued_at: DateTime<Utc>) -> DateTime<Utc> {
    admitted_until.filter(|_| standing(state) == PassStanding::Admitted).unwrap_or(issued_at + Duration::hours(UNDECIDED_HOURS))
}
