//! What happened → its public event: the one match. Events are a promise; no person, no barcode and no outcome is in them.

use chrono::{DateTime, Utc};
use contract::lab::v1::{self as pb, FitStatus, RejectReason};
use events::{NewEvent, SubjectArea};
use ids::{EventId, RunId, SubjectId, TaskId};
use prost::Message;
use sqlx::PgConnection;
use uuid::Uuid;
use vietnam::AreaKey;

use crate::{error::Error, tube::Tube, view};

#[derive(Debug, Clone)]
pub enum LabEvent<'a> {
    Sealed(&'a Tube),
    Received(&'a Tube),
    Rejected(&'a Tube, RejectReason),
    RunVoided {
        run: RunId,
        laboratory: &'a str,
        area: AreaKey,
    },
    ResultsApproved {
        run: RunId,
        laboratory: &'a str,
        area: AreaKey,
        tubes: i32,
    },
    ResampleRequested {
        task: TaskId,
        area: AreaKey,
        due_at: DateTime<Utc>,
    },
    /// The area is the province's: where somebody was swabbed is nobody's business on the road.
    FitChanged {
        subject: SubjectId,
        province: AreaKey,
        person_key: &'a [u8],
        fit: Fit,
    },
}

/// What the road hears of a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fit {
    pub status: FitStatus,
    pub until: Option<DateTime<Utc>>,
    pub resample_wanted: bool,
    pub version: i64,
}

/// Appends the events to the outbox, in the caller's transaction.
pub async fn append(conn: &mut PgConnection, happened: &[LabEvent<'_>], now: DateTime<Utc>) -> Result<(), Error> {
    let events = happened.iter().map(|event| new_event(event, now)).collect::<Result<Vec<_>, Error>>()?;
    Ok(events::append_all(conn, &events).await?)
}

fn new_event(event: &LabEvent<'_>, now: DateTime<Utc>) -> Result<NewEvent, Error> {
    let (aggregate, area) = about(event);
    let (schema, payload) = publish(event, now);
    let area = SubjectArea::parse(&area.subject()).map_err(|_| Error::corrupt("area of a subject"))?;
    Ok(NewEvent { id: EventId::mint(now), schema, aggregate, area, occurred_at: now, payload })
}

fn about(event: &LabEvent<'_>) -> (Uuid, AreaKey) {
    match event {
        LabEvent::Sealed(tube) | LabEvent::Received(tube) | LabEvent::Rejected(tube, _) => (tube.id.as_uuid(), tube.area),
        LabEvent::RunVoided { run, area, .. } | LabEvent::ResultsApproved { run, area, .. } => (run.as_uuid(), *area),
        LabEvent::ResampleRequested { task, area, .. } => (task.as_uuid(), *area),
        LabEvent::FitChanged { subject, province, .. } => (subject.as_uuid(), *province),
    }
}

macro_rules! public {
    ($name:ident { $($field:ident: $value:expr),* $(,)? }) => {
        (concat!("gsvt.lab.v1.", stringify!($name)), pb::$name { $($field: $value),* }.encode_to_vec())
    };
}

fn publish(event: &LabEvent<'_>, now: DateTime<Utc>) -> (&'static str, Vec<u8>) {
    let at = Some(now.into());
    match event {
        LabEvent::Sealed(tube) => public!(TubeSealed {
            tube_id: tube.id.to_string(),
            kind: tube.kind.into(),
            people: tube.people.into(),
            reason: tube.reason.into(),
            area: view::area(tube.area),
            sealed_at: at,
        }),
        LabEvent::Received(tube) => public!(TubeReceived {
            tube_id: tube.id.to_string(),
            laboratory_id: tube.laboratory.clone().unwrap_or_default(),
            received_at: at,
        }),
        LabEvent::Rejected(tube, reason) => {
            public!(TubeRejected { tube_id: tube.id.to_string(), reason: (*reason).into(), rejected_at: at })
        }
        LabEvent::RunVoided { run, laboratory, .. } => {
            public!(RunVoided { run_id: run.to_string(), laboratory_id: (*laboratory).to_owned(), voided_at: at })
        }
        LabEvent::ResultsApproved { run, laboratory, tubes, .. } => {
            public!(ResultsApproved { run_id: run.to_string(), laboratory_id: (*laboratory).to_owned(), tubes: *tubes, approved_at: at })
        }
        LabEvent::ResampleRequested { task, area, due_at } => public!(ResampleRequested {
            task_id: task.to_string(),
            area: view::area(*area),
            due_at: Some((*due_at).into()),
            requested_at: at,
        }),
        LabEvent::FitChanged { person_key, fit, .. } => public!(FitStatusChanged {
            person_key: person_key.to_vec(),
            status: fit.status.into(),
            until: fit.until.map(Into::into),
            version: fit.version,
            resample_wanted: fit.resample_wanted,
            changed_at: at,
        }),
    }
}
