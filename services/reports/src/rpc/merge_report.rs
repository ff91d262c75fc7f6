//! MergeReport: handles a report with another one about the same matter.

use contract::{Permission, reports::v1 as pb};
use ids::ReportId;
use runtime::{Caller, Transaction};

use crate::{
    access, bypass,
    case::{self, Named, Opened},
    error::Error,
    family::{self, Let},
    fault::Faults,
    report::ReportError,
    request,
    service::Reports,
    store::{self, merges, reports::Record},
};

const PERMISSION: Permission = Permission::ReportsReportsHandle;

pub async fn handle(service: &Reports, caller: &Caller, request: pb::MergeReportRequest) -> Result<pb::MergeReportResponse, Error> {
    caller.require(PERMISSION)?;
    let into = request::id(ReportId::parse(&request.into_report_id), "into_report_id")?;
    let eyes = access::eyes(caller, PERMISSION)?;
    let named = Named {
        report_id: &request.report_id,
        command_id: &request.command_id,
        version: Some(request.version),
        action: "reports.MergeReport",
        permission: PERMISSION,
    };
    let mut transaction = service.begin().await?;
    merges::hold(&mut transaction).await?;
    let parent = lock_parent(&mut transaction, into, &eyes).await?;
    let mut case = match case::open_in(service, caller, &request, named, transaction).await? {
        Opened::New(case) => case,
        Opened::Done(report) => return Ok(pb::MergeReportResponse { report: Some(*report) }),
    };
    let mut parent = parent.ok_or_else(no_such_report)?;
    let category = case.record.report.category.clone();
    if bypass::past(service, &mut case.transaction, &case.key, &case.record, &category, case.now).await?.is_some() {
        return Err(ReportError::HandledAlone.into());
    }
    let (report, merged) = case.record.report.clone().merge(&parent.report)?;
    let by = Let { account: Some(case.account), now: case.now };
    family::take_in(service, &mut case.transaction, &mut parent, &mut case.record, by).await?;
    let report = case.finish(service, caller, report, &[merged], &parent.facts.code).await?;
    Ok(pb::MergeReportResponse { report: Some(report) })
}

/// The report that was named; where that one was merged itself, the one that it is handled with.
async fn lock_parent(transaction: &mut Transaction, named: ReportId, eyes: &[String]) -> Result<Option<Record>, Error> {
    let Some(record) = store::reports::get(transaction, named, eyes).await? else { return Ok(None) };
    store::reports::lock(transaction, record.report.merged_into.unwrap_or(named), eyes).await
}

fn no_such_report() -> Error {
    let mut faults = Faults::default();
    faults.add("into_report_id", "Chọn phản ánh trong danh sách gợi ý", "Choose a report of the list");
    Error::invalid(faults.0)
}
