//! TryRouting: who would get a report, and by which rule. Nothing is stored.

use chrono::{DateTime, Utc};
use contract::{
    Permission,
    reports::v1::{QuestionAnswer, TripKind, TryRoutingRequest, TryRoutingResponse},
};
use runtime::Caller;
use vietnam::{AreaKey, Level, areas};

use crate::{
    error::Error,
    fault::{Fault, Faults},
    form::Form,
    request,
    routing::Facts,
    service::Reports,
    store, urgency, view,
};

const PERMISSION: Permission = Permission::ReportsReportsRead;

pub async fn handle(service: &Reports, caller: &Caller, request: TryRoutingRequest) -> Result<TryRoutingResponse, Error> {
    caller.require(PERMISSION)?;
    let mut faults = Faults::default();
    let at = faults.time(request.at, "at").unwrap_or_else(|| service.now());
    let at = request::check_with(&request, faults.or(Some(at)))?;
    let mut conn = service.database.acquire().await?;
    let form = store::rules::form(&mut conn, &request.category_id, 0, at).await?;
    let Case { form, area } = request::check_with(&request, read(service, &request, form))?;
    let condition = |answer: &contract::reports::v1::AnswerCondition| QuestionAnswer {
        question_id: answer.question_id.clone(),
        value: answer.value.clone(),
    };
    let answers: Vec<QuestionAnswer> = request.answers.iter().map(condition).collect();
    let on_a_trip = match request.trip() {
        TripKind::Open => Some(true),
        TripKind::None => Some(false),
        TripKind::Unspecified => None,
    };
    let rules = store::rules::routing(&mut conn, at).await?;
    let route = rules.route(Facts { category: &request.category_id, answers: &answers, area, on_a_trip }, &service.profile);
    let calendar = store::calendar::declared(&mut conn).await?;
    let urgency = form.urgency()?;
    let due: Option<DateTime<Utc>> = (!route.triage).then(|| urgency::due(urgency, at, &calendar));
    Ok(TryRoutingResponse {
        recipient: Some(view::recipient(&route.recipient)),
        rule: rules.message().rules.into_iter().find(|rule| rule.rule_id == route.rule_id),
        triage: route.triage,
        rules_version: rules.version,
        rules_valid_from: Some(rules.valid_from.into()),
        urgency: urgency.into(),
        due_at: due.map(Into::into),
    })
}

/// What would come.
struct Case {
    form: Form,
    area: Option<AreaKey>,
}

fn read(service: &Reports, request: &TryRoutingRequest, form: Option<Form>) -> Result<Case, Vec<Fault>> {
    let mut faults = Faults::default();
    let form = faults.take(form.ok_or(()), "category_id", "Chọn loại phản ánh trong danh sách", "Choose a category of the list");
    let known = |area: &contract::common::v1::Area| {
        let found = areas::resolve(&area.code, &area.valid_from, service.profile.era).ok()?;
        Some(found.key).filter(|key| service.profile.area.covers(*key))
    };
    let area = request.area.as_ref().and_then(|area| {
        faults.take(known(area).ok_or(()), "area", "Chọn huyện, xã của tỉnh trong danh mục", "Choose an area of the province")
    });
    let area = area.filter(|area| area.level() != Level::Province);
    faults.or(form.map(|form| Case { form, area }))
}
