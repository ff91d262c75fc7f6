//! RecordRunResults: what the wells said, for the whole plate at once. A failed control voids the run, and its tubes wait again.

use contract::{
    Permission,
    lab::v1::{RecordRunResultsRequest, RecordRunResultsResponse, ResultState, TubeState, WellKind},
};
use ids::ResultId;
use requests::Invalid;
use runtime::Caller;
use uuid::Uuid;

use crate::{
    deriving,
    error::Error,
    publish::{self, LabEvent},
    reading::{self, Measured, Reading},
    run_case::{self, Named, Opened, RunCase, Which},
    service::Lab,
    store::{
        readings,
        steps::{self, Step},
        tubes,
    },
};

const PERMISSION: Permission = Permission::LabRunsPerform;

pub async fn handle(service: &Lab, caller: &Caller, request: RecordRunResultsRequest) -> Result<RecordRunResultsResponse, Error> {
    caller.require(PERMISSION)?;
    let named = Named {
        which: Which::Run(&request.run_id),
        command_id: &request.command_id,
        action: "lab.RecordRunResults",
        permission: PERMISSION,
    };
    let mut case = match run_case::open(service, caller, &request, named).await? {
        Opened::New(case) => case,
        Opened::Done(run, _) => return Ok(RecordRunResultsResponse { run: Some(*run) }),
    };
    case.run.require(&[contract::lab::v1::RunState::Started])?;
    let wells: Vec<(String, WellKind)> = case.wells.iter().map(|well| (well.position.clone(), well.kind)).collect();
    let measured = reading::of_plate(&request.readings, &wells, case.run.method).map_err(Invalid)?;
    let passed = measured.iter().zip(&wells).all(|(measured, (_, kind))| measured.passes(*kind));
    let run = case.run.clone().read(passed, case.account, case.now)?;
    let written = write(&case, measured, passed);
    readings::insert(&mut case.transaction, run.id, &written).await?;
    if passed {
        look_for_alarms(&mut case, &written).await?
    } else {
        give_back(&mut case).await?
    }
    Ok(RecordRunResultsResponse { run: Some(case.finish(service, caller, run).await?) })
}

/// Of a run without its controls nothing counts; a control that passed needs nobody's approval.
fn write(case: &RunCase, measured: Vec<Measured>, passed: bool) -> Vec<Reading> {
    let wells = case.wells.iter().zip(measured);
    wells
        .map(|(well, measured)| Reading {
            id: ResultId::mint(case.now),
            position: well.position.clone(),
            kind: well.kind,
            version: 1,
            measured,
            state: match (passed, well.tubes.is_empty()) {
                (true, false) => ResultState::Read,
                (true, true) => ResultState::Approved,
                (false, _) => ResultState::Refused,
            },
            tested_at: case.now,
            read_by: case.account,
            approved_by: None,
            approved_at: None,
            discordant: false,
            sealed_reason: None,
        })
        .collect()
}

/// A positive pool that would be left without a positive person is seen by an approver before it is an alarm.
async fn look_for_alarms(case: &mut RunCase, written: &[Reading]) -> Result<(), Error> {
    let tubes: Vec<Uuid> = case.all_tubes().iter().map(|tube| tube.as_uuid()).collect();
    let alarmed = deriving::discordant_with(&mut case.transaction, case.run.id, &tubes, case.now).await?;
    let wells = case.wells.iter().filter(|well| well.tubes.iter().any(|tube| alarmed.contains(tube)));
    let positions: Vec<&str> = wells.map(|well| well.position.as_str()).collect();
    let marked = written.iter().filter(|reading| positions.contains(&reading.position.as_str()));
    readings::mark_discordant(&mut case.transaction, &marked.map(|reading| reading.id.as_uuid()).collect::<Vec<_>>()).await
}

async fn give_back(case: &mut RunCase) -> Result<(), Error> {
    let ids = case.all_tubes();
    let tubes: Vec<Uuid> = ids.iter().map(|tube| tube.as_uuid()).collect();
    tubes::move_on(&mut case.transaction, &tubes, &[TubeState::InRun], TubeState::Received).await?;
    let step = Step { kind: "RunVoided", account: Some(case.account), reference: &case.run.number, at: case.now };
    steps::append(&mut case.transaction, &ids, step).await?;
    let laboratory = &case.run.laboratory;
    let voided = LabEvent::RunVoided { run: case.run.id, laboratory: &laboratory.id, area: laboratory.area };
    publish::append(&mut case.transaction, &[voided], case.now).await
}
