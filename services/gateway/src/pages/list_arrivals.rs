//! `/areas/{code}/arrivals` and `/areas/{code}/overdue`: what the police of a commune or district have to confirm, what is late first.
use std::sync::Arc;

use askama::Template;
use axum::{
    extract::{Path, Query, State},
    response::Response,
};
use chrono::{DateTime, TimeDelta, Utc};
use contract::vehicles::v1::{Arrival, ArrivalState, ListArrivalsRequest, ListArrivalsResponse};
use serde::Deserialize;
use vietnam::{Area, areas};

use crate::{
    assets,
    error::PageError,
    session::CurrentUser,
    site::Site,
    text::Words,
    view::{Due, Moment, Page, PlateView, Tag, filters, render, words},
};

#[derive(Template)]
#[template(path = "list_arrivals.html")]
struct ArrivalsPage {
    page: Page,
    heading: String,
    sums: Vec<Sum>,
    groups: Vec<Group>,
    done: Vec<Done>,
    empty: String,
    older: Option<String>,
    made: Moment,
}

struct Sum {
    href: &'static str,
    count: i32,
    label: String,
    alarm: bool,
}

struct Group {
    id: &'static str,
    title: String,
    rows: Vec<Row>,
}

/// One vehicle that somebody has to look for.
pub struct Row {
    pub id: String,
    pub href: String,
    pub plate: PlateView,
    pub vehicle: String,
    pub due: Option<Due>,
    pub driver: String,
    /// "Sinh 1979, 2 người"
    pub about: String,
    pub place: String,
    pub via: String,
    pub admitted: Option<Moment>,
    /// `tel:` address; empty where no number is known.
    pub phone: String,
    pub overdue: bool,
    pub people: i32,
    /// The laboratory wants somebody of them again.
    pub resample: Option<Resample>,
}

pub struct Resample {
    pub tag: Tag,
    /// "2 người cần lấy mẫu lại ..."
    pub how: String,
}

