//! `/lab/imports/{import}`: how far the file of an instrument is, the rows that are kept aside, and the approval of all of it by another person.
use std::sync::Arc;

use askama::Template;
use axum::{
    extract::{Path, Query, State},
    response::{IntoResponse as _, Redirect, Response},
};
use contract::{
    Permission,
    lab::v1::{
        ApproveResultImportRequest, GetResultImportRequest, GetResultImportResponse, ImportedRun, ImportedRunState, ResultImport,
        RetryResultImportRequest, RowAside, SettleResultImportRequest,
    },
};
use http::{HeaderValue, StatusCode};
use ids::{CommandId, ResultImportId};
use serde::Deserialize;
use tonic::Status;

use super::list_imports::PATH;
use crate::{
    assets,
    desk::{self, is_away},
    error::{Fault, PageError},
    forms::Typed,
    lab::{failure, progress, readings, words},
    session::{CurrentUser, OfficerForm},
    site::Site,
    text::Words,
    view::{Field, Mistake, Moment, Page, Tag, filters, render},
};

/// While work goes on the page looks again after so many seconds.
const AGAIN: HeaderValue = HeaderValue::from_static("2");

#[derive(Template)]
#[template(path = "show_import.html")]
struct ImportPage {
    page: Page,
    mistakes: Vec<Mistake>,
    href: String,
    laboratory: String,
    at: Option<Moment>,
    rows: String,
    known: String,
    tag: Tag,
    says: String,
    done: i32,
    of: i32,
    goes_on: bool,
    same_file: bool,
    runs: Vec<Run>,
    aside: Vec<Aside>,
    aside_count: i32,
    settles: Option<Field>,
    /// Somebody else brought it, and something of it can be approved together.
    approves: bool,
    command_id: String,
}

struct Run {
    href: String,
    number: String,
    samples: String,
    waiting: String,
    tag: Tag,
}

struct Aside {
    number: i32,
    place: String,
    tag: Tag,
    ct: String,
    sentence: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    same: String,
}

/// `GET /lab/imports/{import}`
pub async fn get(
    State(site): State<Arc<Site>>,
    Path(import): Path<String>,
    Query(asked): Query<Asked>,
    user: CurrentUser,
) -> Result<Response, PageError> {
    user.require(Permission::LabRunsRead)?;
    show(&site, &user, id(&import)?, &Typed::default(), !asked.same.is_empty(), Vec::new()).await
}

/// `POST /lab/imports/{import}`
pub async fn post(
    State(site): State<Arc<Site>>,
    Path(import): Path<String>,
    OfficerForm { user, typed }: OfficerForm,
) -> Result<Response, PageError> {
    let import = id(&import)?;
    let href = format!("{PATH}/{import}");
    let mistakes = match send(&site, &user, import, &typed).await? {
        Ok(()) => return Ok(Redirect::to(&href).into_response()),
        Err(status) => failure::mistakes(status, user.lang, |fault: &Fault| Mistake::new(&fault.path, fault.text(user.lang))),
    };
    match mistakes {
        Ok(mistakes) => show(&site, &user, import, &typed, false, mistakes).await,
        Err(error) if is_away(&error) => desk::resend(&site, &user, &href, &typed),
        Err(error) => Err(error),
    }
}

fn id(import: &str) -> Result<ResultImportId, PageError> {
    ResultImportId::parse(import).map_err(|_| PageError::NotFound)
}

async fn send(site: &Site, user: &CurrentUser, import: ResultImportId, typed: &Typed) -> Result<Result<(), Status>, PageError> {
    let command_id = CommandId::parse(typed.get("command-id")).map_err(|_| PageError::Unreadable)?.to_string();
    let import_id = import.to_string();
    let mut laboratory = site.clients.laboratory(user.caller.clone());
    Ok(match typed.get("do") {
        "retry" => laboratory.retry_result_import(RetryResultImportRequest { import_id, command_id }).await.map(drop),
        "settle" => {
            let reason = typed.get("reason").to_owned();
            laboratory.settle_result_import(SettleResultImportRequest { import_id, command_id, reason }).await.map(drop)
        }
        "approve" => laboratory.approve_result_import(ApproveResultImportRequest { import_id, command_id }).await.map(drop),
        _ => return Err(PageError::Unreadable),
    })
}

