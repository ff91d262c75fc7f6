//! `/sampling/{session}`: the sampling desk. One box takes everything that can be scanned; the name is read back large.
use std::sync::Arc;

use askama::Template;
use axum::{
    extract::{Path, State},
    response::{IntoResponse as _, Redirect, Response},
};
use contract::{Permission, lab::v1::SamplingSession};
use http::StatusCode;
use ids::{CommandId, SamplingSessionId, SubjectId, TubeId};

use super::place_filter;
use crate::{
    assets,
    desk::{self, is_away},
    error::PageError,
    forms::Typed,
    lab::{
        desk::{self as scanning, Desk, Outcome, Said},
        person, words,
    },
    session::{CurrentUser, OfficerForm},
    site::Site,
    text::{Lang, Words},
    view::{Asked, Choice, Field, Kind, Mistake, Page, render},
};

#[derive(Template)]
#[template(path = "sampling_desk.html")]
struct DeskPage {
    page: Page,
    mistakes: Vec<Mistake>,
    action: String,
    title: String,
    place: String,
    said: Option<SaidView>,
    tube: Option<TubeView>,
    others: Vec<(String, String)>,
    people: String,
    tubes: String,
    advice: String,
    closed: bool,
    scan: Field,
    limit: Field,
    specimen: Field,
    void_reason: Field,
    /// The form of a person whom a scan did not find.
    form: Option<Vec<Asked>>,
    carried: Vec<(String, String)>,
    communes: Vec<String>,
    /// Made with the page: pressing twice is once.
    command_id: String,
    seal_id: String,
    tube_id: String,
    subject_id: String,
}

struct SaidView {
    word: String,
    big: String,
    small: String,
    matches: Vec<MatchView>,
    registered: String,
}

struct MatchView {
    id: String,
    says: String,
}

struct TubeView {
    id: String,
    barcode: String,
    kind: String,
    count: String,
    full: bool,
    members: Vec<MemberView>,
}

struct MemberView {
    id: String,
    position: i32,
    name: String,
    birth: String,
    code: String,
}

/// `GET /sampling/{session}`
pub async fn get(State(site): State<Arc<Site>>, Path(session): Path<String>, user: CurrentUser) -> Result<Response, PageError> {
    user.require(Permission::LabSamplingTake)?;
    let session = scanning::session(&site, &user, &id(&session)?).await?;
    show(&site, &user, &session, &Typed::default(), Outcome::Quiet)
}

/// `POST /sampling/{session}`
pub async fn post(
    State(site): State<Arc<Site>>,
    Path(session): Path<String>,
    OfficerForm { user, typed }: OfficerForm,
) -> Result<Response, PageError> {
    user.require(Permission::LabSamplingTake)?;
    let session = id(&session)?;
    match act(&site, &user, &session, &typed).await {
        Err(error) if is_away(&error) => desk::resend(&site, &user, &format!("/sampling/{session}"), &typed),
        answer => answer,
    }
}

fn id(session: &str) -> Result<String, PageError> {
    Ok(SamplingSessionId::parse(session).map_err(|_| PageError::NotFound)?.to_string())
}

