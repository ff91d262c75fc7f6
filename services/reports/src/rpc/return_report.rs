//! ReturnReport: gives the report back, because it is not ours.

use contract::{
    Permission,
    reports::v1::{self as pb},
};
use runtime::Caller;

use crate::{
    case::{self, Named, Opened},
    error::Error,
    service::Reports,
};

const PERMISSION: Permission = Permission::ReportsReportsHandle;

pub async fn handle(service: &Reports, caller: &Caller, request: pb::ReturnReportRequest) -> Result<pb::ReturnReportResponse, Error> {
    caller.require(PERMISSION)?;
    let named = Named {
        report_id: &request.report_id,
        command_id: &request.command_id,
        version: Some(request.version),
        action: "reports.ReturnReport",
        permission: PERMISSION,
    };
    let case = match case::open(service, caller, &request, named).await? {
        Opened::New(case) => case,
        Opened::Done(report) => return Ok(pb::ReturnReportResponse { report: Some(*report) }),
    };
    let (report, returned) = case.record.report.clone().give_back()?;
    let report = case.finish(service, caller, report, &[returned], request.reason.trim()).await?;
    Ok(pb::ReturnReportResponse { report: Some(report) })
}
