//! Reading a whole trip, for those RPCs that answer with one.

use contract::vehicles::v1 as pb;
use runtime::Transaction;

use crate::{
    declaration::with_ancestors,
    error::Error,
    service::Vehicles,
    store::{self, trips::Record},
    view::{self, Parts},
};

/// Everything of a trip, opened.
pub async fn trip(service: &Vehicles, conn: &mut Transaction, record: &Record) -> Result<pb::Trip, Error> {
    let id = record.trip.id;
    let key = seal::open_key(conn, &service.keyring, id.as_uuid()).await?;
    let decided = record.trip.decided_at.is_some();
    let parts = Parts {
        people: store::people::list(conn, id, service.now()).await?,
        decision: if decided { store::decisions::of_trip(conn, id).await?.pop() } else { None },
        arrivals: if record.trip.admitted.is_some() { store::arrivals::of_trip(conn, id).await? } else { Vec::new() },
        violations: if decided { store::sightings::violations(conn, id).await? } else { Vec::new() },
        history: store::history::of_trip(conn, id).await?,
        conflicts: store::trips::conflicting(conn, record).await?,
    };
    view::trip(record, &key, &parts)
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
