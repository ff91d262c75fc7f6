//! Tasks as the contract shows them.

use chrono::{DateTime, Utc};
use contract::lab::v1 as pb;

use crate::{people, store::tasks::TaskRow, view};

/// With the person of a re-swab, as far as he is to be reached.
pub fn task(row: &TaskRow, person: Option<&pb::Subject>, now: DateTime<Utc>) -> pb::Task {
    let known = row.subject.as_ref();
    pb::Task {
        task_id: row.id.to_string(),
        kind: row.kind.into(),
        barcode: row.barcode.clone(),
        tube_id: row.tube.to_string(),
        subject_id: known.map(|(subject, ..)| subject.to_string()).unwrap_or_default(),
        full_name: person.map(|person| person.full_name.clone()).unwrap_or_default(),
        phone: person.map(|person| person.phone.clone()).unwrap_or_default(),
        code: person.and(known).map(|(_, code, _)| people::shown(code)).unwrap_or_default(),
        area: view::area(row.area),
        due_at: Some(row.due_at.into()),
        created_at: Some(row.created_at.into()),
        done_at: row.done_at.map(Into::into),
        overdue: row.done_at.is_none() && row.due_at <= now,
        cause: row.cause.clone(),
    }
}
