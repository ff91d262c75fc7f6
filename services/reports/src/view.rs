//! Stored rows → contract messages: what a handler reads, and what the reporter does.

use contract::{
    common::v1::Area,
    reports::v1::{self as pb, ReportState},
};
use seal::DataKey;
use vietnam::{AreaKey, areas};

use crate::{
    error::Error,
    recipient::Recipient,
    sealed,
    store::{answers::AnswerRow, history::Entry, messages::MessageRow, reports::Record, trips::Linked},
};

/// An area with its name; None only for one that no state has.
pub fn area(key: AreaKey) -> Option<Area> {
    areas::get(key).map(|area| Area { code: area.code(), valid_from: key.era().valid_from_text().to_owned(), name: area.display_name() })
}

pub fn recipient(recipient: &Recipient) -> pb::Recipient {
    pb::Recipient { area: area(recipient.area), post_id: recipient.post.clone().unwrap_or_default() }
}

/// What belongs to a report beside its own row.
#[derive(Debug, Default)]
pub struct Parts {
    pub trips: Vec<Linked>,
    pub messages: Vec<MessageRow>,
    pub history: Vec<Entry>,
    pub answer: Option<AnswerRow>,
}

/// The whole report for who handles it, opened with its key.
pub fn report(record: &Record, key: &DataKey, parts: &Parts) -> Result<pb::Report, Error> {
    let (report, facts) = (&record.report, &record.facts);
    let said: pb::Report = sealed::open(key, sealed::report(report.id), &facts.sealed)?;
    let place = pb::Place { area: facts.said_area.and_then(area), ..said.place.unwrap_or_default() };
    Ok(pb::Report {
        place: Some(place),
        plate: facts.plate_text.clone(),
        trips: parts.trips.iter().map(|linked| pb::LinkedTrip { trip_id: linked.trip.to_string(), open: linked.open }).collect(),
        seen_at: Some(facts.seen_at.into()),
        text: said.text,
        answers: said.answers,
        messages: messages(key, &parts.messages)?,
        history: parts.history.iter().map(|line| entry(key, line)).collect::<Result<_, _>>()?,
        answer: parts.answer.as_ref().map(|row| answer(key, row)).transpose()?,
        rating: report.rating.into(),
        rating_comment: sealed::open_text(key, sealed::rating(report.id), facts.sealed_rating.as_deref())?,
        contact_hidden: facts.contact_hidden,
        ..envelope(record)
    })
}

/// What is left for who has just given the report away: that it is done, and nothing that somebody wrote.
pub fn envelope(record: &Record) -> pb::Report {
    let (report, facts) = (&record.report, &record.facts);
    pb::Report {
        report_id: report.id.to_string(),
        code: facts.code.clone(),
        state: report.state.into(),
        version: report.version,
        category_id: report.category.clone(),
        category_version: facts.category_version,
        urgency: report.urgency.into(),
        recipient: Some(recipient(&report.recipient)),
        received_at: Some(report.received_at.into()),
        due_at: report.due_at.map(Into::into),
        overdue: report.overdue,
        handler_id: report.handler.map(|handler| handler.to_string()).unwrap_or_default(),
        reopened: report.reopened.into(),
        ..pb::Report::default()
    }
}

fn messages(key: &DataKey, rows: &[MessageRow]) -> Result<Vec<pb::Message>, Error> {
    let message = |row: &MessageRow| {
        Ok(pb::Message {
            message_id: row.id.to_string(),
            speaker: row.speaker.into(),
            text: sealed::open_text(key, sealed::message(row.id), Some(&row.sealed))?,
            sent_at: Some(row.sent_at.into()),
        })
    };
    rows.iter().map(message).collect()
}

fn entry(key: &DataKey, line: &Entry) -> Result<pb::ReportEntry, Error> {
    Ok(pb::ReportEntry {
        at: Some(line.at.into()),
        kind: line.kind.clone(),
        account_id: line.account.map(|account| account.to_string()).unwrap_or_default(),
        state: line.state.into(),
        recipient: Some(recipient(&line.recipient)),
        detail: sealed::open_text(key, sealed::detail(line.id), line.sealed_detail.as_deref())?,
    })
}

fn answer(key: &DataKey, row: &AnswerRow) -> Result<pb::Answer, Error> {
    Ok(pb::Answer {
        outcome: row.outcome.into(),
        public_text: row.public_text.clone(),
        internal_text: sealed::open_text(key, sealed::internal(row.id), row.sealed_internal.as_deref())?,
        drafted_by: row.drafted_by.to_string(),
        drafted_at: Some(row.drafted_at.into()),
        published_at: row.published_at.map(Into::into),
    })
}

/// What the reporter reads: no account, no note, no draft.
pub fn followed(record: &Record, key: &DataKey, said: &[MessageRow], published: Option<&AnswerRow>) -> Result<pb::FollowedReport, Error> {
    let (report, facts) = (&record.report, &record.facts);
    let rejected = report.rejection.is_some();
    let public_answer = if rejected { facts.rejection_text.clone() } else { published.map(|answer| answer.public_text.clone()) };
    let answered_at = if rejected { report.ended_at } else { published.and_then(|answer| answer.published_at) };
    Ok(pb::FollowedReport {
        code: facts.code.clone(),
        state: for_reporter(report.state).into(),
        category_id: report.category.clone(),
        received_at: Some(report.received_at.into()),
        due_at: report.due_at.map(Into::into),
        overdue: report.overdue,
        recipient: Some(recipient(&report.recipient)),
        messages: messages(key, said)?,
        outcome: published.filter(|_| !rejected).map_or(0, |answer| answer.outcome.into()),
        public_answer: public_answer.unwrap_or_default(),
        answered_at: answered_at.map(Into::into),
        rejection: report.rejection.unwrap_or_default().into(),
        reopen_until: report.reopen_until().map(Into::into),
        rating: report.rating.into(),
        may_rate: report.may_rate(),
    })
}

/// That a draft waits is not told: it may be sent back.
fn for_reporter(state: ReportState) -> ReportState {
    if state == ReportState::AnswerDraft { ReportState::InProgress } else { state }
}
