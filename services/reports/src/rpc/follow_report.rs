//! FollowReport: what became of a report, for who has its code and PIN.

use contract::reports::v1 as pb;
use runtime::Caller;

use crate::{
    error::Error,
    reading, request,
    service::Reports,
    ticket,
    trail::{self, Act},
};

pub async fn handle(service: &Reports, caller: &Caller, request: pb::FollowReportRequest) -> Result<pb::FollowReportResponse, Error> {
    request::check(&request)?;
    let (mut transaction, record) = ticket::open(service, caller, request.ticket.as_ref()).await?;
    let key = reading::key(service, &mut transaction, &record).await?;
    let report = reading::followed(&mut transaction, &record, key.as_ref()).await?;
    trail::record_reporter(&mut transaction, &record.report, Act::read("reports.FollowReport"), service.now()).await?;
    transaction.commit().await?;
    Ok(pb::FollowReportResponse { report: Some(report) })
}
