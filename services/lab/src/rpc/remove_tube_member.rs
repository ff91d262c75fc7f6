//! RemoveTubeMember: a wrong scan is taken back while the tube is open.

use contract::{
    Permission,
    lab::v1::{RemoveTubeMemberRequest, RemoveTubeMemberResponse},
};
use ids::SubjectId;
use runtime::Caller;

use crate::{
    desk::DeskError,
    error::Error,
    request,
    service::Lab,
    store::members,
    tube_case::{self, Named, Opened},
};

const PERMISSION: Permission = Permission::LabSamplingTake;

pub async fn handle(service: &Lab, caller: &Caller, request: RemoveTubeMemberRequest) -> Result<RemoveTubeMemberResponse, Error> {
    caller.require(PERMISSION)?;
    let subject = request::id(SubjectId::parse(&request.subject_id), "subject_id")?;
    let named =
        Named { tube_id: &request.tube_id, command_id: &request.command_id, action: "lab.RemoveTubeMember", permission: PERMISSION };
    let mut case = match tube_case::open(service, caller, &request, named).await? {
        Opened::New(case) => case,
        Opened::Done(tube) => return Ok(RemoveTubeMemberResponse { tube: Some(*tube) }),
    };
    let tube = case.tube.clone().remove()?;
    if !members::remove(&mut case.transaction, tube.id, subject).await? {
        return Err(DeskError::NotInTube.into());
    }
    let tube = case.finish(service, caller, tube, ("MemberRemoved", ""), &[]).await?;
    Ok(RemoveTubeMemberResponse { tube: Some(tube) })
}
