//! RefuseResult: sends a result back. Its sample is run again; of a refused correction the version before stands.

use contract::{
    Permission,
    lab::v1::{RefuseResultRequest, RefuseResultResponse, ResultState, TubeState},
};
use runtime::Caller;
use uuid::Uuid;

use crate::{
    error::Error,
    run_case::{self, Named, Opened, Which},
    service::Lab,
    store::{
        readings,
        steps::{self, Step},
        tubes,
    },
};

const PERMISSION: Permission = Permission::LabResultsApprove;

pub async fn handle(service: &Lab, caller: &Caller, request: RefuseResultRequest) -> Result<RefuseResultResponse, Error> {
    caller.require(PERMISSION)?;
    let named = Named {
        which: Which::Result(&request.result_id),
        command_id: &request.command_id,
        action: "lab.RefuseResult",
        permission: PERMISSION,
    };
    let mut case = match run_case::open(service, caller, &request, named).await? {
        Opened::New(case) => case,
        Opened::Done(run, _) => return Ok(RefuseResultResponse { run: Some(*run) }),
    };
    let found = case.readings.iter().find(|reading| reading.id.to_string() == request.result_id).cloned();
    let reading = found.filter(|reading| reading.waits()).ok_or(Error::ResultState)?;
    let tubes = case.tubes_of(std::iter::once(reading.position.as_str()));
    let conn = &mut case.transaction;
    readings::set_state(conn, &[reading.id.as_uuid()], ResultState::Refused).await?;
    if reading.version == 1 {
        let ids: Vec<Uuid> = tubes.iter().map(|tube| tube.as_uuid()).collect();
        tubes::move_on(conn, &ids, &[TubeState::InRun], TubeState::Received).await?;
    }
    let step = Step { kind: "ResultRefused", account: Some(case.account), reference: &case.run.number, at: case.now };
    for tube in tubes {
        steps::append_noted(conn, &service.keyring, tube, step, request.reason.trim()).await?;
    }
    case.read_again().await?;
    let run = case.run.clone().settle(case.waiting())?;
    Ok(RefuseResultResponse { run: Some(case.finish(service, caller, run).await?) })
}
