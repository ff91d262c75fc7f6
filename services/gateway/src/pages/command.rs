//! `/command`: the province at a glance: what is overdue first, then each post and what is open there.
use std::sync::Arc;

use askama::Template;
use axum::{extract::State, response::Response};
use contract::{
    Permission,
    vehicles::v1::{ListTripsRequest, ListTripsResponse, Purpose, TripState, TripSummary},
};
use vietnam::province::Post;

use crate::{
    assets,
    error::PageError,
    session::CurrentUser,
    site::Site,
    text::Words,
    view::{Moment, Page, PlateView, Tag, filters, page::holds, render, words},
};

/// As many trips of one post as the service gives at once; a post with more says `100+`.
const MOST: i32 = 100;
/// Overdue trips on this page; the rest is on the list of overdue ones.
const SHOWN: i32 = 25;

/// At a post or on the road.
const OPEN: [TripState; 5] = [TripState::AtPost, TripState::Referred, TripState::InTransit, TripState::EnRoute, TripState::Overdue];

#[derive(Template)]
#[template(path = "command.html")]
struct CommandPage {
    page: Page,
    live: &'static str,
    made: Moment,
    overdue: Vec<Row>,
    /// Whether more are overdue than are shown.
    more: bool,
    posts: Vec<PostView>,
    statistics: bool,
    accounts: bool,
}

/// A trip past its deadline.
struct Row {
    id: String,
    href: String,
    plate: PlateView,
    vehicle: String,
    due: Option<Moment>,
    late: String,
    /// `Quá cảnh, ra tại Chốt Sao Mai`
    promise: String,
    post: String,
    tag: Tag,
}

/// A post and the trips that entered or are to leave there.
struct PostView {
    href: String,
    name: String,
    road: String,
    border: String,
    open: String,
    overdue: String,
    alarm: bool,
}

/// `GET /command`
pub async fn get(State(site): State<Arc<Site>>, user: CurrentUser) -> Result<Response, PageError> {
    user.require(Permission::VehiclesTripsRead)?;
    let words = site.words(user.lang);
    let late = list(&site, &user, ListTripsRequest { page_size: SHOWN, overdue: true, ..ListTripsRequest::default() });
    let posts = futures::future::try_join_all(site.province.posts.iter().map(|post| open_at(&site, &user, &words, post)));
    let (late, posts) = tokio::try_join!(late, posts)?;
    let now = site.now();
    let title = words.t("command-title");
    let title = if late.trips.is_empty() {
        title
    } else {
        words.ab("command-title-overdue", count(late.trips.len(), &late.next_page_token), title)
    };
    render(&CommandPage {
        page: user.page(&site, "/command", title).with_script(assets::LIVE_JS),
        live: "/staff/live",
        made: Moment::new(now, now),
        overdue: late.trips.iter().map(|trip| Row::new(&site, &words, trip)).collect(),
        more: !late.next_page_token.is_empty(),
        posts,
        statistics: holds(&user.principal, Permission::VehiclesStatisticsRead.as_str()),
        accounts: holds(&user.principal, Permission::AccountsAccountsRead.as_str()),
    })
}

async fn list(site: &Site, user: &CurrentUser, request: ListTripsRequest) -> Result<ListTripsResponse, PageError> {
    Ok(site.clients.vehicles(user.caller.clone()).list_trips(request).await?.into_inner())
}

async fn open_at(site: &Site, user: &CurrentUser, words: &Words, post: &Post) -> Result<PostView, PageError> {
    let states = OPEN.map(i32::from).to_vec();
    let request = ListTripsRequest { page_size: MOST, post_id: post.id.clone(), states, ..ListTripsRequest::default() };
    let found = list(site, user, request).await?;
    let now = site.now();
    let late = found.trips.iter().filter(|trip| is_late(trip, now)).count();
    // Overdue ones come first: unless all that came are overdue, none is missing from their count.
    let unseen = if late == found.trips.len() { found.next_page_token.as_str() } else { "" };
    Ok(PostView {
        href: format!("/posts/{}/overdue", post.id),
        name: site.post_name(words.lang(), &post.id),
        road: post.road.clone(),
        border: match words.lang() {
            crate::text::Lang::Vi => post.border_vi.clone(),
            crate::text::Lang::En => post.border_en.clone(),
        },
        open: count(found.trips.len(), &found.next_page_token),
        overdue: count(late, unseen),
        alarm: late > 0,
    })
}

/// The timer marks a trip after its grace; what is past its deadline is late before.
fn is_late(trip: &TripSummary, now: chrono::DateTime<chrono::Utc>) -> bool {
    trip.state() == TripState::Overdue || Moment::of(trip.due_at.as_ref(), now).is_some_and(|due| due.at() < now)
}

/// `100+` where there are more than were given.
fn count(given: usize, next: &str) -> String {
    format!("{given}{}", if next.is_empty() { "" } else { "+" })
}

impl Row {
    fn new(site: &Site, words: &Words, trip: &TripSummary) -> Self {
        let lang = words.lang();
        let due = Moment::of(trip.due_at.as_ref(), site.now());
        Self {
            id: trip.trip_id.clone(),
            href: format!("/posts/{}/trips/{}", trip.entry_post_id, trip.trip_id),
            plate: PlateView::new(words, trip.plate.as_ref()),
            vehicle: words.t(words::vehicle_type(trip.vehicle_type())),
            late: due.map(|due| late(words, due.minutes_ago())).unwrap_or_default(),
            due,
            promise: promise(site, words, trip),
            post: site.post_name(lang, &trip.entry_post_id),
            tag: Tag::trip(words, trip.state()),
        }
    }
}

fn promise(site: &Site, words: &Words, trip: &TripSummary) -> String {
    let purpose = words.t(words::purpose(trip.purpose()));
    let places: Vec<&str> = trip.destinations.iter().map(|area| area.name.as_str()).collect();
    match trip.purpose() {
        Purpose::Transit if !trip.exit_post_id.is_empty() => {
            format!("{purpose}, {}", words.a("list-transit", site.post_name(words.lang(), &trip.exit_post_id)))
        }
        _ if !places.is_empty() => words.a("command-to", places.join("; ")),
        _ => purpose,
    }
}

/// `Quá 1 giờ 14 phút`; days once the hours would be many.
fn late(words: &Words, minutes: i64) -> String {
    match minutes {
        ..60 => words.n("command-late-minutes", minutes.max(0)),
        60..2_880 => words.ab("command-late-hours", minutes / 60, minutes % 60),
        _ => words.ab("command-late-days", minutes / 1_440, minutes % 1_440 / 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::{Lang, Texts};

    #[test]
    fn lateness_is_said_in_hours_and_minutes() {
        let words = Texts::load().unwrap().words(Lang::Vi);
        for (minutes, expected) in
            [(0, "Quá 0 phút"), (29, "Quá 29 phút"), (74, "Quá 1 giờ 14 phút"), (2_879, "Quá 47 giờ 59 phút"), (2_880, "Quá 2 ngày 0 giờ")]
        {
            assert_eq!(late(&words, minutes), expected);
        }
    }

    #[test]
    fn a_count_that_is_cut_says_so() {
        assert_eq!((count(100, "next"), count(7, "")), ("100+".to_owned(), "7".to_owned()));
    }
}
