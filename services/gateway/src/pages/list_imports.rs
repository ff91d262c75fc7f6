//! `/lab/imports`: files of instruments. One is sent, and those that were are listed with how far they are.
use std::sync::Arc;

use askama::Template;
use axum::{
    extract::{Query, State},
    response::{IntoResponse as _, Redirect, Response},
};
use contract::{
    Permission,
    lab::v1::{GetResultTemplateRequest, ImportRunResultsRequest, ListLaboratoriesRequest, ListResultImportsRequest, ResultImport},
};
use http::StatusCode;
use ids::ResultImportId;
use serde::Deserialize;

use super::lab_bench;
use crate::{
    assets,
    desk::{self, is_away},
    download::attachment,
    error::{Fault, PageError},
    forms::Typed,
    lab::{
        failure, progress,
        sheet::{self, NoSheet},
    },
    session::{CurrentUser, OfficerUpload},
    site::Site,
    uploads::{self, File},
    view::{Choice, Field, Kind, Mistake, Moment, Page, Tag, filters, render},
};

pub const PATH: &str = "/lab/imports";

#[derive(Template)]
#[template(path = "list_imports.html")]
struct ImportsPage {
    page: Page,
    mistakes: Vec<Mistake>,
    /// Who may send a file.
    form: Option<Form>,
    rows: Vec<Row>,
    older: Option<String>,
}

struct Form {
    laboratory: Field,
    file_error: String,
    /// Made with the page: pressing twice is once.
    id: String,
}

struct Row {
    href: String,
    at: Option<Moment>,
    laboratory: String,
    rows: i32,
    says: String,
    aside: i32,
    tag: Tag,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    page: String,
}

/// `GET /lab/imports`
pub async fn get(State(site): State<Arc<Site>>, Query(asked): Query<Asked>, user: CurrentUser) -> Result<Response, PageError> {
    user.require(Permission::LabRunsRead)?;
    show(&site, &user, &asked, &Typed::default(), Vec::new()).await
}

/// `POST /lab/imports`
pub async fn post(State(site): State<Arc<Site>>, form: OfficerUpload) -> Result<Response, PageError> {
    form.user().require(Permission::LabRunsPerform)?;
    let request_id = form.user().caller.request_id;
    let work = async {
        let (user, typed, file) = form.read().await?;
        take(&site, &user, &typed, file).await
    };
    uploads::in_time(request_id, work).await
}

/// `GET /lab/imports/template`
pub async fn template(State(site): State<Arc<Site>>, user: CurrentUser) -> Result<Response, PageError> {
    user.require(Permission::LabRunsPerform)?;
    let file = site.clients.laboratory(user.caller.clone()).get_result_template(GetResultTemplateRequest {}).await?.into_inner();
    attachment(&file.file_name, &file.media_type, file.content)
}

async fn take(site: &Site, user: &CurrentUser, typed: &Typed, file: Option<File>) -> Result<Response, PageError> {
    let words = site.words(user.lang);
    let sent = match sheet::content(typed, file)? {
        Ok(content) => send(site, user, typed, content).await?,
        Err(NoSheet::Missing) => Err(vec![Mistake::new("file", words.t("imports-missing-file"))]),
        Err(NoSheet::TooLarge) => Err(vec![Mistake::new("file", words.t("imports-too-large"))]),
    };
    let mistakes = match sent {
        Ok(import) => return Ok(Redirect::to(&import).into_response()),
        Err(mistakes) => mistakes,
    };
    let mut response = show(site, user, &Asked::default(), typed, mistakes).await?;
    *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    Ok(response)
}

/// The page of the import, or what to mend.
async fn send(site: &Site, user: &CurrentUser, typed: &Typed, content: Vec<u8>) -> Result<Result<String, Vec<Mistake>>, PageError> {
    let id = ResultImportId::parse(typed.get("id")).map_err(|_| PageError::Unreadable)?;
    let laboratory_id = typed.get("laboratory").to_owned();
    let request = ImportRunResultsRequest { import_id: id.to_string(), laboratory_id, content, ..ImportRunResultsRequest::default() };
    let status = match site.clients.laboratory(user.caller.clone()).import_run_results(request).await {
        Ok(answer) => {
            let answer = answer.into_inner();
            let import = answer.result_import.ok_or(PageError::Internal)?.import_id;
            let same = if answer.same_file { "?same=1" } else { "" };
            return Ok(Ok(format!("{PATH}/{import}{same}")));
        }
        Err(status) => status,
    };
    match failure::mistakes(status, user.lang, |fault: &Fault| Mistake::new("file", fault.text(user.lang))) {
        Ok(mistakes) => Ok(Err(mistakes)),
        Err(error) if is_away(&error) => Ok(Err(vec![Mistake::new("file", site.words(user.lang).t("imports-away"))])),
        Err(error) => Err(error),
    }
}

async fn show(site: &Site, user: &CurrentUser, asked: &Asked, typed: &Typed, mistakes: Vec<Mistake>) -> Result<Response, PageError> {
    let words = site.words(user.lang);
    let request = ListResultImportsRequest { page_size: 25, page_token: asked.page.clone() };
    let found = site.clients.laboratory(user.caller.clone()).list_result_imports(request).await?.into_inner();
    let older = (!found.next_page_token.is_empty())
        .then(|| format!("{PATH}?{}", serde_urlencoded::to_string([("page", found.next_page_token.as_str())]).unwrap_or_default()));
    let form = if user.require(Permission::LabRunsPerform).is_ok() { Some(form(site, user, typed, &mistakes).await?) } else { None };
    let title = words.t("imports-title");
    render(&ImportsPage {
        page: user.page(site, "/lab/runs", desk::title(&words, &title, !mistakes.is_empty()).into_owned()).with_script(assets::SENDING_JS),
        form,
        rows: found.result_imports.iter().map(|import| row(site, user, import)).collect(),
        older,
        mistakes,
    })
}

async fn form(site: &Site, user: &CurrentUser, typed: &Typed, mistakes: &[Mistake]) -> Result<Form, PageError> {
    let words = site.words(user.lang);
    let all = site.clients.sampling(user.caller.clone()).list_laboratories(ListLaboratoriesRequest {}).await?.into_inner().laboratories;
    let choices = lab_bench::own(site, user, all).into_iter().map(|one| Choice::new(one.laboratory_id, one.name));
    Ok(Form {
        laboratory: Field {
            name: "laboratory".to_owned(),
            label: words.t("run-laboratory"),
            kind: Kind::Select(choices.collect()),
            value: typed.get("laboratory").to_owned(),
            ..Field::default()
        },
        file_error: Mistake::of(mistakes, "file").to_owned(),
        id: ResultImportId::mint(site.now()).to_string(),
    })
}

fn row(site: &Site, user: &CurrentUser, import: &ResultImport) -> Row {
    let words = site.words(user.lang);
    let laboratory = import.laboratory.clone().unwrap_or_default();
    Row {
        href: format!("{PATH}/{}", import.import_id),
        at: Moment::of(import.imported_at.as_ref(), site.now()),
        laboratory: laboratory.name,
        rows: import.rows,
        says: progress::says(&words, import),
        aside: import.rows_aside,
        tag: progress::tag(&words, import),
    }
}
