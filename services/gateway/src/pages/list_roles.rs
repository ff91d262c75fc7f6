//! `/roles`: the roles in force today and what each may do.
use std::sync::Arc;

use askama::Template;
use axum::{extract::State, response::Response};
use contract::{
    Permission,
    accounts::v1::{ListRolesRequest, Role},
};

use crate::{
    error::PageError,
    session::CurrentUser,
    site::Site,
    text::Lang,
    view::{Page, render},
};

#[derive(Template)]
#[template(path = "list_roles.html")]
struct RolesPage {
    page: Page,
    rows: Vec<Row>,
}

struct Row {
    id: String,
    name: String,
    permissions: Vec<String>,
}

/// `GET /roles`
pub async fn get(State(site): State<Arc<Site>>, user: CurrentUser) -> Result<Response, PageError> {
    user.require(Permission::AccountsAccountsRead)?;
    let page = user.page(&site, "/accounts", site.words(user.lang).t("roles-title"));
    let row = |role: Role| Row { name: name(user.lang, &role), id: role.role_id, permissions: role.permissions };
    let rows = in_force(&site, &user).await?.into_iter().map(row).collect();
    render(&RolesPage { page, rows })
}

async fn in_force(site: &Site, user: &CurrentUser) -> Result<Vec<Role>, PageError> {
    Ok(site.clients.accounts(user.caller.clone()).list_roles(ListRolesRequest {}).await?.into_inner().roles)
}

fn name(lang: Lang, role: &Role) -> String {
    match lang {
        Lang::Vi => role.name_vi.clone(),
        Lang::En => role.name_en.clone(),
    }
}

/// Id and name of each role in force.
pub async fn names(site: &Site, user: &CurrentUser) -> Result<Vec<(String, String)>, PageError> {
    let roles = in_force(site, user).await?;
    Ok(roles.into_iter().map(|role| (role.role_id.clone(), name(user.lang, &role))).collect())
}

/// A role's name; its id when it is no longer in force.
pub fn name_of(names: &[(String, String)], id: &str) -> String {
    names.iter().find(|(known, _)| known == id).map_or_else(|| id.to_owned(), |(_, name)| name.clone())
}
