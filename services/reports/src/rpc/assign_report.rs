//! AssignReport: says what the report is about, how urgent, and whose.

use contract::{
    Permission,
    reports::v1::{self as pb, Urgency},
};
use runtime::Caller;

use crate::{
    access,
    case::{self, Case, Named, Opened},
    error::Error,
    fault::Faults,
    recipient::Recipient,
    report::Assignment,
    routing::Facts,
    sealed,
    service::Reports,
    store,
};

const PERMISSION: Permission = Permission::ReportsReportsTriage;

pub async fn handle(service: &Reports, caller: &Caller, request: pb::AssignReportRequest) -> Result<pb::AssignReportResponse, Error> {
    caller.require(PERMISSION)?;
    let named = Named {
        report_id: &request.report_id,
        command_id: &request.command_id,
        version: request.version,
        action: "reports.AssignReport",
        permission: PERMISSION,
    };
    let mut case = match case::open(service, caller, &request, named).await? {
        Opened::New(case) => case,
        Opened::Done(report) => return Ok(pb::AssignReportResponse { report: Some(*report) }),
    };
    let recipient = access::recipient(&service.profile, caller, PERMISSION, request.recipient.as_ref())?;
    let form = store::rules::form(&mut case.transaction, &request.category_id, 0, case.now).await?;
    let Some(form) = form else {
        let mut faults = Faults::default();
        faults.add("category_id", "Chọn loại phản ánh trong danh sách", "Choose a category of the list");
        return Err(Error::Invalid(faults.0));
    };
    may_have(service, &mut case, &form.category_id, &recipient).await?;
    // The contract's limits have refused a number that is no urgency.
    let urgency = Urgency::try_from(request.urgency).unwrap_or_default();
    if case.record.report.category != form.category_id {
        case.record.facts.category_version = form.version;
    }
    let to = Assignment { category: form.category_id, urgency, recipient, rule: None };
    let (report, assigned) = case.record.report.clone().assign(to, case.now)?;
    let report = case.finish(service, caller, report, &[assigned], "").await?;
    Ok(pb::AssignReportResponse { report: Some(report) })
}

/// What a rule sends past somebody because it is about him, no person sends to him either.
async fn may_have(service: &Reports, case: &mut Case, category: &str, recipient: &Recipient) -> Result<(), Error> {
    let facts = &case.record.facts;
    let told: pb::Report = sealed::open(&case.key, sealed::report(case.record.report.id), &facts.sealed)?;
    let facts = Facts { category, answers: &told.answers, area: facts.area, on_a_trip: None };
    let route = store::rules::routing(&mut case.transaction, case.now).await?.route(facts, &service.profile);
    if route.bypass && recipient.rank() < route.recipient.rank() {
        let mut faults = Faults::default();
        faults.add("recipient", "Chọn cấp trên của đơn vị bị phản ánh", "Choose the level above the unit that it is about");
        return Err(Error::Invalid(faults.0));
    }
    Ok(())
}
