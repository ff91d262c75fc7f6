//! ListReportPhotos: the photos of a report, small, for who handles it.

use contract::{Permission, reports::v1 as pb};
use ids::ReportId;
use runtime::Caller;

use crate::{
    access, album,
    error::Error,
    request,
    service::Reports,
    store,
    trail::{self, Act},
};

const PERMISSION: Permission = Permission::ReportsReportsRead;

pub async fn handle(
    service: &Reports,
    caller: &Caller,
    request: pb::ListReportPhotosRequest,
) -> Result<pb::ListReportPhotosResponse, Error> {
    caller.require(PERMISSION)?;
    request::check(&request)?;
    let id = request::id(ReportId::parse(&request.report_id), "report_id")?;
    let eyes = access::eyes(caller, PERMISSION)?;
    let mut transaction = service.begin().await?;
    let record = store::reports::get(&mut transaction, id, &eyes).await?.ok_or(Error::not_found())?;
    let opened = album::open(&mut transaction, service, id).await.or_else(album::none_of_erased)?;
    let mut act = Act::read("reports.ListReportPhotos");
    act.detail = serde_json::json!({ "photos": opened.iter().map(|one| one.row.id.to_string()).collect::<Vec<_>>() });
    trail::record(&mut transaction, caller, PERMISSION, &record.report, act, service.now()).await?;
    transaction.commit().await?;
    Ok(pb::ListReportPhotosResponse { photos: album::views(service, &opened).await? })
}
