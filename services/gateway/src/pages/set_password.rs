//! `/password/{token}`: the owner of an account sets its password by the one-time link.
use std::sync::Arc;

use askama::Template;
use axum::{
    extract::{Path, State},
    response::Response,
};
use contract::accounts::v1::SetPasswordRequest;
use http::StatusCode;

use crate::{
    error::PageError,
    forms::Typed,
    site::Site,
    text::Words,
    view::{Field, Kind, Mistake, Page, render},
    visitor::Visitor,
};

const SHORTEST: usize = 12;
const LONGEST: usize = 128;

#[derive(Template)]
#[template(path = "set_password.html")]
struct PasswordPage {
    page: Page,
    mistakes: Vec<Mistake>,
    fields: Vec<Field>,
    action: String,
    /// Set when it is done: the login to use.
    done: Option<String>,
}

/// `GET /password/{token}`
pub async fn get(State(site): State<Arc<Site>>, Path(token): Path<String>, visitor: Visitor) -> Result<Response, PageError> {
    show(&site, &visitor, &token, Vec::new(), None)
}

/// `POST /password/{token}`
pub async fn post(State(site): State<Arc<Site>>, Path(token): Path<String>, visitor: Visitor, typed: Typed) -> Result<Response, PageError> {
    let words = site.words(visitor.lang);
    let (new, again) = (typed.get("password"), typed.get("again"));
    let mut mistakes = check(&words, new, again);
    if mistakes.is_empty() {
        let request = SetPasswordRequest { link_token: token.clone(), password: new.to_owned() };
        match site.clients.accounts(visitor.caller.clone()).set_password(request).await.map_err(PageError::from) {
            Ok(answer) => return show(&site, &visitor, &token, Vec::new(), Some(answer.into_inner().login)),
            Err(PageError::NotFound) => mistakes.push(Mistake::new("", words.t("password-used"))),
            Err(PageError::Invalid(_)) => mistakes.push(Mistake::new("password", words.t("password-common"))),
            Err(error) => return Err(error),
        }
    }
    let mut response = show(&site, &visitor, &token, mistakes, None)?;
    *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    Ok(response)
}

fn check(words: &Words, new: &str, again: &str) -> Vec<Mistake> {
    let key = match new.chars().count() {
        count if count < SHORTEST => "password-short",
        count if count > LONGEST => "password-long",
        _ if new != again => "password-differs",
        _ => return Vec::new(),
    };
    vec![Mistake::new("password", words.t(key))]
}

fn show(site: &Site, visitor: &Visitor, token: &str, mistakes: Vec<Mistake>, done: Option<String>) -> Result<Response, PageError> {
    let words = site.words(visitor.lang);
    let title = words.t(if done.is_some() { "password-done-title" } else { "password-title" });
    let title = if mistakes.is_empty() { title } else { words.a("title-with-errors", title) };
    let box_of = |name: &str, key: &str| Field {
        name: name.to_owned(),
        label: words.t(key),
        error: Mistake::of(&mistakes, name).to_owned(),
        kind: Kind::Input("password"),
        autocomplete: "new-password",
        maxlength: 128,
        ..Field::default()
    };
    let fields = vec![box_of("password", "password-new"), box_of("again", "password-again")];
    let action = format!("{}/password/{token}", visitor.lang.prefix());
    let page = site.public_page(visitor.lang, &format!("/password/{token}"), title).for_staff_door();
    render(&PasswordPage { page, fields, mistakes, action, done })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::{Lang, Texts};

    #[test]
    fn lengths_count_letters_not_bytes() {
        let words = Texts::load().unwrap().words(Lang::Vi);
        for (new, again, fine) in [("ễễễễễễễễễễễễ", "ễễễễễễễễễễễễ", true), ("ngắn", "ngắn", false), ("mười hai chữ cái", "khác", false)]
        {
            assert_eq!(check(&words, new, again).is_empty(), fine, "{new}");
        }
    }
}
