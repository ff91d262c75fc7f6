//! What the pages of a post share: whose desk it is, the box that finds, what stable codes mean, and a form kept while a service is away.
use std::borrow::Cow;

use askama::Template;
use axum::response::Response;
use contract::vehicles::v1::{TripState, TripSummary};
use http::StatusCode;
use vietnam::province::Post;

use crate::{
    error::PageError,
    forms::Typed,
    session::CurrentUser,
    site::Site,
    text::Words,
    view::{Due, Moment, Page, PlateView, Tag, render, words},
};

/// The post of an address; one that the province has not does not exist.
pub fn post<'a>(site: &'a Site, id: &str) -> Result<&'a Post, PageError> {
    site.province.post(id).ok_or(PageError::NotFound)
}

/// The box that finds a trip, on the desk and on each of its trips.
pub struct Find {
    pub action: String,
    pub value: String,
    pub error: String,
    pub focus: bool,
}

impl Find {
    pub fn new(post: &Post) -> Self {
        Self { action: format!("/posts/{}", post.id), value: String::new(), error: String::new(), focus: false }
    }
}

/// One thing to know, not an error of a form.
pub struct Note {
    pub class: &'static str,
    pub icon: &'static str,
    pub text: String,
    /// Address and words of what can be done about it.
    pub link: Option<(String, String)>,
}

impl Note {
    pub fn new(class: &'static str, icon: &'static str, text: String) -> Self {
        Self { class, icon, text, link: None }
    }

    /// What a stable code of the vehicles service means to an officer; codes that this version does not know say nothing.
    pub fn of_code(words: &Words, code: &str) -> Option<Self> {
        let (class, key) = match code {
            "TELEX_ON" => ("info", "said-telex"),
            "VNI_ON" => ("info", "said-vni"),
            "CAPS_LOCK" => ("info", "said-caps-lock"),
            "PASS_FORGED" => ("bad", "said-pass-forged"),
            "PASS_EXPIRED" => ("warn", "said-pass-expired"),
            "PASS_ENDED" => ("warn", "said-pass-ended"),
            "PASS_UNKNOWN" => ("bad", "said-pass-unknown"),
            "PASS_UNREADABLE" => ("warn", "said-pass-unreadable"),
            "MORE_PEOPLE_THAN_SEATS" => ("warn", "said-seats"),
            "PLATE_UNRECOGNISED" => ("warn", "said-plate"),
            "PERSON_WITHOUT_PAPERS" => ("warn", "said-papers"),
            "POSSIBLE_PERSON" => ("info", "said-possible"),
            "ORIGIN_NOT_ASSESSED" => ("info", "said-origin"),
            _ => return None,
        };
        let icon = if class == "info" { "info" } else { "warn" };
        Some(Self::new(class, icon, words.t(key)))
    }
}

/// A trip in a list of officers.
pub struct TripRow {
    pub id: String,
    pub href: String,
    pub plate: PlateView,
    pub vehicle: String,
    pub tag: Tag,
    pub code: String,
    pub purpose: String,
    /// "ra tại Chốt Sao Mai", "đến Xã Trà Đa, Thành phố Pleiku"
    pub promise: String,
    pub entry: String,
    pub declared: Option<Moment>,
    pub decided: Option<Moment>,
    pub due: Option<Due>,
    pub people: String,
    pub violations: String,
    pub overdue: bool,
    /// Not decided on yet: may be received at a post.
    pub waits: bool,
}

impl TripRow {
    pub fn new(site: &Site, texts: &Words, post: &str, trip: &TripSummary) -> Self {
        let now = site.now();
        let lang = texts.lang();
        let places: Vec<&str> = trip.destinations.iter().map(|area| area.name.as_str()).collect();
        let promise = match (trip.exit_post_id.is_empty(), places.is_empty()) {
            (_, false) => texts.a("list-destination", places.join("; ")),
            (false, true) => texts.a("list-transit", site.post_name(lang, &trip.exit_post_id)),
            (true, true) => String::new(),
        };
        let state = trip.state();
        let open_violations = trip.open_violations;
        Self {
            id: trip.trip_id.clone(),
            href: format!("/posts/{post}/trips/{}", trip.trip_id),
            plate: PlateView::new(texts, trip.plate.as_ref()),
            vehicle: texts.t(words::vehicle_type(trip.vehicle_type())),
            tag: Tag::trip(texts, state),
            code: trip.short_code.clone(),
            purpose: texts.t(words::purpose(trip.purpose())),
            promise,
            entry: site.post_name(lang, &trip.entry_post_id),
            declared: Moment::of(trip.declared_at.as_ref(), now),
            decided: Moment::of(trip.decided_at.as_ref(), now),
            due: Due::of(texts, trip.due_at.as_ref(), now),
            people: texts.n("people-count", trip.people),
            violations: if open_violations > 0 { texts.n("violations-open", open_violations) } else { String::new() },
            overdue: state == TripState::Overdue,
            waits: waits(state),
        }
    }
}

/// Whether a post has still to decide on it.
pub fn waits(state: TripState) -> bool {
    matches!(state, TripState::Declared | TripState::AtPost | TripState::Referred)
}

/// Whether it was let in and has not ended.
pub fn on_the_road(state: TripState) -> bool {
    matches!(state, TripState::InTransit | TripState::EnRoute | TripState::Overdue | TripState::Arrived)
}

#[derive(Template)]
#[template(path = "resend.html")]
struct ResendPage {
    page: Page,
    action: String,
    pairs: Vec<(String, String)>,
}

/// Everything typed, with a button that sends it again, where a service did not answer: nothing is lost and sending twice is harmless.
pub fn resend(site: &Site, user: &CurrentUser, action: &str, typed: &Typed) -> Result<Response, PageError> {
    let page = user.page(site, action, site.words(user.lang).t("resend-title"));
    resend_on(page, action, typed, StatusCode::SERVICE_UNAVAILABLE)
}

/// The same within the frame of any page.
pub fn resend_on(page: Page, action: &str, typed: &Typed, status: StatusCode) -> Result<Response, PageError> {
    let pairs = typed.pairs().filter(|(name, _)| *name != "csrf").map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    let mut response = render(&ResendPage { page, action: action.to_owned(), pairs })?;
    *response.status_mut() = status;
    Ok(response)
}

/// Whether it is unknown if the command took effect.
pub fn is_away(error: &PageError) -> bool {
    matches!(error, PageError::Unavailable | PageError::Internal)
}

/// A title that says first that something has to be mended.
pub fn title<'a>(words: &Words, title: &'a str, wrong: bool) -> Cow<'a, str> {
    if wrong { words.a("title-with-errors", title).into() } else { title.into() }
}
