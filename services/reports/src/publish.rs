//! What happened to a report → its line in the history and its public event: the one match. Events are a promise to analysts and other services;
//! nobody's words are in them. Their subject ends with the area of who has the report, so that a subscriber of an area hears of its own alone.

use chrono::{DateTime, Utc};
use contract::reports::v1::{self as pb, Speaker};
use events::{NewEvent, SubjectArea};
use ids::{AccountId, CommandId, EventId};
use prost::Message;
use seal::DataKey;
use sqlx::PgConnection;

use crate::{
    error::Error,
    recipient::Recipient,
    report::ReportEvent,
    sealed,
    store::{
        history::{self, Entry},
        reports::Record,
        trips::Linked,
    },
    view,
};

/// What made it happen.
#[derive(Debug, Clone, Default)]
pub struct Cause<'a> {
    /// The client's id of the command, and the hash of its request; the line gets that id. None: a line of its own.
    pub command: Option<(CommandId, &'a [u8])>,
    pub account: Option<AccountId>,
    /// A reason or a note, as it was written.
    pub words: &'a str,
    /// The trips of the report, for who says that one of them broke its commitments.
    pub trips: &'a [Linked],
}

/// Appends the events to the outbox and to the report's history, in the caller's transaction. The record is as it is afterwards.
pub async fn append(
    conn: &mut PgConnection,
    key: &DataKey,
    record: &Record,
    happened: &[ReportEvent],
    cause: Cause<'_>,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let mut command = cause.command;
    for (event, (kind, detail)) in happened.iter().filter_map(|event| Some((event, line(event, cause.words)?))) {
        let (id, request_hash) = match command.take() {
            Some((id, hash)) => (id, Some(hash.to_vec())),
            None => (CommandId::mint(now), None),
        };
        let entry = Entry {
            id,
            report: record.report.id,
            at: now,
            kind: kind.to_owned(),
            account: cause.account,
            state: record.report.state,
            recipient: record.report.recipient.clone(),
            request_hash,
            sealed_detail: sealed::seal_text(key, sealed::detail(id), &detail)?,
            due: if let ReportEvent::DueMoved { before, after } = event { Some((*before, *after)) } else { None },
        };
        history::append(conn, &entry).await.map_err(|error| error.or_reused("report_history_pkey"))?;
    }
    let area = SubjectArea::parse(&record.report.recipient.area.subject()).map_err(|_| Error::corrupt("area of a subject"))?;
    let publics = happened.iter().filter_map(|event| publish(record, event, cause.trips, now));
    let event = |(schema, payload)| NewEvent {
        id: EventId::mint(now),
        schema,
        aggregate: record.report.id.as_uuid(),
        area: area.clone(),
        occurred_at: now,
        payload,
    };
    let events: Vec<NewEvent> = publics.map(event).collect();
    Ok(events::append_all(conn, &events).await?)
}

/// The kind of a line and its detail; none for what another line says.
fn line(event: &ReportEvent, words: &str) -> Option<(&'static str, String)> {
    let written = |kind| Some((kind, words.to_owned()));
    match event {
        ReportEvent::Received => Some(("ReportReceived", String::new())),
        ReportEvent::Assigned { rule: Some(rule) } => Some(("ReportAssigned", rule.clone())),
        ReportEvent::Assigned { rule: None } => written("ReportAssigned"),
        ReportEvent::Returned => written("ReportReturned"),
        ReportEvent::Started => written("ReportStarted"),
        ReportEvent::Noted => written("ReportNoted"),
        ReportEvent::Evidenced => Some(("ReportEvidenced", String::new())),
        ReportEvent::Asked => Some(("ReporterAsked", String::new())),
        ReportEvent::ReporterWrote => Some(("ReporterWrote", String::new())),
        ReportEvent::Drafted => written("AnswerDrafted"),
        ReportEvent::SentBack => written("AnswerSentBack"),
        ReportEvent::Published { .. } => written("AnswerPublished"),
        ReportEvent::ViolationVerified => None,
        ReportEvent::Rejected { .. } => written("ReportRejected"),
        ReportEvent::Reopened => written("ReportReopened"),
        ReportEvent::Rated { .. } => Some(("ReportRated", String::new())),
        ReportEvent::Overdue => Some(("ReportOverdue", String::new())),
        ReportEvent::Closed => Some(("ReportClosed", String::new())),
        ReportEvent::Merged { .. } => written("ReportMerged"),
        ReportEvent::TookIn => written("ReportTookIn"),
        ReportEvent::Unmerged { .. } => written("ReportUnmerged"),
        ReportEvent::LetGo => written("ReportLetGo"),
        ReportEvent::Transferred { .. } => written("ReportTransferred"),
        ReportEvent::TransferEnded { refused: false, .. } => written("TransferAnswered"),
        ReportEvent::TransferEnded { refused: true, .. } => written("TransferRefused"),
        ReportEvent::Escalated { .. } => Some(("ReportEscalated", String::new())),
        ReportEvent::DueMoved { .. } => written("ReportDueMoved"),
        ReportEvent::ContactErased => Some(("ContactErased", String::new())),
        ReportEvent::Erased => Some(("ReportErased", String::new())),
    }
}

macro_rules! public {
    ($record:expr, $name:ident { $($field:ident: $value:expr),* $(,)? }) => {
        Some((
            concat!("gsvt.reports.v1.", stringify!($name)),
            pb::$name {
                report_id: $record.report.id.to_string(),
                plate_key: $record.facts.plate_key.clone().unwrap_or_default(),
                $($field: $value),*
            }.encode_to_vec(),
        ))
    };
}

