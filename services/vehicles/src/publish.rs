//! Domain event → public event: the one match. What it says here is a promise to analysts and other services; none of it is about a person.

use chrono::{DateTime, Utc};
use contract::vehicles::v1::{self as pb, ViolationKind};
use events::{NewEvent, SubjectArea};
use ids::{EventId, TripId};
use prost::Message;
use sqlx::PgConnection;
use vietnam::{AreaKey, province::Profile};

use crate::{
    arrival::Arrival,
    error::Error,
    store::{
        coded::Coded,
        history::{self, Line},
        trips::Record,
    },
    trip::{Trip, TripEvent, Violation},
    view,
};

/// Appends the events to the outbox and to the trip's own history, in the caller's transaction.
pub async fn append(
    conn: &mut PgConnection,
    profile: &Profile,
    record: &Record,
    happened: &[TripEvent],
    now: DateTime<Utc>,
) -> Result<(), Error> {
    append_all(conn, profile, &[Happened { record, events: happened, traceparent: runtime::telemetry::current_traceparent() }], now).await
}

/// What happened to one trip, and the trace context of the request that made it happen.
pub struct Happened<'a> {
    pub record: &'a Record,
    pub events: &'a [TripEvent],
    pub traceparent: Option<String>,
}

/// [`append`] for several trips.
pub async fn append_all(conn: &mut PgConnection, profile: &Profile, happened: &[Happened<'_>], now: DateTime<Utc>) -> Result<(), Error> {
    let (mut lines, mut events, mut traceparents) = (Vec::new(), Vec::new(), Vec::new());
    for Happened { record, events: of_trip, traceparent } in happened {
        for event in *of_trip {
            let public = publish(profile, record, event, now);
            lines.push(public.line(record.trip.id, now));
            events.push(public.event(record.trip.id, now)?);
            traceparents.push(traceparent.clone());
        }
    }
    if events.is_empty() {
        return Ok(());
    }
    events::append_traced(conn, &events, &traceparents).await?;
    history::append(conn, &lines).await
}

/// An event as the world sees it.
struct Public {
    schema: &'static str,
    /// What it is about, and the end of its subject.
    area: AreaKey,
    post: Option<String>,
    /// A code for the trip's history.
    detail: String,
    payload: Vec<u8>,
}

impl Public {
    fn event(self, trip: TripId, now: DateTime<Utc>) -> Result<NewEvent, Error> {
        Ok(NewEvent {
            id: EventId::mint(now),
            schema: self.schema,
            aggregate: trip.as_uuid(),
            area: SubjectArea::parse(&self.area.subject()).map_err(|_| Error::corrupt("area of a subject"))?,
            occurred_at: now,
            payload: self.payload,
        })
    }

    fn line(&self, trip: TripId, now: DateTime<Utc>) -> Line {
        let kind = self.schema.rsplit('.').next().unwrap_or(self.schema);
        Line { trip, at: now, kind, post: self.post.clone(), area: self.area, detail: self.detail.clone() }
    }
}

macro_rules! public {
    ($name:ident { $($field:ident: $value:expr),* $(,)? } of $record:expr, in $area:expr, at $post:expr, $detail:expr) => {
        Public {
            schema: concat!("gsvt.vehicles.v1.", stringify!($name)),
            area: $area,
            post: $post,
            detail: $detail.to_owned(),
            payload: pb::$name {
                trip_id: $record.trip.id.to_string(),
                plate_key: $record.facts.plate_key.clone(),
                $($field: $value),*
            }.encode_to_vec(),
        }
    };
}

fn publish(profile: &Profile, record: &Record, event: &TripEvent, now: DateTime<Utc>) -> Public {
    let (trip, at) = (&record.trip, Some(now.into()));
    let entry = post_area(profile, &trip.entry_post);
    match event {
        TripEvent::Declared => declared(record, entry),
        TripEvent::Received { post } => {
            public!(TripReceived { post_id: post.clone(), received_at: at } of record, in entry, at Some(post.clone()), "")
        }
        TripEvent::Decided { post, decision } => decided(profile, record, post, *decision, now),
        TripEvent::ArrivalRequested(arrival) => requested(record, arrival),
        TripEvent::ArrivalConfirmed(arrival) => public!(ArrivalConfirmed {
            arrival_id: arrival.id.to_string(), area: view::area(arrival.area), confirmed_at: at, state: trip.state.into(),
        } of record, in arrival.area, at None, ""),
        TripEvent::ArrivalMismatched(arrival) => public!(ArrivalMismatched {
            arrival_id: arrival.id.to_string(), area: view::area(arrival.area), result: arrival.result.unwrap_or_default().into(), recorded_at: at,
        } of record, in arrival.area, at None, arrival.result.unwrap_or_default().code()),
        TripEvent::ArrivalOverdue(arrival) => public!(ArrivalOverdue {
            arrival_id: arrival.id.to_string(), area: view::area(arrival.area), due_at: Some(arrival.due_at.into()), overdue_at: at,
        } of record, in arrival.area, at None, ""),
        TripEvent::Overdue => overdue(profile, record, now),
        TripEvent::Exited { post, seen_at } => {
            let area = post_area(profile, post);
            public!(TripExited { post_id: post.clone(), seen_at: Some((*seen_at).into()) } of record, in area, at Some(post.clone()), "")
        }
        TripEvent::Closed => public!(TripClosed { closed_at: at } of record, in last_area(trip, entry), at None, ""),
        TripEvent::Cancelled => public!(TripCancelled { cancelled_at: at } of record, in entry, at None, ""),
        TripEvent::ViolationOpened(violation) => violation_opened(record, violation, now),
    }
}

fn declared(record: &Record, entry: AreaKey) -> Public {
    let trip = &record.trip;
    public!(TripDeclared {
        purpose: trip.purpose.into(),
        entry_post_id: trip.entry_post.clone(),
        people: record.facts.people,
        declared_at: Some(record.facts.declared_at.into()),
    } of record, in entry, at None, "")
}

fn decided(profile: &Profile, record: &Record, post: &str, decision: pb::Decision, now: DateTime<Utc>) -> Public {
    let trip = &record.trip;
    let (policy_id, policy_version) = record.facts.policy.clone().unwrap_or_default();
    public!(TripDecided {
        post_id: post.to_owned(),
        decision: decision.into(),
        purpose: trip.purpose.into(),
        state: trip.state.into(),
        people: trip.people_counted.unwrap_or(record.facts.people),
        direction: trip.direction.into(),
        exit_post_id: trip.exit_post.clone().unwrap_or_default(),
        destinations: trip.destinations.iter().filter_map(|destination| view::area(destination.area)).collect(),
        due_at: trip.due_at.map(Into::into),
        policy_id: policy_id,
        policy_version: policy_version,
        decided_at: Some(now.into()),
    } of record, in post_area(profile, post), at Some(post.to_owned()), decision.code())
}

fn requested(record: &Record, arrival: &Arrival) -> Public {
    public!(ArrivalRequested {
        arrival_id: arrival.id.to_string(),
        area: view::area(arrival.area),
        due_at: Some(arrival.due_at.into()),
        people: record.trip.people_counted.unwrap_or(record.facts.people),
    } of record, in arrival.area, at None, "")
}

fn overdue(profile: &Profile, record: &Record, now: DateTime<Utc>) -> Public {
    let exit = record.trip.exit_post.clone().unwrap_or_default();
    public!(TripOverdue {
        exit_post_id: exit.clone(),
        due_at: record.trip.due_at.map(Into::into),
        overdue_at: Some(now.into()),
    } of record, in post_area(profile, &exit), at Some(exit.clone()), "")
}

fn violation_opened(record: &Record, violation: &Violation, now: DateTime<Utc>) -> Public {
    let kind: ViolationKind = violation.kind;
    public!(ViolationOpened {
        violation_id: violation.id.to_string(),
        kind: kind.into(),
        detected_at: Some(now.into()),
    } of record, in violation.area, at None, kind.code())
}

/// A post of another profile's time is somewhere in the province.
fn post_area(profile: &Profile, post: &str) -> AreaKey {
    profile.post(post).map_or(profile.area, |post| post.area)
}

fn last_area(trip: &Trip, entry: AreaKey) -> AreaKey {
    trip.arrivals.last().map_or(entry, |arrival| arrival.area)
}
