//! `/accounts/new`: an account with one role in one area for a time; its first password comes by the one-time link.
use std::sync::Arc;

use askama::Template;
use axum::{
    extract::State,
    response::{IntoResponse as _, Redirect, Response},
};
use contract::{
    Permission,
    accounts::v1::{CreateAccountRequest, Unit},
};
use http::{HeaderMap, StatusCode};
use ids::AccountId;
use tonic::Status;

use super::{
    grant_boxes::{self, Boxes},
    list_roles, list_units, password_link,
};
use crate::{
    assets,
    error::{self, Fault, PageError},
    forms::Typed,
    session::{CurrentUser, OfficerForm},
    site::Site,
    text::{Lang, Words},
    view::{Choice, Field, Mistake, Page, render},
};

#[derive(Template)]
#[template(path = "create_account.html")]
struct CreatePage {
    page: Page,
    mistakes: Vec<Mistake>,
    /// Made with the form: sending twice is one account.
    id: String,
    fields: Vec<Field>,
    grant: Vec<Field>,
}

/// What a form needs to know of the world.
struct Known {
    units: Vec<Unit>,
    roles: Vec<(String, String)>,
}

impl Known {
    async fn ask(site: &Site, user: &CurrentUser) -> Result<Self, PageError> {
        let (units, roles) = tokio::try_join!(list_units::all(site, user), list_roles::names(site, user))?;
        Ok(Self { units, roles })
    }
}

/// `GET /accounts/new`
pub async fn get(State(site): State<Arc<Site>>, user: CurrentUser) -> Result<Response, PageError> {
    user.require(Permission::AccountsAccountsManage)?;
    let known = Known::ask(&site, &user).await?;
    let typed = Typed::new([("id", AccountId::mint(site.now()).to_string())]);
    render(&page(&site, &user, &known, &typed, Vec::new()))
}

/// `POST /accounts/new`
pub async fn post(
    State(site): State<Arc<Site>>,
    headers: HeaderMap,
    OfficerForm { user, typed }: OfficerForm,
) -> Result<Response, PageError> {
    user.require(Permission::AccountsAccountsManage)?;
    let known = Known::ask(&site, &user).await?;
    let words = site.words(user.lang);
    let request = match read(&site, &words, &known, &typed) {
        Ok(request) => request,
        Err(mistakes) => return refuse(&site, &user, &known, &typed, mistakes),
    };
    match site.clients.accounts(user.caller.clone()).create_account(request).await {
        Ok(made) => {
            let made = made.into_inner();
            let account = made.account.ok_or(PageError::Internal)?;
            if made.link_token.is_empty() {
                return Ok(Redirect::to(&format!("/accounts/{}?done=repeated", account.account_id)).into_response());
            }
            password_link::show(&site, &user, &headers, &account, &made.link_token, made.link_expires_at)
        }
        Err(status) => {
            let mistakes = mistakes_of(status, user.lang)?;
            refuse(&site, &user, &known, &typed, mistakes)
        }
    }
}

/// The request of a form, or everything that has to be mended, in the order of the page.
fn read(site: &Site, words: &Words, known: &Known, typed: &Typed) -> Result<CreateAccountRequest, Vec<Mistake>> {
    let mut mistakes = Vec::new();
    for (name, key) in [("login", "accounts-missing-login"), ("name", "accounts-missing-name"), ("unit", "accounts-missing-unit")] {
        if typed.get(name).is_empty() {
            mistakes.push(Mistake::new(name, words.t(key)));
        }
    }
    let unit = known.units.iter().find(|unit| unit.unit_id == typed.get("unit"));
    let grant = grant_boxes::read(site, words, typed, unit, &mut mistakes);
    let request = CreateAccountRequest {
        account_id: typed.get("id").to_owned(),
        login: typed.get("login").to_lowercase(),
        full_name: typed.get("name").to_owned(),
        unit_id: typed.get("unit").to_owned(),
        grants: vec![grant],
    };
    if mistakes.is_empty() { Ok(request) } else { Err(mistakes) }
}

/// What the service refused, at the boxes that mend it; other failures stay failures.
fn mistakes_of(status: Status, lang: Lang) -> Result<Vec<Mistake>, PageError> {
    let (reason, text) = (error::reason(&status), error::message(&status, lang));
    let field = match reason.as_str() {
        "LOGIN_TAKEN" => "login",
        "UNIT_BEYOND_OWN" => "unit",
        "GRANT_BEYOND_OWN" => "role",
        "ID_REUSED" => "",
        _ => {
            return match PageError::from(status) {
                PageError::Invalid(faults) => Ok(faults.iter().map(|fault| at_its_box(fault, lang)).collect()),
                error => Err(error),
            };
        }
    };
    Ok(vec![Mistake::new(field, text)])
}

