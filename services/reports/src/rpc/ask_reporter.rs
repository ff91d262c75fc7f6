//! AskReporter: a question to the reporter, who reads it with his code.

use contract::{
    Permission,
    reports::v1::{self as pb, Speaker},
};
use runtime::Caller;

use crate::{
    case::{self, Named, Opened},
    error::Error,
    sealed,
    service::Reports,
    store::{self, messages::MessageRow},
};

const PERMISSION: Permission = Permission::ReportsReportsHandle;

pub async fn handle(service: &Reports, caller: &Caller, request: pb::AskReporterRequest) -> Result<pb::AskReporterResponse, Error> {
    caller.require(PERMISSION)?;
    let named = Named {
        report_id: &request.report_id,
        command_id: &request.command_id,
        version: Some(request.version),
        action: "reports.AskReporter",
        permission: PERMISSION,
    };
    let mut case = match case::open(service, caller, &request, named).await? {
        Opened::New(case) => case,
        Opened::Done(report) => return Ok(pb::AskReporterResponse { report: Some(*report) }),
    };
    let (report, asked) = case.record.report.clone().ask()?;
    let sealed = case.key.seal(sealed::message(case.command), request.text.trim().as_bytes())?;
    let row = MessageRow { id: case.command, speaker: Speaker::Handler, sent_at: case.now, sealed };
    let id = case.record.report.id;
    store::messages::insert(&mut case.transaction, id, &row).await.map_err(|error| error.or_reused("messages_pkey"))?;
    let report = case.finish(service, caller, report, &[asked], "").await?;
    Ok(pb::AskReporterResponse { report: Some(report) })
}
