//! ListSubmissionPhotos: what waits for a report that is not sent yet, for who knows its submission id.

use contract::reports::v1 as pb;
use ids::SubmissionId;
use runtime::Caller;

use crate::{
    album,
    error::Error,
    request,
    service::Reports,
    submission,
    trail::{self, Act},
};

pub async fn handle(
    service: &Reports,
    _caller: &Caller,
    request: pb::ListSubmissionPhotosRequest,
) -> Result<pb::ListSubmissionPhotosResponse, Error> {
    request::check(&request)?;
    let submission = request::id(SubmissionId::parse(&request.submission_id), "submission_id")?;
    let index = submission::index(&service.keyring, submission)?;
    let now = service.now();
    let mut transaction = service.begin().await?;
    let opened = album::open_waiting(&mut transaction, service, &index, now).await?;
    let mut act = Act::read("reports.ListSubmissionPhotos");
    act.detail = serde_json::json!({ "photos": opened.iter().map(|one| one.row.id.to_string()).collect::<Vec<_>>() });
    trail::record_photo(&mut transaction, None, act, now).await?;
    transaction.commit().await?;
    Ok(pb::ListSubmissionPhotosResponse { photos: album::views(service, &opened).await? })
}
