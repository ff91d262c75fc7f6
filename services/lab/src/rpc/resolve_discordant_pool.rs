//! ResolveDiscordantPool: an approver's word on a positive pool whose people are all negative.

use contract::{
    Permission,
    lab::v1::{ResolveDiscordantPoolRequest, ResolveDiscordantPoolResponse, TaskKind},
};
use ids::{CommandId, TaskId};
use runtime::Caller;

use crate::{
    access, deriving,
    error::Error,
    request,
    service::Lab,
    store::{
        commands, evidence,
        steps::{self, Step},
        tasks,
    },
    task_view,
    trail::{self, Act},
};

const PERMISSION: Permission = Permission::LabResultsApprove;

pub async fn handle(service: &Lab, caller: &Caller, request: ResolveDiscordantPoolRequest) -> Result<ResolveDiscordantPoolResponse, Error> {
    caller.require(PERMISSION)?;
    request::check(&request)?;
    let task = request::id(TaskId::parse(&request.task_id), "task_id")?;
    let command = request::id(CommandId::parse(&request.command_id), "command_id")?;
    let (now, account, hash) = (service.now(), caller.account()?.account_id, request::hash(&service.keyring, &request)?);
    let eyes = access::eyes(caller, PERMISSION);
    let mut transaction = service.begin().await?;
    evidence::lock(&mut transaction).await?;
    let row = tasks::lock(&mut transaction, task, &eyes).await?;
    if commands::begin(&mut transaction, command, &hash, Some(account), now).await? {
        if row.kind != TaskKind::DiscordantPool || row.done_at.is_some() {
            return Err(Error::ResultState);
        }
        tasks::decide(&mut transaction, task, request.accept_singles, account, now).await?;
        let kind = if request.accept_singles { "SinglesAccepted" } else { "PoolSampledAgain" };
        let step = Step { kind, account: Some(account), reference: "", at: now };
        let pool = evidence::tubes_of_pool(&mut transaction, row.tube).await?;
        for tube in &pool {
            steps::append_noted(&mut transaction, &service.keyring, *tube, step, request.reason.trim()).await?;
        }
        deriving::derive_for_tubes(&mut transaction, service, &pool, now).await?;
    }
    trail::record(&mut transaction, caller, PERMISSION, Act::write("lab.ResolveDiscordantPool", task.as_uuid(), row.area), now).await?;
    let row = tasks::lock(&mut transaction, task, &eyes).await?;
    let task = task_view::task(&row, None, now);
    transaction.commit().await?;
    Ok(ResolveDiscordantPoolResponse { task: Some(task) })
}
