//! `/accounts/new`: an account with one role in one area for a time; its first password comes by the one-time link.
use std::sync::Arc;

use askama::Template;
use axum::{
    extract::State,
    response::{IntoResponse as _, Redirect, Response},
};
use chrono::{DateTime, Utc};
use contract::{
    Permission, Timestamp,
    accounts::v1::{CreateAccountRequest, Grant, Unit},
    common::v1::Area,
};
use http::{HeaderMap, StatusCode};
use ids::AccountId;
use runtime::grpc::Problem;
use tonic::Status;
use vietnam::{areas, province::Profile};

use super::{
    list_roles, list_units, password_link,
    place_filter::{self, Place},
};
use crate::{
    assets,
    error::{Fault, PageError},
    forms::Typed,
    session::{CurrentUser, OfficerForm},
    site::Site,
    text::{Lang, Words},
    view::{Choice, Field, Kind, Mistake, Page, moment, render, words},
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
    for (name, key) in [
        ("login", "accounts-missing-login"),
        ("name", "accounts-missing-name"),
        ("unit", "accounts-missing-unit"),
        ("role", "accounts-missing-role"),
    ] {
        if typed.get(name).is_empty() {
            mistakes.push(Mistake::new(name, words.t(key)));
        }
    }
    let unit = known.units.iter().find(|unit| unit.unit_id == typed.get("unit"));
    let area = area(site, words, typed, unit).unwrap_or_else(|mistake| {
        mistakes.push(mistake);
        None
    });
    let mut time = |name: &str| {
        let text = typed.get(name);
        let at: Option<DateTime<Utc>> = moment::parse_local(text);
        if at.is_none() && !text.is_empty() {
            mistakes.push(Mistake::new(name, words.t("accounts-wrong-time")));
        }
        at.map(Timestamp::from)
    };
    let (valid_from, valid_until) = (time("from"), time("until"));
    let grant = Grant { grant_id: String::new(), role_id: typed.get("role").to_owned(), area, valid_from, valid_until };
    let request = CreateAccountRequest {
        account_id: typed.get("id").to_owned(),
        login: typed.get("login").to_lowercase(),
        full_name: typed.get("name").to_owned(),
        unit_id: typed.get("unit").to_owned(),
        grants: vec![grant],
    };
    if mistakes.is_empty() { Ok(request) } else { Err(mistakes) }
}

/// The area that was typed or chosen; nothing typed means the unit's own.
fn area(site: &Site, words: &Words, typed: &Typed, unit: Option<&Unit>) -> Result<Option<Area>, Mistake> {
    let wrong = |key: &str| Err(Mistake::new("area", words.t(key)));
    let found = match place_filter::find(&site.province, typed.get("area")) {
        Place::Any => return Ok(unit.and_then(|unit| unit.area.clone())),
        Place::One(area) => area,
        Place::Several(areas) => match areas.into_iter().find(|area| area.code() == typed.get("area-code")) {
            Some(area) => area,
            None => return wrong("list-area-choose"),
        },
        Place::Unknown => return wrong("list-area-unknown"),
    };
    Ok(Some(Area { code: found.code(), valid_from: found.era().valid_from_text().to_owned(), name: String::new() }))
}

/// What the service refused, at the boxes that mend it; other failures stay failures.
fn mistakes_of(status: Status, lang: Lang) -> Result<Vec<Mistake>, PageError> {
    let problem = Problem::from_status(&status);
    let text = match lang {
        Lang::Vi => problem.message_vi.to_string(),
        Lang::En => problem.message_en.to_string(),
    };
    let field = match &*problem.reason {
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
        "role_id" => "role",
        "area" | "area.code" => "area",
        "valid_from" => "from",
        "valid_until" => "until",
        _ => "",
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
    let maker = Maker { site, words: &words, known, typed, mistakes: &mistakes };
    CreatePage {
        fields: maker.person(),
        grant: maker.grant(),
        id: typed.get("id").to_owned(),
        page: user.page(site, "/accounts", title).with_script(assets::SENDING_JS),
        mistakes,
    }
}

struct Maker<'a> {
    site: &'a Site,
    words: &'a Words,
    known: &'a Known,
    typed: &'a Typed,
    mistakes: &'a [Mistake],
}

impl Maker<'_> {
    fn field(&self, name: &str, label: &str, hint: &str) -> Field {
        Field {
            name: name.to_owned(),
            label: self.words.t(label),
            hint: if hint.is_empty() { String::new() } else { self.words.t(hint) },
            error: Mistake::of(self.mistakes, name).to_owned(),
            value: self.typed.get(name).to_owned(),
            ..Field::default()
        }
    }

    fn select(&self, name: &str, label: &str, lines: impl Iterator<Item = Choice>) -> Field {
        Field { kind: Kind::Select(std::iter::once(words::none(self.words)).chain(lines).collect()), ..self.field(name, label, "") }
    }

    fn person(&self) -> Vec<Field> {
        vec![
            Field { maxlength: 60, class: "w-m", ..self.field("login", "accounts-login", "accounts-login-hint") },
            Field { maxlength: 100, ..self.field("name", "accounts-name", "") },
            self.select("unit", "accounts-unit", self.known.units.iter().map(|unit| Choice::new(&unit.unit_id, unit_line(unit)))),
        ]
    }

    fn grant(&self) -> Vec<Field> {
        let time = |name: &str, label: &str, hint: &str| Field {
            kind: Kind::Input("datetime-local"),
            class: "w-m",
            ..self.field(name, label, hint)
        };
        let mut fields = vec![
            self.select("role", "accounts-role", self.known.roles.iter().map(|(id, name)| Choice::new(id, name))),
            Field { maxlength: 100, list: place_names(&self.site.province), ..self.field("area", "accounts-area", "accounts-area-hint") },
        ];
        let places = place_filter::find(&self.site.province, self.typed.get("area")).choices();
        if !places.is_empty() {
            let lines = places.iter().map(|area| Choice::new(area.code(), area.display_name()));
            fields.push(self.select("area-code", "list-area-choose", lines));
        }
        fields.extend([time("from", "accounts-from", "accounts-from-hint"), time("until", "accounts-until", "accounts-until-hint")]);
        fields
    }
}

/// The province, its districts and communes, as the box of an area takes them.
fn place_names(province: &Profile) -> Vec<String> {
    let own = areas::get(province.area).map(|area| area.full_name());
    let districts = areas::children(province.area).into_iter().filter(|_| province.has_districts).map(|area| area.display_name());
    own.into_iter().chain(districts).chain(place_filter::communes(province)).collect()
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
    fn every_suggested_area_is_one_place() {
        for profile in vietnam::province::names() {
            let province = Profile::load(profile).unwrap();
            for name in place_names(&province) {
                assert!(matches!(place_filter::find(&province, &name), Place::One(_)), "{name}");
            }
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
