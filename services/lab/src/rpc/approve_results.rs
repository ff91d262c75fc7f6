//! ApproveResults: another person than the reader approves results, those that need a look one by one. What they mean for people is derived at once.

use std::collections::BTreeMap;

use contract::{
    Permission,
    lab::v1::{ApproveResultsRequest, ApproveResultsResponse, ResultState, TestOutcome, TubeState, WellKind},
};
use ids::{ResultId, TubeId};
use requests::{Invalid, fault::Faults};
use runtime::Caller;
use uuid::Uuid;

use crate::{
    deriving,
    error::Error,
    publish::{self, LabEvent},
    reading::Reading,
    run,
    run_case::{self, Named, Opened, RunCase, Which},
    service::Lab,
    store::{
        readings,
        steps::{self, Step},
        tubes,
    },
};

const PERMISSION: Permission = Permission::LabResultsApprove;

pub async fn handle(service: &Lab, caller: &Caller, request: ApproveResultsRequest) -> Result<ApproveResultsResponse, Error> {
    caller.require(PERMISSION)?;
    let named =
        Named { which: Which::Run(&request.run_id), command_id: &request.command_id, action: "lab.ApproveResults", permission: PERMISSION };
    let mut case = match run_case::open(service, caller, &request, named).await? {
        Opened::New(case) => case,
        Opened::Done(run, approved) => return Ok(ApproveResultsResponse { run: Some(*run), approved }),
    };
    let results = ids(&request)?;
    let chosen = run::to_approve(&case.readings, &results, case.account)?;
    let approved: Vec<Uuid> = chosen.iter().map(|reading| reading.id.as_uuid()).collect();
    readings::approve(&mut case.transaction, case.run.id, &approved, case.account, case.now).await?;
    let concerned = move_tubes(&mut case, &chosen).await?;
    deriving::derive_for_tubes(&mut case.transaction, service, &concerned, case.now).await?;
    let laboratory = &case.run.laboratory;
    let tubes = i32::try_from(concerned.len()).unwrap_or(i32::MAX);
    let happened = LabEvent::ResultsApproved { run: case.run.id, laboratory: &laboratory.id, area: laboratory.area, tubes };
    publish::append(&mut case.transaction, &[happened], case.now).await?;
    case.read_again().await?;
    let run = case.run.clone().settle(case.waiting())?;
    let approved = i32::try_from(approved.len()).unwrap_or(i32::MAX);
    Ok(ApproveResultsResponse { run: Some(case.finish(service, caller, run).await?), approved })
}

fn ids(request: &ApproveResultsRequest) -> Result<Vec<ResultId>, Error> {
    let mut faults = Faults::default();
    let ids = request.result_ids.iter().enumerate().map(|(at, text)| {
        let id = ResultId::parse(text);
        faults.take(id, format!("result_ids[{at}]"), "Cần một UUID phiên bản 7", "A UUID of version 7")
    });
    let ids: Option<Vec<ResultId>> = ids.collect();
    Ok(faults.or(ids).map_err(Invalid)?)
}

/// A tube that was tested by itself has its result; the kept single tubes of a laboratory pool that was not negative wait for a run of their own. All
/// tubes concerned.
async fn move_tubes(case: &mut RunCase, chosen: &[Reading]) -> Result<Vec<TubeId>, Error> {
    let mut all = Vec::new();
    let mut moves: BTreeMap<(TubeState, TubeState), Vec<Uuid>> = BTreeMap::new();
    for reading in chosen {
        let tubes = case.tubes_of(std::iter::once(reading.position.as_str()));
        if let Some(movement) = movement(reading, &case.readings) {
            moves.entry(movement).or_default().extend(tubes.iter().map(|tube| tube.as_uuid()));
        }
        all.extend(tubes);
    }
    for ((from, to), tubes) in moves {
        tubes::move_on(&mut case.transaction, &tubes, &[from], to).await?;
    }
    let step = Step { kind: "ResultApproved", account: Some(case.account), reference: &case.run.number, at: case.now };
    steps::append(&mut case.transaction, &all, step).await?;
    Ok(all)
}

/// From where to where, if anywhere. A correction that says the opposite finds the tubes where the version before left them.
fn movement(reading: &Reading, readings: &[Reading]) -> Option<(TubeState, TubeState)> {
    let keeps = |reading: &Reading| reading.kind == WellKind::LabPool && reading.measured.outcome != TestOutcome::Negative;
    let before = readings.iter().rfind(|other| other.position == reading.position && other.state == ResultState::Approved);
    match (before.map(keeps), keeps(reading)) {
        (None, false) => Some((TubeState::InRun, TubeState::Resulted)),
        (None, true) => Some((TubeState::InRun, TubeState::Received)),
        (Some(true), false) => Some((TubeState::Received, TubeState::Resulted)),
        (Some(false), true) => Some((TubeState::Resulted, TubeState::Received)),
        (Some(true), true) | (Some(false), false) => None,
    }
}
