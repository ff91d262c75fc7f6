//! `/declare`: a trip is declared on one page, without an account and without script.
use std::sync::Arc;

use askama::Template;
use axum::{
    extract::State,
    response::{IntoResponse as _, Redirect, Response},
};
use contract::vehicles::v1::DeclareTripRequest;
use http::StatusCode;
use ids::TripId;

use crate::{
    assets,
    declaration::{self, DeclarationForm, Step},
    error::PageError,
    forms::Typed,
    site::Site,
    view::{Mistake, Page, render},
    visitor::Visitor,
};

#[derive(Template)]
#[template(path = "declare.html")]
struct DeclarePage {
    page: Page,
    mistakes: Vec<Mistake>,
    form: DeclarationForm,
    /// The trip's id, made with the page: sending twice is one trip.
    id: String,
    action: String,
    /// Something was typed: what the device keeps must not cover it.
    typed: bool,
}

/// `GET /declare`
pub async fn get(State(site): State<Arc<Site>>, visitor: Visitor) -> Result<Response, PageError> {
    show(&site, &visitor, &Typed::default(), Vec::new())
}

/// `POST /declare`
pub async fn post(State(site): State<Arc<Site>>, visitor: Visitor, mut typed: Typed) -> Result<Response, PageError> {
    if declaration::step(&mut typed) == Step::Show {
        return show(&site, &visitor, &typed, Vec::new());
    }
    match send(&site, &visitor, &mut typed).await? {
        Ok(pass_token) => Ok(Redirect::to(&format!("{}/pass/{pass_token}", visitor.lang.prefix())).into_response()),
        Err(mistakes) => {
            let mut response = show(&site, &visitor, &typed, mistakes)?;
            *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
            Ok(response)
        }
    }
}

/// The pass's token, or what has to be mended.
async fn send(site: &Site, visitor: &Visitor, typed: &mut Typed) -> Result<Result<String, Vec<Mistake>>, PageError> {
    let words = site.words(visitor.lang);
    let declaration = match declaration::parse(&words, &site.province, typed, site.now()) {
        Ok(declaration) => declaration,
        Err(mistakes) => return Ok(Err(mistakes)),
    };
    let trip_id = TripId::parse(typed.get("id")).unwrap_or_else(|_| TripId::mint(site.now())).to_string();
    let request = DeclareTripRequest { trip_id, declaration: Some(declaration) };
    match site.clients.vehicles(visitor.caller.clone()).declare_trip(request).await.map_err(PageError::from) {
        Ok(answer) => Ok(Ok(answer.into_inner().pass_token)),
        Err(PageError::Invalid(faults)) => Ok(Err(declaration::mistakes(&words, &faults))),
        Err(PageError::Refused { faults, .. }) if !faults.is_empty() => Ok(Err(declaration::mistakes(&words, &faults))),
        Err(PageError::Conflict) => {
            typed.set("id", TripId::mint(site.now()).to_string());
            Ok(Err(vec![Mistake::new("", words.t("declare-already"))]))
        }
        Err(error) => Err(error),
    }
}

fn show(site: &Site, visitor: &Visitor, typed: &Typed, mistakes: Vec<Mistake>) -> Result<Response, PageError> {
    let words = site.words(visitor.lang);
    let title = if mistakes.is_empty() { words.t("declare-title") } else { words.a("title-with-errors", words.t("declare-title")) };
    let page = site.public_page(visitor.lang, "/declare", title).with_script(assets::DRAFT_JS).with_script(assets::SENDING_JS);
    let id = TripId::parse(typed.get("id")).unwrap_or_else(|_| TripId::mint(site.now())).to_string();
    let form = DeclarationForm::new(site, &words, typed, &mistakes);
    let action = format!("{}/declare", visitor.lang.prefix());
    render(&DeclarePage { page, mistakes, form, id, action, typed: *typed != Typed::default() })
}
