//! GetResultImport: how far an import is, with its runs and the rows that are kept aside.

use contract::{
    Permission,
    lab::v1::{GetResultImportRequest, GetResultImportResponse, ImportedRun},
};
use ids::ResultImportId;
use runtime::Caller;
use uuid::Uuid;

use crate::{
    access,
    error::Error,
    request, result_rows,
    service::Lab,
    store::{result_imports, runs},
    trail::{self, Act},
};

const PERMISSION: Permission = Permission::LabRunsRead;

pub async fn handle(service: &Lab, caller: &Caller, request: GetResultImportRequest) -> Result<GetResultImportResponse, Error> {
    caller.require(PERMISSION)?;
    request::check(&request)?;
    let id = request::id(ResultImportId::parse(&request.import_id), "import_id")?;
    let mut transaction = service.begin().await?;
    let import = result_imports::get(&mut transaction, id, &access::eyes(caller, PERMISSION)).await?;
    let imported = result_imports::runs(&mut transaction, id).await?;
    let ids: Vec<Uuid> = imported.iter().map(|run| run.run.as_uuid()).collect();
    let counts = runs::counts(&mut transaction, &ids).await?;
    let number = |count: i64| i32::try_from(count).unwrap_or(i32::MAX);
    let runs = imported.iter().map(|run| {
        let counts = counts.iter().find(|counts| counts.run == run.run.as_uuid()).copied().unwrap_or_default();
        ImportedRun {
            run_id: run.run.to_string(),
            number: run.number.clone(),
            state: run.state.into(),
            run_state: run.run_state.into(),
            samples: number(counts.samples),
            waiting: number(counts.waiting),
            single_review: number(counts.single_review),
        }
    });
    let answer = GetResultImportResponse {
        result_import: Some(result_rows::import(&import)),
        runs: runs.collect(),
        aside: result_rows::shown(service, &mut transaction, id, caller.language).await?,
    };
    let act = Act::read("lab.GetResultImport", id.as_uuid(), import.laboratory.area);
    trail::record(&mut transaction, caller, PERMISSION, act, service.now()).await?;
    transaction.commit().await?;
    Ok(answer)
}
