//! A handler's command on one report, the same for each: who may, which one, is it a repeat, is it still as he saw it; then what the rpc file
//! decides; then all of it stored together.

use chrono::{DateTime, Utc};
use contract::{Permission, reports::v1 as pb, rules::Limited};
use ids::{AccountId, CommandId, ReportId};
use prost::Message;
use requests::IdReused;
use runtime::{Caller, Transaction};
use seal::DataKey;

use crate::{
    access,
    error::Error,
    publish::{self, Cause},
    reading,
    report::{Report, ReportEvent},
    request,
    service::Reports,
    store::{self, reports::Record},
    trail::{self, Act},
};

/// What every command says beside what it wants.
#[derive(Debug, Clone, Copy)]
pub struct Named<'a> {
    pub report_id: &'a str,
    pub command_id: &'a str,
    /// As he saw it; none where nothing that somebody else did can be in its way.
    pub version: Option<i64>,
    /// `reports.StartReport`
    pub action: &'static str,
    pub permission: Permission,
}

pub enum Opened {
    New(Box<Case>),
    /// The command was done before; the report as it is now.
    Done(Box<pb::Report>),
}

/// A report under a command, locked.
pub struct Case {
    pub transaction: Transaction,
    pub record: Record,
    pub key: DataKey,
    pub command: CommandId,
    pub account: AccountId,
    pub now: DateTime<Utc>,
    hash: Vec<u8>,
    action: &'static str,
    permission: Permission,
}

/// Finds the report and locks it, or says what the same command did before.
pub async fn open<M: Message + Limited>(service: &Reports, caller: &Caller, request: &M, named: Named<'_>) -> Result<Opened, Error> {
    open_in(service, caller, request, named, service.begin().await?).await
}

/// [`open`] in a transaction that already holds what has to be held before a report is.
pub async fn open_in<M: Message + Limited>(
    service: &Reports,
    caller: &Caller,
    request: &M,
    named: Named<'_>,
    mut transaction: Transaction,
) -> Result<Opened, Error> {
    request::check(request)?;
    let now = service.now();
    let report = request::id(ReportId::parse(named.report_id), "report_id")?;
    let command = request::id(CommandId::parse(named.command_id), "command_id")?;
    let account = caller.account()?.account_id;
    let hash = request::hash(&service.keyring, request)?;
    let eyes = access::eyes(caller, named.permission)?;
    let record = store::reports::lock(&mut transaction, report, &eyes).await?;
    if let Some(entry) = store::history::get(&mut transaction, command).await? {
        if entry.report != report || entry.account != Some(account) || entry.request_hash.as_deref() != Some(&hash) {
            // What is hidden stays so: whose id it was is nobody's to learn.
            return Err(record.map_or(Error::not_found(), |_| IdReused.into()));
        }
        let record = match record {
            Some(record) => record,
            None => store::reports::lock_any(&mut transaction, report).await?.ok_or(Error::not_found())?,
        };
        let answer = reading::report_for(service, &mut transaction, caller, named.permission, &record).await?;
        trail::record(&mut transaction, caller, named.permission, &record.report, Act::read(named.action), now).await?;
        transaction.commit().await?;
        return Ok(Opened::Done(Box::new(answer)));
    }
    let record = record.ok_or(Error::not_found())?;
    if named.version.is_some_and(|version| version != record.report.version) {
        let last = store::history::last(&mut transaction, report).await?;
        let at = last.as_ref().map(|last| last.at);
        return Err(Error::Changed { version: record.report.version, by: last.and_then(|last| last.account), at });
    }
    let key = seal::open_key(&mut transaction, &service.keyring, report.as_uuid()).await?;
    let (action, permission) = (named.action, named.permission);
    Ok(Opened::New(Box::new(Case { transaction, record, key, command, account, now, hash, action, permission })))
}

impl Case {
    /// Stores what became of the report: its row, the line of the history, the events and the audit. `words` are a reason or a note.
    pub async fn finish(
        self: Box<Self>,
        service: &Reports,
        caller: &Caller,
        report: Report,
        happened: &[ReportEvent],
        words: &str,
    ) -> Result<pb::Report, Error> {
        let Self { mut transaction, mut record, key, command, account, now, hash, action, permission } = *self;
        record.report = report;
        store::reports::update(&mut transaction, &mut record).await?;
        let trips = reading::trips(&mut transaction, &record).await?;
        let cause = Cause { command: Some((command, &hash)), account: Some(account), words, trips: &trips };
        publish::append(&mut transaction, &key, &record, happened, cause, now).await?;
        let mut act = Act::write(action);
        act.detail = serde_json::json!({ "command_id": command.to_string(), "state": record.report.state.as_str_name() });
        trail::record(&mut transaction, caller, permission, &record.report, act, now).await?;
        let answer = reading::report_for(service, &mut transaction, caller, permission, &record).await?;
        transaction.commit().await?;
        Ok(answer)
    }
}
