//! RemovePhoto: its sender takes a photo back before the report is sent.

use contract::reports::v1 as pb;
use ids::{PhotoId, SubmissionId};
use runtime::Caller;

use crate::{
    error::Error,
    request,
    service::Reports,
    store, submission,
    trail::{self, Act},
};

pub async fn handle(service: &Reports, _caller: &Caller, request: pb::RemovePhotoRequest) -> Result<pb::RemovePhotoResponse, Error> {
    request::check(&request)?;
    let submission = request::id(SubmissionId::parse(&request.submission_id), "submission_id")?;
    let photo = request::id(PhotoId::parse(&request.photo_id), "photo_id")?;
    let index = submission::index(&service.keyring, submission)?;
    let now = service.now();
    let mut transaction = service.begin().await?;
    // One that is not there, or not his, is answered the same: it is gone.
    store::photos::take_back(&mut transaction, photo, &index, now).await?;
    trail::record_photo(&mut transaction, Some(photo), Act::write("reports.RemovePhoto"), now).await?;
    transaction.commit().await?;
    Ok(pb::RemovePhotoResponse {})
}
