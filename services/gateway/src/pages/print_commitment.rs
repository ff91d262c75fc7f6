//! `/posts/{post}/trips/{trip}/commitment`: the driver's commitment on A4, to be signed before the decision or printed again after it.
use std::sync::Arc;

use askama::Template;
use axum::{
    extract::{Path, State},
    response::Response,
};
use contract::vehicles::v1::{Findings, PersonRole, Trip};

use super::{
    decide_trip::{Desk, is_here},
    trip_desk::TripView,
};
use crate::{
    assets,
    error::PageError,
    session::CurrentUser,
    site::Site,
    view::{Moment, Page, filters, render},
};

#[derive(Template)]
#[template(path = "print_commitment.html")]
struct CommitmentPage {
    page: Page,
    back: String,
    trip: TripView,
    driver: String,
    clauses: Vec<String>,
    paper: String,
    officer: String,
    at: Moment,
    post: String,
    province: String,
}

/// `GET /posts/{post}/trips/{trip}/commitment`
pub async fn get(
    State(site): State<Arc<Site>>,
    Path((post, trip)): Path<(String, String)>,
    user: CurrentUser,
) -> Result<Response, PageError> {
    let desk = Desk::new(&site, &user, &post, &trip)?;
    let trip = desk.trip().await?.trip.ok_or(PageError::NotFound)?;
    let now = site.now();
    let signed = trip.decision.as_ref().and_then(|made| made.commitment.as_ref());
    let clauses = match signed {
        Some(signed) => signed.clauses.clone(),
        // The driver signs the Vietnamese text, whatever the officer reads.
        None if is_here(&trip, desk.post) => template(&desk).await?,
        None => return Err(PageError::NotFound),
    };
    let made = trip.decision.as_ref().filter(|_| signed.is_some());
    let page = user.page(&site, "", desk.words.t("commitment-title")).with_script(assets::PRINT_JS);
    render(&CommitmentPage {
        page,
        back: desk.address(),
        driver: driver(&trip),
        clauses,
        paper: signed.map(|signed| signed.paper_no.clone()).unwrap_or_default(),
        officer: made.map_or(user.principal.full_name.clone(), |made| made.officer_name.clone()),
        at: signed.and_then(|signed| Moment::of(signed.signed_at.as_ref(), now)).unwrap_or_else(|| Moment::new(now, now)),
        post: site.post_name(user.lang, &desk.post.id),
        province: site.province_name(user.lang).to_owned(),
        trip: TripView::new(&site, &desk.words, &trip),
    })
}

async fn template(desk: &Desk<'_>) -> Result<Vec<String>, PageError> {
    let assessment = desk.assess(Findings::default()).await?.ok_or(PageError::NotFound)?;
    Ok(assessment.commitment.ok_or(PageError::NotFound)?.clauses_vi)
}

fn driver(trip: &Trip) -> String {
    trip.people.iter().find(|person| person.role() == PersonRole::Driver).map(|person| person.full_name.clone()).unwrap_or_default()
}
