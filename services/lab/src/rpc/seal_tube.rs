//! SealTube: its people never change again.

use contract::{
    Permission,
    lab::v1::{SealTubeRequest, SealTubeResponse},
};
use runtime::Caller;

use crate::{
    error::Error,
    publish::LabEvent,
    service::Lab,
    store::members,
    tube_case::{self, Named, Opened},
};

const PERMISSION: Permission = Permission::LabSamplingTake;

pub async fn handle(service: &Lab, caller: &Caller, request: SealTubeRequest) -> Result<SealTubeResponse, Error> {
    caller.require(PERMISSION)?;
    let named = Named { tube_id: &request.tube_id, command_id: &request.command_id, action: "lab.SealTube", permission: PERMISSION };
    let mut case = match tube_case::open(service, caller, &request, named).await? {
        Opened::New(case) => case,
        Opened::Done(tube) => return Ok(SealTubeResponse { tube: Some(*tube) }),
    };
    let tube = case.tube.clone().seal(case.now)?;
    members::close(&mut case.transaction, tube.id).await?;
    let sealed = tube.clone();
    let tube = case.finish(service, caller, tube, ("TubeSealed", ""), &[LabEvent::Sealed(&sealed)]).await?;
    Ok(SealTubeResponse { tube: Some(tube) })
}