/// One line of what was answered.
struct Done {
    at: Option<Moment>,
    tag: Tag,
    plate: String,
    href: String,
    people: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Further {
    after: String,
}

/// `GET /areas/{code}/arrivals`
pub async fn get(
    State(site): State<Arc<Site>>,
    Path(code): Path<String>,
    Query(further): Query<Further>,
    user: CurrentUser,
) -> Result<Response, PageError> {
    let area = area(&site, &code)?;
    let found = ask(&site, &user, &code, &further.after, true).await?;
    show(&site, &user, area, found, false)
}

/// `GET /areas/{code}/overdue`
pub async fn overdue(
    State(site): State<Arc<Site>>,
    Path(code): Path<String>,
    Query(further): Query<Further>,
    user: CurrentUser,
) -> Result<Response, PageError> {
    let area = area(&site, &code)?;
    let mut found = ask(&site, &user, &code, &further.after, false).await?;
    let all = found.arrivals.len();
    found.arrivals.retain(|arrival| arrival.state() == ArrivalState::Overdue);
    // Overdue ones come first: after the first that is not there are no more.
    if found.arrivals.len() < all {
        found.next_page_token.clear();
    }
    show(&site, &user, area, found, true)
}

/// The area of an address; one that the province has not does not exist.
pub fn area(site: &Site, code: &str) -> Result<Area, PageError> {
    areas::find(site.province.era, code).filter(|area| site.province.area.covers(area.key)).ok_or(PageError::NotFound)
}

async fn ask(site: &Site, user: &CurrentUser, code: &str, after: &str, answered: bool) -> Result<ListArrivalsResponse, PageError> {
    let request = ListArrivalsRequest { area_code: code.to_owned(), page_size: 100, page_token: after.to_owned(), answered };
    Ok(site.clients.vehicles(user.caller.clone()).list_arrivals(request).await?.into_inner())
}

fn show(site: &Site, user: &CurrentUser, area: Area, found: ListArrivalsResponse, overdue: bool) -> Result<Response, PageError> {
    let words = site.words(user.lang);
    let now = site.now();
    let code = area.code();
    let address = format!("/areas/{code}/{}", if overdue { "overdue" } else { "arrivals" });
    let title = words.a(if overdue { "arrivals-overdue-title" } else { "arrivals-title" }, area.full_name());
    let head = if found.overdue > 0 { words.ab("arrivals-alarm-title", found.overdue, &title) } else { title.clone() };
    let mut page = user.page(site, &address, head);
    page.scripts = vec![assets::LIVE_JS, assets::CONFIRM_JS];
    let waiting = i64::from(found.overdue + found.on_the_way);
    page.bar.links.iter_mut().filter(|link| link.current && !overdue).for_each(|link| link.count = Some(waiting));
    let older = (!found.next_page_token.is_empty()).then(|| format!("{address}?after={}", found.next_page_token));
    let (waiting, answered): (Vec<&Arrival>, Vec<&Arrival>) = found.arrivals.iter().partition(|arrival| waits(arrival));
    let done = answered.iter().map(|arrival| done(site, &words, &code, arrival)).collect();
    let rows = waiting.into_iter().map(|arrival| Row::new(site, &words, &code, arrival, now)).collect();
    render(&ArrivalsPage {
        heading: title,
        sums: if overdue { Vec::new() } else { sums(&words, &found) },
        groups: groups(&words, rows, now),
        done,
        empty: words.t(if overdue { "arrivals-overdue-empty" } else { "arrivals-empty" }),
        older,
        made: Moment::new(now, now),
        page,
    })
}

fn waits(arrival: &Arrival) -> bool {
    matches!(arrival.state(), ArrivalState::Expected | ArrivalState::Overdue)
}

fn sums(words: &Words, found: &ListArrivalsResponse) -> Vec<Sum> {
    let sum = |href, count, key: &str, alarm| Sum { href, count, label: words.t(key), alarm };
    vec![
        sum("#late", found.overdue, "arrivals-overdue", found.overdue > 0),
        sum("#soon", found.due_within_hour, "arrivals-soon", false),
        sum("#way", found.on_the_way - found.due_within_hour, "arrivals-way", false),
        sum("#done", found.confirmed_today, "arrivals-confirmed-today", false),
    ]
}

/// Overdue, then due within the hour, then the rest; the service has them in this order.
fn groups(words: &Words, rows: Vec<Row>, now: DateTime<Utc>) -> Vec<Group> {
    let soon = |row: &Row| row.due.as_ref().is_some_and(|due| due.at.at() <= now + TimeDelta::hours(1));
    let (late, others): (Vec<Row>, Vec<Row>) = rows.into_iter().partition(|row| row.overdue);
    let (soon, way): (Vec<Row>, Vec<Row>) = others.into_iter().partition(soon);
    [("late", "arrivals-late-title", late), ("soon", "arrivals-soon", soon), ("way", "arrivals-way", way)]
        .into_iter()
        .filter(|(.., rows)| !rows.is_empty())
        .map(|(id, key, rows)| Group { id, title: words.t(key), rows })
        .collect()
}

fn done(site: &Site, words: &Words, code: &str, arrival: &Arrival) -> Done {
    Done {
        at: Moment::of(arrival.answered_at.as_ref(), site.now()),
        tag: Tag::arrival(words, arrival.state()),
        plate: arrival.plate.as_ref().map(|plate| plate.text.clone()).unwrap_or_default(),
        href: format!("/areas/{code}/arrivals/{}", arrival.arrival_id),
        people: words.n("people-count", arrival.headcount),
    }
}

impl Row {
    pub fn new(site: &Site, texts: &Words, code: &str, arrival: &Arrival, now: DateTime<Utc>) -> Self {
        let people = texts.n("people-count", arrival.people);
        let born = arrival.driver_birth.get(..4).unwrap_or_default();
        let area = arrival.area.as_ref().map(|area| area.name.clone()).unwrap_or_default();
        Self {
            id: arrival.arrival_id.clone(),
            href: format!("/areas/{code}/arrivals/{}", arrival.arrival_id),
            plate: PlateView::new(texts, arrival.plate.as_ref()),
            vehicle: texts.t(words::vehicle_type(arrival.vehicle_type())),
            due: Due::of(texts, arrival.due_at.as_ref(), now),
            driver: arrival.driver_name.clone(),
            about: if born.is_empty() { people } else { texts.ab("arrivals-born", born, people) },
            place: if arrival.address.is_empty() { area } else { arrival.address.clone() },
            via: texts.a("arrivals-via", site.post_name(texts.lang(), &arrival.entry_post_id)),
            admitted: Moment::of(arrival.admitted_at.as_ref(), now),
            phone: arrival.driver_phone.clone(),
            overdue: arrival.state() == ArrivalState::Overdue,
            people: arrival.people,
            resample: (arrival.resample_wanted > 0 && waits(arrival))
                .then(|| Resample { tag: Tag::resample(texts), how: texts.n("arrivals-resample", arrival.resample_wanted) }),
        }
    }
}
