//! What the reporter says after he has sent his report, the same for each: his ticket opens it, the same id again says nothing new, what he writes
//! is masked before it is kept.

use chrono::{DateTime, Utc};
use contract::{reports::v1 as pb, rules::Limited};
use ids::CommandId;
use prost::Message;
use requests::IdReused;
use runtime::{Caller, Transaction};
use seal::DataKey;
use vietnam::working_time::Calendar;

use crate::{
    contact,
    error::Error,
    publish::{self, Cause},
    reading,
    report::{Report, ReportEvent},
    request, sealed,
    service::Reports,
    store::{self, reports::Record, withheld},
    ticket,
    trail::{self, Act},
};

/// A report opened by its ticket, locked.
pub struct Word {
    pub transaction: Transaction,
    pub record: Record,
    pub key: DataKey,
    pub now: DateTime<Utc>,
    pub calendar: Calendar,
    hash: Vec<u8>,
    action: &'static str,
}

impl Word {
    pub async fn open<M: Message + Limited>(
        service: &Reports,
        caller: &Caller,
        request: &M,
        ticket: Option<&pb::Ticket>,
        action: &'static str,
    ) -> Result<Self, Error> {
        request::check(request)?;
        let now = service.now();
        let hash = request::hash(&service.keyring, request)?;
        let (mut transaction, record, calendar) = ticket::lock(service, caller, ticket).await?;
        let key = seal::open_key(&mut transaction, &service.keyring, record.report.id.as_uuid()).await?;
        Ok(Self { transaction, record, key, now, calendar, hash, action })
    }

    /// Whether this very command was done before; an error where its id stands for something else.
    pub async fn was_said(&mut self, command: CommandId) -> Result<bool, Error> {
        let Some(entry) = store::history::get(&mut self.transaction, command).await? else { return Ok(false) };
        let same =
            entry.report == self.record.report.id && entry.account.is_none() && entry.request_hash.as_deref() == Some(self.hash.as_slice());
        if same { Ok(true) } else { Err(IdReused.into()) }
    }

    /// The text as others read it. What is hidden in it is kept apart.
    pub async fn mask(&mut self, text: &str) -> Result<String, Error> {
        let masked = contact::mask(text.trim());
        if masked.hidden {
            self.record.facts.contact_hidden = true;
            let id = CommandId::mint(self.now);
            let original = pb::Message { text: text.to_owned(), ..pb::Message::default() };
            let sealed = sealed::seal(&self.key, sealed::withheld(id), &original)?;
            withheld::insert(&mut self.transaction, self.record.report.id, id, withheld::Kind::Original, &sealed).await?;
        }
        Ok(masked.text)
    }

    /// Stores what became of the report, and answers with it.
    pub async fn finish(
        mut self,
        report: Report,
        happened: ReportEvent,
        command: Option<CommandId>,
        words: &str,
    ) -> Result<pb::FollowedReport, Error> {
        self.record.report = report;
        store::reports::update(&mut self.transaction, &mut self.record).await?;
        let cause = Cause { command: command.map(|id| (id, self.hash.as_slice())), words, ..Cause::default() };
        publish::append(&mut self.transaction, &self.key, &self.record, &[happened], cause, self.now).await?;
        let act = Act::write(self.action);
        self.answer(act).await
    }

    /// Answers with the report as it is.
    pub async fn repeat(self) -> Result<pb::FollowedReport, Error> {
        let act = Act::read(self.action);
        self.answer(act).await
    }

    async fn answer(mut self, act: Act) -> Result<pb::FollowedReport, Error> {
        trail::record_reporter(&mut self.transaction, &self.record.report, act, self.now).await?;
        let answer = reading::followed(&mut self.transaction, &self.record, Some(&self.key)).await?;
        self.transaction.commit().await?;
        Ok(answer)
    }
}
