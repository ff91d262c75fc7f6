//! WithdrawWorkingDay: takes a declaration back, and the deadlines of open reports move again. Withdrawn twice it is withdrawn once.

use contract::{
    Permission,
    reports::v1::{WithdrawWorkingDayRequest, WithdrawWorkingDayResponse},
};
use ids::CommandId;
use runtime::Caller;
use vietnam::time;

use crate::{
    days, deadlines,
    error::Error,
    request,
    service::Reports,
    store::{
        calendar::{self, Change},
        merges,
    },
    trail::{self, Act},
};

const PERMISSION: Permission = Permission::ReportsCalendarManage;
const ACTION: &str = "reports.WithdrawWorkingDay";

pub async fn handle(service: &Reports, caller: &Caller, request: WithdrawWorkingDayRequest) -> Result<WithdrawWorkingDayResponse, Error> {
    caller.require(PERMISSION)?;
    days::is_of_the_province(caller, PERMISSION, &service.profile)?;
    request::check(&request)?;
    let now = service.now();
    let id = request::id(CommandId::parse(&request.change_id), "change_id")?;
    let account = caller.account()?.account_id;
    let mut transaction = service.begin().await?;
    calendar::hold(&mut transaction).await?;
    let change = calendar::get(&mut transaction, id).await?.ok_or(Error::not_found())?;
    if change.withdrawn_at.is_some() {
        return Ok(WithdrawWorkingDayResponse { change: Some(days::message(&change)), moved: 0 });
    }
    calendar::withdraw(&mut transaction, id, account, request.reason.trim(), now).await?;
    merges::hold(&mut transaction).await?;
    let why = format!("{}: {}", time::format_date(change.day), request.reason.trim());
    let moved = deadlines::recount(service, &mut transaction, account, &why, now).await?;
    let mut act = Act::write(ACTION);
    act.detail = serde_json::json!({ "day": change.day.to_string(), "moved": moved });
    trail::record_days(&mut transaction, caller, PERMISSION, (id, service.profile.area), act, now).await?;
    transaction.commit().await?;
    Ok(WithdrawWorkingDayResponse { change: Some(days::message(&Change { withdrawn_at: Some(now), ..change })), moved })
}