fn at_its_box(fault: &Fault, lang: Lang) -> Mistake {
    let field = match fault.path.trim_start_matches("grants[0].") {
        "login" => "login",
        "full_name" => "name",
        "unit_id" => "unit",
        path => grant_boxes::box_of(path),
    };
    Mistake::new(field, fault.text(lang))
}

fn refuse(site: &Site, user: &CurrentUser, known: &Known, typed: &Typed, mistakes: Vec<Mistake>) -> Result<Response, PageError> {
    let mut response = render(&page(site, user, known, typed, mistakes))?;
    *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    Ok(response)
}

fn page(site: &Site, user: &CurrentUser, known: &Known, typed: &Typed, mistakes: Vec<Mistake>) -> CreatePage {
    let words = site.words(user.lang);
    let title = words.t("accounts-new-title");
    let title = if mistakes.is_empty() { title } else { words.a("title-with-errors", title) };
    let boxes = Boxes { words: &words, typed, mistakes: &mistakes };
    CreatePage {
        fields: vec![
            Field { maxlength: 60, class: "w-m", ..boxes.field("login", "accounts-login", "accounts-login-hint") },
            Field { maxlength: 100, ..boxes.field("name", "accounts-name", "") },
            boxes.select("unit", "accounts-unit", known.units.iter().map(|unit| Choice::new(&unit.unit_id, unit_line(unit)))),
        ],
        grant: boxes.grant(site, &known.roles),
        id: typed.get("id").to_owned(),
        page: user.page(site, "/accounts", title).with_script(assets::SENDING_JS),
        mistakes,
    }
}

/// `Công an xã Ia Băng, Huyện Đăk Đoa`: two communes share a name, never one district.
fn unit_line(unit: &Unit) -> String {
    let area = unit.area.clone().unwrap_or_default().name;
    match area.split_once(", ") {
        Some((own, above)) if unit.name.to_lowercase().ends_with(&own.to_lowercase()) => format!("{}, {above}", unit.name),
        _ => unit.name.clone(),
    }
}

#[cfg(test)]
mod tests {
    use contract::common::v1::Area;
    use runtime::grpc::Problem;

    use super::*;

    #[test]
    fn units_of_one_name_are_told_apart() {
        let unit = |name: &str, area: &str| Unit {
            name: name.into(),
            area: Some(Area { name: area.into(), ..Area::default() }),
            ..Unit::default()
        };
        for (name, area, expected) in [
            ("Công an xã Ia Băng", "Xã Ia Băng, Huyện Đăk Đoa", "Công an xã Ia Băng, Huyện Đăk Đoa"),
            ("Chốt Cầu 110", "Xã Ia Le, Huyện Chư Pưh", "Chốt Cầu 110"),
            ("Công an tỉnh Gia Lai", "Tỉnh Gia Lai", "Công an tỉnh Gia Lai"),
        ] {
            assert_eq!(unit_line(&unit(name, area)), expected);
        }
    }

    #[test]
    fn faults_find_their_boxes() {
        let fault = |path: &str| Fault { path: path.into(), reason: String::new(), vi: "Ghi lại".into(), en: String::new() };
        for (path, field) in [
            ("login", "login"),
            ("full_name", "name"),
            ("grants[0].area.code", "area"),
            ("grants[0].valid_until", "until"),
            ("account_id", ""),
        ] {
            assert_eq!(at_its_box(&fault(path), Lang::Vi), Mistake::new(field, "Ghi lại"), "{path}");
        }
    }

    #[test]
    fn what_is_beyond_the_administrator_is_said_at_its_box() {
        let refused = |code, reason| Status::from(Problem::new(code, reason, "Tiếng Việt", "English"));
        for (code, reason, field) in [
            (tonic::Code::AlreadyExists, "LOGIN_TAKEN", "login"),
            (tonic::Code::PermissionDenied, "UNIT_BEYOND_OWN", "unit"),
            (tonic::Code::PermissionDenied, "GRANT_BEYOND_OWN", "role"),
            (tonic::Code::AlreadyExists, "ID_REUSED", ""),
        ] {
            assert_eq!(mistakes_of(refused(code, reason), Lang::En), Ok(vec![Mistake::new(field, "English")]), "{reason}");
        }
        assert_eq!(mistakes_of(Status::unavailable("x"), Lang::Vi), Err(PageError::Unavailable));
    }
}
