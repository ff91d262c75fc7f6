//! `/posts/{post}/open`, `/posts/{post}/overdue` and the province's `/overdue`: trips on the road, what is late first; at its post a vehicle
//! is recorded as gone.
use std::sync::Arc;

use askama::Template;
use axum::{
    extract::{Path, Query, State},
    response::Response,
};
use contract::vehicles::v1::{ListTripsRequest, RecordSightingRequest, SightingOutcome, TripState, TripSummary};
use http::StatusCode;
use ids::SightingId;
use serde::Deserialize;

use crate::{
    assets,
    desk::{self, Note, TripRow, is_away},
    error::PageError,
    forms::Typed,
    session::{CurrentUser, OfficerForm},
    site::Site,
    text::Words,
    view::{Moment, Page, filters, render},
};

#[derive(Template)]
#[template(path = "open_trips.html")]
struct OpenPage {
    page: Page,
    notes: Vec<Note>,
    groups: Vec<Group>,
    empty: String,
    older: Option<String>,
    /// Where "gone" is sent; empty where nothing is recorded.
    action: String,
    made: Moment,
}

struct Group {
    id: &'static str,
    title: String,
    /// Whether a vehicle of this group ends its trip by being seen here.
    leaves: bool,
    rows: Vec<Line>,
}

struct Line {
    row: TripRow,
    sighting: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Further {
    after: String,
}

const ON_THE_ROAD: [TripState; 4] = [TripState::InTransit, TripState::EnRoute, TripState::Overdue, TripState::Arrived];

/// `GET /posts/{post}/open`
pub async fn open(
    State(site): State<Arc<Site>>,
    Path(post): Path<String>,
    Query(further): Query<Further>,
    user: CurrentUser,
) -> Result<Response, PageError> {
    List::open(&site, &user, &post)?.show(&further.after, Vec::new()).await
}

/// `GET /posts/{post}/overdue`
pub async fn overdue(
    State(site): State<Arc<Site>>,
    Path(post): Path<String>,
    Query(further): Query<Further>,
    user: CurrentUser,
) -> Result<Response, PageError> {
    let open = List::open(&site, &user, &post)?;
    List { overdue: true, ..open }.show(&further.after, Vec::new()).await
}

/// `GET /overdue`
pub async fn all_overdue(State(site): State<Arc<Site>>, Query(further): Query<Further>, user: CurrentUser) -> Result<Response, PageError> {
    List { site: &site, user: &user, words: site.words(user.lang), post: String::new(), overdue: true }
        .show(&further.after, Vec::new())
        .await
}

/// `POST /posts/{post}/open`
pub async fn record(
    State(site): State<Arc<Site>>,
    Path(post): Path<String>,
    OfficerForm { user, typed }: OfficerForm,
) -> Result<Response, PageError> {
    let list = List::open(&site, &user, &post)?;
    match list.record(&typed).await {
        Ok(note) => list.show("", vec![note]).await,
        Err(error) if is_away(&error) => desk::resend(&site, &user, &format!("/posts/{post}/open"), &typed),
        Err(PageError::Refused { .. } | PageError::Conflict) => {
            let note = Note::new("warn", "warn", list.words.a("sighted-ended", typed.get("plate")));
            let mut response = list.show("", vec![note]).await?;
            *response.status_mut() = StatusCode::CONFLICT;
            Ok(response)
        }
        Err(error) => Err(error),
    }
}

/// Which trips are asked for.
struct List<'a> {
    site: &'a Site,
    user: &'a CurrentUser,
    words: Words,
    post: String,
    overdue: bool,
}

impl<'a> List<'a> {
    fn open(site: &'a Site, user: &'a CurrentUser, post: &str) -> Result<Self, PageError> {
        Ok(Self { site, user, words: site.words(user.lang), post: desk::post(site, post)?.id.clone(), overdue: false })
    }

