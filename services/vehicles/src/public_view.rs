//! Rows of the public list → contract messages: the vehicle and its promise, nothing of a person.

use contract::vehicles::v1 as pb;
use runtime::Language;
use vietnam::AreaKey;

use crate::{
    error::Error,
    store::{
        coded::Coded,
        public::{PublicLine, PublicRow},
    },
    view,
};

/// The clauses are in `language`.
pub fn trip(row: PublicRow, language: Language) -> Result<pb::PublicTrip, Error> {
    let destinations = row.destination_areas.iter().filter_map(|text| AreaKey::parse(text).ok()).filter_map(view::area);
    Ok(pb::PublicTrip {
        trip_id: row.trip_id.to_string(),
        destinations: destinations.collect(),
        plate: Some(pb::Plate {
            text: row.plate_text,
            country: row.plate_country,
            color: pb::PlateColor::read(&row.plate_color)?.into(),
            recognised: row.plate_recognised,
        }),
        vehicle_type: pb::VehicleType::read(&row.vehicle_type)?.into(),
        purpose: pb::Purpose::read(&row.purpose)?.into(),
        entry_post_id: row.entry_post,
        entered_at: Some(row.admitted_at.into()),
        exit_post_id: row.exit_post.unwrap_or_default(),
        due_at: row.due_at.map(Into::into),
        state: pb::PublicState::read(&row.public_state)?.into(),
        state_since: row.public_since.map(Into::into),
        clauses: match language {
            Language::Vi => row.clauses_vi,
            Language::En => row.clauses_en,
        },
    })
}

/// What happened, without its details.
pub fn entry(line: PublicLine) -> pb::TripEntry {
    pb::TripEntry {
        at: Some(line.at.into()),
        kind: line.kind,
        post_id: line.post.unwrap_or_default(),
        area: line.area.and_then(|text| AreaKey::parse(&text).ok()).and_then(view::area),
        detail: String::new(),
    }
}
