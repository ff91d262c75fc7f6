//! Records as the contract shows them.

use contract::{
    common::v1::Area,
    lab::v1::{self as pb, RejectReason},
};
use vietnam::{AreaKey, areas};

use crate::{store::rules::Laboratory, tube::Tube};

pub fn area(key: AreaKey) -> Option<Area> {
    areas::get(key).map(|area| Area { code: area.code(), valid_from: area.era().valid_from_text().to_owned(), name: area.display_name() })
}

/// Without the people in it.
pub fn tube(tube: &Tube) -> pb::Tube {
    pb::Tube {
        tube_id: tube.id.to_string(),
        barcode: tube.barcode.clone(),
        kind: tube.kind.into(),
        pool_limit: tube.limit.into(),
        specimen: tube.specimen.into(),
        state: tube.state.into(),
        session_id: tube.session.to_string(),
        area: area(tube.area),
        reason: tube.reason.into(),
        opened_at: Some(tube.opened_at.into()),
        sealed_at: tube.sealed_at.map(Into::into),
        version: tube.version,
        people: tube.people.into(),
        members: Vec::new(),
        reject_reason: tube.reject_reason.unwrap_or(RejectReason::Unspecified).into(),
        laboratory_id: tube.laboratory.clone().unwrap_or_default(),
        note: String::new(),
    }
}

pub fn laboratory(laboratory: &Laboratory) -> pb::Laboratory {
    pb::Laboratory { laboratory_id: laboratory.id.clone(), name: laboratory.name.clone(), area: area(laboratory.area) }
}
