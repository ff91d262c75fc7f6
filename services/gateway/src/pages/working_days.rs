//! `/reports/calendar`: the days of a month, worked or not, by which deadlines count; who may declares changes and takes them back.
use std::sync::Arc;

use askama::Template;
use axum::{
    extract::{Path, Query, State},
    response::{IntoResponse as _, Redirect, Response},
};
use chrono::{Datelike, Months, NaiveDate};
use contract::{
    Permission,
    reports::v1::{
        CalendarChange, CalendarDay, DayKind, DeclareWorkingDayRequest, ListWorkingDaysRequest, ListWorkingDaysResponse,
        WithdrawWorkingDayRequest,
    },
};
use http::StatusCode;
use ids::CommandId;
use serde::Deserialize;
use vietnam::time;

use crate::{
    assets,
    desk::{self, is_away},
    error::{self, PageError},
    forms::Typed,
    session::{CurrentUser, OfficerForm},
    site::Site,
    text::Words,
    view::{Choice, Field, Kind, Mistake, Moment, Page, Tag, filters, render},
};

#[derive(Template)]
#[template(path = "working_days.html")]
struct CalendarPage {
    page: Page,
    mistakes: Vec<Mistake>,
    done: String,
    heading: String,
    earlier: Option<String>,
    later: Option<String>,
    days: Vec<Day>,
    changes: Vec<Change>,
    /// For who may declare: the boxes, and the id of what he declares.
    declare: Option<(Vec<Field>, String)>,
}

struct Day {
    date: String,
    machine: String,
    weekday: String,
    tag: Tag,
    reason: String,
    declared: bool,
    today: bool,
}

/// What was declared.
struct Change {
    id: String,
    day: String,
    says: String,
    reason: String,
    at: Option<Moment>,
    withdrawn: Option<Moment>,
    /// For who may take it back.
    withdraw: Option<Field>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    month: String,
    done: String,
    moved: i32,
}

/// What was typed into a form that was refused.
#[derive(Debug, Default)]
struct Refusal {
    typed: Typed,
    mistakes: Vec<Mistake>,
}

/// `GET /reports/calendar`
pub async fn get(State(site): State<Arc<Site>>, Query(asked): Query<Asked>, user: CurrentUser) -> Result<Response, PageError> {
    user.require(Permission::ReportsReportsRead)?;
    let month = month(&asked.month).unwrap_or_else(|| time::day_of(site.now()));
    let words = site.words(user.lang);
    let done = match asked.done.as_str() {
        "declare" => words.n("calendar-done-declare", asked.moved),
        "withdraw" => words.n("calendar-done-withdraw", asked.moved),
        _ => String::new(),
    };
    show(&site, &user, month, done, Refusal::default(), StatusCode::OK).await
}

/// `POST /reports/calendar`: declares a day.
pub async fn post(State(site): State<Arc<Site>>, OfficerForm { user, typed }: OfficerForm) -> Result<Response, PageError> {
    user.require(Permission::ReportsCalendarManage)?;
    let words = site.words(user.lang);
    let today = time::day_of(site.now());
    let change_id = CommandId::parse(typed.get("change_id")).map_err(|_| PageError::Unreadable)?.to_string();
    let day = typed.get("day").parse::<NaiveDate>().ok();
    let kind = DayKind::from_str_name(typed.get("kind")).unwrap_or_default();
    let reason = typed.get("reason").to_owned();
    let mut mistakes = Vec::new();
    if day.is_none() {
        mistakes.push(Mistake::new("day", words.t("calendar-missing-day")));
    }
    if !matches!(kind, DayKind::Off | DayKind::MadeUp) {
        mistakes.push(Mistake::new("kind", words.t("calendar-missing-kind")));
    }
    if reason.chars().count() < 3 {
        mistakes.push(Mistake::new("reason", words.t("case-missing-reason")));
    }
    let Some(day) = day.filter(|_| mistakes.is_empty()) else {
        let refusal = Refusal { typed, mistakes };
        return show(&site, &user, day.unwrap_or(today), String::new(), refusal, StatusCode::UNPROCESSABLE_ENTITY).await;
    };
    let request = DeclareWorkingDayRequest { change_id, day: day.to_string(), kind: kind.into(), reason };
    match site.clients.reports(user.caller.clone()).declare_working_day(request).await {
        Ok(answer) => Ok(Redirect::to(&done(day, "declare", answer.into_inner().moved)).into_response()),
        Err(status) => refused(&site, &user, "/reports/calendar", day, typed, status).await,
    }
}

