//! DeclareWorkingDay: the province declares a day off or worked, and the deadlines of open reports move with it.

use contract::{
    Permission,
    reports::v1::{DeclareWorkingDayRequest, DeclareWorkingDayResponse},
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
const ACTION: &str = "reports.DeclareWorkingDay";

pub async fn handle(service: &Reports, caller: &Caller, request: DeclareWorkingDayRequest) -> Result<DeclareWorkingDayResponse, Error> {
    caller.require(PERMISSION)?;
    days::is_of_the_province(caller, PERMISSION, &service.profile)?;
    let now = service.now();
    let id = request::id(CommandId::parse(&request.change_id), "change_id")?;
    let hash = request::hash(&service.keyring, &request)?;
    let account = caller.account()?.account_id;
    let mut transaction = service.begin().await?;
    calendar::hold(&mut transaction).await?;
    if let Some(change) = calendar::get(&mut transaction, id).await? {
        request::same(&change.request_hash, &hash)?;
        return Ok(DeclareWorkingDayResponse { change: Some(days::message(&change)), moved: 0 });
    }
    let (day, kind) = request::check_with(&request, days::declared(&request, time::day_of(now)))?;
    days::must_change(&calendar::declared(&mut transaction).await?, day, kind)?;
    // What was declared of the day before gives way.
    for earlier in calendar::between(&mut transaction, day, day).await?.iter().filter(|change| change.withdrawn_at.is_none()) {
        calendar::withdraw(&mut transaction, earlier.id, account, request.reason.trim(), now).await?;
    }
    let reason = request.reason.trim().to_owned();
    let change = Change { id, day, kind, reason, declared_by: account, declared_at: now, request_hash: hash, withdrawn_at: None };
    calendar::insert(&mut transaction, &change).await?;
    merges::hold(&mut transaction).await?;
    let why = format!("{}: {}", time::format_date(day), change.reason);
    let moved = deadlines::recount(service, &mut transaction, account, &why, now).await?;
    let mut act = Act::write(ACTION);
    act.detail = serde_json::json!({ "day": day.to_string(), "moved": moved });
    trail::record_days(&mut transaction, caller, PERMISSION, (id, service.profile.area), act, now).await?;
    transaction.commit().await?;
    Ok(DeclareWorkingDayResponse { change: Some(days::message(&change)), moved })
}
