//! The live feed of one caller: which subjects he may hear, and events as they are told.

use contract::vehicles::v1::WatchTripsResponse;
use events::Event;
use prost::Message;
use vietnam::{AreaKey, Era};

use crate::view;

/// Areas within `asked` (everything, when there is none) that the roots allow, none within another; empty when there are none.
pub fn allowed(roots: &[String], asked: Option<AreaKey>) -> Vec<AreaKey> {
    let roots = roots.iter().filter_map(|root| AreaKey::parse(root).ok());
    let within: Vec<AreaKey> = match asked {
        None => roots.collect(),
        Some(asked) => roots.filter_map(|root| narrower(root, asked)).collect(),
    };
    let outermost = |area: &AreaKey| within.iter().all(|other| other == area || !other.covers(*area));
    let mut areas: Vec<AreaKey> = within.iter().copied().filter(outermost).collect();
    areas.sort();
    areas.dedup();
    areas
}

fn narrower(one: AreaKey, two: AreaKey) -> Option<AreaKey> {
    if one.covers(two) {
        Some(two)
    } else if two.covers(one) {
        Some(one)
    } else {
        None
    }
}

/// The filter of everything about the area or below it.
pub fn subject(area: AreaKey) -> String {
    let named = area.subject();
    let fixed = named.trim_end_matches("._");
    if fixed.len() == named.len() { format!("gsvt.vehicles.v1.*.{named}") } else { format!("gsvt.vehicles.v1.*.{fixed}.>") }
}

/// The only field that the events of arrivals have and the others have not.
#[derive(Clone, PartialEq, Message)]
struct OfArrival {
    #[prost(string, tag = "1")]
    arrival_id: String,
}

/// What is told of an event: what happened, to what, where. Nothing of its content.
pub fn told(event: &Event, era: Era) -> WatchTripsResponse {
    let kind = event.name().to_owned();
    let of_arrival = matches!(&*kind, "ArrivalRequested" | "ArrivalConfirmed" | "ArrivalMismatched" | "ArrivalOverdue");
    let arrival = if of_arrival { event.decode::<OfArrival>().ok() } else { None };
    WatchTripsResponse {
        sequence: i64::try_from(event.sequence).unwrap_or(i64::MAX),
        trip_id: event.aggregate.to_string(),
        arrival_id: arrival.map(|arrival| arrival.arrival_id).unwrap_or_default(),
        area: area(event.area.as_str(), era).and_then(view::area),
        occurred_at: Some(event.time.into()),
        kind,
    }
}

/// The area of a subject in the state that the province runs in.
fn area(subject: &str, era: Era) -> Option<AreaKey> {
    let codes = subject.split('.').filter(|code| *code != "_");
    let text = std::iter::once(era.as_str()).chain(codes).collect::<Vec<_>>().join(".");
    AreaKey::parse(&text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(text: &str) -> AreaKey {
        AreaKey::parse(text).unwrap()
    }

    #[test]
    fn a_caller_hears_what_is_asked_for_and_his() {
        let roots = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
        for (held, asked, expected) in [
            (vec!["2021.64"], None, vec!["2021.64"]),
            (vec!["2021.64", "2021.64.622"], None, vec!["2021.64"]),
            (vec!["2021.64"], Some("2021.64.622"), vec!["2021.64.622"]),
            (vec!["2021.64.622.23563", "2021.64.627"], Some("2021.64.622"), vec!["2021.64.622.23563"]),
            (vec!["2021.64.622"], Some("2021.64.627"), vec![]),
            (vec![], None, vec![]),
        ] {
            let areas: Vec<String> = allowed(&roots(&held), asked.map(key)).iter().map(ToString::to_string).collect();
            assert_eq!(areas, expected, "{held:?} {asked:?}");
        }
    }

    #[test]
    fn subjects_cover_what_is_below() {
        for (area_key, filter) in [
            ("2021.64", "gsvt.vehicles.v1.*.64.>"),
            ("2021.64.622", "gsvt.vehicles.v1.*.64.622.>"),
            ("2021.64.622.23563", "gsvt.vehicles.v1.*.64.622.23563"),
            ("2025.52", "gsvt.vehicles.v1.*.52.>"),
            ("2025.52.23563", "gsvt.vehicles.v1.*.52._.23563"),
        ] {
            assert_eq!(subject(key(area_key)), filter);
            assert_eq!(area(&key(area_key).subject(), key(area_key).era()), Some(key(area_key)));
        }
    }
}