async fn show(
    site: &Site,
    user: &CurrentUser,
    import: ResultImportId,
    typed: &Typed,
    same_file: bool,
    mistakes: Vec<Mistake>,
) -> Result<Response, PageError> {
    let request = GetResultImportRequest { import_id: import.to_string() };
    let seen = site.clients.laboratory(user.caller.clone()).get_result_import(request).await?.into_inner();
    let wrong = !mistakes.is_empty();
    let page = view(site, user, seen, typed, same_file, mistakes)?;
    let goes_on = page.goes_on;
    let mut response = render(&page)?;
    if goes_on && !wrong {
        response.headers_mut().insert(http::header::REFRESH, AGAIN);
    }
    if wrong {
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    Ok(response)
}

fn view(
    site: &Site,
    user: &CurrentUser,
    seen: GetResultImportResponse,
    typed: &Typed,
    same_file: bool,
    mistakes: Vec<Mistake>,
) -> Result<ImportPage, PageError> {
    let words = site.words(user.lang);
    let import = seen.result_import.ok_or(PageError::NotFound)?;
    let performs = user.require(Permission::LabRunsPerform).is_ok();
    let bulk: i32 = seen.runs.iter().map(|run| run.waiting - run.single_review).sum();
    let approver = user.require(Permission::LabResultsApprove).is_ok() && import.imported_by != user.principal.account_id;
    let title = words.t("import-title");
    let (done, of) = done(&import);
    Ok(ImportPage {
        page: user.page(site, "/lab/runs", desk::title(&words, &title, !mistakes.is_empty()).into_owned()).with_script(assets::SENDING_JS),
        href: format!("{PATH}/{}", import.import_id),
        laboratory: import.laboratory.clone().unwrap_or_default().name,
        at: Moment::of(import.imported_at.as_ref(), site.now()),
        rows: words.n("imports-rows", import.rows),
        known: if import.known_rows > 0 { words.n("import-known", import.known_rows) } else { String::new() },
        tag: progress::tag(&words, &import),
        says: progress::says(&words, &import),
        done,
        of,
        goes_on: progress::goes_on(&import),
        same_file,
        runs: seen.runs.iter().map(|run| of_run(&words, run)).collect(),
        aside: seen.aside.iter().map(|row| of_row(&words, row)).collect(),
        aside_count: import.rows_aside,
        settles: (performs && import.rows_aside > 0).then(|| Field {
            name: "reason".into(),
            label: words.t("import-settle-reason"),
            value: typed.get("reason").to_owned(),
            error: Mistake::of(&mistakes, "reason").to_owned(),
            maxlength: 300,
            ..Field::default()
        }),
        approves: approver && bulk > 0,
        command_id: CommandId::mint(site.now()).to_string(),
        mistakes,
    })
}

/// Runs that are done, of those that are to be.
fn done(import: &ResultImport) -> (i32, i32) {
    if import.runs_to_approve > 0 { (import.runs_approved, import.runs_to_approve) } else { (import.runs_recorded, import.runs) }
}

fn of_run(words: &Words, run: &ImportedRun) -> Run {
    let tag = match run.state() {
        ImportedRunState::Waiting => Tag { class: "info", icon: "wait", word: words.t("imports-working") },
        ImportedRunState::Aside => Tag { class: "warn", icon: "hold", word: words.t("imports-aside") },
        ImportedRunState::Recorded | ImportedRunState::Unspecified => words::run_tag(words, run.run_state()),
    };
    Run {
        href: format!("/lab/runs/{}", run.run_id),
        number: run.number.clone(),
        samples: words.n("run-samples", run.samples),
        waiting: words::waiting(words, run.waiting, run.single_review),
        tag,
    }
}

fn of_row(words: &Words, aside: &RowAside) -> Aside {
    let row = aside.row.clone().unwrap_or_default();
    let place = [row.run.as_str(), row.position.as_str(), row.barcode.as_str()];
    Aside {
        number: row.number,
        place: place.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" "),
        tag: words::outcome_tag(words, row.outcome(), false),
        ct: readings::shown(words.lang(), &row.ct),
        sentence: aside.sentence.clone(),
    }
}
