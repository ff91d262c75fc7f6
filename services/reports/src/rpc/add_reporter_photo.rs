//! AddReporterPhoto: the reporter adds a photo to a report that he follows. It is a word of his: whoever works on the report sees that he wrote.

use contract::reports::v1 as pb;
use ids::{CommandId, PhotoId};
use runtime::Caller;

use crate::{
    album,
    error::Error,
    request,
    service::Reports,
    store, ticket,
    trail::{self, Act},
    upload::{Owner, Upload},
    word::Word,
};

const ACTION: &str = "reports.AddReporterPhoto";

pub async fn handle(
    service: &Reports,
    caller: &Caller,
    mut request: pb::AddReporterPhotoRequest,
) -> Result<pb::AddReporterPhotoResponse, Error> {
    request::check(&request)?;
    let id = request::id(PhotoId::parse(&request.photo_id), "photo_id")?;
    let content = std::mem::take(&mut request.content);
    let (mut transaction, record) = ticket::open(service, caller, request.ticket.as_ref()).await?;
    let upload = Upload::read(service, id, Owner::report(service, record.report.id)?, content)?;
    if let Some(row) = upload.known(service, caller, &mut transaction).await?.filter(|row| row.report.is_some()) {
        let (_, opened) = album::open_one(&mut transaction, service, record.report.id, row.id).await?;
        trail::record_reporter(&mut transaction, &record.report, Act::read(ACTION), service.now()).await?;
        transaction.commit().await?;
        return Ok(pb::AddReporterPhotoResponse { photo: album::views(service, &[opened]).await?.pop() });
    }
    record.report.hear()?;
    drop(transaction);
    let mut stored = upload.store(service, caller).await?;
    // What tells a repeat apart is the photo's own content; the word's request stands for the id alone.
    request.content = id.as_uuid().as_bytes().to_vec();
    let mut word = Word::open(service, caller, &request, request.ticket.as_ref(), ACTION).await?;
    let report = word.record.report.id;
    store::photos::mark_stored(&mut word.transaction, id).await?;
    if album::attach(&mut word.transaction, service, id, report, &word.key).await? {
        let (report, wrote) = word.record.report.clone().hear()?;
        word.finish(report, wrote, Some(CommandId::from_uuid(id.as_uuid())), "").await?;
    } else {
        // The same photo came twice at once, and the other was faster.
        word.repeat().await?;
    }
    stored.row.report = Some(report);
    Ok(pb::AddReporterPhotoResponse { photo: Some(album::view_stored(stored)) })
}
