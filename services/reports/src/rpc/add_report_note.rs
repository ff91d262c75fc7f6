//! AddReportNote: a note for those who handle the report.

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

pub async fn handle(service: &Reports, caller: &Caller, request: pb::AddReportNoteRequest) -> Result<pb::AddReportNoteResponse, Error> {
    caller.require(PERMISSION)?;
    let named = Named {
        report_id: &request.report_id,
        command_id: &request.command_id,
        version: Some(request.version),
        action: "reports.AddReportNote",
        permission: PERMISSION,
    };
    let case = match case::open(service, caller, &request, named).await? {
        Opened::New(case) => case,
        Opened::Done(report) => return Ok(pb::AddReportNoteResponse { report: Some(*report) }),
    };
    let (report, noted) = case.record.report.clone().note()?;
    let report = case.finish(service, caller, report, &[noted], request.text.trim()).await?;
    Ok(pb::AddReportNoteResponse { report: Some(report) })
}
