//! `/list/{trip}`: one vehicle of the public list, what its driver promised and what happened.
use std::sync::Arc;

use askama::Template;
use axum::{
    extract::{Path, State},
    response::Response,
};
use contract::vehicles::v1::{GetPublicTripRequest, TripEntry};
use http::{HeaderValue, header};
use ids::TripId;

use super::public_row::Row;
use crate::{
    assets,
    error::PageError,
    site::Site,
    text::Words,
    view::{Moment, Page, filters, render},
    visitor::Visitor,
};

#[derive(Template)]
#[template(path = "public_trip.html")]
struct TripPage {
    page: Page,
    row: Row,
    history: Vec<Line>,
    made: Moment,
}

/// One line of what happened.
struct Line {
    at: Option<Moment>,
    text: String,
    class: &'static str,
}

/// `GET /list/{trip}`
pub async fn get(State(site): State<Arc<Site>>, Path(trip_id): Path<String>, visitor: Visitor) -> Result<Response, PageError> {
    let lang = visitor.lang;
    let id = TripId::parse(&trip_id).map_err(|_| PageError::NotFound)?;
    let request = GetPublicTripRequest { trip_id: id.to_string(), language: lang.code().to_owned() };
    let found = site.clients.vehicles(visitor.caller).get_public_trip(request).await?.into_inner();
    let trip = found.trip.ok_or(PageError::NotFound)?;
    let now = site.now();
    let words = site.words(lang);
    let row = Row::new(&site, &words, &trip, now);
    let page = site.public_page(lang, &format!("/list/{id}"), words.a("trip-title", &row.plate.text)).with_script(assets::LIVE_JS);
    let mut history: Vec<Line> = found.history.iter().filter_map(|entry| line(&site, &words, entry)).collect();
    if let Some(last) = history.last_mut().filter(|line| line.class.is_empty()) {
        last.class = "now";
    }
    let mut response = render(&TripPage { page, row, history, made: Moment::new(now, now) })?;
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=1"));
    Ok(response)
}

/// What the public is told of an event; most are nobody's business.
fn line(site: &Site, words: &Words, entry: &TripEntry) -> Option<Line> {
    let post = || site.post_name(words.lang(), &entry.post_id);
    let area = entry.area.as_ref().map(|area| area.name.clone()).unwrap_or_default();
    let (text, class) = match entry.kind.as_str() {
        "TripDeclared" => (words.t("history-declared"), ""),
        "TripReceived" => (words.a("history-received", post()), ""),
        "TripDecided" => (words.a("history-admitted", post()), ""),
        "ArrivalRequested" => (words.a("history-arrival-requested", area), ""),
        "ArrivalConfirmed" => (words.a("history-arrival-confirmed", area), ""),
        "ArrivalOverdue" | "TripOverdue" => (words.t("history-overdue"), "bad"),
        "TripExited" => (words.a("history-exited", post()), ""),
        "TripClosed" => (words.t("history-closed"), ""),
        _ => return None,
    };
    Some(Line { at: Moment::of(entry.at.as_ref(), site.now()), text, class })
}
