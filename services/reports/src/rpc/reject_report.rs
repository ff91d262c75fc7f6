//! RejectReport: ends a report that nobody will work on; the reporter reads the reason.

use contract::{
    Permission,
    reports::v1::{self as pb, RejectionReason},
};
use runtime::Caller;

use crate::{
    case::{self, Named, Opened},
    contact,
    error::Error,
    service::Reports,
};

const PERMISSION: Permission = Permission::ReportsReportsTriage;

pub async fn handle(service: &Reports, caller: &Caller, request: pb::RejectReportRequest) -> Result<pb::RejectReportResponse, Error> {
    caller.require(PERMISSION)?;
    let named = Named {
        report_id: &request.report_id,
        command_id: &request.command_id,
        version: Some(request.version),
        action: "reports.RejectReport",
        permission: PERMISSION,
    };
    let mut case = match case::open(service, caller, &request, named).await? {
        Opened::New(case) => case,
        Opened::Done(report) => return Ok(pb::RejectReportResponse { report: Some(*report) }),
    };
    let people = contact::people_in(&request.public_text);
    if !people.is_empty() {
        return Err(Error::PersonNamed(people));
    }
    // The contract's limits have refused a number that is no reason.
    let reason = RejectionReason::try_from(request.reason).unwrap_or_default();
    let (report, rejected) = case.record.report.clone().reject(reason, case.now)?;
    let public_text = request.public_text.trim();
    case.record.facts.rejection_text = Some(public_text.to_owned());
    let report = case.finish(service, caller, report, &[rejected], public_text).await?;
    Ok(pb::RejectReportResponse { report: Some(report) })
}
