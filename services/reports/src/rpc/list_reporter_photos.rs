//! ListReporterPhotos: the photos of a report, for who has its code and PIN.

use contract::reports::v1 as pb;
use runtime::Caller;

use crate::{
    album,
    error::Error,
    request,
    service::Reports,
    ticket,
    trail::{self, Act},
};

pub async fn handle(
    service: &Reports,
    caller: &Caller,
    request: pb::ListReporterPhotosRequest,
) -> Result<pb::ListReporterPhotosResponse, Error> {
    request::check(&request)?;
    let (mut transaction, record) = ticket::open(service, caller, request.ticket.as_ref()).await?;
    let mut opened = album::open(&mut transaction, service, record.report.id).await.or_else(album::none_of_erased)?;
    opened.retain(|one| one.row.added_by.is_none());
    trail::record_reporter(&mut transaction, &record.report, Act::read("reports.ListReporterPhotos"), service.now()).await?;
    transaction.commit().await?;
    Ok(pb::ListReporterPhotosResponse { photos: album::views(service, &opened).await? })
}
