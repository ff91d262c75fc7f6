//! `/posts/{post}/new`: a trip that nobody declared, entered by the officer who sees the vehicle. What is odd is a warning, not a refusal.
use std::sync::Arc;

use askama::Template;
use axum::{
    extract::{Path, State},
    response::{IntoResponse as _, Redirect, Response},
};
use contract::vehicles::v1::{EnterTripRequest, FindTripsRequest};
use http::StatusCode;
use ids::TripId;
use vietnam::province::Post;

use super::find_trips::carried;
use crate::{
    assets,
    declaration::{self, DeclarationForm, MOST_PEOPLE, Step},
    desk::{self, Find, is_away},
    error::PageError,
    forms::Typed,
    session::{CurrentUser, OfficerForm},
    site::Site,
    view::{Mistake, Page, render},
};

#[derive(Template)]
#[template(path = "enter_trip.html")]
struct EnterPage {
    page: Page,
    mistakes: Vec<Mistake>,
    find: Find,
    form: DeclarationForm,
    id: String,
    action: String,
    /// Details of scanned cards that no box shows.
    carried: Vec<(String, String)>,
    scan_error: String,
}

/// `GET /posts/{post}/new`
pub async fn get(State(site): State<Arc<Site>>, Path(post): Path<String>, user: CurrentUser) -> Result<Response, PageError> {
    show(&site, &user, desk::post(&site, &post)?, &Typed::default(), Vec::new())
}

/// `POST /posts/{post}/new`
pub async fn post(
    State(site): State<Arc<Site>>,
    Path(post): Path<String>,
    OfficerForm { user, mut typed }: OfficerForm,
) -> Result<Response, PageError> {
    let post = desk::post(&site, &post)?;
    if typed.get("do") == "scan-person" {
        let mistakes = scan(&site, &user, post, &mut typed).await?;
        return refused(&site, &user, post, &typed, mistakes);
    }
    if declaration::step(&mut typed) == Step::Show {
        return show(&site, &user, post, &typed, Vec::new());
    }
    typed.set("entry-post", post.id.as_str());
    match send(&site, &user, post, &mut typed).await {
        Ok(Ok(address)) => Ok(Redirect::to(&address).into_response()),
        Ok(Err(mistakes)) => refused(&site, &user, post, &typed, mistakes),
        Err(error) if is_away(&error) => desk::resend(&site, &user, &format!("/posts/{}/new", post.id), &typed),
        Err(error) => Err(error),
    }
}

/// Fills the first person without a name, or adds one.
async fn scan(site: &Site, user: &CurrentUser, post: &Post, typed: &mut Typed) -> Result<Vec<Mistake>, PageError> {
    let nobody = || vec![Mistake::new("scan", site.words(user.lang).t("desk-scan-nobody"))];
    let text = typed.get("scan").to_owned();
    if text.is_empty() {
        return Ok(nobody());
    }
    let request = FindTripsRequest { post_id: post.id.clone(), text };
    let person = match site.clients.vehicles(user.caller.clone()).find_trips(request).await.map_err(PageError::from) {
        Ok(answer) => answer.into_inner().person,
        Err(PageError::Invalid(_)) => None,
        Err(error) => return Err(error),
    };
    let Some(person) = person else { return Ok(nobody()) };
    let people = typed.groups("people");
    let number = (0..people).find(|number| typed.get(&format!("people-{number}-name")).is_empty()).unwrap_or(people).min(MOST_PEOPLE - 1);
    for (name, value) in carried(&format!("people-{number}"), &person).into_iter().filter(|(_, value)| !value.is_empty()) {
        typed.set(&name, value);
    }
    typed.set("scan", "");
    Ok(Vec::new())
}

/// The address of the new trip, or what has to be mended.
async fn send(site: &Site, user: &CurrentUser, post: &Post, typed: &mut Typed) -> Result<Result<String, Vec<Mistake>>, PageError> {
    let words = site.words(user.lang);
    let declaration = match declaration::parse::at_post(&words, &site.province, typed, site.now()) {
        Ok(declaration) => declaration,
        Err(mistakes) => return Ok(Err(mistakes)),
    };
    let trip_id = TripId::parse(typed.get("id")).unwrap_or_else(|_| TripId::mint(site.now())).to_string();
    let request = EnterTripRequest { post_id: post.id.clone(), trip_id: trip_id.clone(), declaration: Some(declaration) };
    match site.clients.vehicles(user.caller.clone()).enter_trip(request).await.map_err(PageError::from) {
        Ok(_) => Ok(Ok(format!("/posts/{}/trips/{trip_id}", post.id))),
        Err(PageError::Invalid(faults)) => Ok(Err(declaration::mistakes(&words, &faults))),
        Err(PageError::Refused { faults, .. }) if !faults.is_empty() => Ok(Err(declaration::mistakes(&words, &faults))),
        Err(PageError::Conflict) => {
            typed.set("id", TripId::mint(site.now()).to_string());
            Ok(Err(vec![Mistake::new("", words.t("declare-already"))]))
        }
        Err(error) => Err(error),
    }
}

fn refused(site: &Site, user: &CurrentUser, post: &Post, typed: &Typed, mistakes: Vec<Mistake>) -> Result<Response, PageError> {
    let wrong = !mistakes.is_empty();
    let mut response = show(site, user, post, typed, mistakes)?;
    if wrong {
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    Ok(response)
}

fn show(site: &Site, user: &CurrentUser, post: &Post, typed: &Typed, mistakes: Vec<Mistake>) -> Result<Response, PageError> {
    let words = site.words(user.lang);
    let action = format!("/posts/{}/new", post.id);
    let title = words.t("enter-title");
    let mut page = user.page(site, &action, desk::title(&words, &title, !mistakes.is_empty()).into_owned());
    page.scripts = vec![assets::KEYS_JS, assets::SCAN_JS, assets::SENDING_JS];
    let mut typed = typed.clone();
    typed.set("entry-post", post.id.as_str());
    let form = DeclarationForm::new(site, &words, &typed, &mistakes);
    let id = TripId::parse(typed.get("id")).unwrap_or_else(|_| TripId::mint(site.now())).to_string();
    let carried = typed.pairs().filter(|(name, value)| is_carried(name) && !value.is_empty());
    let carried = carried.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    let scan_error = Mistake::of(&mistakes, "scan").to_owned();
    render(&EnterPage { page, mistakes, find: Find::new(post), form, id, action, carried, scan_error })
}

fn is_carried(name: &str) -> bool {
    name.starts_with("people-") && declaration::parse::CARRIED.iter().any(|part| name.ends_with(part))
}
