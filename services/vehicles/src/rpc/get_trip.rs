//! GetTrip: one trip with its people.

use audit::Kind;
use contract::{Permission, vehicles::v1 as pb};
use ids::TripId;
use runtime::Caller;
use seal::Place;

use crate::{
    access,
    error::Error,
    fault::Faults,
    reading, request,
    service::Vehicles,
    slips,
    store::{self, trips::Record},
    trail::{self, Act},
};

const PERMISSION: Permission = Permission::VehiclesTripsRead;

pub async fn handle(service: &Vehicles, caller: &Caller, request: pb::GetTripRequest) -> Result<pb::GetTripResponse, Error> {
    caller.require(PERMISSION)?;
    let now = service.now();
    request::check(&request)?;
    let id = request::id(TripId::parse(&request.trip_id), "trip_id")?;
    let mut transaction = service.begin().await?;
    let record = store::trips::get(&mut transaction, id).await?.ok_or(Error::not_found())?;
    let record = access::see(caller, PERMISSION, record)?;
    let act = if is_own_task(caller, &record)? {
        Act::read("vehicles.GetTrip", Some(PERMISSION))
    } else {
        let key = seal::open_key(&mut transaction, &service.keyring, id.as_uuid()).await?;
        let words = key.seal(Place { table: "audit.entries", column: "detail", row: id.as_uuid() }, reason(&request)?.as_bytes())?;
        let detail = serde_json::json!({ "reason_sealed": requests::hex(&words) });
        Act { action: "vehicles.GetTrip", kind: Kind::Read, permission: Some(PERMISSION), reason: Some("LOOK_UP"), detail }
    };
    let trip = reading::trip(service, &mut transaction, &record).await?;
    let pass = slip(service, caller, &record, &trip)?;
    trail::record(&mut transaction, service, caller, &record.trip, act, now).await?;
    transaction.commit().await?;
    Ok(pb::GetTripResponse { trip: Some(trip), pass })
}

/// A post's task is every open trip that may come to it; of everyone else the open trips of his areas. What is over is looked up.
fn is_own_task(caller: &Caller, record: &Record) -> Result<bool, Error> {
    let account = caller.account()?;
    let at_own_post = account.post.as_deref().is_some_and(|post| {
        record.trip.entry_post == post || record.trip.exit_post.as_deref() == Some(post) || record.trip.at_post.as_deref() == Some(post)
    });
    Ok(record.trip.is_open() || at_own_post)
}

/// The slip of a decided trip, for who could have issued it.
fn slip(service: &Vehicles, caller: &Caller, record: &Record, trip: &pb::Trip) -> Result<Option<pb::Pass>, Error> {
    let Some(decision) = trip.decision.as_ref().filter(|_| caller.require(Permission::VehiclesTripsDecide).is_ok()) else {
        return Ok(None);
    };
    let clauses = decision.commitment.as_ref().map(|signed| signed.clauses.clone()).unwrap_or_default();
    slips::pass(service, record, clauses).map(Some)
}

/// May hold a person's data, so it is sealed with the trip's key.
fn reason(request: &pb::GetTripRequest) -> Result<&str, Error> {
    let reason = request.reason.trim();
    if reason.is_empty() {
        let mut faults = Faults::default();
        faults.add("reason", "Ghi lý do xem chuyến đã kết thúc", "Say why you look up a trip that has ended");
        return Err(Error::invalid(faults.0));
    }
    Ok(reason)
}
