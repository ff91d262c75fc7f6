//! GetRoutingRules: to whom new reports go, as the rules in force at a time say.

use contract::{
    Permission,
    reports::v1::{GetRoutingRulesRequest, GetRoutingRulesResponse},
};
use runtime::Caller;

use crate::{error::Error, fault::Faults, request, service::Reports, store};

const PERMISSION: Permission = Permission::ReportsReportsRead;

pub async fn handle(service: &Reports, caller: &Caller, request: GetRoutingRulesRequest) -> Result<GetRoutingRulesResponse, Error> {
    caller.require(PERMISSION)?;
    let mut faults = Faults::default();
    let at = faults.time(request.at, "at").unwrap_or_else(|| service.now());
    let at = request::check_with(&request, faults.or(Some(at)))?;
    let mut conn = service.database.acquire().await?;
    let rules = store::rules::routing(&mut conn, at).await?;
    Ok(GetRoutingRulesResponse { rules: Some(rules.message()) })
}