/// `POST /reports/calendar/{change}/withdraw`
pub async fn withdraw(
    State(site): State<Arc<Site>>,
    Path(change): Path<String>,
    OfficerForm { user, typed }: OfficerForm,
) -> Result<Response, PageError> {
    user.require(Permission::ReportsCalendarManage)?;
    let change_id = CommandId::parse(&change).map_err(|_| PageError::NotFound)?.to_string();
    let day = typed.get("day").parse::<NaiveDate>().map_err(|_| PageError::Unreadable)?;
    let (name, reason) = (reason_box(&change_id), typed.get(&reason_box(&change_id)).to_owned());
    if reason.chars().count() < 3 {
        let mistakes = vec![Mistake::new(name, site.words(user.lang).t("case-missing-reason"))];
        return show(&site, &user, day, String::new(), Refusal { typed, mistakes }, StatusCode::UNPROCESSABLE_ENTITY).await;
    }
    let address = format!("/reports/calendar/{change_id}/withdraw");
    match site.clients.reports(user.caller.clone()).withdraw_working_day(WithdrawWorkingDayRequest { change_id, reason }).await {
        Ok(answer) => Ok(Redirect::to(&done(day, "withdraw", answer.into_inner().moved)).into_response()),
        Err(status) => refused(&site, &user, &address, day, typed, status).await,
    }
}

async fn refused(
    site: &Site,
    user: &CurrentUser,
    address: &str,
    day: NaiveDate,
    typed: Typed,
    status: tonic::Status,
) -> Result<Response, PageError> {
    let text = error::message(&status, user.lang);
    let (mistakes, code) = match PageError::from(status) {
        PageError::Invalid(faults) => {
            let mistake = |fault: &error::Fault| Mistake::new(fault.path.clone(), fault.text(user.lang));
            (faults.iter().map(mistake).collect(), StatusCode::UNPROCESSABLE_ENTITY)
        }
        PageError::Conflict => (vec![Mistake::new("", text)], StatusCode::CONFLICT),
        error if is_away(&error) => return desk::resend(site, user, address, &typed),
        error => return Err(error),
    };
    let mut typed = typed;
    // Nothing was declared under this id.
    typed.set("change_id", CommandId::mint(site.now()).to_string());
    show(site, user, day, String::new(), Refusal { typed, mistakes }, code).await
}

async fn show(
    site: &Site,
    user: &CurrentUser,
    day: NaiveDate,
    done: String,
    refusal: Refusal,
    status: StatusCode,
) -> Result<Response, PageError> {
    let words = site.words(user.lang);
    let month = day.format("%Y-%m").to_string();
    let found = site.clients.reports(user.caller.clone()).list_working_days(ListWorkingDaysRequest { month }).await?.into_inner();
    let manages = user.require(Permission::ReportsCalendarManage).is_ok();
    let heading = words.a("calendar-month", day.format("%m/%Y"));
    let mut page = user.page(site, "/reports", desk::title(&words, &heading, !refusal.mistakes.is_empty()).into_owned());
    page.scripts = vec![assets::SENDING_JS];
    let mut response = render(&CalendarPage {
        earlier: day.checked_sub_months(Months::new(1)).map(address),
        later: day.checked_add_months(Months::new(1)).map(address),
        days: found.days.iter().map(|day| row(site, &words, day)).collect(),
        changes: changes(site, &words, &found, manages, &refusal),
        declare: manages.then(|| declare(site, &words, &refusal)),
        mistakes: refusal.mistakes,
        heading,
        done,
        page,
    })?;
    *response.status_mut() = status;
    Ok(response)
}

