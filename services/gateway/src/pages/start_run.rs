//! `/lab/runs/new`: the plate of a run, a table that works without script, with the picture of what it will be.
use std::sync::Arc;

use askama::Template;
use axum::{
    extract::State,
    response::{IntoResponse as _, Redirect, Response},
};
use contract::{
    Permission,
    lab::v1::{ListLaboratoriesRequest, StartRunRequest, TestMethod, WellKind},
};
use http::StatusCode;
use ids::RunId;

use super::lab_bench;
use crate::{
    assets,
    desk::{self, is_away},
    error::{Fault, PageError},
    forms::Typed,
    lab::{
        failure,
        picture::PlateView,
        plate::{self, Row},
        words,
    },
    session::{CurrentUser, OfficerForm},
    site::Site,
    view::{Choice, Field, Kind, Mistake, Page, render},
};

const PATH: &str = "/lab/runs/new";

#[derive(Template)]
#[template(path = "start_run.html")]
struct RunPage {
    page: Page,
    mistakes: Vec<Mistake>,
    fields: Vec<Field>,
    together: Field,
    rows: Vec<Line>,
    kinds: Vec<Choice>,
    plate: PlateView,
    samples: String,
    id: String,
}

struct Line {
    number: usize,
    position: String,
    kind: String,
    tubes: String,
    error: String,
}

/// `GET /lab/runs/new`
pub async fn get(State(site): State<Arc<Site>>, user: CurrentUser) -> Result<Response, PageError> {
    user.require(Permission::LabRunsPerform)?;
    show(&site, &user, &Typed::default(), &plate::filled(&[], 1), Vec::new()).await
}

/// `POST /lab/runs/new`
pub async fn post(State(site): State<Arc<Site>>, OfficerForm { user, typed }: OfficerForm) -> Result<Response, PageError> {
    user.require(Permission::LabRunsPerform)?;
    let rows = plate::rows(&typed);
    match typed.get("do") {
        "fill" => {
            let ticked: Vec<String> = typed.all("tube").map(str::to_owned).collect();
            return show(&site, &user, &typed, &plate::filled(&ticked, 1), Vec::new()).await;
        }
        "pool" => {
            let singles: Vec<String> =
                rows.iter().flat_map(|row| row.barcodes.split(' ')).filter(|it| !it.is_empty()).map(str::to_owned).collect();
            let together = typed.get("together").parse().unwrap_or(1);
            return show(&site, &user, &typed, &plate::filled(&singles, together), Vec::new()).await;
        }
        "add" => return show(&site, &user, &typed, &with_empty_lines(rows), Vec::new()).await,
        "look" => return show(&site, &user, &typed, &rows, Vec::new()).await,
        _ => {}
    }
    match start(&site, &user, &typed, &rows).await {
        Ok(Ok(address)) => Ok(Redirect::to(&address).into_response()),
        Ok(Err(mistakes)) => {
            let mut response = show(&site, &user, &typed, &rows, mistakes).await?;
            *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
            Ok(response)
        }
        Err(error) if is_away(&error) => desk::resend(&site, &user, PATH, &typed),
        Err(error) => Err(error),
    }
}

/// Eight more lines, in the first free wells.
fn with_empty_lines(mut rows: Vec<Row>) -> Vec<Row> {
    let free: Vec<String> =
        (0..plate::WELLS).map(plate::position).filter(|at| rows.iter().all(|row| row.position != *at)).take(8).collect();
    rows.extend(free.into_iter().map(|position| Row { position, kind: WellKind::Tube, barcodes: String::new() }));
    rows
}

