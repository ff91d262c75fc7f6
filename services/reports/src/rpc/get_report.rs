//! GetReport: one report with everything but who sent it.

use contract::{Permission, reports::v1 as pb};
use ids::ReportId;
use runtime::Caller;

use crate::{
    access,
    error::Error,
    reading, request,
    service::Reports,
    store,
    trail::{self, Act},
};

const PERMISSION: Permission = Permission::ReportsReportsRead;

pub async fn handle(service: &Reports, caller: &Caller, request: pb::GetReportRequest) -> Result<pb::GetReportResponse, Error> {
    caller.require(PERMISSION)?;
    request::check(&request)?;
    let id = request::id(ReportId::parse(&request.report_id), "report_id")?;
    let eyes = access::eyes(caller, PERMISSION)?;
    let mut transaction = service.begin().await?;
    let record = store::reports::get(&mut transaction, id, &eyes).await?.ok_or(Error::not_found())?;
    let report = reading::report(service, &mut transaction, &record).await?;
    trail::record(&mut transaction, caller, PERMISSION, &record.report, Act::read("reports.GetReport"), service.now()).await?;
    transaction.commit().await?;
    Ok(pb::GetReportResponse { report: Some(report) })
}
