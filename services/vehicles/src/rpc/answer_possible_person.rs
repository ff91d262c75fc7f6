//! AnswerPossiblePerson: an officer says whether two records are of one person.

use contract::{Permission, vehicles::v1 as pb};
use ids::{PersonId, TripId};
use runtime::Caller;

use crate::{
    access,
    error::Error,
    request,
    service::Vehicles,
    store::{self, people::Link},
    trail::{self, Act},
};

const PERMISSION: Permission = Permission::VehiclesTripsDecide;

pub async fn handle(
    service: &Vehicles,
    caller: &Caller,
    request: pb::AnswerPossiblePersonRequest,
) -> Result<pb::AnswerPossiblePersonResponse, Error> {
    caller.require(PERMISSION)?;
    let now = service.now();
    request::check(&request)?;
    let id = request::id(TripId::parse(&request.trip_id), "trip_id")?;
    let person = request::id(PersonId::parse(&request.person_id), "person_id")?;
    let other = request::id(PersonId::parse(&request.other_person_id), "other_person_id")?;
    access::desk(&service.profile, caller, PERMISSION, &request.post_id)?;
    let mut transaction = service.begin().await?;
    let record = store::trips::get(&mut transaction, id).await?.ok_or(Error::not_found())?;
    let record = access::see(caller, PERMISSION, record)?;
    let numbers = store::possible::numbers(&mut transaction, id, person, other).await?.ok_or(Error::not_found())?;
    if request.same {
        store::people::link_numbers(&mut transaction, &Link { one: numbers.one, other: numbers.other }, now).await?;
    } else {
        store::possible::tell_apart(&mut transaction, &numbers, now).await?;
    }
    let mut act = Act::write("vehicles.AnswerPossiblePerson", Some(PERMISSION));
    act.detail = serde_json::json!({ "person": person.to_string(), "other": other.to_string(), "same": request.same });
    trail::record(&mut transaction, service, caller, &record.trip, act, now).await?;
    transaction.commit().await?;
    Ok(pb::AnswerPossiblePersonResponse {})
}
