//! Stored rows → contract messages.

use contract::{common::v1::Area, vehicles::v1 as pb};
use ids::TripId;
use seal::DataKey;
use vietnam::{AreaKey, areas};

use crate::{
    error::Error,
    sealed,
    store::{
        arrivals::ArrivalRow,
        decisions::{DecisionRow, SignedRow},
        history::HistoryRow,
        people::PersonRow,
        sightings::ViolationRow,
        trips::Record,
    },
};

/// An area with its name; None only for one that no state has.
pub fn area(key: AreaKey) -> Option<Area> {
    areas::get(key).map(|area| Area { code: area.code(), valid_from: key.era().valid_from_text().to_owned(), name: area.display_name() })
}

/// As it is read over the radio: `7K3M-2Q9X`.
pub fn short_code(stored: &str) -> String {
    stored.split_at_checked(4).map_or(stored.to_owned(), |(first, second)| format!("{first}-{second}"))
}

pub fn plate(record: &Record) -> pb::Plate {
    pb::Plate {
        text: record.facts.plate_text.clone(),
        country: record.facts.plate_country.clone(),
        color: record.trip.plate_color.into(),
        recognised: record.facts.plate_recognised,
    }
}

/// What belongs to a trip beside its own row.
#[derive(Debug, Default)]
pub struct Parts {
    pub people: Vec<PersonRow>,
    pub decision: Option<DecisionRow>,
    pub arrivals: Vec<ArrivalRow>,
    pub violations: Vec<ViolationRow>,
    pub history: Vec<HistoryRow>,
    pub conflicts: Vec<TripId>,
}

/// The whole trip, opened with its key.
pub fn trip(record: &Record, key: &DataKey, parts: &Parts) -> Result<pb::Trip, Error> {
    let (trip, facts) = (&record.trip, &record.facts);
    let declared: pb::Declaration = sealed::open(key, sealed::declaration(trip.id), &facts.sealed)?;
    let (decision, findings) = match &parts.decision {
        Some(row) => decision(row, key).map(|(record, findings)| (Some(record), findings))?,
        None => (None, pb::Findings::default()),
    };
    let people = parts.people.iter().map(|row| person(row, key, &findings)).collect::<Result<_, _>>()?;
    let arrivals = parts.arrivals.iter().map(|row| arrival(row, record, key)).collect::<Result<_, _>>()?;
    let violations = parts.violations.iter().map(|row| violation(row, key)).collect::<Result<_, _>>()?;
    Ok(pb::Trip {
        trip_id: trip.id.to_string(),
        short_code: short_code(&facts.short_code),
        state: trip.state.into(),
        version: trip.version,
        direction: trip.direction.into(),
        purpose: trip.purpose.into(),
        plate: Some(plate(record)),
        trailer: declared.trailer,
        vehicle_type: trip.vehicle_type.into(),
        seats: facts.seats,
        payload_kg: declared.payload_kg,
        carrier: declared.carrier,
        goods_kind: facts.goods_kind.into(),
        goods_note: declared.goods_note,
        origin: declared.origin.map(|origin| pb::Origin { area: area(facts.origin), ..origin }),
        destinations: declared.destinations.into_iter().map(named).collect(),
        entry_post_id: trip.entry_post.clone(),
        exit_post_id: trip.exit_post.clone().unwrap_or_default(),
        expected_exit_at: facts.expected_exit_at.map(Into::into),
        declared_by: facts.declared_by.into(),
        declared_at: Some(facts.declared_at.into()),
        people,
        decision,
        arrivals,
        violations,
        history: parts.history.iter().map(entry).collect(),
        due_at: trip.due_at.map(Into::into),
        conflicting_trip_ids: parts.conflicts.iter().map(ToString::to_string).collect(),
    })
}

fn named(destination: pb::Destination) -> pb::Destination {
    let known = destination.area.as_ref().and_then(|said| {
        let era = areas::Era::from_valid_from(&said.valid_from)?;
        areas::find(era, &said.code)
    });
    pb::Destination { area: known.and_then(|found| area(found.key)).or(destination.area), ..destination }
}

