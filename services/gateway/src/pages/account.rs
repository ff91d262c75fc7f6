//! `/account`: one's own session, rights and display settings.
use std::sync::Arc;

use askama::Template;
use axum::{
    extract::{Query, State},
    response::{IntoResponse as _, Redirect, Response},
};
use contract::accounts::v1::{Preferences, UpdatePreferencesRequest};
use serde::Deserialize;
use vietnam::{AreaKey, areas};

use crate::{
    error::PageError,
    session::{CurrentUser, OfficerForm},
    site::Site,
    view::{Choice, Field, Kind, Moment, Page, filters, page::home_of, render},
};

#[derive(Template)]
#[template(path = "account.html")]
struct AccountPage {
    page: Page,
    saved: bool,
    name: String,
    login: String,
    unit: String,
    until: Option<Moment>,
    rights: Vec<Right>,
    language: Field,
    theme: Field,
    gloves: bool,
    /// The guide of his role.
    guide: &'static str,
}

struct Right {
    permission: String,
    areas: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Done {
    saved: String,
}

/// `GET /account`
pub async fn get(State(site): State<Arc<Site>>, user: CurrentUser, Query(done): Query<Done>) -> Result<Response, PageError> {
    let words = site.words(user.lang);
    let page = user.page(&site, "/account", words.t("account-title"));
    let preferences = user.principal.preferences.clone().unwrap_or_default();
    let select = |name: &str, key: &str, value: &str, choices: [(&str, &str); 3]| {
        let lines = choices.iter().filter(|(_, key)| !key.is_empty()).map(|(value, key)| Choice::new(*value, words.t(key))).collect();
        Field {
            name: name.to_owned(),
            label: words.t(key),
            value: value.to_owned(),
            kind: Kind::Select(lines),
            class: "w-m",
            ..Field::default()
        }
    };
    let unit = user.principal.unit.clone().unwrap_or_default();
    let rights = user.principal.permissions.iter().map(|grant| Right {
        permission: grant.permission.clone(),
        areas: grant.areas.iter().map(|key| area_name(key)).collect::<Vec<_>>().join("; "),
    });
    render(&AccountPage {
        saved: !done.saved.is_empty(),
        name: user.principal.full_name.clone(),
        login: user.principal.login.clone(),
        unit: unit.name,
        until: Moment::of(user.principal.expires_at.as_ref(), site.now()),
        rights: rights.collect(),
        language: select(
            "language",
            "account-language",
            user.lang.code(),
            [("vi", "account-language-vi"), ("en", "account-language-en"), ("", "")],
        ),
        theme: select(
            "theme",
            "account-theme",
            &preferences.theme,
            [("", "account-theme-device"), ("light", "account-theme-light"), ("dark", "account-theme-dark")],
        ),
        gloves: preferences.gloves,
        guide: if home_of(&user.principal).ends_with("/arrivals") { "commune-police" } else { "post" },
        page,
    })
}

/// `POST /account`
pub async fn post(State(site): State<Arc<Site>>, OfficerForm { user, typed }: OfficerForm) -> Result<Response, PageError> {
    let preferences =
        Preferences { language: typed.get("language").to_owned(), theme: typed.get("theme").to_owned(), gloves: typed.has("gloves") };
    site.clients.accounts(user.caller.clone()).update_preferences(UpdatePreferencesRequest { preferences: Some(preferences) }).await?;
    site.principals.forget(user.token());
    Ok(Redirect::to("/account?saved=1").into_response())
}

/// The area's name; a key that this version does not know stays a key.
fn area_name(key: &str) -> String {
    AreaKey::parse(key).ok().and_then(areas::get).map_or_else(|| key.to_owned(), |area| area.display_name())
}
