//! CorrectResult: a new version of an approved result, with its reason. The old one stands until the new one is approved.

use contract::{
    Permission,
    lab::v1::{CorrectResultRequest, CorrectResultResponse, ResultState},
};
use ids::ResultId;
use requests::{Invalid, fault::Faults};
use runtime::Caller;

use crate::{
    error::Error,
    reading::{Measured, Reading},
    run_case::{self, Named, Opened, Which},
    sealed,
    service::Lab,
    store::{
        readings,
        steps::{self, Step},
    },
};

const PERMISSION: Permission = Permission::LabRunsPerform;

pub async fn handle(service: &Lab, caller: &Caller, request: CorrectResultRequest) -> Result<CorrectResultResponse, Error> {
    caller.require(PERMISSION)?;
    let named = Named {
        which: Which::Result(&request.result_id),
        command_id: &request.command_id,
        action: "lab.CorrectResult",
        permission: PERMISSION,
    };
    let mut case = match run_case::open(service, caller, &request, named).await? {
        Opened::New(case) => case,
        Opened::Done(run, _) => return Ok(CorrectResultResponse { run: Some(*run) }),
    };
    let mut faults = Faults::default();
    let measured = Measured::parse(request.outcome, &request.ct, case.run.method, "", &mut faults);
    let measured = faults.or(measured).map_err(Invalid)?;
    let old = correctable(&case.readings, &request.result_id)?;
    let new = Reading {
        id: ResultId::mint(case.now),
        version: case.readings.iter().filter(|reading| reading.position == old.position).map(|reading| reading.version).max().unwrap_or(0)
            + 1,
        measured,
        state: ResultState::Read,
        read_by: case.account,
        approved_by: None,
        approved_at: None,
        discordant: false,
        ..old
    };
    let tubes = case.tubes_of(std::iter::once(new.position.as_str()));
    let conn = &mut case.transaction;
    readings::insert(conn, case.run.id, std::slice::from_ref(&new)).await?;
    if let Some(words) = sealed::seal_reason(conn, &service.keyring, new.id, request.reason.trim()).await? {
        readings::set_reason(conn, new.id, &words).await?;
    }
    let step = Step { kind: "ResultCorrected", account: Some(case.account), reference: &case.run.number, at: case.now };
    steps::append(conn, &tubes, step).await?;
    let run = case.run.clone().settle(true)?;
    Ok(CorrectResultResponse { run: Some(case.finish(service, caller, run).await?) })
}

/// The version that stands, of a sample, with none after it that waits.
fn correctable(readings: &[Reading], id: &str) -> Result<Reading, Error> {
    let old = readings.iter().find(|reading| reading.id.to_string() == id).ok_or(Error::not_found())?;
    let waits = readings.iter().any(|reading| reading.position == old.position && reading.waits());
    let stands = old.state == ResultState::Approved && old.approved_by.is_some();
    if stands && !waits { Ok(old.clone()) } else { Err(Error::ResultState) }
}
