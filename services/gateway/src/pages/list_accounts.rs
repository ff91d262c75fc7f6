//! `/accounts`: the accounts of one's area. A search is posted, because what is typed is a name and no address may hold one.
use std::sync::Arc;

use askama::Template;
use axum::{
    extract::{Query, State},
    response::Response,
};
use contract::{
    Permission,
    accounts::v1::{Account, ListAccountsRequest},
};
use serde::Deserialize;

use super::list_roles;
use crate::{
    error::PageError,
    session::{CurrentUser, OfficerForm},
    site::Site,
    text::Words,
    view::{Moment, Page, Tag, filters, render},
};

const PAGE_SIZE: i32 = 25;
/// As long as a name may be.
const LONGEST: usize = 100;

#[derive(Template)]
#[template(path = "list_accounts.html")]
struct AccountsPage {
    page: Page,
    query: String,
    unit: String,
    rows: Vec<Row>,
    /// Where the next page begins; empty on the last.
    next: String,
    /// Whether this is not the first page.
    later: bool,
    manages: bool,
}

struct Row {
    href: String,
    name: String,
    login: String,
    unit: String,
    roles: String,
    tag: Tag,
    last_signed_in: Option<Moment>,
}

/// Ids only.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Place {
    unit: String,
    page: String,
}

/// `GET /accounts`
pub async fn get(State(site): State<Arc<Site>>, user: CurrentUser, Query(place): Query<Place>) -> Result<Response, PageError> {
    show(&site, &user, String::new(), place).await
}

/// `POST /accounts`: search
pub async fn post(State(site): State<Arc<Site>>, OfficerForm { user, typed }: OfficerForm) -> Result<Response, PageError> {
    let query = typed.get("query").chars().take(LONGEST).collect();
    show(&site, &user, query, Place { unit: typed.get("unit").to_owned(), page: typed.get("page").to_owned() }).await
}

async fn show(site: &Site, user: &CurrentUser, query: String, Place { unit, page }: Place) -> Result<Response, PageError> {
    user.require(Permission::AccountsAccountsRead)?;
    let later = !page.is_empty();
    let request = ListAccountsRequest { page_size: PAGE_SIZE, page_token: page, query: query.clone(), unit_id: unit.clone() };
    let found = site.clients.accounts(user.caller.clone()).list_accounts(request).await.map_err(gone)?.into_inner();
    let words = site.words(user.lang);
    let roles = list_roles::names(site, user).await?;
    render(&AccountsPage {
        rows: found.accounts.iter().map(|account| row(site, &words, &roles, account)).collect(),
        page: user.page(site, "/accounts", words.t("accounts-title")),
        query,
        unit,
        next: found.next_page_token,
        later,
        manages: user.require(Permission::AccountsAccountsManage).is_ok(),
    })
}

/// A unit or a page that is none is not found.
fn gone(status: tonic::Status) -> PageError {
    match PageError::from(status) {
        PageError::Invalid(_) => PageError::NotFound,
        error => error,
    }
}

fn row(site: &Site, words: &Words, roles: &[(String, String)], account: &Account) -> Row {
    let mut held: Vec<String> = account.grants.iter().map(|grant| list_roles::name_of(roles, &grant.role_id)).collect();
    held.dedup();
    Row {
        href: format!("/accounts/{}", account.account_id),
        name: account.full_name.clone(),
        login: account.login.clone(),
        unit: account.unit.clone().unwrap_or_default().name,
        roles: held.join("; "),
        tag: Tag::account(words, account.state()),
        last_signed_in: Moment::of(account.last_signed_in_at.as_ref(), site.now()),
    }
}
