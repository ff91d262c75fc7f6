//! CloseSamplingSession: no tube is opened in it any more.

use contract::{
    Permission,
    lab::v1::{CloseSamplingSessionRequest, CloseSamplingSessionResponse},
};
use ids::{CommandId, SamplingSessionId};
use runtime::Caller;

use crate::{
    access,
    desk::DeskError,
    error::Error,
    request,
    service::Lab,
    store::{commands, sessions},
    trail::{self, Act},
};

const PERMISSION: Permission = Permission::LabSamplingTake;

pub async fn handle(service: &Lab, caller: &Caller, request: CloseSamplingSessionRequest) -> Result<CloseSamplingSessionResponse, Error> {
    caller.require(PERMISSION)?;
    let id = request::id(SamplingSessionId::parse(&request.session_id), "session_id")?;
    let command = request::id(CommandId::parse(&request.command_id), "command_id")?;
    let (now, account, hash) = (service.now(), caller.account()?.account_id, request::hash(&service.keyring, &request)?);
    let eyes = access::eyes(caller, PERMISSION);
    let mut transaction = service.begin().await?;
    let session = sessions::get(&mut transaction, id, &eyes).await?;
    if commands::begin(&mut transaction, command, &hash, Some(account), now).await? {
        if !sessions::close(&mut transaction, id, now).await? {
            return Err(DeskError::TubesOpen.into());
        }
        trail::record(&mut transaction, caller, PERMISSION, Act::write("lab.CloseSamplingSession", id.as_uuid(), session.area), now)
            .await?;
    }
    let session = sessions::get(&mut transaction, id, &eyes).await?;
    transaction.commit().await?;
    Ok(CloseSamplingSessionResponse { session: Some(session.message) })
}
