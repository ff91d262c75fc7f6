//! Reading a whole report, for those RPCs that answer with one.

use contract::{Permission, reports::v1 as pb};
use ids::ReportId;
use runtime::{Caller, Transaction};
use seal::DataKey;

use crate::{
    access,
    error::Error,
    service::Reports,
    store::{self, merges::Other, reports::Record, trips::Linked},
    view::{self, Answered, Parts},
};

/// Everything of a report that a handler reads, opened.
pub async fn report(service: &Reports, conn: &mut Transaction, record: &Record) -> Result<pb::Report, Error> {
    let (id, facts) = (record.report.id, &record.facts);
    let key = key(service, conn, record).await?;
    let received_at = record.report.received_at;
    let parts = Parts {
        trips: trips(conn, record).await?,
        messages: store::messages::of_report(conn, id).await?,
        history: store::history::of_report(conn, id).await?,
        answer: store::answers::get(conn, facts.answer).await?,
        merged_into: other(conn, record.report.merged_into).await?,
        merged: if facts.merged > 0 { store::merges::of(conn, id).await? } else { Vec::new() },
        transfer: store::transfers::get(conn, facts.transfer).await?,
        form: store::rules::form(conn, &facts.answered_category, facts.answered_version, service.now()).await?,
        rules: Some(store::rules::routing(conn, received_at).await?),
    };
    view::report(record, key.as_ref(), &parts)
}

/// The key of what was written; none once it is erased.
pub async fn key(service: &Reports, conn: &mut Transaction, record: &Record) -> Result<Option<DataKey>, Error> {
    if record.facts.erased_at.is_some() {
        return Ok(None);
    }
    Ok(Some(seal::open_key(conn, &service.keyring, record.report.id.as_uuid()).await?))
}

async fn other(conn: &mut Transaction, id: Option<ReportId>) -> Result<Option<Other>, Error> {
    let Some(id) = id else { return Ok(None) };
    let found = store::reports::any(conn, id).await?;
    Ok(found.map(|record| Other { id, code: record.facts.code, state: record.report.state, unread: record.report.unread }))
}

/// The same for who may still see it; whoever gave it away reads no more of it than where it went.
pub async fn report_for(
    service: &Reports,
    conn: &mut Transaction,
    caller: &Caller,
    permission: Permission,
    record: &Record,
) -> Result<pb::Report, Error> {
    let eyes = access::eyes(caller, permission)?;
    if record.report.seen_by().iter().any(|seer| eyes.contains(seer)) {
        report(service, conn, record).await
    } else {
        Ok(view::envelope(record))
    }
}

/// The trips that it may be about.
pub async fn trips(conn: &mut Transaction, record: &Record) -> Result<Vec<Linked>, Error> {
    let facts = &record.facts;
    store::trips::linked(conn, facts.plate_key.as_deref(), facts.chosen_trip, facts.seen_at).await
}

/// What the reporter reads: of a report that is handled with another one, the answer of that one.
pub async fn followed(conn: &mut Transaction, record: &Record, key: Option<&DataKey>) -> Result<pb::FollowedReport, Error> {
    let messages = store::messages::of_report(conn, record.report.id).await?;
    let parent = match record.report.merged_into {
        Some(parent) => store::reports::any(conn, parent).await?,
        None => None,
    };
    let answered = parent.as_ref().unwrap_or(record);
    let published = store::answers::get(conn, answered.facts.published).await?;
    let outside = answered.facts.transfer.filter(|_| answered.report.transfer.is_some());
    let transfer = store::transfers::get(conn, outside).await?;
    let answered = Answered { record: answered, published: published.as_ref(), transfer: transfer.as_ref() };
    view::followed(record, key, &messages, &answered)
}
