//! Which sealed fields there are and what lies in them: contract messages, bound to their table, column and row.

use contract::vehicles::v1 as pb;
use ids::{ArrivalId, DecisionId, PersonId, SightingId, TripId, ViolationId};
use prost::Message;
use seal::{DataKey, Place};
use uuid::Uuid;

use crate::error::Error;

const fn place(table: &'static str, column: &'static str, row: Uuid) -> Place {
    Place { table, column, row }
}

pub const fn declaration(trip: TripId) -> Place {
    place("trips", "sealed", trip.as_uuid())
}

pub const fn person(person: PersonId) -> Place {
    place("trip_people", "sealed", person.as_uuid())
}

pub const fn arrival(arrival: ArrivalId) -> Place {
    place("arrivals", "sealed", arrival.as_uuid())
}

pub const fn arrival_note(arrival: ArrivalId) -> Place {
    place("arrivals", "sealed_note", arrival.as_uuid())
}

pub const fn sighting_note(sighting: SightingId) -> Place {
    place("sightings", "sealed_note", sighting.as_uuid())
}

pub const fn violation_note(violation: ViolationId) -> Place {
    place("violations", "sealed_note", violation.as_uuid())
}

const fn decision(decision: DecisionId) -> Place {
    place("decisions", "sealed", decision.as_uuid())
}

/// Opens a message.
pub fn open<M: Message + Default>(key: &DataKey, place: Place, sealed: &[u8]) -> Result<M, Error> {
    let plain = key.open(place, sealed)?;
    M::decode(plain.as_slice()).map_err(|_| Error::corrupt("sealed message"))
}

pub fn seal<M: Message>(key: &DataKey, place: Place, message: &M) -> Result<Vec<u8>, Error> {
    Ok(key.seal(place, &message.encode_to_vec())?)
}

/// A note, when there is one.
pub fn seal_note(key: &DataKey, place: Place, note: &str) -> Result<Option<Vec<u8>>, Error> {
    if note.is_empty() { Ok(None) } else { Ok(Some(key.seal(place, note.as_bytes())?)) }
}

pub fn open_note(key: &DataKey, place: Place, sealed: Option<&[u8]>) -> Result<String, Error> {
    sealed.map_or(Ok(String::new()), |sealed| Ok(key.open_text(place, sealed)?))
}

/// What of a decision is about people: the officer, his words, and the findings it rests on.
pub fn seal_decision(key: &DataKey, id: DecisionId, record: &pb::DecisionRecord, findings: &pb::Findings) -> Result<Vec<u8>, Error> {
    let mut plain = record.encode_length_delimited_to_vec();
    plain.extend(findings.encode_length_delimited_to_vec());
    Ok(key.seal(decision(id), &plain)?)
}

pub fn open_decision(key: &DataKey, id: DecisionId, sealed: &[u8]) -> Result<(pb::DecisionRecord, pb::Findings), Error> {
    let plain = key.open(decision(id), sealed)?;
    let mut rest = plain.as_slice();
    let corrupt = |_| Error::corrupt("sealed decision");
    let record = pb::DecisionRecord::decode_length_delimited(&mut rest).map_err(corrupt)?;
    let findings = pb::Findings::decode_length_delimited(&mut rest).map_err(corrupt)?;
    Ok((record, findings))
}
