//! GetRun: one run with its plate.

use contract::{
    Permission,
    lab::v1::{GetRunRequest, GetRunResponse},
};
use ids::RunId;
use runtime::Caller;

use crate::{
    access,
    error::Error,
    request, run_view,
    service::Lab,
    store::{readings, runs},
    trail::{self, Act},
};

const PERMISSION: Permission = Permission::LabRunsRead;

pub async fn handle(service: &Lab, caller: &Caller, request: GetRunRequest) -> Result<GetRunResponse, Error> {
    caller.require(PERMISSION)?;
    request::check(&request)?;
    let id = request::id(RunId::parse(&request.run_id), "run_id")?;
    let mut transaction = service.begin().await?;
    let run = runs::get(&mut transaction, id, &access::eyes(caller, PERMISSION)).await?;
    let (wells, readings) = (runs::wells(&mut transaction, id).await?, readings::of_run(&mut transaction, id).await?);
    let message = run_view::whole(service, &mut transaction, &run, &wells, &readings).await?;
    let act = Act::read("lab.GetRun", id.as_uuid(), run.laboratory.area);
    trail::record(&mut transaction, caller, PERMISSION, act, service.now()).await?;
    transaction.commit().await?;
    Ok(GetRunResponse { run: Some(message) })
}
