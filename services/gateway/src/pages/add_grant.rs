//! `/accounts/{account}/grants/new`: one more role for somebody, in an area and for a time.
use std::sync::Arc;

use askama::Template;
use axum::{
    extract::{Path, State},
    response::{IntoResponse as _, Redirect, Response},
};
use contract::{
    Permission,
    accounts::v1::{Account, AccountState, AddGrantRequest, GetAccountRequest, Grant},
};
use http::StatusCode;
use ids::{AccountId, GrantId};
use tonic::Status;

use super::{
    grant_boxes::{self, Boxes},
    list_roles,
};
use crate::{
    assets,
    error::{self, PageError},
    forms::Typed,
    session::{CurrentUser, OfficerForm},
    site::Site,
    text::Lang,
    view::{Field, Kind, Mistake, Page, render},
};

#[derive(Template)]
#[template(path = "add_grant.html")]
struct GrantPage {
    page: Page,
    mistakes: Vec<Mistake>,
    account: String,
    name: String,
    /// Made with the form: sending twice is one grant.
    id: String,
    version: i64,
    fields: Vec<Field>,
}

/// What the page says of somebody else's account.
struct Known {
    account: Account,
    roles: Vec<(String, String)>,
}

impl Known {
    async fn ask(site: &Site, user: &CurrentUser, account: &str) -> Result<Self, PageError> {
        user.require(Permission::AccountsAccountsManage)?;
        let account_id = AccountId::parse(account).map_err(|_| PageError::NotFound)?.to_string();
        if account_id == user.principal.account_id {
            return Err(PageError::NotFound);
        }
        let found = site.clients.accounts(user.caller.clone()).get_account(GetAccountRequest { account_id }).await?.into_inner();
        Ok(Self { account: found.account.ok_or(PageError::NotFound)?, roles: list_roles::names(site, user).await? })
    }
}

/// `GET /accounts/{account}/grants/new`
pub async fn get(State(site): State<Arc<Site>>, Path(account): Path<String>, user: CurrentUser) -> Result<Response, PageError> {
    let known = Known::ask(&site, &user, &account).await?;
    let version = known.account.version.to_string();
    let typed = Typed::new([("id", GrantId::mint(site.now()).to_string()), ("version", version)]);
    render(&page(&site, &user, &known, &typed, Vec::new()))
}

/// `POST /accounts/{account}/grants/new`
pub async fn post(
    State(site): State<Arc<Site>>,
    Path(account): Path<String>,
    OfficerForm { user, typed }: OfficerForm,
) -> Result<Response, PageError> {
    let known = Known::ask(&site, &user, &account).await?;
    let words = site.words(user.lang);
    let mut mistakes = Vec::new();
    let grant = grant_boxes::read(&site, &words, &typed, known.account.unit.as_ref(), &mut mistakes);
    if typed.get("reason").chars().count() < super::change_account::SHORTEST_REASON {
        mistakes.push(Mistake::new("reason", words.t("accounts-missing-reason")));
    }
    if !mistakes.is_empty() {
        return refuse(&site, &user, &known, &typed, mistakes, StatusCode::UNPROCESSABLE_ENTITY);
    }
    let request = AddGrantRequest {
        account_id: known.account.account_id.clone(),
        version: typed.get("version").parse().map_err(|_| PageError::Unreadable)?,
        grant: Some(Grant { grant_id: typed.get("id").to_owned(), ..grant }),
        reason: typed.get("reason").to_owned(),
    };
    match site.clients.accounts(user.caller.clone()).add_grant(request).await {
        Ok(given) => {
            let waits = given.into_inner().account.is_some_and(|account| account.state() == AccountState::Invited);
            let done = if waits { "granted-waits" } else { "granted" };
            Ok(Redirect::to(&format!("/accounts/{}?done={done}", known.account.account_id)).into_response())
        }
        Err(status) => {
            let (mistakes, status) = refused(status, user.lang)?;
            refuse(&site, &user, &known, &typed, mistakes, status)
        }
    }
}

/// What the service refused, at the boxes that mend it; other failures stay failures.
fn refused(status: Status, lang: Lang) -> Result<(Vec<Mistake>, StatusCode), PageError> {
    let (reason, text) = (error::reason(&status), error::message(&status, lang));
    match (reason.as_str(), PageError::from(status)) {
        ("GRANT_BEYOND_OWN", _) => Ok((vec![Mistake::new("role", text)], StatusCode::FORBIDDEN)),
        ("UNIT_BEYOND_OWN", _) => Ok((vec![Mistake::new("", text)], StatusCode::FORBIDDEN)),
        ("STALE_VERSION" | "ID_REUSED" | "OWN_ACCOUNT", _) => Ok((vec![Mistake::new("", text)], StatusCode::CONFLICT)),
        (_, PageError::Invalid(faults)) => {
            let at = |path: &str| if path == "reason" { "reason" } else { grant_boxes::box_of(path.trim_start_matches("grant.")) };
            let mistakes = faults.iter().map(|fault| Mistake::new(at(&fault.path), fault.text(lang))).collect();
            Ok((mistakes, StatusCode::UNPROCESSABLE_ENTITY))
        }
        (_, error) => Err(error),
    }
}

fn refuse(
    site: &Site,
    user: &CurrentUser,
    known: &Known,
    typed: &Typed,
    mistakes: Vec<Mistake>,
    status: StatusCode,
) -> Result<Response, PageError> {
    let mut response = render(&page(site, user, known, typed, mistakes))?;
    *response.status_mut() = status;
    Ok(response)
}

fn page(site: &Site, user: &CurrentUser, known: &Known, typed: &Typed, mistakes: Vec<Mistake>) -> GrantPage {
    let words = site.words(user.lang);
    // The login, not the name: a title stays in the history of a shared machine.
    let title = words.a("accounts-add-grant-title", &known.account.login);
    let title = if mistakes.is_empty() { title } else { words.a("title-with-errors", title) };
    let boxes = Boxes { words: &words, typed, mistakes: &mistakes };
    let mut fields = boxes.grant(site, &known.roles);
    fields.push(Field { kind: Kind::Area, maxlength: 500, ..boxes.field("reason", "accounts-reason", "") });
    GrantPage {
        fields,
        account: known.account.account_id.clone(),
        name: known.account.full_name.clone(),
        id: typed.get("id").to_owned(),
        // The version that is shown: after a refusal for another one, what to decide about is on the account's page.
        version: known.account.version,
        page: user.page(site, "/accounts", title).with_script(assets::SENDING_JS),
        mistakes,
    }
}
