//! TransferReport: another agency has to look into it. What it is told holds nothing of a person.

use contract::{
    Permission,
    reports::v1::{self as pb},
};
use runtime::Caller;

use crate::{
    case::{self, Named, Opened},
    contact,
    error::Error,
    fault::Faults,
    sealed,
    service::Reports,
    store::{self, transfers::TransferRow},
    transfer::Outside,
};

const PERMISSION: Permission = Permission::ReportsReportsHandle;

pub async fn handle(service: &Reports, caller: &Caller, request: pb::TransferReportRequest) -> Result<pb::TransferReportResponse, Error> {
    caller.require(PERMISSION)?;
    let named = Named {
        report_id: &request.report_id,
        command_id: &request.command_id,
        version: Some(request.version),
        action: "reports.TransferReport",
        permission: PERMISSION,
    };
    let mut transaction = service.begin().await?;
    let calendar = store::calendar::in_force(&mut transaction).await?;
    let mut case = match case::open_in(service, caller, &request, named, transaction).await? {
        Opened::New(case) => case,
        Opened::Done(report) => return Ok(pb::TransferReportResponse { report: Some(*report) }),
    };
    let people = contact::people_in(&request.reason);
    if !people.is_empty() {
        return Err(Error::PersonNamed(people));
    }
    let agencies = store::rules::agencies(&mut case.transaction, case.now).await?;
    let agency = agencies.into_iter().find(|agency| agency.agency_id == request.agency_id).ok_or_else(no_such_agency)?;
    // The contract's limits have refused what is no number of days.
    let days = u32::try_from(request.working_days).ok().filter(|days| *days > 0).unwrap_or(agency.working_days);
    let until = Outside::new(case.now, days, &calendar);
    let reason = request.reason.trim();
    let row = TransferRow {
        id: case.command,
        agency: agency.clone(),
        transferred_at: case.now,
        due_at: until.due_at,
        ended_at: None,
        refused: false,
        sealed_reason: sealed::seal_text(&case.key, sealed::transfer_reason(case.command), reason)?,
        sealed_answer: None,
    };
    let (report, transferred) = case.record.report.clone().transfer(&agency, until)?;
    store::transfers::insert(&mut case.transaction, report.id, &row).await.map_err(|error| error.or_reused("transfers_pkey"))?;
    case.record.facts.transfer = Some(case.command);
    let words = format!("{}: {reason}", agency.name_vi);
    let report = case.finish(service, caller, report, &[transferred], &words).await?;
    Ok(pb::TransferReportResponse { report: Some(report) })
}

fn no_such_agency() -> Error {
    let mut faults = Faults::default();
    faults.add("agency_id", "Chọn cơ quan trong danh sách", "Choose an agency of the list");
    Error::invalid(faults.0)
}
