//! Reports about officers go past the unit that they are about, as the routing rules say.

use chrono::{DateTime, Utc};
use contract::reports::v1 as pb;
use runtime::Transaction;
use seal::DataKey;

use crate::{
    error::Error,
    recipient::Recipient,
    routing::Facts,
    sealed,
    service::Reports,
    store::{self, reports::Record},
};

/// The lowest who may have a report that is sorted as `category`; none where anybody may.
pub async fn past(
    service: &Reports,
    transaction: &mut Transaction,
    key: &DataKey,
    record: &Record,
    category: &str,
    now: DateTime<Utc>,
) -> Result<Option<Recipient>, Error> {
    let told: pb::Report = sealed::open(key, sealed::report(record.report.id), &record.facts.sealed)?;
    let facts = Facts { category, answers: &told.answers, area: record.facts.area, on_a_trip: None };
    let route = store::rules::routing(transaction, now).await?.route(facts, &service.profile);
    Ok(route.bypass.then_some(route.recipient))
}
