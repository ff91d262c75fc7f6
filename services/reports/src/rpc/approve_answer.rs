//! ApproveAnswer: publishes the answer that waits, or sends it back to who wrote it.

use contract::{
    Permission,
    reports::v1::{self as pb, Outcome},
};
use runtime::Caller;

use crate::{
    case::{self, Case, Named, Opened},
    error::Error,
    fault::Faults,
    report::{Report, ReportEvent},
    service::Reports,
    store,
};

const PERMISSION: Permission = Permission::ReportsAnswersApprove;

pub async fn handle(service: &Reports, caller: &Caller, request: pb::ApproveAnswerRequest) -> Result<pb::ApproveAnswerResponse, Error> {
    caller.require(PERMISSION)?;
    let named = Named {
        report_id: &request.report_id,
        command_id: &request.command_id,
        version: Some(request.version),
        action: "reports.ApproveAnswer",
        permission: PERMISSION,
    };
    let case = match case::open(service, caller, &request, named).await? {
        Opened::New(case) => case,
        Opened::Done(report) => return Ok(pb::ApproveAnswerResponse { report: Some(*report) }),
    };
    let report = if request.approved {
        publish(service, caller, case).await?
    } else {
        let reason = reason(&request.reason)?;
        let (report, sent_back) = case.record.report.clone().send_back(case.account)?;
        case.finish(service, caller, report, &[sent_back], reason).await?
    };
    Ok(pb::ApproveAnswerResponse { report: Some(report) })
}

async fn publish(service: &Reports, caller: &Caller, mut case: Box<Case>) -> Result<pb::Report, Error> {
    let (report, published): (Report, ReportEvent) = case.record.report.clone().publish(case.account, case.now)?;
    let answer = case.record.facts.answer.ok_or(Error::corrupt("a draft without its answer"))?;
    store::answers::publish(&mut case.transaction, answer, case.now).await?;
    case.record.facts.published = Some(answer);
    let verified = report.outcome == Some(Outcome::VerifiedViolation);
    let mut happened = vec![published];
    if verified {
        happened.push(ReportEvent::ViolationVerified);
    }
    case.finish(service, caller, report, &happened, "").await
}

fn reason(text: &str) -> Result<&str, Error> {
    let reason = text.trim();
    if reason.is_empty() {
        let mut faults = Faults::default();
        faults.add("reason", "Ghi lý do trả lại", "Say why it goes back");
        return Err(Error::invalid(faults.0));
    }
    Ok(reason)
}
