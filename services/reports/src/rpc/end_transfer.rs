//! EndTransfer: the other agency answered or refused, and the report goes on here.

use contract::{Permission, reports::v1 as pb};
use runtime::Caller;

use crate::{
    case::{self, Named, Opened},
    error::Error,
    report::ReportError,
    sealed,
    service::Reports,
    store,
};

const PERMISSION: Permission = Permission::ReportsReportsHandle;

pub async fn handle(service: &Reports, caller: &Caller, request: pb::EndTransferRequest) -> Result<pb::EndTransferResponse, Error> {
    caller.require(PERMISSION)?;
    let named = Named {
        report_id: &request.report_id,
        command_id: &request.command_id,
        version: Some(request.version),
        action: "reports.EndTransfer",
        permission: PERMISSION,
    };
    let mut case = match case::open(service, caller, &request, named).await? {
        Opened::New(case) => case,
        Opened::Done(report) => return Ok(pb::EndTransferResponse { report: Some(*report) }),
    };
    let transfer = store::transfers::get(&mut case.transaction, case.record.facts.transfer).await?;
    let transfer = transfer.ok_or(ReportError::State(case.record.report.state))?;
    let (report, ended) = case.record.report.clone().end_transfer(transfer.agency.agency_id, request.refused)?;
    let answer = request.answer.trim();
    let sealed = sealed::seal_text(&case.key, sealed::transfer_answer(transfer.id), answer)?;
    store::transfers::end(&mut case.transaction, transfer.id, request.refused, sealed.as_deref(), case.now).await?;
    let report = case.finish(service, caller, report, &[ended], answer).await?;
    Ok(pb::EndTransferResponse { report: Some(report) })
}
