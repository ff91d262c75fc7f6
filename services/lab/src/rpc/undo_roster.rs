//! UndoRoster: takes a list back. Whoever was registered by it alone and was not sampled is erased, key and all.

use contract::{
    Permission,
    lab::v1::{UndoRosterRequest, UndoRosterResponse},
};
use ids::{CommandId, RosterId};
use runtime::Caller;
use uuid::Uuid;

use crate::{
    access,
    error::Error,
    request,
    service::Lab,
    store::{commands, rosters},
    trail::{self, Act},
};

const PERMISSION: Permission = Permission::LabCampaignsManage;

pub async fn handle(service: &Lab, caller: &Caller, request: UndoRosterRequest) -> Result<UndoRosterResponse, Error> {
    caller.require(PERMISSION)?;
    let id = request::id(RosterId::parse(&request.import_id), "import_id")?;
    let command = request::id(CommandId::parse(&request.command_id), "command_id")?;
    let (now, account, hash) = (service.now(), caller.account()?.account_id, request::hash(&service.keyring, &request)?);
    let mut transaction = service.begin().await?;
    let Some(area) = rosters::lock(&mut transaction, id, &access::eyes(caller, PERMISSION)).await? else {
        return Ok(UndoRosterResponse::default());
    };
    commands::begin(&mut transaction, command, &hash, Some(account), now).await?;
    let (gone, kept) = rosters::undo(&mut transaction, id, now).await?;
    rosters::forget(&mut transaction, &gone).await?;
    let keys: Vec<Uuid> = gone.iter().map(|subject| subject.as_uuid()).collect();
    seal::erase_all(&mut transaction, &keys).await?;
    let act = Act::write("lab.UndoRoster", id.as_uuid(), area).with(serde_json::json!({ "erased": gone.len() }));
    trail::record(&mut transaction, caller, PERMISSION, act, now).await?;
    transaction.commit().await?;
    Ok(UndoRosterResponse {
        erased_people: i32::try_from(gone.len()).unwrap_or(i32::MAX),
        kept_people: i32::try_from(kept).unwrap_or(i32::MAX),
    })
}
