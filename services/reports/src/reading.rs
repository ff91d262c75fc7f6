//! Reading a whole report, for those RPCs that answer with one.

use contract::{Permission, reports::v1 as pb};
use runtime::{Caller, Transaction};
use seal::DataKey;

use crate::{
    access,
    error::Error,
    service::Reports,
    store::{self, reports::Record, trips::Linked},
    view::{self, Parts},
};

/// Everything of a report that a handler reads, opened.
pub async fn report(service: &Reports, conn: &mut Transaction, record: &Record) -> Result<pb::Report, Error> {
    let id = record.report.id;
    let key = seal::open_key(conn, &service.keyring, id.as_uuid()).await?;
    let parts = Parts {
        trips: trips(conn, record).await?,
        messages: store::messages::of_report(conn, id).await?,
        history: store::history::of_report(conn, id).await?,
        answer: store::answers::get(conn, record.facts.answer).await?,
    };
    view::report(record, &key, &parts)
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
    if record.report.recipient.seen_by().iter().any(|seer| eyes.contains(seer)) {
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

/// What the reporter reads.
pub async fn followed(conn: &mut Transaction, record: &Record, key: &DataKey) -> Result<pb::FollowedReport, Error> {
    let messages = store::messages::of_report(conn, record.report.id).await?;
    let published = store::answers::get(conn, record.facts.published).await?;
    view::followed(record, key, &messages, published.as_ref())
}
