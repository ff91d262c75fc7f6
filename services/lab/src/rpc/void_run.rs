//! VoidRun: stops a run of which nothing is approved. Its tubes wait again.

use contract::{
    Permission,
    lab::v1::{ResultState, TubeState, VoidRunRequest, VoidRunResponse},
};
use runtime::Caller;
use uuid::Uuid;

use crate::{
    error::Error,
    publish::{self, LabEvent},
    run_case::{self, Named, Opened, Which},
    service::Lab,
    store::{
        readings,
        steps::{self, Step},
        tubes,
    },
};

const PERMISSION: Permission = Permission::LabRunsPerform;

pub async fn handle(service: &Lab, caller: &Caller, request: VoidRunRequest) -> Result<VoidRunResponse, Error> {
    caller.require(PERMISSION)?;
    let named =
        Named { which: Which::Run(&request.run_id), command_id: &request.command_id, action: "lab.VoidRun", permission: PERMISSION };
    let mut case = match run_case::open(service, caller, &request, named).await? {
        Opened::New(case) => case,
        Opened::Done(run, _) => return Ok(VoidRunResponse { run: Some(*run) }),
    };
    let run = case.run.clone().void(request.reason.trim(), &case.readings)?;
    let (ids, now) = (case.all_tubes(), case.now);
    let tubes: Vec<Uuid> = ids.iter().map(|tube| tube.as_uuid()).collect();
    let waiting: Vec<Uuid> = case.readings.iter().filter(|reading| reading.waits()).map(|reading| reading.id.as_uuid()).collect();
    let step = Step { kind: "RunVoided", account: Some(case.account), reference: &run.number, at: now };
    let conn = &mut case.transaction;
    let back = tubes::move_on(conn, &tubes, &[TubeState::InRun], TubeState::Received).await?;
    readings::set_state(conn, &waiting, ResultState::Refused).await?;
    steps::append(conn, &back, step).await?;
    let voided = LabEvent::RunVoided { run: run.id, laboratory: &run.laboratory.id, area: run.laboratory.area };
    publish::append(conn, &[voided], now).await?;
    Ok(VoidRunResponse { run: Some(case.finish(service, caller, run).await?) })
}
