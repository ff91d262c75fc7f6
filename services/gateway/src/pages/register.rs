//! `/register`: somebody registers himself, or one he speaks for, before coming. The answer is the personal code and its QR; it stands in no address.
use std::sync::Arc;

use askama::Template;
use axum::{extract::State, response::Response};
use contract::lab::v1::RegisterMyselfRequest;
use http::StatusCode;
use ids::SubjectId;

use super::{pass, place_filter};
use crate::{
    assets,
    desk::{self, is_away},
    error::PageError,
    forms::Typed,
    lab::{failure, person},
    site::Site,
    view::{Asked, Mistake, Page, render},
    visitor::Visitor,
};

const PATH: &str = "/register";

#[derive(Template)]
#[template(path = "register.html")]
struct RegisterPage {
    page: Page,
    mistakes: Vec<Mistake>,
    fields: Vec<Asked>,
    communes: Vec<String>,
    id: String,
}

#[derive(Template)]
#[template(path = "registered.html")]
struct RegisteredPage {
    page: Page,
    code: String,
    /// SVG drawn by us.
    qr: String,
    name: String,
}

/// `GET /register`
pub async fn get(State(site): State<Arc<Site>>, visitor: Visitor) -> Result<Response, PageError> {
    show(&site, &visitor, &Typed::default(), Vec::new())
}

/// `POST /register`
pub async fn post(State(site): State<Arc<Site>>, visitor: Visitor, typed: Typed) -> Result<Response, PageError> {
    match send(&site, &visitor, &typed).await {
        Err(error) if is_away(&error) => {
            let page = site.public_page(visitor.lang, PATH, site.words(visitor.lang).t("resend-title"));
            desk::resend_on(page, &format!("{}{PATH}", visitor.lang.prefix()), &typed, error.status())
        }
        answer => answer,
    }
}

async fn send(site: &Site, visitor: &Visitor, typed: &Typed) -> Result<Response, PageError> {
    let words = site.words(visitor.lang);
    let subject_id = SubjectId::parse(typed.get("id")).map_err(|_| PageError::Unreadable)?.to_string();
    let reader = person::Reader { words: &words, province: &site.province, typed, now: site.now() };
    let subject = match reader.subject(subject_id) {
        Ok(subject) => subject,
        Err(mistakes) => return refuse(site, visitor, typed, mistakes),
    };
    let name = subject.full_name.clone();
    let request = RegisterMyselfRequest { subject: Some(subject) };
    match site.clients.sampling(visitor.caller.clone()).register_myself(request).await {
        Ok(answer) => registered(site, visitor, name, answer.into_inner().code),
        Err(status) => {
            let mistakes = failure::mistakes(status, visitor.lang, person::place(visitor.lang))?;
            refuse(site, visitor, typed, mistakes)
        }
    }
}

fn registered(site: &Site, visitor: &Visitor, name: String, code: String) -> Result<Response, PageError> {
    let words = site.words(visitor.lang);
    let mut page = site.public_page(visitor.lang, PATH, words.t("registered-title")).with_script(assets::PRINT_JS);
    page.other_language = None;
    render(&RegisteredPage { page, qr: pass::qr(&code)?, code, name })
}

fn refuse(site: &Site, visitor: &Visitor, typed: &Typed, mistakes: Vec<Mistake>) -> Result<Response, PageError> {
    let mut response = show(site, visitor, typed, mistakes)?;
    *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    Ok(response)
}

fn show(site: &Site, visitor: &Visitor, typed: &Typed, mistakes: Vec<Mistake>) -> Result<Response, PageError> {
    let words = site.words(visitor.lang);
    let title = words.t("register-title");
    let page = site.public_page(visitor.lang, PATH, desk::title(&words, &title, !mistakes.is_empty()).into_owned());
    render(&RegisterPage {
        page: page.with_script(assets::SENDING_JS),
        fields: person::fields(&words, typed, &mistakes),
        communes: place_filter::communes(&site.province),
        id: SubjectId::parse(typed.get("id")).unwrap_or_else(|_| SubjectId::mint(site.now())).to_string(),
        mistakes,
    })
}
