//! EnterTrip: an officer enters the vehicle that stands before him. It is declared and received at once.

use contract::{Permission, vehicles::v1 as pb};
use ids::TripId;
use runtime::Caller;

use crate::{
    access,
    declaration::{self, Source},
    error::Error,
    intake, publish, reading, request,
    service::Vehicles,
    slips, store,
    trail::{self, Act},
    trip::TripEvent,
};

const PERMISSION: Permission = Permission::VehiclesTripsEnter;

pub async fn handle(service: &Vehicles, caller: &Caller, request: pb::EnterTripRequest) -> Result<pb::EnterTripResponse, Error> {
    caller.require(PERMISSION)?;
    match enter(service, caller, &request).await {
        Err(error) if error.is_on(&["trips_pkey", "data_keys_pkey"]) => enter(service, caller, &request).await,
        other => other,
    }
}

async fn enter(service: &Vehicles, caller: &Caller, request: &pb::EnterTripRequest) -> Result<pb::EnterTripResponse, Error> {
    let now = service.now();
    let id = request::id(TripId::parse(&request.trip_id), "trip_id")?;
    let message = request.declaration.clone().unwrap_or_default();
    let parsed = declaration::parse(&message, &service.profile, Source::Post, now);
    let post = access::desk(&service.profile, caller, PERMISSION, &request.post_id)?;
    let hash = request::hash(&service.keyring, request)?;
    let mut transaction = service.begin_keyed().await?;
    if let Some(record) = store::trips::get(&mut transaction, id).await? {
        request::same(&record.facts.request_hash, &hash)?;
        let warnings = parsed.map(|declaration| declaration.warnings).unwrap_or_default();
        let trip = reading::trip(service, &mut transaction, &record).await?;
        trail::record(&mut transaction, service, caller, &record.trip, Act::read("vehicles.EnterTrip", Some(PERMISSION)), now).await?;
        transaction.commit().await?;
        return reply(service, id, trip, warnings);
    }
    let declaration = request::check_with(request, parsed)?;
    let warnings = declaration.warnings.clone();
    let mut record = intake::store(service, &mut transaction, id, declaration, hash, now).await?;
    let (trip, received) = record.trip.receive(&post.id, now)?;
    record.trip = trip;
    reading::place(service, &mut record);
    store::trips::update(&mut transaction, &mut record).await?;
    let happened: Vec<TripEvent> = [TripEvent::Declared].into_iter().chain(received).collect();
    publish::append(&mut transaction, &service.profile, &record, &happened, now).await?;
    let trip = reading::trip(service, &mut transaction, &record).await?;
    trail::record(&mut transaction, service, caller, &record.trip, Act::write("vehicles.EnterTrip", Some(PERMISSION)), now).await?;
    transaction.commit().await?;
    reply(service, id, trip, warnings)
}

fn reply(service: &Vehicles, id: TripId, trip: pb::Trip, warnings: Vec<&'static str>) -> Result<pb::EnterTripResponse, Error> {
    let conflict = (!trip.conflicting_trip_ids.is_empty()).then_some("OPEN_TRIP_EXISTS");
    let warnings = warnings.into_iter().chain(conflict).map(str::to_owned).collect();
    Ok(pb::EnterTripResponse { trip: Some(trip), warnings, pass_token: slips::token(&service.keyring, id)? })
}
