//! Stored rows → contract messages: what a handler reads, and what the reporter does.

use contract::{
    common::v1::Area,
    reports::v1::{self as pb, ReportState},
};
use seal::DataKey;
use vietnam::{AreaKey, areas};

use crate::{
    error::Error,
    form::Form,
    recipient::Recipient,
    routing::Rules,
    sealed,
    store::{
        answers::AnswerRow, history::Entry, merges::Other, messages::MessageRow, reports::Record, transfers::TransferRow, trips::Linked,
    },
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
    pub merged_into: Option<Other>,
    pub merged: Vec<Other>,
    pub transfer: Option<TransferRow>,
    /// The form that was filled in.
    pub form: Option<Form>,
    /// The routing rules when it came.
    pub rules: Option<Rules>,
}

/// The whole report for who handles it, opened with its key; without one what was written is erased.
pub fn report(record: &Record, key: Option<&DataKey>, parts: &Parts) -> Result<pb::Report, Error> {
    let (report, facts) = (&record.report, &record.facts);
    let said: pb::Report = key.map(|key| sealed::open(key, sealed::report(report.id), &facts.sealed)).transpose()?.unwrap_or_default();
    let rating = open_text(key, sealed::rating(report.id), facts.sealed_rating.as_deref())?;
    let place = pb::Place { area: facts.said_area.and_then(area), ..said.place.unwrap_or_default() };
    Ok(pb::Report {
        place: Some(place),
        plate: facts.plate_text.clone(),
        trips: parts.trips.iter().map(|linked| pb::LinkedTrip { trip_id: linked.trip.to_string(), open: linked.open }).collect(),
        seen_at: Some(facts.seen_at.into()),
        text: said.text,
        answers: said.answers,
        messages: messages(key, &parts.messages)?,
        history: parts.history.iter().map(|line| entry(key, line, parts.rules.as_ref())).collect::<Result<_, _>>()?,
        answer: parts.answer.as_ref().map(|row| answer(key, row)).transpose()?,
        rating: report.rating.into(),
        rating_comment: rating,
        contact_hidden: facts.contact_hidden,
        merged_into: parts.merged_into.as_ref().map(other),
        merged: parts.merged.iter().map(other).collect(),
        transfer: parts.transfer.as_ref().map(|row| transfer(key, row)).transpose()?,
        answered_form: parts.form.as_ref().map(Form::message).transpose()?,
        erased: facts.erased_at.is_some(),
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
        escalated_to: report.escalated_to.map(|area| recipient(&Recipient::police(area))),
        escalated_at: report.escalated_to.and(facts.escalated_at).map(Into::into),
        ..pb::Report::default()
    }
}

fn other(other: &Other) -> pb::MergedReport {
    pb::MergedReport { report_id: other.id.to_string(), code: other.code.clone(), state: other.state.into(), unread: other.unread }
}

fn transfer(key: Option<&DataKey>, row: &TransferRow) -> Result<pb::Transfer, Error> {
    Ok(pb::Transfer {
        agency: Some(row.agency.message()),
        reason: open_text(key, sealed::transfer_reason(row.id), row.sealed_reason.as_deref())?,
        transferred_at: Some(row.transferred_at.into()),
        due_at: Some(row.due_at.into()),
        ended_at: row.ended_at.map(Into::into),
        refused: row.refused,
        answer: open_text(key, sealed::transfer_answer(row.id), row.sealed_answer.as_deref())?,
    })
}

/// Nothing where it is erased.
fn open_text(key: Option<&DataKey>, place: seal::Place, sealed: Option<&[u8]>) -> Result<String, Error> {
    key.map_or(Ok(String::new()), |key| sealed::open_text(key, place, sealed))
}

fn messages(key: Option<&DataKey>, rows: &[MessageRow]) -> Result<Vec<pb::Message>, Error> {
    let message = |row: &MessageRow| {
        Ok(pb::Message {
            message_id: row.id.to_string(),
            speaker: row.speaker.into(),
            text: open_text(key, sealed::message(row.id), Some(&row.sealed))?,
            sent_at: Some(row.sent_at.into()),
        })
    };
    rows.iter().map(message).collect()
}

fn entry(key: Option<&DataKey>, line: &Entry, rules: Option<&Rules>) -> Result<pb::ReportEntry, Error> {
    let detail = open_text(key, sealed::detail(line.id), line.sealed_detail.as_deref())?;
    let by_rule = line.kind == "ReportAssigned" && line.account.is_none();
    let (rule_vi, rule_en) = rules.filter(|_| by_rule).and_then(|rules| rules.why(&detail)).unwrap_or_default();
    Ok(pb::ReportEntry {
        at: Some(line.at.into()),
        kind: line.kind.clone(),
        account_id: line.account.map(|account| account.to_string()).unwrap_or_default(),
        state: line.state.into(),
        recipient: Some(recipient(&line.recipient)),
        detail,
        rule_vi: rule_vi.to_owned(),
        rule_en: rule_en.to_owned(),
        due_before: line.due.map(|(before, _)| before.into()),
        due_after: line.due.map(|(_, after)| after.into()),
    })
}

fn answer(key: Option<&DataKey>, row: &AnswerRow) -> Result<pb::Answer, Error> {
    Ok(pb::Answer {
        outcome: row.outcome.into(),
        public_text: row.public_text.clone(),
        internal_text: open_text(key, sealed::internal(row.id), row.sealed_internal.as_deref())?,
        drafted_by: row.drafted_by.to_string(),
        drafted_at: Some(row.drafted_at.into()),
        published_at: row.published_at.map(Into::into),
    })
}

/// The report that is answered: the reporter's own, or the one that it is handled with.
#[derive(Debug)]
pub struct Answered<'a> {
    pub record: &'a Record,
    pub published: Option<&'a AnswerRow>,
    /// While another agency has it.
    pub transfer: Option<&'a TransferRow>,
}

/// What the reporter reads: no account, no note, no draft. What he said and what he may do is of his own report, the rest of the one that is answered.
pub fn followed(record: &Record, key: Option<&DataKey>, said: &[MessageRow], answered: &Answered<'_>) -> Result<pb::FollowedReport, Error> {
    let (own, report, published) = (&record.report, &answered.record.report, answered.published);
    let rejected = report.rejection.is_some();
    let rejection_text = || answered.record.facts.rejection_text.clone();
    let public_answer = if rejected { rejection_text() } else { published.map(|answer| answer.public_text.clone()) };
    let answered_at = if rejected { report.ended_at } else { published.and_then(|answer| answer.published_at) };
    Ok(pb::FollowedReport {
        code: record.facts.code.clone(),
        state: for_reporter(report.state).into(),
        category_id: own.category.clone(),
        received_at: Some(own.received_at.into()),
        due_at: report.due_at.map(Into::into),
        overdue: report.overdue,
        recipient: Some(recipient(&report.recipient)),
        messages: messages(key, said)?,
        outcome: published.filter(|_| !rejected).map_or(0, |answer| answer.outcome.into()),
        public_answer: public_answer.unwrap_or_default(),
        answered_at: answered_at.map(Into::into),
        rejection: report.rejection.unwrap_or_default().into(),
        reopen_until: own.reopen_until().map(Into::into),
        rating: own.rating.into(),
        may_rate: own.may_rate() && key.is_some(),
        merged: own.merged_into.is_some(),
        transferred_to: answered.transfer.map(|row| row.agency.message()),
    })
}

/// That a draft waits is not told: it may be sent back.
fn for_reporter(state: ReportState) -> ReportState {
    if state == ReportState::AnswerDraft { ReportState::InProgress } else { state }
}