    async fn record(&self, typed: &Typed) -> Result<Note, PageError> {
        let sighting_id = SightingId::parse(typed.get("sighting")).unwrap_or_else(|_| SightingId::mint(self.site.now())).to_string();
        let request = RecordSightingRequest {
            trip_id: typed.get("trip").to_owned(),
            sighting_id,
            post_id: self.post.clone(),
            ..RecordSightingRequest::default()
        };
        let answer = self.site.clients.vehicles(self.user.caller.clone()).record_sighting(request).await?.into_inner();
        let (class, icon, key) = match answer.outcome() {
            SightingOutcome::Exited => ("good", "ok", "sighted-exited"),
            SightingOutcome::OnRoute | SightingOutcome::Unspecified => ("info", "info", "sighted-on-route"),
            SightingOutcome::Violation => ("bad", "warn", "sighted-violation"),
        };
        Ok(Note::new(class, icon, self.words.a(key, typed.get("plate"))))
    }

    async fn show(&self, after: &str, notes: Vec<Note>) -> Result<Response, PageError> {
        let request = ListTripsRequest {
            page_size: 50,
            page_token: after.to_owned(),
            post_id: self.post.clone(),
            states: ON_THE_ROAD.iter().map(|state| (*state).into()).collect(),
            overdue: self.overdue,
        };
        let found = self.site.clients.vehicles(self.user.caller.clone()).list_trips(request).await?.into_inner();
        let address = self.address();
        let title = match (self.overdue, self.post.is_empty()) {
            (false, _) => self.words.a("open-title", self.site.post_name(self.user.lang, &self.post)),
            (true, false) => self.words.a("overdue-title", self.site.post_name(self.user.lang, &self.post)),
            (true, true) => self.words.a("overdue-title", self.site.province_name(self.user.lang)),
        };
        let mut page = self.user.page(self.site, &address, title);
        page.scripts = vec![assets::LIVE_JS, assets::SENDING_JS];
        let now = Moment::new(self.site.now(), self.site.now());
        let empty = self.words.t(if self.overdue { "overdue-empty" } else { "open-empty" });
        let older = (!found.next_page_token.is_empty()).then(|| format!("{address}?after={}", found.next_page_token));
        let action = if self.post.is_empty() { String::new() } else { format!("/posts/{}/open", self.post) };
        render(&OpenPage { page, notes, groups: self.groups(found.trips), empty, older, action, made: now })
    }

    fn address(&self) -> String {
        match (self.overdue, self.post.is_empty()) {
            (false, _) => format!("/posts/{}/open", self.post),
            (true, false) => format!("/posts/{}/overdue", self.post),
            (true, true) => "/overdue".to_owned(),
        }
    }

    /// What must leave here before what only entered here.
    fn groups(&self, trips: Vec<TripSummary>) -> Vec<Group> {
        let (leaving, others): (Vec<_>, Vec<_>) = trips.into_iter().partition(|trip| !self.post.is_empty() && self.leaves(trip));
        let others_title = if self.post.is_empty() { "overdue-all" } else { "open-entered" };
        [("leaving", "open-leaving", true, leaving), ("entered", others_title, false, others)]
            .into_iter()
            .filter(|(.., trips)| !trips.is_empty())
            .map(|(id, key, leaves, trips)| Group {
                id,
                title: self.words.t(key),
                leaves,
                rows: trips.iter().map(|trip| self.line(trip)).collect(),
            })
            .collect()
    }

    fn leaves(&self, trip: &TripSummary) -> bool {
        if trip.destinations.is_empty() { trip.exit_post_id == self.post } else { trip.state() == TripState::Arrived }
    }

    fn line(&self, trip: &TripSummary) -> Line {
        let post = if self.post.is_empty() { &trip.entry_post_id } else { &self.post };
        Line { row: TripRow::new(self.site, &self.words, post, trip), sighting: SightingId::mint(self.site.now()).to_string() }
    }
}
