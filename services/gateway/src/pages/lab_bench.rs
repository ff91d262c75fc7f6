//! `/lab`: the bench of a laboratory. A rack is received in one scan, tubes are refused with a reason, waiting ones go into a run.
use std::sync::Arc;

use askama::Template;
use axum::{
    extract::{Query, State},
    response::Response,
};
use contract::{
    Permission,
    lab::v1::{
        Accession, Laboratory, ListLaboratoriesRequest, ListReceivedTubesRequest, ReceiveTubesRequest, RejectReason, RejectTubeRequest,
        Tube,
    },
};
use http::StatusCode;
use ids::CommandId;
use serde::Deserialize;
use vietnam::{AreaKey, areas};

use crate::{
    desk::{self, is_away},
    error::{Fault, PageError},
    forms::Typed,
    lab::{failure, scans, words},
    session::{CurrentUser, OfficerForm},
    site::Site,
    text::Words,
    view::{BarLink, Field, Kind, Mistake, Moment, Page, Tag, filters, render},
};

const PATH: &str = "/lab";

#[derive(Template)]
#[template(path = "lab_bench.html")]
struct BenchPage {
    page: Page,
    mistakes: Vec<Mistake>,
    laboratory: String,
    laboratory_id: String,
    others: Vec<BarLink>,
    /// What became of the rack that was just scanned.
    answers: Vec<Answered>,
    done: String,
    scans: Option<Field>,
    reject: Option<Vec<Field>>,
    waiting: Vec<Waiting>,
    runs: bool,
    command_id: String,
}

struct Answered {
    barcode: String,
    kind: String,
    tag: Tag,
}

struct Waiting {
    barcode: String,
    kind: String,
    reason: String,
    sealed: Option<Moment>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    laboratory: String,
}

/// What a form did.
#[derive(Default)]
struct Done {
    answers: Vec<Accession>,
    says: String,
    mistakes: Vec<Mistake>,
}

/// `GET /lab`
pub async fn get(State(site): State<Arc<Site>>, Query(asked): Query<Asked>, user: CurrentUser) -> Result<Response, PageError> {
    works_here(&user)?;
    show(&site, &user, &asked.laboratory, &Typed::default(), Done::default()).await
}

/// `POST /lab`
pub async fn post(State(site): State<Arc<Site>>, OfficerForm { user, typed }: OfficerForm) -> Result<Response, PageError> {
    user.require(Permission::LabTubesReceive)?;
    let done = if typed.get("do") == "reject" { reject(&site, &user, &typed).await } else { receive(&site, &user, &typed).await };
    match done {
        Ok(done) => {
            let wrong = !done.mistakes.is_empty();
            let mut response = show(&site, &user, typed.get("laboratory"), &typed, done).await?;
            if wrong {
                *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
            }
            Ok(response)
        }
        Err(error) if is_away(&error) => desk::resend(&site, &user, PATH, &typed),
        Err(error) => Err(error),
    }
}

fn works_here(user: &CurrentUser) -> Result<(), PageError> {
    user.require(Permission::LabTubesReceive).or_else(|_| user.require(Permission::LabRunsPerform))
}

async fn receive(site: &Site, user: &CurrentUser, typed: &Typed) -> Result<Done, PageError> {
    let words = site.words(user.lang);
    let barcodes = scans::barcodes(typed.get("scans"));
    if barcodes.is_empty() {
        return Ok(Done { mistakes: vec![Mistake::new("scans", words.t("receive-missing"))], ..Done::default() });
    }
    let request = ReceiveTubesRequest { laboratory_id: typed.get("laboratory").to_owned(), command_id: command_id(typed)?, barcodes };
    match site.clients.sampling(user.caller.clone()).receive_tubes(request).await {
        Ok(answer) => Ok(Done { answers: answer.into_inner().accessions, ..Done::default() }),
        Err(status) => {
            let mistakes = failure::mistakes(status, user.lang, |fault: &Fault| Mistake::new("scans", fault.text(user.lang)))?;
            Ok(Done { mistakes, ..Done::default() })
        }
    }
}

async fn reject(site: &Site, user: &CurrentUser, typed: &Typed) -> Result<Done, PageError> {
    let words = site.words(user.lang);
    let reason = RejectReason::from_str_name(typed.get("reject-reason")).unwrap_or_default();
    let barcode = typed.get("reject-barcode").to_uppercase();
    let mut mistakes = Vec::new();
    if barcode.is_empty() {
        mistakes.push(Mistake::new("reject-barcode", words.t("reject-missing-barcode")));
    }
    if reason == RejectReason::Unspecified {
        mistakes.push(Mistake::new("reject-reason", words.t("reject-missing-reason")));
    }
    if !mistakes.is_empty() {
        return Ok(Done { mistakes, ..Done::default() });
    }
    let request = RejectTubeRequest {
        barcode: barcode.clone(),
        command_id: command_id(typed)?,
        reason: reason.into(),
        note: typed.get("reject-note").to_owned(),
    };
    let mistakes = match site.clients.sampling(user.caller.clone()).reject_tube(request).await {
        Ok(_) => return Ok(Done { says: words.a("reject-done", barcode), ..Done::default() }),
        Err(status) => failure::mistakes(status, user.lang, |fault: &Fault| Mistake::new("reject-barcode", fault.text(user.lang))),
    };
    match mistakes {
        Ok(mistakes) => Ok(Done { mistakes, ..Done::default() }),
        Err(PageError::NotFound) => {
            Ok(Done { mistakes: vec![Mistake::new("reject-barcode", words.t("sample-unknown"))], ..Done::default() })
        }
        Err(error) => Err(error),
    }
}

