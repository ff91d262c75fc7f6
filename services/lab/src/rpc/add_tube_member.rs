//! AddTubeMember: a person's swab goes into an open tube.

use contract::{
    Permission,
    lab::v1::{AddTubeMemberRequest, AddTubeMemberResponse},
};
use ids::SubjectId;
use requests::{Invalid, fault::Faults};
use runtime::Caller;

use crate::{
    desk::DeskError,
    error::Error,
    request,
    service::Lab,
    store::{members, subjects},
    tube_case::{self, Named, Opened},
};

const PERMISSION: Permission = Permission::LabSamplingTake;

pub async fn handle(service: &Lab, caller: &Caller, request: AddTubeMemberRequest) -> Result<AddTubeMemberResponse, Error> {
    caller.require(PERMISSION)?;
    let subject = request::id(SubjectId::parse(&request.subject_id), "subject_id")?;
    let mut faults = Faults::default();
    let device_at = faults.time(request.device_at, "device_at");
    faults.or(Some(())).map_err(Invalid)?;
    let named = Named { tube_id: &request.tube_id, command_id: &request.command_id, action: "lab.AddTubeMember", permission: PERMISSION };
    let mut case = match tube_case::open(service, caller, &request, named).await? {
        Opened::New(case) => case,
        Opened::Done(tube) => return Ok(AddTubeMemberResponse { tube: Some(*tube) }),
    };
    subjects::get(&mut case.transaction, subject).await?.ok_or(Error::not_found())?;
    let (tube, position) = case.tube.clone().add()?;
    let inserted = members::insert(&mut case.transaction, &tube, subject, position, case.now, device_at).await;
    inserted.map_err(refused)?;
    let tube = case.finish(service, caller, tube, ("MemberAdded", ""), &[]).await?;
    Ok(AddTubeMemberResponse { tube: Some(tube) })
}

fn refused(error: Error) -> Error {
    if error.is_on(&["tube_members_pkey"]) {
        DeskError::InThisTube.into()
    } else if error.is_on(&["tube_members_open_key"]) {
        DeskError::InAnotherTube.into()
    } else {
        error
    }
}
