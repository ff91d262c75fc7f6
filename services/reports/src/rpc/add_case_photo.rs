//! AddCasePhoto: who handles a report adds a photo of his own, as evidence. Its reporter never sees it.

use contract::{Permission, reports::v1 as pb};
use ids::{PhotoId, ReportId};
use runtime::Caller;

use crate::{
    access, album,
    case::{self, Named, Opened},
    error::Error,
    request,
    service::Reports,
    store,
    upload::{Owner, Upload},
};

const PERMISSION: Permission = Permission::ReportsReportsHandle;

pub async fn handle(service: &Reports, caller: &Caller, mut request: pb::AddCasePhotoRequest) -> Result<pb::AddCasePhotoResponse, Error> {
    caller.require(PERMISSION)?;
    request::check(&request)?;
    let report = request::id(ReportId::parse(&request.report_id), "report_id")?;
    let id = request::id(PhotoId::parse(&request.photo_id), "photo_id")?;
    let eyes = access::eyes(caller, PERMISSION)?;
    let mut transaction = service.begin().await?;
    store::reports::get(&mut transaction, report, &eyes).await?.ok_or(Error::not_found())?;
    let owner = Owner::case(service, report, caller.account()?.account_id)?;
    let upload = Upload::read(service, id, owner, std::mem::take(&mut request.content))?;
    // Decoding is dear: what there is no room for is refused before.
    upload.known(service, caller, &mut transaction).await?;
    drop(transaction);
    let mut stored = upload.store(service, caller).await?;
    // What tells a repeat apart is the photo's own content, which is looked at before; the command's request stands for the id alone.
    request.content = id.as_uuid().as_bytes().to_vec();
    let named = Named {
        report_id: &request.report_id,
        command_id: &request.photo_id,
        version: None,
        action: "reports.AddCasePhoto",
        permission: PERMISSION,
    };
    if let Opened::New(mut case) = case::open(service, caller, &request, named).await? {
        store::photos::mark_stored(&mut case.transaction, id).await?;
        if !album::attach(&mut case.transaction, service, id, report, &case.key).await? {
            return Err(Error::not_found());
        }
        let (evidenced, happened) = case.record.report.clone().evidence()?;
        case.finish(service, caller, evidenced, &[happened], "").await?;
    }
    stored.row.report = Some(report);
    Ok(pb::AddCasePhotoResponse { photo: Some(album::view_stored(stored)) })
}
