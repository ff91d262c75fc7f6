//! `/areas/{code}/arrivals/{arrival}`: the commune police say whether a vehicle came as declared. Also the list's dialog.
use std::sync::Arc;

use askama::Template;
use axum::{
    extract::{Path, Query, State},
    response::{IntoResponse as _, Redirect, Response},
};
use contract::vehicles::v1::{Arrival, ArrivalResult, ArrivalState, ConfirmArrivalRequest, GetArrivalRequest};
use http::StatusCode;
use ids::{ArrivalId, ConfirmationId};
use serde::Deserialize;

use super::list_arrivals::{self, Row};
use crate::{
    assets,
    desk::{self, is_away},
    error::{self, PageError},
    forms::Typed,
    session::{CurrentUser, OfficerForm},
    site::Site,
    text::Words,
    view::{Field, Kind, Mistake, Moment, Page, Tag, filters, render},
};

#[derive(Template)]
#[template(path = "confirm_arrival.html")]
struct ConfirmPage {
    page: Page,
    mistakes: Vec<Mistake>,
    question: String,
    row: Row,
    tag: Tag,
    back: String,
    /// Absent once it is answered.
    form: Option<Form>,
    answered: Option<Answered>,
}

struct Form {
    action: String,
    confirmation_id: String,
    differs: bool,
    results: Vec<Choice>,
    result_error: String,
    headcount: Field,
    note: Field,
    other: String,
}

struct Choice {
    id: String,
    value: &'static str,
    label: String,
    checked: bool,
}

struct Answered {
    at: Option<Moment>,
    result: String,
    people: String,
    note: String,
}

/// What can differ from the declaration.
const RESULTS: [(ArrivalResult, &str); 4] = [
    (ArrivalResult::WrongPlace, "result-wrong-place"),
    (ArrivalResult::WrongPersons, "result-wrong-persons"),
    (ArrivalResult::WrongVehicle, "result-wrong-vehicle"),
    (ArrivalResult::NotFound, "result-not-found"),
];

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Way {
    differs: String,
}

/// `GET /areas/{code}/arrivals/{arrival}`
pub async fn get(
    State(site): State<Arc<Site>>,
    Path((code, arrival)): Path<(String, String)>,
    Query(way): Query<Way>,
    user: CurrentUser,
) -> Result<Response, PageError> {
    let desk = Desk::new(&site, &user, &code, &arrival)?;
    let typed = Typed::new([("differs", way.differs)]);
    desk.show(&typed, Vec::new(), StatusCode::OK).await
}

/// `POST /areas/{code}/arrivals/{arrival}`
pub async fn post(
    State(site): State<Arc<Site>>,
    Path((code, arrival)): Path<(String, String)>,
    OfficerForm { user, mut typed }: OfficerForm,
) -> Result<Response, PageError> {
    let desk = Desk::new(&site, &user, &code, &arrival)?;
    match desk.confirm(&mut typed).await {
        Err(error) if is_away(&error) => desk::resend(&site, &user, &desk.address(), &typed),
        answer => answer,
    }
}

struct Desk<'a> {
    site: &'a Site,
    user: &'a CurrentUser,
    words: Words,
    code: String,
    arrival_id: String,
}

impl<'a> Desk<'a> {
    fn new(site: &'a Site, user: &'a CurrentUser, code: &str, arrival: &str) -> Result<Self, PageError> {
        let arrival_id = ArrivalId::parse(arrival).map_err(|_| PageError::NotFound)?.to_string();
        let code = list_arrivals::area(site, code)?.code();
        Ok(Self { site, user, words: site.words(user.lang), code, arrival_id })
    }

    fn address(&self) -> String {
        format!("/areas/{}/arrivals/{}", self.code, self.arrival_id)
    }

    async fn confirm(&self, typed: &mut Typed) -> Result<Response, PageError> {
        let request = match self.read(typed) {
            Ok(request) => request,
            Err(mistakes) => return self.show(typed, mistakes, StatusCode::UNPROCESSABLE_ENTITY).await,
        };
        let status = match self.site.clients.vehicles(self.user.caller.clone()).confirm_arrival(request).await {
            Ok(_) => return Ok(Redirect::to(&format!("/areas/{}/arrivals", self.code)).into_response()),
            Err(status) => status,
        };
        let reason = error::reason(&status);
        match PageError::from(status) {
            PageError::Invalid(faults) => {
                let mistake = |fault: &error::Fault| Mistake::new(box_of(&fault.path), fault.text(self.user.lang));
                self.show(typed, faults.iter().map(mistake).collect(), StatusCode::UNPROCESSABLE_ENTITY).await
            }
            PageError::Forbidden if reason == "OWN_ADMISSION" => {
                let mistakes = vec![Mistake::new("", self.words.t("confirm-own-admission"))];
                self.show(typed, mistakes, StatusCode::FORBIDDEN).await
            }
            PageError::Conflict if reason == "ID_REUSED" => {
                typed.set("confirmation_id", ConfirmationId::mint(self.site.now()).to_string());
                self.show(typed, vec![Mistake::new("", self.words.t("desk-id-reused"))], StatusCode::UNPROCESSABLE_ENTITY).await
            }
            PageError::Conflict | PageError::Refused { .. } => self.show(typed, Vec::new(), StatusCode::CONFLICT).await,
            error => Err(error),
        }
    }