/// "2024-05", else nothing.
fn month(text: &str) -> Option<NaiveDate> {
    format!("{text}-01").parse().ok()
}

fn address(day: NaiveDate) -> String {
    format!("/reports/calendar?month={}", day.format("%Y-%m"))
}

fn done(day: NaiveDate, what: &str, moved: i32) -> String {
    format!("{}&done={what}&moved={moved}", address(day))
}

fn row(site: &Site, words: &Words, day: &CalendarDay) -> Day {
    let date = day.day.parse::<NaiveDate>().unwrap_or_default();
    Day {
        date: time::format_date(date),
        machine: day.day.clone(),
        weekday: words.t(weekday(date)),
        tag: Tag::day(words, day.kind()),
        reason: day.reason.clone(),
        declared: day.change.is_some(),
        today: date == time::day_of(site.now()),
    }
}

fn weekday(date: NaiveDate) -> &'static str {
    match date.weekday().num_days_from_monday() {
        0 => "weekday-1",
        1 => "weekday-2",
        2 => "weekday-3",
        3 => "weekday-4",
        4 => "weekday-5",
        5 => "weekday-6",
        _ => "weekday-7",
    }
}

fn reason_box(change_id: &str) -> String {
    format!("reason-{change_id}")
}

fn changes(site: &Site, words: &Words, found: &ListWorkingDaysResponse, manages: bool, refusal: &Refusal) -> Vec<Change> {
    let change = |change: &CalendarChange| {
        let date = change.day.parse::<NaiveDate>().unwrap_or_default();
        let withdrawn = Moment::of(change.withdrawn_at.as_ref(), site.now());
        let name = reason_box(&change.change_id);
        let kind = words.t(if change.kind() == DayKind::Off { "calendar-off" } else { "calendar-made-up" });
        Change {
            id: change.change_id.clone(),
            day: change.day.clone(),
            says: format!("{}: {kind}", time::format_date(date)),
            reason: change.reason.clone(),
            at: Moment::of(change.declared_at.as_ref(), site.now()),
            withdraw: (manages && withdrawn.is_none()).then(|| Field {
                label: words.t("calendar-withdraw-reason"),
                value: refusal.typed.get(&name).to_owned(),
                error: Mistake::of(&refusal.mistakes, &name).to_owned(),
                maxlength: 200,
                name,
                ..Field::default()
            }),
            withdrawn,
        }
    };
    found.changes.iter().map(change).collect()
}

/// The boxes of a declaration.
fn declare(site: &Site, words: &Words, refusal: &Refusal) -> (Vec<Field>, String) {
    let field = |name: &str, label: &str| Field {
        name: name.to_owned(),
        label: words.t(label),
        value: refusal.typed.get(name).to_owned(),
        error: Mistake::of(&refusal.mistakes, name).to_owned(),
        ..Field::default()
    };
    let kinds = [(DayKind::Off, "calendar-off"), (DayKind::MadeUp, "calendar-made-up")];
    let kinds = kinds.map(|(kind, key)| Choice::new(kind.as_str_name(), words.t(key)));
    let kinds = std::iter::once(Choice::new("", words.t("choose"))).chain(kinds).collect();
    let fields = vec![
        Field { kind: Kind::Input("date"), ..field("day", "calendar-day") },
        Field { kind: Kind::Select(kinds), ..field("kind", "calendar-kind") },
        Field { maxlength: 200, hint: words.t("calendar-reason-hint"), ..field("reason", "case-return-reason") },
    ];
    let kept = CommandId::parse(refusal.typed.get("change_id")).ok();
    (fields, kept.unwrap_or_else(|| CommandId::mint(site.now())).to_string())
}
