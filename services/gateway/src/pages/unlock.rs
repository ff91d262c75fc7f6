//! `/lock` and `/unlock`: a screen that was left alone locks the whole session; the officer proves by password that it is still he and goes on in a
//! new one. The dialog over his page asks for it, or this page where another one of the session is opened.
use std::sync::Arc;

use askama::Template;
use axum::{
    extract::{Query, State},
    response::{Html, IntoResponse as _, Redirect, Response},
};
use contract::accounts::v1::{CreateSessionRequest, DeleteSessionRequest, LockSessionRequest};
use http::{HeaderName, HeaderValue, StatusCode, header, request::Parts};
use serde::Deserialize;
use tonic::Code;

use crate::{
    error::PageError,
    principal,
    session::{self, CurrentUser, SessionForm},
    site::Site,
    view::{Field, Kind, Mistake, Page, page::home_of, render},
};

/// The token that the forms of the page carry from now on.
const FORM_TOKEN: HeaderName = HeaderName::from_static("x-form-token");

#[derive(Template)]
#[template(path = "unlock.html")]
struct UnlockPage {
    page: Page,
    mistakes: Vec<Mistake>,
    who: String,
    field: Field,
    back: String,
}

/// Where to go afterwards.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Way {
    #[serde(rename = "return")]
    back: String,
}

/// `GET /unlock`
pub async fn get(State(site): State<Arc<Site>>, Query(way): Query<Way>, parts: Parts) -> Result<Response, Response> {
    let user = CurrentUser::even_locked(&site, &parts).await.map_err(|error| session::refused(error, &parts))?;
    let back = session::local(&way.back).map_or_else(|| home_of(&user.principal), str::to_owned);
    if !user.principal.locked {
        return Ok(Redirect::to(&back).into_response());
    }
    page(&site, &user, back, Vec::new()).map_err(|error| error.into_response())
}

/// `POST /lock`
pub async fn lock(State(site): State<Arc<Site>>, SessionForm { user, .. }: SessionForm) -> Result<Response, PageError> {
    site.clients.accounts(user.caller.clone()).lock_session(LockSessionRequest {}).await?;
    site.principals.forget(user.token());
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// `POST /unlock`: the new session, and for the dialog 204 or the words to show. The login is the session's, whatever the form says.
pub async fn post(State(site): State<Arc<Site>>, SessionForm { user, typed }: SessionForm) -> Result<Response, PageError> {
    let request = CreateSessionRequest { login: user.principal.login.clone(), password: typed.get("password").to_owned() };
    let back = session::local(typed.get("return")).map(str::to_owned);
    if request.password.is_empty() {
        return refusal(&site, &user, back, StatusCode::UNPROCESSABLE_ENTITY, "lock-missing");
    }
    match site.clients.accounts(principal::anonymous(user.sender())).create_session(request).await {
        Ok(answer) => renewed(&site, &user, back, &answer.into_inner().token).await,
        Err(status) => match status.code() {
            Code::Unauthenticated | Code::InvalidArgument => refusal(&site, &user, back, StatusCode::UNAUTHORIZED, "lock-wrong"),
            Code::ResourceExhausted => refusal(&site, &user, back, StatusCode::TOO_MANY_REQUESTS, "sign-in-wait"),
            _ => Err(status.into()),
        },
    }
}

/// The old session ends before the browser has the new one: never are both of use.
async fn renewed(site: &Site, user: &CurrentUser, back: Option<String>, token: &str) -> Result<Response, PageError> {
    site.clients.accounts(user.caller.clone()).delete_session(DeleteSessionRequest {}).await?;
    site.principals.forget(user.token());
    let form_token = HeaderValue::from_str(&session::csrf(token)).map_err(|_| PageError::Internal)?;
    let cookie = session::cookie(token).ok_or(PageError::Internal)?;
    Ok(match back {
        Some(back) => ([(header::SET_COOKIE, cookie)], Redirect::to(&back)).into_response(),
        None => (StatusCode::NO_CONTENT, [(header::SET_COOKIE, cookie), (FORM_TOKEN, form_token)]).into_response(),
    })
}

/// The page again; for the dialog its words as HTML, so that no error page takes their place.
fn refusal(site: &Site, user: &CurrentUser, back: Option<String>, status: StatusCode, key: &str) -> Result<Response, PageError> {
    let words = site.words(user.lang).t(key);
    let Some(back) = back else { return Ok((status, Html(words)).into_response()) };
    let mut response = page(site, user, back, vec![Mistake::new("password", words)])?;
    *response.status_mut() = status;
    Ok(response)
}

fn page(site: &Site, user: &CurrentUser, back: String, mistakes: Vec<Mistake>) -> Result<Response, PageError> {
    let words = site.words(user.lang);
    let title = if mistakes.is_empty() { words.t("lock-title") } else { words.a("title-with-errors", words.t("lock-title")) };
    let field = Field {
        name: "password".into(),
        label: words.t("sign-in-password"),
        kind: Kind::Input("password"),
        error: Mistake::of(&mistakes, "password").to_owned(),
        autocomplete: "current-password",
        maxlength: 128,
        ..Field::default()
    };
    let frame = Page { csrf: user.csrf.clone(), ..site.public_page(user.lang, "/unlock", title).for_staff_door() };
    render(&UnlockPage { page: frame, mistakes, who: user.principal.full_name.clone(), field, back })
}
