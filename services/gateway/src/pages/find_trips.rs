//! `/posts/{post}`: the desk of a post. One box finds a trip by scan, code or plate; below it wait the vehicles that stand here.
use std::sync::Arc;

use askama::Template;
use axum::{
    extract::{Path, State},
    response::{IntoResponse as _, Redirect, Response},
};
use contract::vehicles::v1::{
    FindTripsRequest, FindTripsResponse, FoundBy, FoundTrip, ListTripsRequest, Person, ReceiveTripRequest, TripState,
};
use http::StatusCode;
use ids::TripId;
use vietnam::province::Post;

use crate::{
    assets,
    desk::{self, Find, Note, TripRow, waits},
    error::PageError,
    session::{CurrentUser, OfficerForm},
    site::Site,
    text::Words,
    view::{Mistake, Moment, Page, filters, render},
};

#[derive(Template)]
#[template(path = "find_trips.html")]
struct DeskPage {
    page: Page,
    mistakes: Vec<Mistake>,
    find: Find,
    found: Option<Found>,
    queue: Vec<TripRow>,
    made: Moment,
    post: String,
}

/// What the box led to, where that is not one trip.
struct Found {
    title: String,
    notes: Vec<Note>,
    hits: Vec<Hit>,
    /// What a new trip starts with.
    new: Vec<(String, String)>,
}

struct Hit {
    row: TripRow,
    why: String,
}

/// Vehicles that stand at the post.
const QUEUE: [TripState; 2] = [TripState::AtPost, TripState::Referred];

/// `GET /posts/{post}`
pub async fn get(State(site): State<Arc<Site>>, Path(post): Path<String>, user: CurrentUser) -> Result<Response, PageError> {
    let post = desk::post(&site, &post)?;
    show(&site, &user, post, Find { focus: true, ..Find::new(post) }, None).await
}

/// `POST /posts/{post}`
pub async fn post(
    State(site): State<Arc<Site>>,
    Path(post): Path<String>,
    OfficerForm { user, typed }: OfficerForm,
) -> Result<Response, PageError> {
    let post = desk::post(&site, &post)?;
    let words = site.words(user.lang);
    let text = typed.get("q").to_owned();
    if text.is_empty() {
        return wrong(&site, &user, post, text, words.t("find-missing")).await;
    }
    let request = FindTripsRequest { post_id: post.id.clone(), text: text.clone() };
    let found = match site.clients.vehicles(user.caller.clone()).find_trips(request).await.map_err(PageError::from) {
        Ok(answer) => answer.into_inner(),
        Err(PageError::Invalid(faults)) => {
            let says = faults.first().map(|fault| fault.text(user.lang).to_owned()).unwrap_or_default();
            return wrong(&site, &user, post, text, says).await;
        }
        Err(error) => return Err(error),
    };
    if let Some(trip_id) = the_one(&found) {
        return open(&site, &user, post, trip_id, &found.warnings).await;
    }
    let canonical = if found.canonical.is_empty() { text } else { found.canonical.clone() };
    let find = Find { value: canonical, ..Find::new(post) };
    let found = results(&site, &words, post, found);
    show(&site, &user, post, find, Some(found)).await
}

/// The only trip, where nothing speaks against opening it at once.
fn the_one(found: &FindTripsResponse) -> Option<&FoundTrip> {
    let doubtful = found.warnings.iter().any(|code| code == "PASS_FORGED" || code == "PASS_ENDED");
    match found.trips.as_slice() {
        [one] if !doubtful && !matches!(one.found_by(), FoundBy::NearPlate | FoundBy::PossiblePerson) => Some(one),
        _ => None,
    }
}

/// Receives the vehicle, if it waits for a decision, and goes to its trip.
async fn open(site: &Site, user: &CurrentUser, post: &Post, found: &FoundTrip, warnings: &[String]) -> Result<Response, PageError> {
    let trip = found.trip.clone().unwrap_or_default();
    if waits(trip.state()) {
        receive(site, user, post, &trip.trip_id).await?;
    }
    let said = warnings.first().map(|code| format!("?said={code}")).unwrap_or_default();
    Ok(Redirect::to(&format!("/posts/{}/trips/{}{said}", post.id, trip.trip_id)).into_response())
}

/// Puts the trip on this desk. Another's decision in between is shown by the trip's page.
async fn receive(site: &Site, user: &CurrentUser, post: &Post, trip_id: &str) -> Result<(), PageError> {
    let request = ReceiveTripRequest { post_id: post.id.clone(), trip_id: trip_id.to_owned() };
    match site.clients.vehicles(user.caller.clone()).receive_trip(request).await.map_err(PageError::from) {
        Ok(_) | Err(PageError::Refused { .. }) => Ok(()),
        Err(error) => Err(error),
    }
}

