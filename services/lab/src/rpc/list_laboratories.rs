//! ListLaboratories: the laboratories of the province.

use contract::{
    Permission,
    lab::v1::{ListLaboratoriesRequest, ListLaboratoriesResponse},
};
use runtime::Caller;

use crate::{error::Error, service::Lab, store::rules, view};

const PERMISSION: Permission = Permission::LabSamplingRead;

pub async fn handle(service: &Lab, caller: &Caller, _: ListLaboratoriesRequest) -> Result<ListLaboratoriesResponse, Error> {
    caller.require(PERMISSION)?;
    let mut conn = service.database.acquire().await?;
    let laboratories = rules::laboratories(&mut conn).await?;
    Ok(ListLaboratoriesResponse { laboratories: laboratories.iter().map(view::laboratory).collect() })
}
