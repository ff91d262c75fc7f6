//! ReleasePositive: the CDC has let the person know. From now on he reads it himself.

use contract::{
    Permission,
    lab::v1::{ReleasePositiveRequest, ReleasePositiveResponse},
};
use ids::{CommandId, SubjectId};
use runtime::Caller;

use crate::{
    access,
    error::Error,
    positive, request,
    service::Lab,
    store::{commands, positives},
    trail::{self, Act},
};

const PERMISSION: Permission = Permission::LabResultsRead;

pub async fn handle(service: &Lab, caller: &Caller, request: ReleasePositiveRequest) -> Result<ReleasePositiveResponse, Error> {
    caller.require(PERMISSION)?;
    request::check(&request)?;
    let subject = request::id(SubjectId::parse(&request.subject_id), "subject_id")?;
    let command = request::id(CommandId::parse(&request.command_id), "command_id")?;
    let (now, account, hash) = (service.now(), caller.account()?.account_id, request::hash(&service.keyring, &request)?);
    let eyes = access::eyes(caller, PERMISSION);
    let mut transaction = service.begin().await?;
    let before = positives::get(&mut transaction, subject, &eyes).await?;
    if commands::begin(&mut transaction, command, &hash, Some(account), now).await? {
        positives::release(&mut transaction, subject, now).await?;
    }
    let row = positives::get(&mut transaction, subject, &eyes).await?;
    let keys = seal::open_keys(&mut transaction, &service.keyring, &[subject.as_uuid()]).await?;
    let person = positive::message(&row, keys.get(&subject.as_uuid()))?;
    trail::record(&mut transaction, caller, PERMISSION, Act::write("lab.ReleasePositive", subject.as_uuid(), before.area), now).await?;
    transaction.commit().await?;
    Ok(ReleasePositiveResponse { person: Some(person) })
}
