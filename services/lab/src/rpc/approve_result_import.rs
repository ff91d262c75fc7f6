//! ApproveResultImport: another person than the importer approves everything of an import that needs no single review.

use contract::{
    Permission,
    lab::v1::{ApproveResultImportRequest, ApproveResultImportResponse},
};
use runtime::Caller;

use crate::{
    acting,
    error::Error,
    result_case::{self, Named},
    sealed,
    service::Lab,
    store::result_imports,
};

const PERMISSION: Permission = Permission::LabResultsApprove;

pub async fn handle(service: &Lab, caller: &Caller, request: ApproveResultImportRequest) -> Result<ApproveResultImportResponse, Error> {
    caller.require(PERMISSION)?;
    let named =
        Named { import_id: &request.import_id, command_id: &request.command_id, action: "lab.ApproveResultImport", permission: PERMISSION };
    let mut case = result_case::open(service, caller, &request, named).await?;
    if case.import.imported_by == case.account {
        return Err(Error::OwnResult);
    }
    if case.is_new {
        let id = case.import.id;
        let approver = acting::seal(&case.key, sealed::approver(id), caller, PERMISSION)?;
        result_imports::ask_approval(&mut case.transaction, id, &approver).await?;
    }
    Ok(ApproveResultImportResponse { result_import: Some(case.finish(service).await?) })
}