fn person(row: &PersonRow, key: &DataKey, findings: &pb::Findings) -> Result<pb::Person, Error> {
    let message: pb::Person = sealed::open(key, sealed::person(row.id), &row.sealed)?;
    let person_id = row.id.to_string();
    let check = findings.checks.iter().rev().find(|check| check.person_id == person_id).cloned();
    let told = row.told;
    Ok(pb::Person {
        person_id,
        role: row.role.into(),
        added_at_post: row.added_at_post,
        check,
        fitness: told.map(|told| told.fitness).unwrap_or_default().into(),
        fit_until: told.and_then(|told| told.until).map(Into::into),
        resample_wanted: told.is_some_and(|told| told.resample_wanted),
        ..message
    })
}

/// A decision and the findings it rests on.
pub fn decision(row: &DecisionRow, key: &DataKey) -> Result<(pb::DecisionRecord, pb::Findings), Error> {
    let (said, findings) = sealed::open_decision(key, row.id, &row.sealed)?;
    let paper_no = said.commitment.as_ref().map(|commitment| commitment.paper_no.clone()).unwrap_or_default();
    let record = pb::DecisionRecord {
        decision_id: row.id.to_string(),
        decision: row.decision.into(),
        post_id: row.post.clone(),
        officer_id: row.officer.to_string(),
        decided_at: Some(row.decided_at.into()),
        people_counted: row.people_counted,
        commitment: row.commitment.as_ref().map(|signed| commitment(signed, paper_no)),
        policy_id: row.policy_id.clone(),
        policy_version: row.policy_version,
        origin_level: row.origin_level.into(),
        ..said
    };
    Ok((record, findings))
}

fn commitment(signed: &SignedRow, paper_no: String) -> pb::Commitment {
    pb::Commitment {
        template_id: signed.template_id.clone(),
        template_version: signed.version,
        method: signed.method.into(),
        paper_no,
        clauses: signed.clauses_vi.clone(),
        signed_at: Some(signed.signed_at.into()),
    }
}

/// One arrival with what its commune needs to find the vehicle.
pub fn arrival(row: &ArrivalRow, record: &Record, key: &DataKey) -> Result<pb::Arrival, Error> {
    let arrival = &row.arrival;
    let said: pb::Arrival = sealed::open(key, sealed::arrival(arrival.id), &row.sealed)?;
    Ok(pb::Arrival {
        arrival_id: arrival.id.to_string(),
        trip_id: row.trip.to_string(),
        area: area(arrival.area),
        state: arrival.state.into(),
        due_at: Some(arrival.due_at.into()),
        answered_at: arrival.answered_at.map(Into::into),
        result: arrival.result.unwrap_or_default().into(),
        headcount: row.headcount.unwrap_or_default(),
        note: sealed::open_note(key, sealed::arrival_note(arrival.id), row.sealed_note.as_deref())?,
        plate: Some(plate(record)),
        vehicle_type: record.trip.vehicle_type.into(),
        people: record.trip.people_counted.unwrap_or(record.facts.people),
        entry_post_id: record.trip.entry_post.clone(),
        admitted_at: record.trip.admitted.map(|admission| admission.at.into()),
        ..said
    })
}

pub fn violation(row: &ViolationRow, key: &DataKey) -> Result<pb::Violation, Error> {
    Ok(pb::Violation {
        violation_id: row.id.to_string(),
        kind: row.kind.into(),
        state: row.state.into(),
        detected_at: Some(row.detected_at.into()),
        note: sealed::open_note(key, sealed::violation_note(row.id), row.sealed_note.as_deref())?,
    })
}

fn entry(row: &HistoryRow) -> pb::TripEntry {
    pb::TripEntry {
        at: Some(row.at.into()),
        kind: row.kind.clone(),
        post_id: row.post.clone().unwrap_or_default(),
        area: row.area.as_deref().and_then(|text| AreaKey::parse(text).ok()).and_then(area),
        detail: row.detail.clone(),
    }
}
