//! A person whom a single test found positive, as the CDC reads him.

use contract::lab::v1 as pb;
use seal::DataKey;

use crate::{error::Error, run_view, sealed, store::positives::PositiveRow, view};

/// None: his data were erased.
pub fn message(row: &PositiveRow, key: Option<&DataKey>) -> Result<pb::PositivePerson, Error> {
    let person: pb::Subject = match key {
        Some(key) => sealed::open(key, sealed::subject(row.subject), &row.sealed)?,
        None => pb::Subject::default(),
    };
    Ok(pb::PositivePerson {
        subject_id: row.subject.to_string(),
        full_name: person.full_name,
        birth: person.birth,
        phone: person.phone,
        area: person.area.or_else(|| view::area(row.area)),
        address: person.address,
        barcode: row.barcode.clone(),
        method: row.method.into(),
        ct: run_view::ct(&row.ct),
        sampled_at: Some(row.sampled_at.into()),
        approved_at: Some(row.decided_at.into()),
        released_at: row.released_at.map(Into::into),
        reason: row.reason.into(),
        again: row.again,
        version: row.version.into(),
    })
}
