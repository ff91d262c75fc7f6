//! `/accounts/{account}`: who it is, what it may do and until when, and the forms that change it (`change_account.rs` takes them).
use std::sync::Arc;

use askama::Template;
use axum::{
    extract::{Path, Query, State},
    response::Response,
};
use contract::{
    Permission,
    accounts::v1::{Account, AccountState, GetAccountRequest, Grant},
};
use ids::AccountId;
use serde::Deserialize;

use super::list_roles;
use crate::{
    assets,
    error::PageError,
    session::CurrentUser,
    site::Site,
    text::Words,
    view::{Field, Kind, Mistake, Moment, Page, Tag, filters, render},
};

#[derive(Template)]
#[template(path = "show_account.html")]
struct AccountPage {
    page: Page,
    mistakes: Vec<Mistake>,
    /// What has just been done, in words; empty for nothing.
    done: String,
    id: String,
    version: i64,
    name: String,
    login: String,
    unit: String,
    tag: Tag,
    created: Option<Moment>,
    last_signed_in: Option<Moment>,
    grants: Vec<GrantView>,
    /// Nobody changes his own account, and who may only read changes none.
    changes: bool,
    locked: bool,
    reason: Field,
}

struct GrantView {
    id: String,
    role: String,
    area: String,
    from: Option<Moment>,
    until: Option<Moment>,
    /// Word for a grant that has not begun or is over; empty for one in force.
    standing: String,
    reason: Field,
    open: bool,
}

/// What a refused form leaves behind: the box, what was typed in it, and what is wrong.
#[derive(Debug, Clone, Default)]
pub struct Refusal {
    /// Name of the box; its form is open.
    pub field: String,
    pub typed: String,
    pub mistakes: Vec<Mistake>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Done {
    done: String,
}

const DONE: [(&str, &str); 6] = [
    ("locked", "accounts-done-locked"),
    ("unlocked", "accounts-done-unlocked"),
    ("granted", "accounts-done-granted"),
    ("granted-waits", "accounts-done-granted-waits"),
    ("revoked", "accounts-done-revoked"),
    ("repeated", "accounts-done-repeated"),
];

/// `GET /accounts/{account}`
pub async fn get(
    State(site): State<Arc<Site>>,
    Path(id): Path<String>,
    user: CurrentUser,
    Query(done): Query<Done>,
) -> Result<Response, PageError> {
    user.require(Permission::AccountsAccountsRead)?;
    let key = DONE.iter().find(|(name, _)| *name == done.done).map(|(_, key)| *key);
    show(&site, &user, &id, key, Refusal::default()).await
}

/// The page as the account is now.
pub async fn show(site: &Site, user: &CurrentUser, id: &str, done: Option<&str>, refusal: Refusal) -> Result<Response, PageError> {
    let id = AccountId::parse(id).map_err(|_| PageError::NotFound)?.to_string();
    let found = site.clients.accounts(user.caller.clone()).get_account(GetAccountRequest { account_id: id }).await?.into_inner();
    let account = found.account.ok_or(PageError::NotFound)?;
    let roles = list_roles::names(site, user).await?;
    render(&AccountPage::new(site, user, &roles, &account, done, refusal))
}

impl AccountPage {
    fn new(site: &Site, user: &CurrentUser, roles: &[(String, String)], account: &Account, done: Option<&str>, refusal: Refusal) -> Self {
        let words = site.words(user.lang);
        let now = site.now();
        // The login, not the name: a title stays in the history of a shared machine.
        let title = if refusal.mistakes.is_empty() { account.login.clone() } else { words.a("title-with-errors", &account.login) };
        let own = account.account_id == user.principal.account_id;
        let locked = account.state() == AccountState::Locked;
        Self {
            page: user.page(site, "/accounts", title).with_script(assets::SENDING_JS),
            done: done.map(|key| words.t(key)).unwrap_or_default(),
            id: account.account_id.clone(),
            version: account.version,
            name: account.full_name.clone(),
            login: account.login.clone(),
            unit: account.unit.clone().unwrap_or_default().name,
            tag: Tag::account(&words, account.state()),
            created: Moment::of(account.created_at.as_ref(), now),
            last_signed_in: Moment::of(account.last_signed_in_at.as_ref(), now),
            grants: account.grants.iter().map(|grant| GrantView::new(&words, roles, grant, &refusal, now)).collect(),
            changes: !own && user.require(Permission::AccountsAccountsManage).is_ok(),
            locked,
            reason: reason(&words, "reason", &refusal),
            mistakes: refusal.mistakes,
        }
    }
}

impl GrantView {
    fn new(words: &Words, roles: &[(String, String)], grant: &Grant, refusal: &Refusal, now: chrono::DateTime<chrono::Utc>) -> Self {
        let (from, until) = (Moment::of(grant.valid_from.as_ref(), now), Moment::of(grant.valid_until.as_ref(), now));
        let field = reason_of(&grant.grant_id);
        let standing = if until.is_some_and(|until| until.at() <= now) {
            "accounts-grant-over"
        } else if from.is_some_and(|from| from.at() > now) {
            "accounts-grant-later"
        } else {
            ""
        };
        Self {
            id: grant.grant_id.clone(),
            role: list_roles::name_of(roles, &grant.role_id),
            area: grant.area.clone().unwrap_or_default().name,
            from,
            until,
            standing: if standing.is_empty() { String::new() } else { words.t(standing) },
            open: refusal.field == field,
            reason: reason(words, &field, refusal),
        }
    }
}

/// Name of the box in which a grant's revocation is explained.
pub fn reason_of(grant: &str) -> String {
    format!("reason-{grant}")
}

fn reason(words: &Words, name: &str, refusal: &Refusal) -> Field {
    let (value, error) =
        if refusal.field == name { (refusal.typed.clone(), Mistake::of(&refusal.mistakes, name).to_owned()) } else { Default::default() };
    Field { name: name.to_owned(), label: words.t("accounts-reason"), kind: Kind::Area, maxlength: 500, value, error, ..Field::default() }
}
