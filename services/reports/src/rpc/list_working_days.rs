//! ListWorkingDays: the days of a month, worked or not, and what the province declared about them.

use contract::{
    Permission,
    reports::v1::{ListWorkingDaysRequest, ListWorkingDaysResponse},
};
use runtime::Caller;

use crate::{days, error::Error, request, service::Reports, store::calendar};

const PERMISSION: Permission = Permission::ReportsReportsRead;

pub async fn handle(service: &Reports, caller: &Caller, request: ListWorkingDaysRequest) -> Result<ListWorkingDaysResponse, Error> {
    caller.require(PERMISSION)?;
    let month = request::check_with(&request, days::month(&request.month))?;
    let mut conn = service.database.acquire().await?;
    let changes = calendar::between(&mut conn, month.0, month.1).await?;
    Ok(ListWorkingDaysResponse { days: days::days(month, &changes), changes: changes.iter().map(days::message).collect() })
}
