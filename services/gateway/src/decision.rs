//! The decision form of the post desk: what it shows, how it is read, how what is missing finds its box.
pub mod evidence;
pub mod form;
pub mod parse;
pub mod paths;
pub mod people;

pub use form::DecisionForm;
pub use parse::Read;

use contract::vehicles::v1::Decision;

/// As many people as one decision may add.
pub const MOST_ADDED: usize = 20;

/// The decisions in the order of the desk: 1 to 5, with the part of their boxes' names.
pub const DECISIONS: [(Decision, &str); 5] = [
    (Decision::Destination, "destination"),
    (Decision::Transit, "transit"),
    (Decision::Refer, "refer"),
    (Decision::TurnBack, "turn-back"),
    (Decision::Refuse, "refuse"),
];

/// Whether it lets the vehicle into the province.
pub fn admits(decision: Decision) -> bool {
    matches!(decision, Decision::Transit | Decision::Destination)
}

/// Boxes of a person: `p0` of those recorded, `added-0` of those found at the post.
pub fn recorded(number: usize) -> String {
    format!("p{number}")
}

/// See [`recorded`].
pub fn added(number: usize) -> String {
    format!("added-{number}")
}
