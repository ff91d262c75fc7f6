//! GetReportPhoto: one photo as it was written anew, for who handles the report.

use contract::{Permission, reports::v1 as pb};
use files::Kind;
use ids::{PhotoId, ReportId};
use runtime::Caller;

use crate::{
    access,
    album::{self, PHOTO},
    error::Error,
    request,
    service::Reports,
    store,
    trail::{self, Act},
};

const PERMISSION: Permission = Permission::ReportsReportsRead;

pub async fn handle(service: &Reports, caller: &Caller, request: pb::GetReportPhotoRequest) -> Result<pb::GetReportPhotoResponse, Error> {
    caller.require(PERMISSION)?;
    request::check(&request)?;
    let id = request::id(ReportId::parse(&request.report_id), "report_id")?;
    let photo = request::id(PhotoId::parse(&request.photo_id), "photo_id")?;
    let eyes = access::eyes(caller, PERMISSION)?;
    let mut transaction = service.begin().await?;
    let record = store::reports::get(&mut transaction, id, &eyes).await?.ok_or(Error::not_found())?;
    let (at, opened) = album::open_one(&mut transaction, service, id, photo).await?;
    let mut act = Act::read("reports.GetReportPhoto");
    act.detail = serde_json::json!({ "photo": photo.to_string() });
    trail::record(&mut transaction, caller, PERMISSION, &record.report, act, service.now()).await?;
    transaction.commit().await?;
    let content = service.files.get(&opened.key, album::file(photo, PHOTO)).await?;
    Ok(pb::GetReportPhotoResponse {
        file_name: format!("{}-{}.jpg", record.facts.code, at + 1),
        media_type: Kind::Jpeg.media_type().to_owned(),
        content: content.to_vec(),
    })
}