    fn read(&self, typed: &Typed) -> Result<ConfirmArrivalRequest, Vec<Mistake>> {
        let mut mistakes = Vec::new();
        let result = match typed.has("differs") && !typed.get("differs").is_empty() {
            false => ArrivalResult::AsDeclared,
            true => ArrivalResult::from_str_name(typed.get("result")).unwrap_or_default(),
        };
        if result == ArrivalResult::Unspecified {
            mistakes.push(Mistake::new("result-0", self.words.t("confirm-missing-result")));
        }
        let counted = typed.get("headcount").parse().ok().filter(|count| (0..=99).contains(count));
        let nobody = result == ArrivalResult::NotFound && typed.get("headcount").is_empty();
        let headcount = counted.or(nobody.then_some(0)).unwrap_or_else(|| {
            mistakes.push(Mistake::new("headcount", self.words.t("confirm-missing-headcount")));
            0
        });
        let confirmation_id = ConfirmationId::parse(typed.get("confirmation_id")).unwrap_or_else(|_| ConfirmationId::mint(self.site.now()));
        let request = ConfirmArrivalRequest {
            arrival_id: self.arrival_id.clone(),
            confirmation_id: confirmation_id.to_string(),
            result: result.into(),
            headcount,
            note: typed.get("note").to_owned(),
        };
        if mistakes.is_empty() { Ok(request) } else { Err(mistakes) }
    }

    async fn show(&self, typed: &Typed, mistakes: Vec<Mistake>, status: StatusCode) -> Result<Response, PageError> {
        let request = GetArrivalRequest { arrival_id: self.arrival_id.clone() };
        let answer = self.site.clients.vehicles(self.user.caller.clone()).get_arrival(request).await?.into_inner();
        let arrival = answer.arrival.ok_or(PageError::NotFound)?;
        let row = Row::new(self.site, &self.words, &self.code, &arrival, self.site.now());
        let open = matches!(arrival.state(), ArrivalState::Expected | ArrivalState::Overdue);
        let differs = !typed.get("differs").is_empty();
        let question = match (open, differs) {
            (true, false) => self.words.a("confirm-title", &row.plate.text),
            (true, true) => self.words.a("confirm-differs-title", &row.plate.text),
            (false, _) => self.words.a("confirm-answered-title", &row.plate.text),
        };
        let back = format!("/areas/{}/arrivals", self.code);
        let mut page = self.user.page(self.site, &back, desk::title(&self.words, &question, !mistakes.is_empty()).into_owned());
        page.scripts = vec![assets::SENDING_JS];
        let form = open.then(|| self.form(typed, &mistakes, &row, differs));
        let answered = (!open).then(|| Answered::new(&self.words, self.site, &arrival));
        let tag = Tag::arrival(&self.words, arrival.state());
        let mut response = render(&ConfirmPage { page, mistakes, question, row, tag, back, form, answered })?;
        *response.status_mut() = status;
        Ok(response)
    }

    fn form(&self, typed: &Typed, mistakes: &[Mistake], row: &Row, differs: bool) -> Form {
        let words = &self.words;
        let field = |name: &str, key: &str| Field {
            name: name.to_owned(),
            label: words.t(key),
            value: typed.get(name).to_owned(),
            error: Mistake::of(mistakes, name).to_owned(),
            ..Field::default()
        };
        let confirmation_id = ConfirmationId::parse(typed.get("confirmation_id")).unwrap_or_else(|_| ConfirmationId::mint(self.site.now()));
        let results = RESULTS.iter().enumerate().map(|(number, (result, key))| Choice {
            id: format!("result-{number}"),
            value: result.as_str_name(),
            label: words.t(key),
            checked: typed.get("result") == result.as_str_name(),
        });
        Form {
            action: self.address(),
            confirmation_id: confirmation_id.to_string(),
            differs,
            results: if differs { results.collect() } else { Vec::new() },
            result_error: Mistake::of(mistakes, "result-0").to_owned(),
            headcount: Field {
                hint: words.n("confirm-headcount-hint", row.people),
                class: "w-s num",
                inputmode: "numeric",
                maxlength: 2,
                marks: " autofocus",
                ..field("headcount", "confirm-headcount")
            },
            note: Field { kind: Kind::Area, maxlength: 500, ..field("note", "desk-note") },
            other: if differs { self.address() } else { format!("{}?differs=1", self.address()) },
        }
    }
}

impl Answered {
    fn new(words: &Words, site: &Site, arrival: &Arrival) -> Self {
        let key = match arrival.result() {
            ArrivalResult::AsDeclared | ArrivalResult::Unspecified => "result-as-declared",
            ArrivalResult::WrongPlace => "result-wrong-place",
            ArrivalResult::WrongPersons => "result-wrong-persons",
            ArrivalResult::WrongVehicle => "result-wrong-vehicle",
            ArrivalResult::NotFound => "result-not-found",
        };
        Self {
            at: Moment::of(arrival.answered_at.as_ref(), site.now()),
            result: words.t(key),
            people: words.n("people-count", arrival.headcount),
            note: arrival.note.clone(),
        }
    }
}

fn box_of(path: &str) -> &'static str {
    match path {
        "headcount" => "headcount",
        "note" => "note",
        "result" => "result-0",
        _ => "",
    }
}
