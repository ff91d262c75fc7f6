//! `/units`: the units of one's area, parents first, each with the way to its accounts.
use std::{collections::HashMap, sync::Arc};

use askama::Template;
use axum::{
    extract::{Query, State},
    response::Response,
};
use contract::{
    Permission,
    accounts::v1::{ListUnitsRequest, Unit, UnitKind},
};
use serde::Deserialize;

use crate::{
    error::PageError,
    session::CurrentUser,
    site::Site,
    view::{Page, render},
};

const PAGE_SIZE: i32 = 100;
/// The most that the service gives at once; a province of 2021 has about 240.
const MOST: i32 = 500;

#[derive(Template)]
#[template(path = "list_units.html")]
struct UnitsPage {
    page: Page,
    rows: Vec<Row>,
    next: Option<String>,
    later: bool,
}

struct Row {
    accounts: String,
    name: String,
    kind: String,
    area: String,
    /// The unit above; empty when it is on another page or outside one's area.
    parent: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Place {
    page: String,
}

/// `GET /units`
pub async fn get(State(site): State<Arc<Site>>, user: CurrentUser, Query(place): Query<Place>) -> Result<Response, PageError> {
    user.require(Permission::AccountsAccountsRead)?;
    let later = !place.page.is_empty();
    let request = ListUnitsRequest { page_size: PAGE_SIZE, page_token: place.page };
    let found = site.clients.accounts(user.caller.clone()).list_units(request).await.map_err(PageError::from).map_err(gone)?.into_inner();
    let words = site.words(user.lang);
    let names: HashMap<&str, &str> = found.units.iter().map(|unit| (unit.unit_id.as_str(), unit.name.as_str())).collect();
    let row = |unit: &Unit| Row {
        accounts: format!("/accounts?unit={}", unit.unit_id),
        name: unit.name.clone(),
        kind: words.t(kind(unit.kind())),
        area: unit.area.clone().unwrap_or_default().name,
        parent: names.get(unit.parent_unit_id.as_str()).copied().unwrap_or_default().to_owned(),
    };
    render(&UnitsPage {
        rows: found.units.iter().map(row).collect(),
        next: (!found.next_page_token.is_empty()).then(|| format!("/units?page={}", found.next_page_token)),
        later,
        page: user.page(&site, "/accounts", words.t("units-title")),
    })
}

fn gone(error: PageError) -> PageError {
    if matches!(error, PageError::Invalid(_)) { PageError::NotFound } else { error }
}

/// Every unit of one's area, for a form to choose from.
pub async fn all(site: &Site, user: &CurrentUser) -> Result<Vec<Unit>, PageError> {
    let mut units = Vec::new();
    let mut page_token = String::new();
    loop {
        let request = ListUnitsRequest { page_size: MOST, page_token };
        let found = site.clients.accounts(user.caller.clone()).list_units(request).await?.into_inner();
        units.extend(found.units);
        if found.next_page_token.is_empty() {
            return Ok(units);
        }
        page_token = found.next_page_token;
    }
}

fn kind(kind: UnitKind) -> &'static str {
    match kind {
        UnitKind::ProvincePolice => "unit-province-police",
        UnitKind::DistrictPolice => "unit-district-police",
        UnitKind::CommunePolice => "unit-commune-police",
        UnitKind::Post => "unit-post",
        UnitKind::Department => "unit-department",
        UnitKind::Unspecified => "unknown",
    }
}
