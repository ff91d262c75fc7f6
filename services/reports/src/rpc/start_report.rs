//! StartReport: the caller works on the report from now on.

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

pub async fn handle(service: &Reports, caller: &Caller, request: pb::StartReportRequest) -> Result<pb::StartReportResponse, Error> {
    caller.require(PERMISSION)?;
    let named = Named {
        report_id: &request.report_id,
        command_id: &request.command_id,
        version: Some(request.version),
        action: "reports.StartReport",
        permission: PERMISSION,
    };
    let case = match case::open(service, caller, &request, named).await? {
        Opened::New(case) => case,
        Opened::Done(report) => return Ok(pb::StartReportResponse { report: Some(*report) }),
    };
    let (report, started) = case.record.report.clone().start(case.account)?;
    let report = case.finish(service, caller, report, &[started], "").await?;
    Ok(pb::StartReportResponse { report: Some(report) })
}
