//! RetryResultImport: the rows kept aside are placed again.

use std::collections::HashSet;

use contract::{
    Permission,
    lab::v1::{RetryResultImportRequest, RetryResultImportResponse},
};
use runtime::Caller;

use crate::{
    error::Error,
    result_case::{self, Case, Named},
    result_import::Reason,
    result_rows,
    service::Lab,
    store::result_imports,
};

const PERMISSION: Permission = Permission::LabRunsPerform;

pub async fn handle(service: &Lab, caller: &Caller, request: RetryResultImportRequest) -> Result<RetryResultImportResponse, Error> {
    caller.require(PERMISSION)?;
    let named =
        Named { import_id: &request.import_id, command_id: &request.command_id, action: "lab.RetryResultImport", permission: PERMISSION };
    let mut case = result_case::open(service, caller, &request, named).await?;
    if case.is_new {
        place_again(service, &mut case).await?;
    }
    Ok(RetryResultImportResponse { result_import: Some(case.finish(service).await?) })
}

async fn place_again(service: &Lab, case: &mut Case) -> Result<(), Error> {
    let Case { transaction, import, key, .. } = case;
    // A wrong cell stays wrong.
    let aside = result_rows::aside(transaction, key, import.id, None).await?.into_iter().filter(|row| row.reason != Reason::Cell);
    let rows: Vec<_> = aside.map(|aside| aside.row).collect();
    let numbers: Vec<i32> = rows.iter().map(|row| row.number).collect();
    let placed = result_rows::place(transaction, &import.laboratory.id, rows, None).await?;
    let still: HashSet<i32> = placed.aside.iter().map(|aside| aside.row.number).collect();
    let taken: Vec<i32> = numbers.into_iter().filter(|number| !still.contains(number)).collect();
    let known = i32::try_from(placed.known.len()).unwrap_or(i32::MAX);
    result_imports::take_back(transaction, import.id, &taken, known).await?;
    result_rows::keep(service, transaction, key, import.id, placed).await
}
