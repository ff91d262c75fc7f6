//! Vehicles of the public list that a plate may mean of which somebody could not read every character.
use std::collections::BTreeSet;

use contract::vehicles::v1::{ListPublicTripsRequest, PublicState, PublicTrip};

use crate::{site::Site, visitor::Visitor};

/// As many as the service gives at once.
const READ: i32 = 50;
/// More are no help to choose from.
const OFFERED: usize = 8;
/// Below this many known characters everything would fit.
const KNOWN: usize = 3;

/// A plate as written: letters and digits, `?` for one that could not be read, `.` for one or none, since plates are written with points too.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern(Vec<char>);

impl Pattern {
    /// Absent when too little of the plate is known.
    pub fn parse(text: &str) -> Option<Self> {
        let letters = text.to_uppercase().replace('Đ', "D");
        let pattern: Vec<char> = letters
            .chars()
            .map(|it| if it == '*' || it == '_' { '?' } else { it })
            .filter(|it| is_known(*it) || "?.".contains(*it))
            .collect();
        (pattern.iter().filter(|it| is_known(**it)).count() >= KNOWN).then_some(Self(pattern))
    }

    /// What is known before the first doubt.
    pub fn start(&self) -> String {
        self.0.iter().take_while(|it| is_known(**it)).collect()
    }

    /// Whether a plate in any writing begins so.
    pub fn fits(&self, plate: &str) -> bool {
        let plate: Vec<char> = plate.to_uppercase().replace('Đ', "D").chars().filter(|it| is_known(*it)).collect();
        fits(&self.0, &plate)
    }
}

fn is_known(letter: char) -> bool {
    letter.is_ascii_alphanumeric()
}

/// Follows every way of reading the pattern at once, each by how much of the plate it has read: many points cost no more than their number.
fn fits(pattern: &[char], plate: &[char]) -> bool {
    let mut read = BTreeSet::from([0]);
    for letter in pattern {
        let on = |at: &usize| plate.get(*at).is_some_and(|it| "?.".contains(*letter) || it == letter).then_some(at + 1);
        let further: BTreeSet<usize> = read.iter().filter_map(on).collect();
        read = if *letter == '.' { &read | &further } else { further };
    }
    !read.is_empty()
}

/// Open trips whose plate fits. A convenience: where the list does not answer there are none to choose from, and the report goes on.
pub async fn open_trips(site: &Site, visitor: &Visitor, plate: &str) -> Vec<PublicTrip> {
    let Some(pattern) = Pattern::parse(plate) else { return Vec::new() };
    let request = ListPublicTripsRequest { page_size: READ, plate: pattern.start(), ..ListPublicTripsRequest::default() };
    let found = match site.clients.vehicles(visitor.caller.clone()).list_public_trips(request).await {
        Ok(answer) => answer.into_inner().trips,
        Err(_) => return Vec::new(),
    };
    let open = |trip: &PublicTrip| !matches!(trip.state(), PublicState::Left | PublicState::Unspecified);
    let fits = |trip: &PublicTrip| trip.plate.as_ref().is_some_and(|plate| pattern.fits(&plate.text));
    found.into_iter().filter(|trip| open(trip) && fits(trip)).take(OFFERED).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_not_read_fits_anything() {
        for (pattern, plate, expected) in [
            ("81C-12?.45", "81C-123.45", true),
            ("81c12?45", "81C-123.45", true),
            ("81C-12?.45", "81C-123.46", false),
            ("81C-123", "81C-123.45", true),
            ("??C-123.45", "81C-123.45", true),
            ("81Đ1 234", "81-D1 234.56", true),
            ("81C-123.456", "81C-123.45", false),
            ("81C.123.45", "81C-123.45", true),
            ("81C................Z", "81C-123.45", false),
        ] {
            assert_eq!(Pattern::parse(pattern).unwrap().fits(plate), expected, "{pattern} {plate}");
        }
    }

    #[test]
    fn the_list_is_asked_for_the_known_beginning() {
        for (text, start) in [("81C-12?.45", "81C12"), ("81C-123.45", "81C123"), ("??C-123", "")] {
            assert_eq!(Pattern::parse(text).unwrap().start(), start, "{text}");
        }
        assert_eq!(Pattern::parse("8?"), None);
    }
}
