//! DraftAnswer: the answer and the outcome, for another to approve. A person in the text for everybody refuses it.

use contract::{
    Permission,
    reports::v1::{self as pb, Outcome},
};
use runtime::Caller;

use crate::{
    case::{self, Named, Opened},
    contact,
    error::Error,
    sealed,
    service::Reports,
    store::{self, answers::AnswerRow},
};

const PERMISSION: Permission = Permission::ReportsReportsHandle;

pub async fn handle(service: &Reports, caller: &Caller, request: pb::DraftAnswerRequest) -> Result<pb::DraftAnswerResponse, Error> {
    caller.require(PERMISSION)?;
    let named = Named {
        report_id: &request.report_id,
        command_id: &request.command_id,
        version: Some(request.version),
        action: "reports.DraftAnswer",
        permission: PERMISSION,
    };
    let mut case = match case::open(service, caller, &request, named).await? {
        Opened::New(case) => case,
        Opened::Done(report) => return Ok(pb::DraftAnswerResponse { report: Some(*report) }),
    };
    let people = contact::people_in(&request.public_text);
    if !people.is_empty() {
        return Err(Error::PersonNamed(people));
    }
    // The contract's limits have refused a number that is no outcome.
    let outcome = Outcome::try_from(request.outcome).unwrap_or_default();
    let (report, drafted) = case.record.report.clone().draft(outcome, case.account)?;
    let row = AnswerRow {
        id: case.command,
        outcome,
        public_text: request.public_text.trim().to_owned(),
        drafted_by: case.account,
        drafted_at: case.now,
        published_at: None,
        sealed_internal: sealed::seal_text(&case.key, sealed::internal(case.command), request.internal_text.trim())?,
    };
    store::answers::insert(&mut case.transaction, report.id, &row).await.map_err(|error| error.or_reused("answers_pkey"))?;
    case.record.facts.answer = Some(case.command);
    let report = case.finish(service, caller, report, &[drafted], "").await?;
    Ok(pb::DraftAnswerResponse { report: Some(report) })
}
