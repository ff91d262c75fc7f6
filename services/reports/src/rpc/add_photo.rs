//! AddPhoto: a photo for a report that is not sent yet, without an account.

use contract::reports::v1 as pb;
use ids::{PhotoId, SubmissionId};
use runtime::Caller;

use crate::{
    album::{self, Opened},
    error::Error,
    photo::PhotoError,
    request,
    service::Reports,
    store::{self, photos::PhotoRow},
    submission,
    trail::{self, Act},
    upload::{Owner, Upload},
};

const ACTION: &str = "reports.AddPhoto";

pub async fn handle(service: &Reports, caller: &Caller, request: pb::AddPhotoRequest) -> Result<pb::AddPhotoResponse, Error> {
    request::check(&request)?;
    let submission = request::id(SubmissionId::parse(&request.submission_id), "submission_id")?;
    let id = request::id(PhotoId::parse(&request.photo_id), "photo_id")?;
    let index = submission::index(&service.keyring, submission)?;
    let upload = Upload::read(service, id, Owner::submission(index), request.content)?;
    let mut transaction = service.begin().await?;
    if let Some(row) = upload.known(service, caller, &mut transaction).await?.filter(|row| row.stored) {
        let photo = repeat(service, transaction, row).await?;
        return Ok(pb::AddPhotoResponse { photo: Some(photo) });
    }
    if store::reports::by_submission(&mut transaction, &index).await?.is_some() {
        return Err(PhotoError::Sent.into());
    }
    drop(transaction);
    let stored = upload.store(service, caller).await?;
    let mut transaction = service.begin().await?;
    let marked = store::photos::mark_stored(&mut transaction, id).await?;
    trail::record_photo(&mut transaction, Some(id), Act::write(ACTION), service.now()).await?;
    transaction.commit().await?;
    if !marked {
        album::delete_files(service, id).await?;
        return Err(Error::not_found());
    }
    Ok(pb::AddPhotoResponse { photo: Some(album::view_stored(stored)) })
}

/// The answer to a photo that was stored before.
async fn repeat(service: &Reports, mut transaction: runtime::Transaction, row: PhotoRow) -> Result<pb::Photo, Error> {
    let key = album::key(&mut transaction, service, &row).await?;
    trail::record_photo(&mut transaction, Some(row.id), Act::read(ACTION), service.now()).await?;
    transaction.commit().await?;
    album::views(service, &[Opened { row, key }]).await?.pop().ok_or(Error::not_found())
}
