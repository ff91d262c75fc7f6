//! `/lab/runs/{run}`: the plate of a run, the form of its results, and their approval by another person.
use std::sync::Arc;

use askama::Template;
use axum::{
    extract::{Path, State},
    response::Response,
};
use contract::{
    Permission,
    lab::v1::{GetRunRequest, ResultState, Run, RunState, Well, WellKind},
};
use http::StatusCode;
use ids::{CommandId, RunId};

use crate::{
    assets, desk,
    error::PageError,
    forms::Typed,
    lab::{picture::PlateView, readings, words},
    session::CurrentUser,
    site::Site,
    text::Words,
    view::{Choice, Field, Mistake, Moment, Page, Tag, filters, render},
};

#[derive(Template)]
#[template(path = "show_run.html")]
struct RunPage {
    page: Page,
    mistakes: Vec<Mistake>,
    href: String,
    number: String,
    facts: String,
    started: Option<Moment>,
    read: Option<Moment>,
    tag: Tag,
    void_reason: String,
    controls: Option<(bool, String)>,
    plate: PlateView,
    summary: String,
    lines: Vec<Line>,
    outcomes: Vec<Choice>,
    /// The results are entered here.
    enters: bool,
    /// Results of others that this person may approve, without those that are looked at alone.
    approves: Option<Approval>,
    voids: Option<Field>,
    command_id: String,
}

struct Approval {
    bulk: String,
    single: String,
}

struct Line {
    position: String,
    kind: String,
    barcodes: Vec<String>,
    tag: Tag,
    ct: String,
    state: String,
    version: String,
    reason: String,
    result_id: String,
    /// Why it is looked at alone.
    review: String,
    /// Waits for this person's decision.
    decides: bool,
    corrects: bool,
    alarm: bool,
    typed_outcome: String,
    typed_ct: String,
    error: String,
}

/// `GET /lab/runs/{run}`
pub async fn get(State(site): State<Arc<Site>>, Path(run): Path<String>, user: CurrentUser) -> Result<Response, PageError> {
    user.require(Permission::LabRunsRead)?;
    show(&site, &user, &id(&run)?, &Typed::default(), Vec::new()).await
}

pub fn id(run: &str) -> Result<String, PageError> {
    Ok(RunId::parse(run).map_err(|_| PageError::NotFound)?.to_string())
}

pub async fn read(site: &Site, user: &CurrentUser, run_id: &str) -> Result<Run, PageError> {
    let request = GetRunRequest { run_id: run_id.to_owned() };
    site.clients.laboratory(user.caller.clone()).get_run(request).await?.into_inner().run.ok_or(PageError::NotFound)
}

/// The run as it is now, with what was typed and what is wrong in it.
pub async fn show(site: &Site, user: &CurrentUser, run_id: &str, typed: &Typed, mistakes: Vec<Mistake>) -> Result<Response, PageError> {
    let run = read(site, user, run_id).await?;
    let status = if mistakes.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let mut response = render(&view(site, user, &run, typed, mistakes))?;
    *response.status_mut() = status;
    Ok(response)
}

fn view(site: &Site, user: &CurrentUser, run: &Run, typed: &Typed, mistakes: Vec<Mistake>) -> RunPage {
    let words = site.words(user.lang);
    let now = site.now();
    let title = words.a("run-title", &run.number);
    let page = user.page(site, "/lab/runs", desk::title(&words, &title, !mistakes.is_empty()).into_owned());
    let performs = user.require(Permission::LabRunsPerform).is_ok();
    // Who read them cannot approve them.
    let approves = user.require(Permission::LabResultsApprove).is_ok() && run.read_by != user.principal.account_id;
    let maker = Maker { words: &words, typed, mistakes: &mistakes, performs, approves, account: &user.principal.account_id };
    let machine = [run.kit.as_str(), run.machine.as_str()].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ");
    RunPage {
        page: page.with_script(assets::SENDING_JS),
        href: format!("/lab/runs/{}", run.run_id),
        number: run.number.clone(),
        facts: words.ab("run-facts", words.t(words::method(run.method())), machine),
        started: Moment::of(run.started_at.as_ref(), now),
        read: Moment::of(run.read_at.as_ref(), now),
        tag: words::run_tag(&words, run.state()),
        void_reason: run.void_reason.clone(),
        controls: controls(&words, run),
        plate: PlateView::linked(&words, &run.wells),
        summary: words.n("run-samples", run.samples),
        lines: run.wells.iter().map(|well| maker.line(well)).collect(),
        outcomes: words::outcomes(&words),
        enters: performs && run.state() == RunState::Started,
        approves: (approves && run.waiting > 0).then(|| approval(&words, run)),
        voids: (performs && matches!(run.state(), RunState::Started | RunState::Read)).then(|| Field {
            name: "void-reason".into(),
            label: words.t("run-void-reason"),
            error: Mistake::of(&mistakes, "void-reason").to_owned(),
            value: typed.get("void-reason").to_owned(),
            maxlength: 300,
            ..Field::default()
        }),
        command_id: CommandId::mint(now).to_string(),
        mistakes,
    }
}

fn approval(words: &Words, run: &Run) -> Approval {
    let counted = |key: &str, count: i32| if count > 0 { words.n(key, count) } else { String::new() };
    Approval { bulk: counted("approve-bulk", run.waiting - run.single_review), single: counted("approve-single-left", run.single_review) }
}

/// Whether the controls are as they must be; nothing while they are not read.
fn controls(words: &Words, run: &Run) -> Option<(bool, String)> {
    let read = matches!(run.state(), RunState::Read | RunState::Approved) || (run.state() == RunState::Void && run.read_at.is_some());
    let passed = run.state() != RunState::Void;
    read.then(|| (passed, words.t(if passed { "run-controls-passed" } else { "run-controls-failed" })))
}

struct Maker<'a> {
    words: &'a Words,
    typed: &'a Typed,
    mistakes: &'a [Mistake],
    performs: bool,
    approves: bool,
    account: &'a str,
}

impl Maker<'_> {
    fn line(&self, well: &Well) -> Line {
        let words = self.words;
        let result = well.result.clone().unwrap_or_default();
        let state = result.state();
        let control = matches!(well.kind(), WellKind::PositiveControl | WellKind::NegativeControl);
        let part = |part: &str| format!("{part}-{}", well.position);
        Line {
            kind: words.t(words::well_kind(well.kind())),
            barcodes: well.barcodes.clone(),
            tag: words::outcome_tag(words, result.outcome(), well.pool),
            ct: readings::shown(words.lang(), &result.ct),
            state: if result.state == 0 || control { String::new() } else { words.t(words::result_state(state)) },
            version: if result.version > 1 { words.n("result-version", result.version) } else { String::new() },
            reason: result.correction_reason.clone(),
            review: if result.single_review.is_empty() { String::new() } else { words.t(words::single_review(&result.single_review)) },
            decides: self.approves && state == ResultState::Read && !control && result.read_by != self.account,
            corrects: self.performs && !control && matches!(state, ResultState::Read | ResultState::Approved),
            alarm: state == ResultState::Read && !result.single_review.is_empty(),
            typed_outcome: self.typed.get(&part("outcome")).to_owned(),
            typed_ct: self.typed.get(&part("ct")).to_owned(),
            error: Mistake::of(self.mistakes, &part("outcome")).to_owned(),
            result_id: result.result_id,
            position: well.position.clone(),
        }
    }
}
