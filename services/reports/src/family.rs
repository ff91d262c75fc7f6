//! What merging does to the report that others are handled with: its count, its history, and what was merged into the other before.

use chrono::{DateTime, Utc};
use ids::{AccountId, ReportId};
use runtime::Transaction;

use crate::{
    error::Error,
    publish::{self, Cause},
    report::ReportEvent,
    service::Reports,
    store::{self, merges, reports::Record},
};

/// Who did it, and when.
#[derive(Debug, Clone, Copy)]
pub struct Let {
    pub account: Option<AccountId>,
    pub now: DateTime<Utc>,
}

/// `child` is handled with `parent` from now on, and with it everything that was handled with `child`: no chains.
pub async fn take_in(service: &Reports, conn: &mut Transaction, parent: &mut Record, child: &mut Record, by: Let) -> Result<(), Error> {
    let code = parent.facts.code.clone();
    if child.facts.merged > 0 {
        for grandchild in merges::of(conn, child.report.id).await? {
            let Some(mut record) = store::reports::lock_any(conn, grandchild.id).await? else { continue };
            record.report.merged_into = Some(parent.report.id);
            record.report.recipient = parent.report.recipient.clone();
            store::reports::update(conn, &mut record).await?;
            say(service, conn, &record, ReportEvent::Merged { into: parent.report.id }, &code, by).await?;
        }
    }
    parent.facts.merged += 1 + child.facts.merged;
    child.facts.merged = 0;
    store::reports::update(conn, parent).await?;
    say(service, conn, parent, ReportEvent::TookIn, &child.facts.code, by).await
}

/// `child` stands for itself again.
pub async fn let_go(service: &Reports, conn: &mut Transaction, parent: ReportId, child: &Record, by: Let) -> Result<(), Error> {
    let mut parent = store::reports::lock_any(conn, parent).await?.ok_or(Error::corrupt("reports.merged_into"))?;
    parent.facts.merged -= 1;
    store::reports::update(conn, &mut parent).await?;
    if parent.facts.erased_at.is_some() {
        return Ok(());
    }
    say(service, conn, &parent, ReportEvent::LetGo, &child.facts.code, by).await
}

async fn say(service: &Reports, conn: &mut Transaction, record: &Record, event: ReportEvent, words: &str, by: Let) -> Result<(), Error> {
    let key = seal::open_key(conn, &service.keyring, record.report.id.as_uuid()).await?;
    let cause = Cause { account: by.account, words, ..Cause::default() };
    publish::append(conn, &key, record, &[event], cause, by.now).await
}