fn publish(record: &Record, event: &ReportEvent, trips: &[Linked], now: DateTime<Utc>) -> Option<(&'static str, Vec<u8>)> {
    let (report, at) = (&record.report, Some(now.into()));
    let due_at = report.due_at.map(Into::into);
    let recipient = Some(view::recipient(&report.recipient));
    let message = |speaker: Speaker| public!(record, ReportMessageSent { speaker: speaker.into(), sent_at: at });
    match event {
        ReportEvent::Received => received(record),
        ReportEvent::Assigned { .. } => public!(
            record,
            ReportAssigned {
                category_id: report.category.clone(),
                recipient: recipient,
                urgency: report.urgency.into(),
                due_at: due_at,
                assigned_at: at,
            }
        ),
        ReportEvent::Returned => public!(record, ReportReturned { returned_at: at }),
        ReportEvent::Started => public!(record, ReportStarted { started_at: at }),
        ReportEvent::Asked => message(Speaker::Handler),
        ReportEvent::ReporterWrote => message(Speaker::Reporter),
        ReportEvent::Drafted => public!(record, AnswerDrafted { drafted_at: at }),
        ReportEvent::Published { outcome } => public!(
            record,
            AnswerPublished {
                category_id: report.category.clone(),
                outcome: (*outcome).into(),
                area: record.facts.area.and_then(view::area),
                published_at: at,
            }
        ),
        ReportEvent::ViolationVerified => verified(record, trips, now),
        ReportEvent::Rejected { reason } => public!(record, ReportRejected { reason: (*reason).into(), rejected_at: at }),
        ReportEvent::Reopened => public!(record, ReportReopened { due_at: due_at, reopened_at: at }),
        ReportEvent::Rated { rating } => public!(record, ReportRated { rating: (*rating).into(), rated_at: at }),
        ReportEvent::Overdue => public!(record, ReportOverdue { recipient: recipient, due_at: due_at, overdue_at: at }),
        ReportEvent::Closed => public!(record, ReportClosed { closed_at: at }),
        ReportEvent::Noted
        | ReportEvent::Evidenced
        | ReportEvent::SentBack
        | ReportEvent::TookIn
        | ReportEvent::LetGo
        | ReportEvent::ContactErased => None,
        ReportEvent::Merged { .. }
        | ReportEvent::Unmerged { .. }
        | ReportEvent::Transferred { .. }
        | ReportEvent::TransferEnded { .. }
        | ReportEvent::Escalated { .. }
        | ReportEvent::DueMoved { .. }
        | ReportEvent::Erased => moved(record, event, now),
    }
}

/// What concerns who has it and until when, beside the way from its coming to its answer.
fn moved(record: &Record, event: &ReportEvent, now: DateTime<Utc>) -> Option<(&'static str, Vec<u8>)> {
    let at = Some(now.into());
    match event {
        ReportEvent::Merged { into } => public!(record, ReportMerged { into_report_id: into.to_string(), merged_at: at }),
        ReportEvent::Unmerged { from } => public!(record, ReportUnmerged { from_report_id: from.to_string(), unmerged_at: at }),
        ReportEvent::Transferred { agency, due_at } => {
            public!(record, ReportTransferred { agency_id: agency.clone(), due_at: Some((*due_at).into()), transferred_at: at })
        }
        ReportEvent::TransferEnded { agency, refused } => {
            public!(record, TransferEnded { agency_id: agency.clone(), refused: *refused, ended_at: at })
        }
        ReportEvent::Escalated { to } => public!(
            record,
            ReportEscalated {
                recipient: Some(view::recipient(&record.report.recipient)),
                escalated_to: Some(view::recipient(&Recipient::police(*to))),
                escalated_at: at,
            }
        ),
        ReportEvent::DueMoved { before, after } => {
            public!(record, ReportDueMoved { due_before: Some((*before).into()), due_at: Some((*after).into()), moved_at: at })
        }
        ReportEvent::Erased => public!(record, ReportErased { erased_at: at }),
        ReportEvent::Received
        | ReportEvent::Assigned { .. }
        | ReportEvent::Returned
        | ReportEvent::Started
        | ReportEvent::Noted
        | ReportEvent::Evidenced
        | ReportEvent::Asked
        | ReportEvent::ReporterWrote
        | ReportEvent::Drafted
        | ReportEvent::SentBack
        | ReportEvent::Published { .. }
        | ReportEvent::ViolationVerified
        | ReportEvent::Rejected { .. }
        | ReportEvent::Reopened
        | ReportEvent::Rated { .. }
        | ReportEvent::Overdue
        | ReportEvent::Closed
        | ReportEvent::TookIn
        | ReportEvent::LetGo
        | ReportEvent::ContactErased => None,
    }
}

fn received(record: &Record) -> Option<(&'static str, Vec<u8>)> {
    public!(
        record,
        ReportReceived {
            category_id: record.report.category.clone(),
            area: record.facts.area.and_then(view::area),
            seen_at: Some(record.facts.seen_at.into()),
            received_at: Some(record.report.received_at.into()),
        }
    )
}

fn verified(record: &Record, trips: &[Linked], now: DateTime<Utc>) -> Option<(&'static str, Vec<u8>)> {
    let trip = trips.iter().find(|trip| trip.open);
    public!(
        record,
        ViolationVerified {
            category_id: record.report.category.clone(),
            trip_id: trip.map(|linked| linked.trip.to_string()).unwrap_or_default(),
            area: record.facts.area.and_then(view::area),
            seen_at: Some(record.facts.seen_at.into()),
            verified_at: Some(now.into()),
        }
    )
}
