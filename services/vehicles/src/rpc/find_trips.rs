//! FindTrips: what a scanner or a keyboard gave at a post, and the open trips it means. Any post finds any open trip.

use chrono::{DateTime, Duration, Utc};
use contract::{
    Permission,
    vehicles::v1::{FindTripsRequest, FindTripsResponse, FoundBy, FoundTrip},
};
use runtime::{Caller, Transaction};
use serde_json::json;
use uuid::Uuid;
use vietnam::{Plate, plate};

use crate::{
    access,
    error::Error,
    intake::{ID_INDEX, MATCH_INDEX},
    lookup::{Identity, Lookup, Wanted},
    request,
    service::Vehicles,
    store::find,
    trail::{self, Act},
};

const PERMISSION: Permission = Permission::VehiclesTripsFind;
const MOST: usize = 10;
const MOST_ROWS: i64 = 10;
/// Declarations older than this are no longer offered for a plate that is only near.
const DECLARED_HOURS: i64 = 72;

pub async fn handle(service: &Vehicles, caller: &Caller, request: FindTripsRequest) -> Result<FindTripsResponse, Error> {
    caller.require(PERMISSION)?;
    request::check(&request)?;
    let post = access::desk(&service.profile, caller, PERMISSION, &request.post_id)?;
    let now = service.now();
    let mut lookup = Lookup::read(&request.text, &service.verifier, now);
    let mut transaction = service.begin().await?;
    let found = search(service, &mut transaction, &mut lookup, now).await?;
    let trips = summarise(&mut transaction, &found).await?;
    let ids: Vec<String> = trips.iter().filter_map(|found| found.trip.as_ref()).map(|trip| trip.trip_id.clone()).collect();
    let detail = json!({ "read_as": lookup.read_as, "person": lookup.person.is_some(), "found": ids });
    let act = Act { detail, ..Act::read("vehicles.FindTrips", Some(PERMISSION)) };
    trail::record_search(&mut transaction, caller, post.area, act, now).await?;
    transaction.commit().await?;
    Ok(FindTripsResponse {
        trips,
        read_as: lookup.read_as.to_owned(),
        canonical: lookup.canonical,
        warnings: lookup.warnings.into_iter().map(str::to_owned).collect(),
        person: lookup.person,
    })
}

/// Trips once each, the surest first.
async fn search(
    service: &Vehicles,
    transaction: &mut Transaction,
    lookup: &mut Lookup,
    now: DateTime<Utc>,
) -> Result<Vec<(Uuid, FoundBy)>, Error> {
    let mut found: Vec<(Uuid, FoundBy)> = Vec::new();
    for wanted in std::mem::take(&mut lookup.wanted) {
        let hits = match wanted {
            Wanted::Pass(claims) => match find::of_pass(transaction, claims.trip).await? {
                Some(trip) => {
                    lookup.warnings.extend(trip.ended_at.map(|_| "PASS_ENDED"));
                    vec![(trip.trip_id, FoundBy::Pass)]
                }
                None => {
                    lookup.warnings.push("PASS_UNKNOWN");
                    Vec::new()
                }
            },
            Wanted::Code(code) => {
                let trip = find::open_by_code(transaction, &code.compact()).await?;
                trip.into_iter().map(|trip| (trip, FoundBy::ShortCode)).collect()
            }
            Wanted::Plate(plate) => by_plate(service, transaction, &plate, now).await?,
            Wanted::Person(identity) => by_person(service, transaction, &identity).await?,
        };
        let new = hits.into_iter().filter(|(trip, _)| found.iter().all(|(known, _)| known != trip));
        found = found.iter().copied().chain(new.collect::<Vec<_>>()).take(MOST).collect();
    }
    if lookup.read_as == "plate" && found.iter().any(|(_, by)| *by == FoundBy::ShortCode) && found.len() == 1 {
        lookup.read_as = "code";
    }
    if lookup.read_as == "unknown" && !found.is_empty() {
        lookup.read_as = "plate";
    }
    Ok(found)
}

/// The plate itself and what looks like it; other slips are thought of only when nothing has the plate.
async fn by_plate(
    service: &Vehicles,
    transaction: &mut Transaction,
    plate: &Plate,
    now: DateTime<Utc>,
) -> Result<Vec<(Uuid, FoundBy)>, Error> {
    let key = service.keyring.plate_key(&plate.key())?;
    let exact = find::open_by_plate(transaction, &key, MOST_ROWS).await?;
    let length = i32::try_from(plate.compact().chars().count()).unwrap_or(i32::MAX);
    let open = find::open_plates(transaction, length, now - Duration::hours(DECLARED_HOURS)).await?;
    let most_slips = if exact.is_empty() { usize::MAX } else { 0 };
    let mut near: Vec<(usize, bool, Uuid)> = open
        .into_iter()
        .filter(|other| !exact.contains(&other.trip_id))
        .filter_map(|other| Some((plate::slips(plate.compact(), &other.compact)?, !other.in_hand, other.trip_id)))
        .filter(|(slips, ..)| *slips <= most_slips)
        .collect();
    near.sort_unstable();
    let exact = exact.into_iter().map(|trip| (trip, FoundBy::Plate));
    Ok(exact.chain(near.into_iter().map(|(.., trip)| (trip, FoundBy::NearPlate))).take(MOST).collect())
}

/// By a number, or where none is known or none is found by name, birth and phone together.
async fn by_person(service: &Vehicles, transaction: &mut Transaction, identity: &Identity) -> Result<Vec<(Uuid, FoundBy)>, Error> {
    let index = |number: &String| Ok::<_, Error>(service.keyring.index(ID_INDEX, number)?.to_vec());
    let indexes = identity.numbers.iter().map(index).collect::<Result<Vec<_>, _>>()?;
    let trips = if indexes.is_empty() { Vec::new() } else { find::open_by_numbers(transaction, &indexes, MOST_ROWS).await? };
    if !trips.is_empty() {
        return Ok(trips.into_iter().map(|trip| (trip, FoundBy::Person)).collect());
    }
    let Some(possible) = identity.possible.as_deref() else { return Ok(Vec::new()) };
    let index = service.keyring.index(MATCH_INDEX, possible)?;
    let trips = find::open_by_match(transaction, &index, MOST_ROWS).await?;
    Ok(trips.into_iter().map(|trip| (trip, FoundBy::PossiblePerson)).collect())
}

async fn summarise(transaction: &mut Transaction, found: &[(Uuid, FoundBy)]) -> Result<Vec<FoundTrip>, Error> {
    let ids: Vec<Uuid> = found.iter().map(|(trip, _)| *trip).collect();
    let rows = find::summaries(transaction, &ids).await?;
    let by = |trip| found.iter().find(|(id, _)| *id == trip).map_or(FoundBy::Unspecified, |(_, by)| *by);
    rows.iter().map(|row| Ok(FoundTrip { trip: Some(row.message()?), found_by: by(row.trip_id).into() })).collect()
}
