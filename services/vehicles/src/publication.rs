//! What the public list shows of a trip: the written table from our states to the public ones, and which vehicles are on the list at all.
//!
//! | our state | public state |
//! |---|---|
//! | `DECLARED`, `AT_POST`, `REFERRED`, `TURNED_BACK`, `REFUSED`, `CANCELLED` | not on the list |
//! | `IN_TRANSIT`, `EN_ROUTE` | `ON_THE_WAY` |
//! | `OVERDUE` | `OVERDUE` |
//! | `ARRIVED`, every destination as declared and no open violation | `CONFIRMED` |
//! | `ARRIVED` with a mismatch or an open violation | as before |
//! | `EXITED`, `CLOSED` | `LEFT` |
//!
//! Off the list unless the dated setting `public_list` names the kind: private vehicles, motorbikes, residents coming home, officials, army,
//! ambulances. A vehicle that only leaves the province promised nothing and is never on it.

use chrono::{DateTime, Utc};
use contract::vehicles::v1::{ArrivalState, Direction, PlateColor, PublicState, Purpose, TripState, VehicleType};

use crate::trip::{Published, Trip};

/// The first public state of a trip that was admitted now; None keeps it off the list.
pub fn listed(trip: &Trip, also_public: &[String], now: DateTime<Utc>) -> Option<Published> {
    let hidden = hidden_kinds(trip).into_iter().any(|kind| !also_public.iter().any(|shown| shown == kind));
    if hidden || trip.direction == Direction::Out {
        return None;
    }
    public_state(trip).map(|state| Published { state, since: now })
}

/// The public state of a trip on the list; None where it stays as it was.
pub fn public_state(trip: &Trip) -> Option<PublicState> {
    match trip.state {
        TripState::InTransit | TripState::EnRoute => Some(PublicState::OnTheWay),
        TripState::Overdue => Some(PublicState::Overdue),
        TripState::Arrived => as_declared(trip).then_some(PublicState::Confirmed),
        TripState::Exited | TripState::Closed => Some(PublicState::Left),
        TripState::Unspecified
        | TripState::Declared
        | TripState::AtPost
        | TripState::Referred
        | TripState::TurnedBack
        | TripState::Refused
        | TripState::Cancelled => None,
    }
}

fn as_declared(trip: &Trip) -> bool {
    trip.open_violations == 0 && trip.arrivals.iter().all(|arrival| arrival.state == ArrivalState::Confirmed)
}

/// The kinds for which a trip is kept off the list; each has to be named by the setting.
fn hidden_kinds(trip: &Trip) -> Vec<&'static str> {
    let private_car = trip.vehicle_type == VehicleType::Car && trip.plate_color != PlateColor::Yellow;
    [
        ("PRIVATE", trip.purpose == Purpose::Personal || private_car),
        ("MOTORBIKE", trip.vehicle_type == VehicleType::Motorbike),
        ("RESIDENT_RETURN", trip.purpose == Purpose::ResidentReturn),
        ("OFFICIAL", trip.purpose == Purpose::Official || trip.plate_color == PlateColor::Blue),
        ("ARMY", trip.plate_color == PlateColor::Red),
        ("AMBULANCE", trip.purpose == Purpose::Ambulance || trip.vehicle_type == VehicleType::Ambulance),
    ]
    .into_iter()
    .filter_map(|(kind, holds)| holds.then_some(kind))
    .collect()
}
