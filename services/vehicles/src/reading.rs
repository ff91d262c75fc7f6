//! Reading a whole trip, for those RPCs that answer with one.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use contract::vehicles::v1 as pb;
use runtime::Transaction;

use crate::{
    declaration::with_ancestors,
    error::Error,
    service::Vehicles,
    store::{self, fitness::Told, people::PersonRow, trips::Record},
    view::{self, Parts},
};

/// Everything of a trip, opened.
pub async fn trip(service: &Vehicles, conn: &mut Transaction, record: &Record) -> Result<pb::Trip, Error> {
    let id = record.trip.id;
    let key = seal::open_key(conn, &service.keyring, id.as_uuid()).await?;
    let decided = record.trip.decided_at.is_some();
    let people = store::people::list(conn, id).await?;
    let parts = Parts {
        fitness: fitness(conn, &people, service.now()).await?,
        people,
        decision: if decided { store::decisions::of_trip(conn, id).await?.pop() } else { None },
        arrivals: if record.trip.admitted.is_some() { store::arrivals::of_trip(conn, id).await? } else { Vec::new() },
        violations: if decided { store::sightings::violations(conn, id).await? } else { Vec::new() },
        history: store::trips::history(conn, id).await?,
        conflicts: store::trips::conflicting(conn, record).await?,
    };
    view::trip(record, &key, &parts)
}

/// What the laboratory says of these people at this moment, by person key.
pub async fn fitness(conn: &mut Transaction, people: &[PersonRow], now: DateTime<Utc>) -> Result<HashMap<Vec<u8>, Told>, Error> {
    let keys: Vec<Vec<u8>> = people.iter().filter_map(|person| person.person_key.clone()).collect();
    let told = store::fitness::of(conn, &keys).await?;
    Ok(told.into_iter().map(|(key, told)| (key, told.at(now))).collect())
}

/// The record with its arrivals, for what happens on the road.
pub async fn with_arrivals(conn: &mut Transaction, mut record: Record) -> Result<Record, Error> {
    if record.trip.admitted.is_some() {
        record.trip.arrivals = store::arrivals::of_trip(conn, record.trip.id).await?.into_iter().map(|row| row.arrival).collect();
    }
    Ok(record)
}

/// Sets who sees the row after a post of the trip changed.
pub fn place(service: &Vehicles, record: &mut Record) {
    let trip = &record.trip;
    let posts = [Some(trip.entry_post.as_str()), trip.exit_post.as_deref()];
    let posts = posts.into_iter().flatten().filter_map(|id| service.profile.post(id)).map(|post| post.area);
    record.facts.areas = with_ancestors(posts.chain(trip.destinations.iter().map(|destination| destination.area)));
}
