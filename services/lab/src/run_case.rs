//! One command on one run: what its RPCs have in common. The run is locked, the command is done once, and the answer shows the plate.

use audit::Kind;
use chrono::{DateTime, Utc};
use contract::{Permission, lab::v1 as pb, rules::Limited};
use ids::{AccountId, CommandId, ResultId, RunId, TubeId};
use prost::Message;
use runtime::{Caller, Transaction};

use crate::{
    access,
    error::Error,
    reading::Reading,
    request,
    run::Run,
    run_view,
    service::Lab,
    store::{
        self, commands, readings,
        runs::{self, WellRow},
    },
    trail::{self, Act},
};

/// Which run, by itself or by one of its results.
#[derive(Debug, Clone, Copy)]
pub enum Which<'a> {
    Run(&'a str),
    Result(&'a str),
}

/// What a request names.
#[derive(Debug, Clone, Copy)]
pub struct Named<'a> {
    pub which: Which<'a>,
    pub command_id: &'a str,
    /// `lab.ApproveResults`
    pub action: &'static str,
    pub permission: Permission,
}

pub struct RunCase {
    pub transaction: Transaction,
    pub run: Run,
    pub wells: Vec<WellRow>,
    /// All versions.
    pub readings: Vec<Reading>,
    pub account: AccountId,
    pub now: DateTime<Utc>,
    named: (&'static str, Permission),
}

pub enum Opened {
    New(Box<RunCase>),
    /// The command was done before: the run as it is now, and how many results the command approved.
    Done(Box<pb::Run>, i32),
}

pub async fn open<M: Message + Limited>(service: &Lab, caller: &Caller, request: &M, named: Named<'_>) -> Result<Opened, Error> {
    request::check(request)?;
    let command = request::id(CommandId::parse(named.command_id), "command_id")?;
    let (now, account) = (service.now(), caller.account()?.account_id);
    let mut transaction = service.begin().await?;
    store::plan_anew(&mut transaction).await?;
    let run = match named.which {
        Which::Run(text) => request::id(RunId::parse(text), "run_id")?,
        Which::Result(text) => runs::of_result(&mut transaction, request::id(ResultId::parse(text), "result_id")?).await?,
    };
    let run = runs::lock(&mut transaction, run, &access::eyes(caller, named.permission)).await?;
    let hash = request::hash(&service.keyring, request)?;
    let is_new = commands::begin(&mut transaction, command, &hash, Some(account), now).await?;
    let wells = runs::wells(&mut transaction, run.id).await?;
    let readings = readings::of_run(&mut transaction, run.id).await?;
    let named = (named.action, named.permission);
    let mut case = RunCase { transaction, run, wells, readings, account, now, named };
    if is_new {
        return Ok(Opened::New(Box::new(case)));
    }
    let approved = readings::approved_by_command(&mut case.transaction, case.run.id, command).await?;
    Ok(Opened::Done(Box::new(case.answer(service, caller, Kind::Read).await?), approved))
}

impl RunCase {
    /// The tubes in these wells.
    pub fn tubes_of<'a>(&self, positions: impl Iterator<Item = &'a str>) -> Vec<TubeId> {
        let wells = positions.filter_map(|position| self.wells.iter().find(|well| well.position == position));
        wells.flat_map(|well| well.tubes.iter().copied()).collect()
    }

    pub fn all_tubes(&self) -> Vec<TubeId> {
        self.wells.iter().flat_map(|well| well.tubes.iter().copied()).collect()
    }

    /// Reads again what the command changed of the results.
    pub async fn read_again(&mut self) -> Result<(), Error> {
        self.readings = readings::of_run(&mut self.transaction, self.run.id).await?;
        Ok(())
    }

    pub fn waiting(&self) -> bool {
        self.readings.iter().any(Reading::waits)
    }

    /// Saves the run and answers.
    pub async fn finish(mut self, service: &Lab, caller: &Caller, run: Run) -> Result<pb::Run, Error> {
        runs::save(&mut self.transaction, &run).await?;
        self.run = run;
        self.read_again().await?;
        self.answer(service, caller, Kind::Write).await
    }

    async fn answer(mut self, service: &Lab, caller: &Caller, kind: Kind) -> Result<pb::Run, Error> {
        let answer = run_view::whole(service, &mut self.transaction, &self.run, &self.wells, &self.readings).await?;
        let (action, permission) = self.named;
        let act = Act { kind, ..Act::write(action, self.run.id.as_uuid(), self.run.laboratory.area) };
        trail::record(&mut self.transaction, caller, permission, act, self.now).await?;
        self.transaction.commit().await?;
        Ok(answer)
    }
}
