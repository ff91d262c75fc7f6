//! One command on one tube: what its RPCs have in common. The tube is locked, the command is done once, and the answer shows the people in it.

use audit::Kind;
use chrono::{DateTime, Utc};
use contract::{Permission, lab::v1 as pb, rules::Limited};
use ids::{AccountId, CommandId, TubeId};
use prost::Message;
use runtime::{Caller, Transaction};

use crate::{
    access, deriving,
    error::Error,
    people,
    publish::{self, LabEvent},
    request,
    service::Lab,
    store::{
        self,
        steps::{self, Step},
    },
    trail::{self, Act},
    tube::Tube,
};

/// What a request names.
#[derive(Debug, Clone, Copy)]
pub struct Named<'a> {
    pub tube_id: &'a str,
    pub command_id: &'a str,
    /// `lab.SealTube`
    pub action: &'static str,
    pub permission: Permission,
}

pub struct TubeCase {
    pub transaction: Transaction,
    pub tube: Tube,
    pub account: AccountId,
    pub now: DateTime<Utc>,
    named: (&'static str, Permission),
}

pub enum Opened {
    New(Box<TubeCase>),
    /// The command was done before: the tube as it is now.
    Done(Box<pb::Tube>),
}

pub async fn open<M: Message + Limited>(service: &Lab, caller: &Caller, request: &M, named: Named<'_>) -> Result<Opened, Error> {
    request::check(request)?;
    let tube = request::id(TubeId::parse(named.tube_id), "tube_id")?;
    let command = request::id(CommandId::parse(named.command_id), "command_id")?;
    let (now, account) = (service.now(), caller.account()?.account_id);
    let mut transaction = service.begin().await?;
    let tube = store::tubes::lock(&mut transaction, tube, &access::eyes(caller, named.permission)).await?;
    let hash = request::hash(&service.keyring, request)?;
    let is_new = store::commands::begin(&mut transaction, command, &hash, Some(account), now).await?;
    let case = TubeCase { transaction, tube, account, now, named: (named.action, named.permission) };
    if is_new { Ok(Opened::New(Box::new(case))) } else { Ok(Opened::Done(Box::new(case.answer(service, caller, Kind::Read).await?))) }
}

impl TubeCase {
    /// Saves the tube, its step and what happened, and answers.
    pub async fn finish(
        mut self,
        service: &Lab,
        caller: &Caller,
        tube: Tube,
        step: (&'static str, &str),
        happened: &[LabEvent<'_>],
    ) -> Result<pb::Tube, Error> {
        let conn = &mut self.transaction;
        store::tubes::save(conn, std::slice::from_ref(&tube)).await?;
        let (kind, note) = step;
        let step = Step { kind, account: Some(self.account), reference: "", at: self.now };
        steps::append_noted(conn, &service.keyring, tube.id, step, note).await?;
        publish::append(conn, happened, self.now).await?;
        deriving::after_the_desk(conn, service, &tube, self.now).await?;
        self.tube = tube;
        self.answer(service, caller, Kind::Write).await
    }

    async fn answer(mut self, service: &Lab, caller: &Caller, kind: Kind) -> Result<pb::Tube, Error> {
        let answer = people::tube(service, &mut self.transaction, &self.tube).await?;
        let (action, permission) = self.named;
        let act = Act { kind, ..Act::write(action, self.tube.id.as_uuid(), self.tube.area) };
        trail::record(&mut self.transaction, caller, permission, act, self.now).await?;
        self.transaction.commit().await?;
        Ok(answer)
    }
}