async fn start(site: &Site, user: &CurrentUser, typed: &Typed, rows: &[Row]) -> Result<Result<String, Vec<Mistake>>, PageError> {
    let words = site.words(user.lang);
    let mut mistakes = Vec::new();
    let mut needs = |name: &str, key: &str| {
        if typed.get(name).is_empty() {
            mistakes.push(Mistake::new(name, words.t(key)));
        }
    };
    needs("laboratory", "run-missing-laboratory");
    needs("kit", "run-missing-kit");
    let wells = plate::wells(&used(rows));
    if !wells.iter().any(|(_, well)| matches!(well.kind(), WellKind::Tube | WellKind::LabPool)) {
        mistakes.push(Mistake::new("wells-0-tubes", words.t("run-missing-wells")));
    }
    if !mistakes.is_empty() {
        return Ok(Err(mistakes));
    }
    let run_id = RunId::parse(typed.get("id")).map_err(|_| PageError::Unreadable)?.to_string();
    let numbers: Vec<usize> = wells.iter().map(|(number, _)| *number).collect();
    let request = StartRunRequest {
        run_id: run_id.clone(),
        laboratory_id: typed.get("laboratory").to_owned(),
        method: TestMethod::from_str_name(typed.get("method")).unwrap_or(TestMethod::RtPcr).into(),
        kit: typed.get("kit").to_owned(),
        machine: typed.get("machine").to_owned(),
        wells: wells.into_iter().map(|(_, well)| well).collect(),
    };
    match site.clients.laboratory(user.caller.clone()).start_run(request).await {
        Ok(_) => Ok(Ok(format!("/lab/runs/{run_id}"))),
        Err(status) => {
            let place = |fault: &Fault| Mistake::new(box_of(&fault.path, &numbers), fault.text(user.lang));
            failure::mistakes(status, user.lang, place).map(Err)
        }
    }
}

/// An empty line that was offered holds no sample.
fn used(rows: &[Row]) -> Vec<Row> {
    let offered = |row: &Row| row.barcodes.is_empty() && matches!(row.kind, WellKind::Tube | WellKind::LabPool);
    rows.iter().map(|row| if offered(row) { Row { position: String::new(), ..row.clone() } } else { row.clone() }).collect()
}

/// `wells[3].barcodes[0]` is a line of the form, by the numbers of the lines that were sent.
fn box_of(path: &str, numbers: &[usize]) -> String {
    if let Some(number) = failure::index(path).and_then(|well| numbers.get(well)) {
        return format!("wells-{number}-tubes");
    }
    match path {
        "kit" | "machine" => path,
        "wells" => "wells-0-tubes",
        _ => "laboratory",
    }
    .to_owned()
}

async fn show(site: &Site, user: &CurrentUser, typed: &Typed, rows: &[Row], mistakes: Vec<Mistake>) -> Result<Response, PageError> {
    let words = site.words(user.lang);
    let laboratories = site.clients.sampling(user.caller.clone()).list_laboratories(ListLaboratoriesRequest {}).await?.into_inner();
    let laboratories = lab_bench::own(site, user, laboratories.laboratories);
    let field = |name: &str, key: &str| Field {
        name: name.to_owned(),
        label: words.t(key),
        value: typed.get(name).to_owned(),
        error: Mistake::of(&mistakes, name).to_owned(),
        maxlength: 80,
        ..Field::default()
    };
    let choices = laboratories.iter().map(|one| Choice::new(&one.laboratory_id, &one.name)).collect();
    let lines = rows.iter().enumerate().map(|(number, row)| Line {
        number,
        position: row.position.clone(),
        kind: row.kind.as_str_name().to_owned(),
        tubes: row.barcodes.clone(),
        error: Mistake::of(&mistakes, &format!("wells-{number}-tubes")).to_owned(),
    });
    let wells: Vec<_> = plate::wells(rows).into_iter().map(|(_, well)| well).collect();
    let title = words.t("run-new-title");
    render(&RunPage {
        page: user.page(site, "/lab", desk::title(&words, &title, !mistakes.is_empty()).into_owned()).with_script(assets::SENDING_JS),
        fields: vec![
            Field { kind: Kind::Select(choices), maxlength: 0, ..field("laboratory", "run-laboratory") },
            Field { kind: Kind::Select(words::methods(&words)), maxlength: 0, ..field("method", "run-method") },
            Field { hint: words.t("run-kit-hint"), ..field("kit", "run-kit") },
            Field { hint: words.t("optional"), ..field("machine", "run-machine") },
        ],
        together: Field {
            kind: Kind::Select((1..=5).map(|count: i32| Choice::new(count.to_string(), words.n("run-together-count", count))).collect()),
            maxlength: 0,
            hint: words.t("run-together-hint"),
            ..field("together", "run-together")
        },
        rows: lines.collect(),
        kinds: words::well_kinds(&words),
        plate: PlateView::new(&words, &wells),
        samples: words.n("run-samples", wells.iter().filter(|well| !well.barcodes.is_empty()).count()),
        id: RunId::parse(typed.get("id")).unwrap_or_else(|_| RunId::mint(site.now())).to_string(),
        mistakes,
    })
}
