//! `/sign-in` and `/sign-out`.
use std::sync::Arc;

use askama::Template;
use axum::{
    extract::{FromRequest as _, Query, Request, State},
    response::{IntoResponse as _, Redirect, Response},
};
use contract::accounts::v1::{CreateSessionRequest, DeleteSessionRequest};
use http::{HeaderName, HeaderValue, StatusCode, header};
use serde::Deserialize;
use tonic::Code;

use crate::{
    error::PageError,
    forms::Typed,
    principal,
    session::{self, CurrentUser, SessionForm},
    site::Site,
    text::Lang,
    view::{Field, Kind, Mistake, Page, page::home_of, render},
};

#[derive(Template)]
#[template(path = "sign_in.html")]
struct SignInPage {
    page: Page,
    mistakes: Vec<Mistake>,
    fields: Vec<Field>,
    back: String,
    ended: bool,
}

/// Where to go afterwards, and whether a session has just ended.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Way {
    #[serde(rename = "return")]
    back: String,
    ended: String,
    lang: String,
}

/// `GET /sign-in`
pub async fn get(State(site): State<Arc<Site>>, Query(way): Query<Way>) -> Result<Response, PageError> {
    form(&site, Lang::of_preference(&way.lang), &Typed::new([("return", &way.back)]), Vec::new(), !way.ended.is_empty())
}

/// `POST /sign-in`
pub async fn post(State(site): State<Arc<Site>>, request: Request) -> Result<Response, Response> {
    let (parts, body) = request.into_parts();
    let typed = Typed::from_request(Request::from_parts(parts.clone(), body), &site).await?;
    enter(&site, &parts, &typed).await.map_err(|error| error.into_response())
}

async fn enter(site: &Site, parts: &http::request::Parts, typed: &Typed) -> Result<Response, PageError> {
    let lang = Lang::of_preference(typed.get("lang"));
    let words = site.words(lang);
    let refuse = |key: &str, status: StatusCode| {
        let mut response = form(site, lang, typed, vec![Mistake::new("login", words.t(key))], false)?;
        *response.status_mut() = status;
        Ok(response)
    };
    let request = CreateSessionRequest { login: typed.get("login").to_lowercase(), password: typed.get("password").to_owned() };
    if request.login.is_empty() || request.password.is_empty() {
        return refuse("sign-in-missing", StatusCode::UNPROCESSABLE_ENTITY);
    }
    let caller = principal::anonymous(session::sender(site, parts, lang));
    match site.clients.accounts(caller).create_session(request).await {
        Ok(answer) => {
            let user = CurrentUser::with_token(site, parts, answer.into_inner().token).await?;
            Ok(entered(&user, typed.get("return")))
        }
        Err(status) => match status.code() {
            Code::Unauthenticated | Code::InvalidArgument => refuse("sign-in-wrong", StatusCode::UNPROCESSABLE_ENTITY),
            Code::ResourceExhausted => refuse("sign-in-wait", StatusCode::TOO_MANY_REQUESTS),
            _ => Err(status.into()),
        },
    }
}

fn entered(user: &CurrentUser, back: &str) -> Response {
    let home = home_of(&user.principal);
    let mut response = Redirect::to(session::local(back).unwrap_or(&home)).into_response();
    if let Some(cookie) = session::cookie(user.token()) {
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    response
}

/// `POST /sign-out`
pub async fn sign_out(State(site): State<Arc<Site>>, SessionForm { user, .. }: SessionForm) -> Result<Response, PageError> {
    site.clients.accounts(user.caller.clone()).delete_session(DeleteSessionRequest {}).await?;
    site.principals.forget(user.token());
    let mut response = Redirect::to("/sign-in").into_response();
    response.headers_mut().insert(header::SET_COOKIE, session::no_cookie());
    response.headers_mut().insert(HeaderName::from_static("clear-site-data"), HeaderValue::from_static("\"cache\""));
    Ok(response)
}

fn form(site: &Site, lang: Lang, typed: &Typed, mistakes: Vec<Mistake>, ended: bool) -> Result<Response, PageError> {
    let words = site.words(lang);
    let title = if mistakes.is_empty() { words.t("sign-in-title") } else { words.a("title-with-errors", words.t("sign-in-title")) };
    let page = site.public_page(lang, "/sign-in", title).for_staff_door();
    let fields = vec![
        Field {
            name: "login".into(),
            label: words.t("sign-in-login"),
            value: typed.get("login").to_owned(),
            error: Mistake::of(&mistakes, "login").to_owned(),
            autocomplete: "username",
            maxlength: 60,
            ..Field::default()
        },
        Field {
            name: "password".into(),
            label: words.t("sign-in-password"),
            kind: Kind::Input("password"),
            autocomplete: "current-password",
            maxlength: 128,
            ..Field::default()
        },
    ];
    render(&SignInPage { page, mistakes, fields, back: typed.get("return").to_owned(), ended })
}
