//! UnmergeReport: a report stands for itself again, for as long as the other one has no answer.

use contract::{
    Permission,
    reports::v1::{self as pb, ReportState},
};
use ids::ReportId;
use runtime::Caller;

use crate::{
    access,
    case::{self, Named, Opened},
    error::Error,
    family::{self, Let},
    report::ReportError,
    request,
    service::Reports,
    store::{self, calendar, merges},
};

const PERMISSION: Permission = Permission::ReportsReportsHandle;

pub async fn handle(service: &Reports, caller: &Caller, request: pb::UnmergeReportRequest) -> Result<pb::UnmergeReportResponse, Error> {
    caller.require(PERMISSION)?;
    let id = request::id(ReportId::parse(&request.report_id), "report_id")?;
    let eyes = access::eyes(caller, PERMISSION)?;
    let named = Named {
        report_id: &request.report_id,
        command_id: &request.command_id,
        version: Some(request.version),
        action: "reports.UnmergeReport",
        permission: PERMISSION,
    };
    let mut transaction = service.begin().await?;
    let calendar = calendar::in_force(&mut transaction).await?;
    merges::hold(&mut transaction).await?;
    let parent = store::reports::get(&mut transaction, id, &eyes).await?.and_then(|record| record.report.merged_into);
    let parent = match parent {
        Some(parent) => store::reports::lock_any(&mut transaction, parent).await?,
        None => None,
    };
    let mut case = match case::open_in(service, caller, &request, named, transaction).await? {
        Opened::New(case) => case,
        Opened::Done(report) => return Ok(pb::UnmergeReportResponse { report: Some(*report) }),
    };
    let parent = parent.filter(|_| case.record.report.state == ReportState::Merged);
    let parent = parent.ok_or(ReportError::State(case.record.report.state))?;
    let (report, unmerged) = case.record.report.clone().unmerge(&parent.report, &calendar)?;
    let by = Let { account: Some(case.account), now: case.now };
    family::let_go(service, &mut case.transaction, parent.report.id, &case.record, by).await?;
    let report = case.finish(service, caller, report, &[unmerged], request.reason.trim()).await?;
    Ok(pb::UnmergeReportResponse { report: Some(report) })
}
