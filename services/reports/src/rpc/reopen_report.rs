//! ReopenReport: the reporter is not content, and says why.

use contract::reports::v1 as pb;
use ids::CommandId;
use runtime::Caller;

use crate::{
    error::Error,
    family::{self, Let},
    request,
    service::Reports,
    word::Word,
};

pub async fn handle(service: &Reports, caller: &Caller, request: pb::ReopenReportRequest) -> Result<pb::ReopenReportResponse, Error> {
    let mut word = Word::open(service, caller, &request, request.ticket.as_ref(), "reports.ReopenReport").await?;
    let id = request::id(CommandId::parse(&request.command_id), "command_id")?;
    if word.was_said(id).await? {
        return Ok(pb::ReopenReportResponse { report: Some(word.repeat().await?) });
    }
    let parent = word.record.report.merged_into;
    let (report, reopened) = word.record.report.clone().reopen(word.now, &word.calendar)?;
    let reason = word.mask(&request.reason).await?;
    if let Some(parent) = parent.filter(|_| report.merged_into.is_none()) {
        let from = Let { account: None, now: word.now };
        family::let_go(service, &mut word.transaction, parent, &word.record, from).await?;
    }
    let report = word.finish(report, reopened, Some(id), &reason).await?;
    Ok(pb::ReopenReportResponse { report: Some(report) })
}
