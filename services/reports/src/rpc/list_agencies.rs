//! ListAgencies: those that a report can be transferred to today.

use contract::{
    Permission,
    reports::v1::{ListAgenciesRequest, ListAgenciesResponse},
};
use runtime::Caller;

use crate::{error::Error, request, service::Reports, store, transfer::Agency};

const PERMISSION: Permission = Permission::ReportsReportsRead;

pub async fn handle(service: &Reports, caller: &Caller, request: ListAgenciesRequest) -> Result<ListAgenciesResponse, Error> {
    caller.require(PERMISSION)?;
    request::check(&request)?;
    let mut conn = service.database.acquire().await?;
    let agencies = store::rules::agencies(&mut conn, service.now()).await?;
    Ok(ListAgenciesResponse { agencies: agencies.iter().map(Agency::message).collect() })
}
