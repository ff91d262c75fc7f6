//! AssignReport: says what the report is about, how urgent, and whose.

use contract::{
    Permission,
    reports::v1::{self as pb, Urgency},
};
use runtime::Caller;

use crate::{
    access, bypass,
    case::{self, Case, Named, Opened},
    error::Error,
    fault::Faults,
    recipient::Recipient,
    report::Assignment,
    service::Reports,
    store,
};

const PERMISSION: Permission = Permission::ReportsReportsTriage;

pub async fn handle(service: &Reports, caller: &Caller, request: pb::AssignReportRequest) -> Result<pb::AssignReportResponse, Error> {
    caller.require(PERMISSION)?;
    let named = Named {
        report_id: &request.report_id,
        command_id: &request.command_id,
        version: Some(request.version),
        action: "reports.AssignReport",
        permission: PERMISSION,
    };
    let mut transaction = service.begin().await?;
    let calendar = store::calendar::in_force(&mut transaction).await?;
    let mut case = match case::open_in(service, caller, &request, named, transaction).await? {
        Opened::New(case) => case,
        Opened::Done(report) => return Ok(pb::AssignReportResponse { report: Some(*report) }),
    };
    let recipient = access::recipient(&service.profile, caller, PERMISSION, request.recipient.as_ref())?;
    let form = store::rules::form(&mut case.transaction, &request.category_id, 0, case.now).await?;
    let Some(form) = form else {
        let mut faults = Faults::default();
        faults.add("category_id", "Chọn loại phản ánh trong danh sách", "Choose a category of the list");
        return Err(Error::invalid(faults.0));
    };
    may_have(service, &mut case, &form.category_id, &recipient).await?;
    // The contract's limits have refused a number that is no urgency.
    let urgency = Urgency::try_from(request.urgency).unwrap_or_default();
    if case.record.report.category != form.category_id {
        case.record.facts.category_version = form.version;
    }
    let to = Assignment { category: form.category_id, urgency, recipient, rule: None };
    let (report, assigned) = case.record.report.clone().assign(to, case.now, &calendar)?;
    let report = case.finish(service, caller, report, &[assigned], "").await?;
    Ok(pb::AssignReportResponse { report: Some(report) })
}

/// What a rule sends past somebody because it is about him, no person sends to him either.
async fn may_have(service: &Reports, case: &mut Case, category: &str, recipient: &Recipient) -> Result<(), Error> {
    let past = bypass::past(service, &mut case.transaction, &case.key, &case.record, category, case.now).await?;
    if past.is_some_and(|above| recipient.rank() < above.rank()) {
        let mut faults = Faults::default();
        faults.add("recipient", "Chọn cấp trên của đơn vị bị phản ánh", "Choose the level above the unit that it is about");
        return Err(Error::invalid(faults.0));
    }
    Ok(())
}