fn command_id(typed: &Typed) -> Result<String, PageError> {
    Ok(CommandId::parse(typed.get("command-id")).map_err(|_| PageError::Unreadable)?.to_string())
}

/// Where somebody works first: laboratories in whose area he holds the permission.
pub fn own(site: &Site, user: &CurrentUser, laboratories: Vec<Laboratory>) -> Vec<Laboratory> {
    let held: Vec<AreaKey> = [Permission::LabTubesReceive, Permission::LabRunsPerform]
        .iter()
        .flat_map(|permission| user.caller.areas(*permission))
        .filter_map(|key| AreaKey::parse(&key).ok())
        .collect();
    let inside = |laboratory: &Laboratory| {
        let area = laboratory.area.clone().unwrap_or_default();
        held.iter().any(|root| areas::resolve(&area.code, &area.valid_from, site.province.era).is_ok_and(|area| root.covers(area.key)))
    };
    laboratories.into_iter().filter(inside).collect()
}

async fn show(site: &Site, user: &CurrentUser, laboratory: &str, typed: &Typed, done: Done) -> Result<Response, PageError> {
    let words = site.words(user.lang);
    let mut sampling = site.clients.sampling(user.caller.clone());
    let all = own(site, user, sampling.list_laboratories(ListLaboratoriesRequest {}).await?.into_inner().laboratories);
    let chosen = all.iter().find(|one| one.laboratory_id == laboratory).or(all.first()).cloned().ok_or(PageError::NotFound)?;
    let runs = user.require(Permission::LabRunsPerform).is_ok();
    let waiting = if runs {
        let request =
            ListReceivedTubesRequest { laboratory_id: chosen.laboratory_id.clone(), page_size: 200, ..ListReceivedTubesRequest::default() };
        sampling.list_received_tubes(request).await?.into_inner().tubes
    } else {
        Vec::new()
    };
    let receives = user.require(Permission::LabTubesReceive).is_ok();
    let title = words.t("lab-title");
    let link = |one: &Laboratory| BarLink {
        href: format!("{PATH}?laboratory={}", one.laboratory_id),
        label: one.name.clone(),
        count: None,
        current: one.laboratory_id == chosen.laboratory_id,
    };
    let boxes = Boxes { words: &words, typed, mistakes: &done.mistakes, keep: done.answers.is_empty() && done.says.is_empty() };
    render(&BenchPage {
        page: user.page(site, PATH, desk::title(&words, &title, !done.mistakes.is_empty()).into_owned()),
        others: if all.len() > 1 { all.iter().map(link).collect() } else { Vec::new() },
        answers: done.answers.iter().map(|answer| answered(&words, answer)).collect(),
        scans: receives.then(|| boxes.scans()),
        reject: receives.then(|| boxes.reject()),
        waiting: waiting.iter().map(|tube| waits(site, &words, tube)).collect(),
        laboratory: chosen.name,
        laboratory_id: chosen.laboratory_id,
        done: done.says,
        runs,
        command_id: CommandId::mint(site.now()).to_string(),
        mistakes: done.mistakes.clone(),
    })
}

fn answered(words: &Words, accession: &Accession) -> Answered {
    let (class, icon, key) = words::accession(&accession.answer);
    let kind = accession.tube.as_ref().map(|tube| words::tube_kind(words, tube.kind(), tube.people));
    Answered { barcode: accession.barcode.clone(), kind: kind.unwrap_or_default(), tag: Tag { class, icon, word: words.t(key) } }
}

fn waits(site: &Site, words: &Words, tube: &Tube) -> Waiting {
    Waiting {
        barcode: tube.barcode.clone(),
        kind: words::tube_kind(words, tube.kind(), tube.people),
        reason: words.t(words::reason(tube.reason())),
        sealed: Moment::of(tube.sealed_at.as_ref(), site.now()),
    }
}

struct Boxes<'a> {
    words: &'a Words,
    typed: &'a Typed,
    mistakes: &'a [Mistake],
    /// Nothing was done yet with what was typed.
    keep: bool,
}

impl Boxes<'_> {
    fn field(&self, name: &str, key: &str) -> Field {
        Field {
            name: name.to_owned(),
            label: self.words.t(key),
            value: if self.keep { self.typed.get(name).to_owned() } else { String::new() },
            error: Mistake::of(self.mistakes, name).to_owned(),
            ..Field::default()
        }
    }

    fn scans(&self) -> Field {
        Field { kind: Kind::Area, class: "scans", hint: self.words.t("scans-hint"), ..self.field("scans", "bench-scans") }
    }

    fn reject(&self) -> Vec<Field> {
        vec![
            Field { class: "code", maxlength: 20, ..self.field("reject-barcode", "tube-word") },
            Field { kind: Kind::Select(words::reject_reasons(self.words)), ..self.field("reject-reason", "reject-reason") },
            Field { hint: self.words.t("optional"), maxlength: 300, ..self.field("reject-note", "reject-note") },
        ]
    }
}
