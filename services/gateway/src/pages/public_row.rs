//! A vehicle as the public sees it: plate, promise, deadline, state. Nothing of a person reaches this file.
use chrono::{DateTime, Utc};
use contract::vehicles::v1::{PublicState, PublicTrip, Purpose};

use crate::{
    site::Site,
    text::Words,
    view::{Moment, PlateView, Tag, words},
};

/// One line of the list, and the head of a trip's page.
pub struct Row {
    pub id: String,
    pub href: String,
    pub plate: PlateView,
    pub vehicle: String,
    pub post: String,
    pub entered: Option<Moment>,
    pub purpose: String,
    /// "ra tại Chốt Sao Mai", "đến Xã Trà Đa, Thành phố Pleiku"
    pub promise: String,
    pub exit: String,
    pub destinations: Vec<String>,
    pub due: Option<Moment>,
    pub since: Option<Moment>,
    pub overdue: bool,
    pub tag: Tag,
    pub clauses: Vec<String>,
}

impl Row {
    pub fn new(site: &Site, texts: &Words, trip: &PublicTrip, now: DateTime<Utc>) -> Self {
        let lang = texts.lang();
        let destinations: Vec<String> = trip.destinations.iter().map(|area| area.name.clone()).collect();
        let exit = if trip.exit_post_id.is_empty() { String::new() } else { site.post_name(lang, &trip.exit_post_id) };
        let promise = match trip.purpose() {
            Purpose::Transit if !exit.is_empty() => texts.a("list-transit", &exit),
            _ if !destinations.is_empty() => texts.a("list-destination", destinations.join("; ")),
            _ => String::new(),
        };
        Self {
            id: trip.trip_id.clone(),
            href: format!("{}/list/{}", lang.prefix(), trip.trip_id),
            plate: PlateView::new(texts, trip.plate.as_ref()),
            vehicle: texts.t(words::vehicle_type(trip.vehicle_type())),
            post: site.post_name(lang, &trip.entry_post_id),
            entered: Moment::of(trip.entered_at.as_ref(), now),
            purpose: texts.t(words::purpose(trip.purpose())),
            promise,
            exit,
            destinations,
            due: Moment::of(trip.due_at.as_ref(), now),
            since: Moment::of(trip.state_since.as_ref(), now),
            overdue: trip.state() == PublicState::Overdue,
            tag: Tag::public(texts, trip.state()),
            clauses: trip.clauses.clone(),
        }
    }
}
