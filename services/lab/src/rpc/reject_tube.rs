//! RejectTube: the laboratory refuses a tube. Its people are sampled again.

use contract::{
    Permission,
    lab::v1::{RejectReason, RejectTubeRequest, RejectTubeResponse},
};
use ids::CommandId;
use requests::fault::Faults;
use runtime::Caller;

use crate::{
    access, deriving,
    error::Error,
    publish::{self, LabEvent},
    request,
    service::Lab,
    store::{
        commands,
        steps::{self, Step},
        tubes,
    },
    trail::{self, Act},
    view,
};

const PERMISSION: Permission = Permission::LabTubesReceive;

pub async fn handle(service: &Lab, caller: &Caller, request: RejectTubeRequest) -> Result<RejectTubeResponse, Error> {
    caller.require(PERMISSION)?;
    let (command, reason) =
        (request::id(CommandId::parse(&request.command_id), "command_id")?, request::check_with(&request, reason(&request))?);
    let (now, account, hash) = (service.now(), caller.account()?.account_id, request::hash(&service.keyring, &request)?);
    let eyes = access::eyes(caller, PERMISSION);
    let mut transaction = service.begin().await?;
    let found = tubes::by_barcode(&mut transaction, &request.barcode.trim().to_uppercase(), None, &eyes).await?;
    let mut tube = tubes::lock(&mut transaction, found.ok_or(Error::not_found())?.id, &eyes).await?;
    if commands::begin(&mut transaction, command, &hash, Some(account), now).await? {
        tube = tube.reject(reason)?;
        tubes::save(&mut transaction, std::slice::from_ref(&tube)).await?;
        let step = Step { kind: "TubeRejected", account: Some(account), reference: "", at: now };
        steps::append_noted(&mut transaction, &service.keyring, tube.id, step, request.note.trim()).await?;
        publish::append(&mut transaction, &[LabEvent::Rejected(&tube, reason)], now).await?;
        deriving::derive_for_tubes(&mut transaction, service, &[tube.id], now).await?;
        trail::record(&mut transaction, caller, PERMISSION, Act::write("lab.RejectTube", tube.id.as_uuid(), tube.area), now).await?;
    }
    transaction.commit().await?;
    Ok(RejectTubeResponse { tube: Some(view::tube(&tube)) })
}

fn reason(request: &RejectTubeRequest) -> Result<RejectReason, Vec<requests::fault::Fault>> {
    let mut faults = Faults::default();
    let reason = RejectReason::try_from(request.reason).ok().filter(|reason| *reason != RejectReason::Unspecified).ok_or(());
    let reason = faults.take(reason, "reason", "Chọn lý do từ chối", "Choose why it is refused");
    faults.or(reason)
}
