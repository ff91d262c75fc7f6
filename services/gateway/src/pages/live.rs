//! `/live`, `/staff/live` and `/staff/live/reports`: the feeds as server-sent events. The public one says only that something changed.
use std::{convert::Infallible, sync::Arc, time::Duration};

use axum::{
    extract::State,
    response::{
        IntoResponse as _, Response,
        sse::{Event, Sse},
    },
};
use contract::{Permission, accounts::v1::Principal};
use futures::{Stream, stream};
use http::{HeaderMap, HeaderValue, header};
use serde_json::json;
use tokio::{sync::OwnedSemaphorePermit, time::Instant};
use vietnam::AreaKey;

use crate::{
    error::PageError,
    live::{FeedState, Heard, LiveEvent, Subscription},
    session::CurrentUser,
    site::Site,
};

/// A page that hears nothing for twice as long says that it lost us.
const TICK: Duration = Duration::from_secs(5);
/// Changes that come together are told once.
const TOGETHER: Duration = Duration::from_secs(1);
/// Then the page connects again, and an ended session is noticed.
const LONGEST: Duration = Duration::from_secs(600);

/// `GET /live`
pub async fn public(State(site): State<Arc<Site>>, headers: HeaderMap) -> Result<Response, PageError> {
    let place = Arc::clone(&site.public_feeds).try_acquire_owned().map_err(|_| PageError::Unavailable)?;
    Ok(answer(stream::unfold(Told::new(&site, &headers, Ear::Public, place), Told::next)))
}

/// `GET /staff/live`
pub async fn staff(State(site): State<Arc<Site>>, user: CurrentUser, headers: HeaderMap) -> Result<Response, PageError> {
    let place = Arc::clone(&site.staff_feeds).try_acquire_owned().map_err(|_| PageError::Unavailable)?;
    Ok(answer(stream::unfold(Told::new(&site, &headers, Ear::Staff(Box::new(user)), place), Told::next)))
}

/// `GET /staff/live/reports`
pub async fn reports(State(site): State<Arc<Site>>, user: CurrentUser, headers: HeaderMap) -> Result<Response, PageError> {
    user.require(Permission::ReportsReportsRead)?;
    let place = Arc::clone(&site.staff_feeds).try_acquire_owned().map_err(|_| PageError::Unavailable)?;
    Ok(answer(stream::unfold(Told::new(&site, &headers, Ear::Reports(Box::new(user)), place), Told::next)))
}

fn answer(events: impl Stream<Item = Result<Event, Infallible>> + Send + 'static) -> Response {
    let mut response = Sse::new(events).into_response();
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    // A proxy that collects answers would hold them back.
    response.headers_mut().insert("x-accel-buffering", HeaderValue::from_static("no"));
    response
}

enum Ear {
    Public,
    Staff(Box<CurrentUser>),
    /// Who handles reports.
    Reports(Box<CurrentUser>),
}

/// One open page.
struct Told {
    site: Arc<Site>,
    ear: Ear,
    subscription: Subscription,
    begun: bool,
    until: Instant,
    last: Option<Instant>,
    _place: OwnedSemaphorePermit,
}

type Next = Option<(Result<Event, Infallible>, Told)>;

impl Told {
    fn new(site: &Arc<Site>, headers: &HeaderMap, ear: Ear, place: OwnedSemaphorePermit) -> Self {
        let seen = headers.get("last-event-id").and_then(|value| value.to_str().ok()).and_then(|id| id.parse().ok());
        let hub = if matches!(ear, Ear::Reports(_)) { &site.reports_live } else { &site.live };
        let subscription = hub.subscribe(seen);
        Self { site: Arc::clone(site), ear, subscription, begun: false, until: Instant::now() + LONGEST, last: None, _place: place }
    }

    async fn next(mut self) -> Next {
        if !self.begun {
            self.begun = true;
            let event = state(self.subscription.state()).retry(Duration::from_secs(3));
            return Some((Ok(event), self));
        }
        loop {
            let heard = tokio::select! {
                () = tokio::time::sleep_until(self.until) => return None,
                () = tokio::time::sleep(TICK) => return Some((Ok(Event::default().event("tick").data("{}")), self)),
                heard = self.subscription.next() => heard?,
            };
            let event = match heard {
                Heard::Event(event) => match self.tell(event).await {
                    Ok(Some(event)) => event,
                    Ok(None) => continue,
                    Err(_) => return None,
                },
                Heard::Reset => Event::default().event("reset").data("{}"),
                Heard::State(now) => state(now),
            };
            return Some((Ok(event), self));
        }
    }

    /// What this page may hear of an event; an error ends the stream.
    async fn tell(&mut self, event: LiveEvent) -> Result<Option<Event>, PageError> {
        let told = match &self.ear {
            Ear::Public => {
                if self.last.is_some_and(|last| last.elapsed() < TOGETHER) {
                    tokio::time::sleep(TOGETHER).await;
                }
                Event::default().event("changed").data("{}")
            }
            Ear::Staff(user) => {
                let principal = user.still(&self.site).await?;
                if !hears(&principal, "vehicles.", &event.area) {
                    return Ok(None);
                }
                Event::default().event("changed").data(json!({ "kind": event.name, "id": event.aggregate }).to_string())
            }
            Ear::Reports(user) => {
                let principal = user.still(&self.site).await?;
                if !hears(&principal, Permission::ReportsReportsRead.as_str(), &event.area) {
                    return Ok(None);
                }
                // A post's officers see a part of their area only: that something changed says nothing of the rest.
                let is_post = principal.unit.as_ref().is_some_and(|unit| !unit.post_code.is_empty());
                let data = if is_post { json!({}) } else { json!({ "kind": event.name, "id": event.aggregate }) };
                Event::default().event("changed").data(data.to_string())
            }
        };
        self.last = Some(Instant::now());
        Ok(Some(told.id(event.sequence.to_string())))
    }
}

/// Whether one of the permissions that begin so reaches an area of a subject.
fn hears(principal: &Principal, permission: &str, area: &str) -> bool {
    let grants = principal.permissions.iter().filter(|grant| grant.permission.starts_with(permission));
    grants.flat_map(|grant| &grant.areas).any(|key| reaches(key, area))
}

fn state(state: FeedState) -> Event {
    Event::default().event(if state == FeedState::Up { "up" } else { "down" }).data("{}")
}

/// Whether an area key (`2021.64.622`) covers the area tokens of a subject (`64.622.23563`).
fn reaches(key: &str, area: &str) -> bool {
    let Ok(key) = AreaKey::parse(key) else { return false };
    let subject = key.subject();
    let prefix = subject.trim_end_matches("._");
    area == subject || area.strip_prefix(prefix).is_some_and(|rest| rest.starts_with('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_area_hears_what_lies_in_it() {
        for (key, area, expected) in [
            ("2021.64", "64.622.23563", true),
            ("2021.64.622", "64.622.23563", true),
            ("2021.64.622", "64.623.23632", false),
            ("2021.64.622.23563", "64.622.23563", true),
            ("2021.64.622.23563", "64.622._", false),
            ("2025.52", "52._.23563", true),
            ("2025.52.23563", "52._.23564", false),
            ("nonsense", "64._._", false),
        ] {
            assert_eq!(reaches(key, area), expected, "{key} {area}");
        }
    }
}
