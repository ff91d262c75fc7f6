//! ListPossiblePeople: who of a trip may have been met under another number.

use std::collections::HashMap;

use contract::{Permission, vehicles::v1 as pb};
use ids::TripId;
use runtime::Caller;
use seal::DataKey;
use uuid::Uuid;

use crate::{
    access,
    error::Error,
    request, sealed,
    service::Vehicles,
    store::{self, possible::Pair},
    trail::{self, Act},
};

const PERMISSION: Permission = Permission::VehiclesTripsDecide;
const MOST: i64 = 20;
/// Letters and digits at the end of a number that are shown.
const SHOWN: usize = 3;

pub async fn handle(
    service: &Vehicles,
    caller: &Caller,
    request: pb::ListPossiblePeopleRequest,
) -> Result<pb::ListPossiblePeopleResponse, Error> {
    caller.require(PERMISSION)?;
    let now = service.now();
    request::check(&request)?;
    let id = request::id(TripId::parse(&request.trip_id), "trip_id")?;
    access::desk(&service.profile, caller, PERMISSION, &request.post_id)?;
    let mut transaction = service.begin().await?;
    let record = store::trips::get(&mut transaction, id).await?.ok_or(Error::not_found())?;
    let record = access::see(caller, PERMISSION, record)?;
    let pairs = store::possible::open(&mut transaction, id, MOST).await?;
    let trips: Vec<Uuid> = pairs.iter().map(|pair| pair.other_trip).chain([id.as_uuid()]).collect();
    let keys = seal::open_keys(&mut transaction, &service.keyring, &trips).await?;
    let found: Result<Vec<_>, _> = pairs.iter().filter_map(|pair| possible(&keys, id, pair).transpose()).collect();
    let possible_people = found?;
    let mut act = Act::read("vehicles.ListPossiblePeople", Some(PERMISSION));
    act.detail = serde_json::json!({ "others": possible_people.iter().map(|one| &one.other_person_id).collect::<Vec<_>>() });
    trail::record(&mut transaction, service, caller, &record.trip, act, now).await?;
    transaction.commit().await?;
    Ok(pb::ListPossiblePeopleResponse { possible_people })
}

/// `None` where one of the two was erased: there is nobody to ask about.
fn possible(keys: &HashMap<Uuid, DataKey>, trip: TripId, pair: &Pair) -> Result<Option<pb::PossiblePerson>, Error> {
    let (Some(key), Some(other_key)) = (keys.get(&trip.as_uuid()), keys.get(&pair.other_trip)) else { return Ok(None) };
    let person: pb::Person = sealed::open(key, sealed::person(pair.person), &pair.sealed)?;
    let other: pb::Person = sealed::open(other_key, sealed::person(pair.other), &pair.other_sealed)?;
    Ok(Some(pb::PossiblePerson {
        person_id: pair.person.to_string(),
        other_person_id: pair.other.to_string(),
        id_type: person.id_type,
        masked_number: masked(&person.id_number),
        other_id_type: other.id_type,
        other_masked_number: masked(&other.id_number),
        other_post_id: pair.other_post.clone(),
        other_at: Some(pair.other_at.into()),
        full_name: person.full_name,
    }))
}

fn masked(number: &str) -> String {
    let hidden = number.chars().count().saturating_sub(SHOWN);
    format!("••• {}", number.chars().skip(hidden).collect::<String>())
}
