//! SettleResultImport: the rows kept aside need nothing more, and why.

use contract::{
    Permission,
    lab::v1::{SettleResultImportRequest, SettleResultImportResponse},
};
use runtime::Caller;

use crate::{
    error::Error,
    result_case::{self, Named},
    sealed,
    service::Lab,
    store::result_imports,
};

const PERMISSION: Permission = Permission::LabRunsPerform;

pub async fn handle(service: &Lab, caller: &Caller, request: SettleResultImportRequest) -> Result<SettleResultImportResponse, Error> {
    caller.require(PERMISSION)?;
    let named =
        Named { import_id: &request.import_id, command_id: &request.command_id, action: "lab.SettleResultImport", permission: PERMISSION };
    let mut case = result_case::open(service, caller, &request, named).await?;
    if case.is_new {
        let id = case.import.id;
        let reason = case.key.seal(sealed::settlement(id), request.reason.trim().as_bytes())?;
        result_imports::settle(&mut case.transaction, id, case.account, &reason, case.now).await?;
    }
    Ok(SettleResultImportResponse { result_import: Some(case.finish(service).await?) })
}
