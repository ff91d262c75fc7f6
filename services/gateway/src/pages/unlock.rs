//! `/unlock`: the officer whose screen was locked proves by password that it is still he, and goes on in a session of its own.
use std::sync::Arc;

use axum::{
    extract::State,
    response::{Html, IntoResponse as _, Response},
};
use contract::accounts::v1::{CreateSessionRequest, DeleteSessionRequest};
use http::{HeaderName, HeaderValue, StatusCode, header};
use tonic::Code;

use crate::{
    error::PageError,
    principal,
    session::{self, CurrentUser, OfficerForm},
    site::Site,
};

/// The token that the forms of the page carry from now on.
const FORM_TOKEN: HeaderName = HeaderName::from_static("x-form-token");

/// `POST /unlock`: 204 with the new session, or the words for the dialog. The login is the session's, whatever the form says.
pub async fn post(State(site): State<Arc<Site>>, OfficerForm { user, typed }: OfficerForm) -> Result<Response, PageError> {
    let request = CreateSessionRequest { login: user.principal.login.clone(), password: typed.get("password").to_owned() };
    if request.password.is_empty() {
        return Ok(refusal(&site, &user, StatusCode::UNPROCESSABLE_ENTITY, "lock-missing"));
    }
    match site.clients.accounts(principal::anonymous(user.sender())).create_session(request).await {
        Ok(answer) => renewed(&site, &user, &answer.into_inner().token).await,
        Err(status) => match status.code() {
            Code::Unauthenticated | Code::InvalidArgument => Ok(refusal(&site, &user, StatusCode::UNAUTHORIZED, "lock-wrong")),
            Code::ResourceExhausted => Ok(refusal(&site, &user, StatusCode::TOO_MANY_REQUESTS, "sign-in-wait")),
            _ => Err(status.into()),
        },
    }
}

/// The old session ends before the browser has the new one: never are both of use.
async fn renewed(site: &Site, user: &CurrentUser, token: &str) -> Result<Response, PageError> {
    site.clients.accounts(user.caller.clone()).delete_session(DeleteSessionRequest {}).await?;
    site.principals.forget(user.token());
    let form_token = HeaderValue::from_str(&session::csrf(token)).map_err(|_| PageError::Internal)?;
    let cookie = session::cookie(token).ok_or(PageError::Internal)?;
    Ok((StatusCode::NO_CONTENT, [(header::SET_COOKIE, cookie), (FORM_TOKEN, form_token)]).into_response())
}

/// As HTML, so that no error page takes its place.
fn refusal(site: &Site, user: &CurrentUser, status: StatusCode, key: &str) -> Response {
    (status, Html(site.words(user.lang).t(key))).into_response()
}