/// `POST /posts/{post}/trips/{trip}/receive`
pub async fn take(
    State(site): State<Arc<Site>>,
    Path((post, trip)): Path<(String, String)>,
    OfficerForm { user, .. }: OfficerForm,
) -> Result<Response, PageError> {
    let post = desk::post(&site, &post)?;
    let trip = TripId::parse(&trip).map_err(|_| PageError::NotFound)?.to_string();
    receive(&site, &user, post, &trip).await?;
    Ok(Redirect::to(&format!("/posts/{}/trips/{trip}", post.id)).into_response())
}

fn results(site: &Site, words: &Words, post: &Post, found: FindTripsResponse) -> Found {
    let mut notes: Vec<Note> = found.warnings.iter().filter_map(|code| Note::of_code(words, code)).collect();
    if found.read_as == "eu-dcc" {
        notes.push(Note::new("info", "info", words.t("find-dcc")));
    }
    let title = match (found.trips.len(), found.person.is_some()) {
        (0, true) => words.t("find-person-none"),
        (0, false) => words.t("find-none"),
        (count, _) => words.n("find-several", count),
    };
    let plate = if matches!(found.read_as.as_str(), "plate" | "unknown") { found.canonical.clone() } else { String::new() };
    let new = std::iter::once(("plate".to_owned(), plate)).chain(found.person.iter().flat_map(|person| carried("people-0", person)));
    let hits = found.trips.iter().filter_map(|hit| {
        let row = TripRow::new(site, words, &post.id, hit.trip.as_ref()?);
        let why = why(words, hit.found_by(), &row.plate.text);
        Some(Hit { row, why })
    });
    Found { title, notes, hits: hits.collect(), new: new.filter(|(_, value)| !value.is_empty()).collect() }
}

/// A scanned person as boxes of a form.
pub fn carried(group: &str, person: &Person) -> Vec<(String, String)> {
    let sex = if person.sex == 0 { "" } else { person.sex().as_str_name() };
    [
        ("name", person.full_name.as_str()),
        ("birth", &person.birth),
        ("id", &person.id_number),
        ("phone", &person.phone),
        ("qid", &person.qid),
        ("other", &person.other_id_number),
        ("sex", sex),
    ]
    .map(|(part, value)| (format!("{group}-{part}"), value.to_owned()))
    .into()
}

fn why(words: &Words, by: FoundBy, plate: &str) -> String {
    match by {
        FoundBy::Pass => words.t("found-pass"),
        FoundBy::ShortCode => words.t("found-code"),
        FoundBy::Plate => words.t("found-plate"),
        FoundBy::NearPlate => words.a("found-near", plate),
        FoundBy::Person => words.t("found-person"),
        FoundBy::PossiblePerson => words.t("found-possible"),
        FoundBy::Unspecified => String::new(),
    }
}

async fn wrong(site: &Site, user: &CurrentUser, post: &Post, value: String, error: String) -> Result<Response, PageError> {
    let mut response = show(site, user, post, Find { value, error, focus: true, ..Find::new(post) }, None).await?;
    *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    Ok(response)
}

async fn show(site: &Site, user: &CurrentUser, post: &Post, find: Find, found: Option<Found>) -> Result<Response, PageError> {
    let words = site.words(user.lang);
    let states = QUEUE.iter().map(|state| (*state).into()).collect();
    let request = ListTripsRequest { post_id: post.id.clone(), states, page_size: 50, ..ListTripsRequest::default() };
    let queue = site.clients.vehicles(user.caller.clone()).list_trips(request).await?.into_inner().trips;
    let name = site.post_name(user.lang, &post.id);
    let title = words.a("desk-title", name);
    let wrong = !find.error.is_empty();
    let mistakes = if wrong { vec![Mistake::new("q", &find.error)] } else { Vec::new() };
    let mut page = user.page(site, &format!("/posts/{}", post.id), desk::title(&words, &title, wrong).into_owned());
    page.scripts = vec![assets::LIVE_JS, assets::KEYS_JS, assets::SCAN_JS];
    let rows = queue.iter().filter(|trip| trip.entry_post_id == post.id).map(|trip| TripRow::new(site, &words, &post.id, trip));
    let queue = rows.collect();
    render(&DeskPage { page, mistakes, find, found, queue, made: Moment::new(site.now(), site.now()), post: post.id.clone() })
}