async fn act(site: &Site, user: &CurrentUser, session_id: &str, typed: &Typed) -> Result<Response, PageError> {
    let session = scanning::session(site, user, session_id).await?;
    let at = Desk { site, user, words: site.words(user.lang), session };
    let outcome = at.act(typed).await?;
    if matches!(outcome, Outcome::Closed) {
        return Ok(Redirect::to("/sampling").into_response());
    }
    let stopped = matches!(outcome, Outcome::Stop(_));
    let session = if stopped { at.session } else { scanning::session(site, user, session_id).await? };
    let mut response = show(site, user, &session, typed, outcome)?;
    if stopped {
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    Ok(response)
}

fn show(site: &Site, user: &CurrentUser, session: &SamplingSession, typed: &Typed, outcome: Outcome) -> Result<Response, PageError> {
    let words = site.words(user.lang);
    let at = session.site.clone().unwrap_or_default();
    let (mistakes, said, form) = parts(outcome, typed);
    let chosen = said.as_ref().map(|said| said.tube.clone()).filter(|tube| !tube.is_empty());
    let chosen = chosen.unwrap_or_else(|| typed.get("tube").to_owned());
    let tube = scanning::current(session, &chosen);
    let others = session.open_tubes.iter().filter(|other| tube.is_some_and(|tube| tube.tube_id != other.tube_id));
    let title = words.a("desk-sampling-title", &at.name);
    let mut page = user.page(site, "/sampling", desk::title(&words, &title, !mistakes.is_empty()).into_owned());
    page.scripts = vec![assets::SAMPLING_JS, assets::SCAN_JS];
    let boxes = Boxes { words: &words, typed, mistakes: &mistakes, advised: session.advised_pool_size.clamp(1, 10) };
    let carried = form.iter().flat_map(|typed| person::CARRIED.map(|name| (name.to_owned(), typed.get(name).to_owned())));
    render(&DeskPage {
        action: format!("/sampling/{}", session.session_id),
        place: at.area.map(|area| area.name).unwrap_or_default(),
        tube: tube.map(|tube| tube_view(&words, tube)),
        others: others.map(|other| (other.tube_id.clone(), other.barcode.clone())).collect(),
        people: words.n("people-count", session.people),
        tubes: words.n("tube-count", session.tubes),
        advice: advice(&words, session),
        closed: session.closed,
        scan: boxes.scan(form.is_none()),
        limit: boxes.limit(),
        specimen: boxes.specimen(),
        void_reason: boxes.void_reason(),
        carried: carried.filter(|(_, value)| !value.is_empty()).collect(),
        communes: if form.is_some() { place_filter::communes(&site.province) } else { Vec::new() },
        form: form.as_ref().map(|typed| person::fields(&words, typed, &mistakes)),
        said: said.map(|said| said_view(&words, said)),
        command_id: CommandId::mint(site.now()).to_string(),
        seal_id: CommandId::mint(site.now()).to_string(),
        tube_id: TubeId::mint(site.now()).to_string(),
        subject_id: SubjectId::mint(site.now()).to_string(),
        title,
        mistakes,
        page,
    })
}

/// What is wrong, what is read back, and the form of a person: a desk shows one of them, or a form with what is wrong in it.
fn parts(outcome: Outcome, typed: &Typed) -> (Vec<Mistake>, Option<Said>, Option<Typed>) {
    match outcome {
        Outcome::Quiet | Outcome::Closed => (Vec::new(), None, None),
        Outcome::Done(said) => (Vec::new(), Some(said), None),
        Outcome::Ask(form) => (Vec::new(), None, Some(form)),
        Outcome::Stop(mistakes) => (mistakes, None, (typed.get("do") == "save").then(|| typed.clone())),
    }
}

fn said_view(words: &Words, said: Said) -> SaidView {
    let same = |code: &str| match code {
        "QID" => words.t("same-qid"),
        "ID_NUMBER" => words.t("same-id"),
        _ => words.t("same-name"),
    };
    let matches = said.matches.iter().map(|found| MatchView {
        id: found.subject_id.clone(),
        says: format!("{}, {}, {} ({})", found.full_name, person::birth(&found.birth), found.code, same(&found.same)),
    });
    SaidView { matches: matches.collect(), word: said.word, big: said.big, small: said.small, registered: said.registered }
}

fn tube_view(words: &Words, tube: &contract::lab::v1::Tube) -> TubeView {
    let mut members: Vec<MemberView> = tube
        .members
        .iter()
        .map(|member| MemberView {
            id: member.subject_id.clone(),
            position: member.position,
            name: member.full_name.clone(),
            birth: person::birth(&member.birth),
            code: member.code.clone(),
        })
        .collect();
    members.sort_by_key(|member| -member.position);
    let kind = if tube.pool_limit == 1 { words.t("tube-single") } else { words.n("desk-pool-of", tube.pool_limit) };
    TubeView {
        id: tube.tube_id.clone(),
        barcode: tube.barcode.clone(),
        kind,
        count: words.ab("desk-count", tube.people, tube.pool_limit),
        full: tube.people >= tube.pool_limit,
        members,
    }
}

/// How many swabs a tube, and why.
fn advice(words: &Words, session: &SamplingSession) -> String {
    let size = session.advised_pool_size.clamp(1, 10);
    let share = f64::from(session.prevalence_per_10000) / 100.0;
    let share = if words.lang() == Lang::Vi { format!("{share:.2}").replace('.', ",") } else { format!("{share:.2}") };
    match (session.prevalence_per_10000, size) {
        (..0, 1) => words.t("advice-single-unknown"),
        (..0, size) => words.n("advice-unknown", size),
        (_, 1) => words.a("advice-single", share),
        (_, size) => words.ab("advice-pool", size, share),
    }
}

struct Boxes<'a> {
    words: &'a Words,
    typed: &'a Typed,
    mistakes: &'a [Mistake],
    advised: i32,
}

impl Boxes<'_> {
    fn scan(&self, focus: bool) -> Field {
        let error = self.mistakes.iter().filter(|mistake| mistake.field == "scan").map(|mistake| mistake.text.as_str());
        Field {
            name: "scan".into(),
            label: self.words.t("desk-scan-all"),
            hint: self.words.t("desk-scan-hint"),
            error: error.collect::<Vec<_>>().join(" "),
            class: "code",
            maxlength: 4000,
            marks: if focus { " autofocus enterkeyhint=\"send\"" } else { " enterkeyhint=\"send\"" },
            ..Field::default()
        }
    }

    fn limit(&self) -> Field {
        let name = |size: i32| if size == 1 { self.words.t("tube-single") } else { self.words.n("desk-pool-of", size) };
        let name = |size: i32| if size == self.advised { self.words.a("desk-advised", name(size)) } else { name(size) };
        let typed = self.typed.get("limit");
        Field {
            name: "limit".into(),
            label: self.words.t("desk-next-tube"),
            value: if typed.is_empty() { self.advised.to_string() } else { typed.to_owned() },
            marks: " form=\"desk\"",
            kind: Kind::Select((1..=10).map(|size| Choice::new(size.to_string(), name(size))).collect()),
            ..Field::default()
        }
    }

    fn specimen(&self) -> Field {
        Field {
            name: "specimen".into(),
            label: self.words.t("desk-specimen"),
            value: self.typed.get("specimen").to_owned(),
            marks: " form=\"desk\"",
            kind: Kind::Select(words::specimens(self.words)),
            ..Field::default()
        }
    }

    fn void_reason(&self) -> Field {
        Field {
            name: "void-reason".into(),
            label: self.words.t("desk-void-reason"),
            error: Mistake::of(self.mistakes, "void-reason").to_owned(),
            maxlength: 300,
            ..Field::default()
        }
    }
}
