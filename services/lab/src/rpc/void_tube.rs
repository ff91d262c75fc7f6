//! VoidTube: spoiled at the desk, before it was shipped. Its people are sampled again.

use contract::{
    Permission,
    lab::v1::{VoidTubeRequest, VoidTubeResponse},
};
use runtime::Caller;

use crate::{
    error::Error,
    service::Lab,
    store::members,
    tube_case::{self, Named, Opened},
};

const PERMISSION: Permission = Permission::LabSamplingTake;

pub async fn handle(service: &Lab, caller: &Caller, request: VoidTubeRequest) -> Result<VoidTubeResponse, Error> {
    caller.require(PERMISSION)?;
    let named = Named { tube_id: &request.tube_id, command_id: &request.command_id, action: "lab.VoidTube", permission: PERMISSION };
    let mut case = match tube_case::open(service, caller, &request, named).await? {
        Opened::New(case) => case,
        Opened::Done(tube) => return Ok(VoidTubeResponse { tube: Some(*tube) }),
    };
    let tube = case.tube.clone().void()?;
    members::close(&mut case.transaction, tube.id).await?;
    let tube = case.finish(service, caller, tube, ("TubeVoided", request.reason.trim()), &[]).await?;
    Ok(VoidTubeResponse { tube: Some(tube) })
}
