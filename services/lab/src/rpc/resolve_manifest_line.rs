//! ResolveManifestLine: explains a tube of the manifest that was not in the box.

use contract::{
    Permission,
    lab::v1::{ManifestState, ResolveManifestLineRequest, ResolveManifestLineResponse},
};
use ids::TubeId;
use requests::{Invalid, fault::Faults};
use runtime::Caller;

use crate::{
    access,
    box_case::{self, BoxCase, Named, Opened},
    deriving,
    error::Error,
    publish::{self, LabEvent},
    sealed,
    service::Lab,
    store::{
        rules, shipments,
        steps::{self, Step},
        tubes,
    },
};

const PERMISSION: Permission = Permission::LabTubesReceive;

pub async fn handle(service: &Lab, caller: &Caller, request: ResolveManifestLineRequest) -> Result<ResolveManifestLineResponse, Error> {
    caller.require(PERMISSION)?;
    let state = ManifestState::try_from(request.state).unwrap_or_default();
    if !matches!(state, ManifestState::Arrived | ManifestState::NotSent | ManifestState::Lost) {
        let mut faults = Faults::default();
        faults.add("state", "Chọn: đã đến, chưa gửi hay thất lạc", "Choose: arrived, not sent or lost");
        return Err(Invalid(faults.0).into());
    }
    let named = Named {
        shipment_id: &request.shipment_id,
        command_id: &request.command_id,
        action: "lab.ResolveManifestLine",
        permission: PERMISSION,
    };
    let mut case = match box_case::open(service, caller, &request, named).await? {
        Opened::New(case) => case,
        Opened::Done(shipment) => return Ok(ResolveManifestLineResponse { shipment: Some(*shipment) }),
    };
    let barcode = request.barcode.trim().to_uppercase();
    let (shipment, tube) = case.shipment.clone().resolve(&barcode, state)?;
    explain(service, caller, &mut case, tube, state, request.note.trim()).await?;
    let conn = &mut case.transaction;
    let words = sealed::seal_note(conn, &service.keyring, case.command, request.note.trim()).await?;
    shipments::explain(conn, shipment.id, &barcode, case.command, words.as_deref()).await?;
    Ok(ResolveManifestLineResponse { shipment: Some(case.finish(service, caller, &shipment).await?) })
}

/// What it means for the tube.
async fn explain(service: &Lab, caller: &Caller, case: &mut BoxCase, tube: TubeId, state: ManifestState, note: &str) -> Result<(), Error> {
    let conn = &mut case.transaction;
    let tube = tubes::lock_many(conn, &[tube.as_uuid()]).await?.pop().ok_or(Error::not_found())?;
    let laboratory = rules::own_laboratory(conn, &case.shipment.laboratory, &access::eyes(caller, PERMISSION)).await?;
    let (tube, kind) = match state {
        ManifestState::Arrived => (tube.receive(&laboratory.id, &laboratory.seen_by, case.now)?, "TubeReceived"),
        ManifestState::NotSent => (tube.unpack()?, "TubeNotSent"),
        _ => (tube.lose()?, "TubeLost"),
    };
    tubes::save(conn, std::slice::from_ref(&tube)).await?;
    let step = Step { kind, account: Some(case.account), reference: &case.shipment.number, at: case.now };
    steps::append_noted(conn, &service.keyring, tube.id, step, note).await?;
    if state == ManifestState::Arrived {
        publish::append(conn, &[LabEvent::Received(&tube)], case.now).await?;
    }
    deriving::derive_for_tubes(conn, service, &[tube.id], case.now).await
}
