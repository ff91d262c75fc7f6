//! GetPhotoEvidence: the file as its reporter sent it, for a reason that the audit keeps.

use contract::{Permission, reports::v1 as pb};
use ids::{PhotoId, ReportId};
use runtime::Caller;

use crate::{
    access,
    album::{self, ORIGINAL},
    contact,
    error::Error,
    request, sealed,
    service::Reports,
    store,
    trail::{self, Act},
};

const PERMISSION: Permission = Permission::ReportsEvidenceRead;

pub async fn handle(
    service: &Reports,
    caller: &Caller,
    request: pb::GetPhotoEvidenceRequest,
) -> Result<pb::GetPhotoEvidenceResponse, Error> {
    caller.require(PERMISSION)?;
    request::check(&request)?;
    let id = request::id(ReportId::parse(&request.report_id), "report_id")?;
    let photo = request::id(PhotoId::parse(&request.photo_id), "photo_id")?;
    let eyes = access::eyes(caller, PERMISSION)?;
    let mut transaction = service.begin().await?;
    let record = store::reports::get(&mut transaction, id, &eyes).await?.ok_or(Error::not_found())?;
    let (at, opened) = album::open_one(&mut transaction, service, id, photo).await?;
    let digest = requests::hex(&opened.key.open(sealed::photo_digest(photo), &opened.row.sealed_digest)?);
    let mut act = Act::read("reports.GetPhotoEvidence");
    act.detail = serde_json::json!({ "photo": photo.to_string() });
    // The audit is read by more people than the photo.
    act.reason = Some(contact::mask(request.reason.trim()).text);
    trail::record(&mut transaction, caller, PERMISSION, &record.report, act, service.now()).await?;
    transaction.commit().await?;
    let content = service.files.get(&opened.key, album::file(photo, ORIGINAL)).await?;
    Ok(pb::GetPhotoEvidenceResponse {
        file_name: format!("{}-{}-sha256-{digest}.{}", record.facts.code, at + 1, opened.row.kind.ending()),
        media_type: opened.row.kind.media_type().to_owned(),
        content: content.to_vec(),
    })
}
