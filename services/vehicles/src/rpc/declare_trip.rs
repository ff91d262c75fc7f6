//! DeclareTrip: anybody declares a trip under an id of his own.

use contract::vehicles::v1 as pb;
use ids::TripId;
use runtime::Caller;

use crate::{
    declaration::{self, Source},
    error::Error,
    intake, publish, request,
    service::Vehicles,
    slips, store,
    store::trips::Record,
    trail::{self, Act},
    trip::TripEvent,
};

pub async fn handle(service: &Vehicles, caller: &Caller, request: pb::DeclareTripRequest) -> Result<pb::DeclareTripResponse, Error> {
    match declare(service, caller, &request).await {
        // The same request came twice at once: the second finds what the first stored.
        Err(error) if error.is_on(&["trips_pkey", "data_keys_pkey"]) => declare(service, caller, &request).await,
        other => other,
    }
}

async fn declare(service: &Vehicles, caller: &Caller, request: &pb::DeclareTripRequest) -> Result<pb::DeclareTripResponse, Error> {
    let now = service.now();
    let id = request::id(TripId::parse(&request.trip_id), "trip_id")?;
    let hash = request::hash(&service.keyring, request)?;
    let mut transaction = service.begin().await?;
    if let Some(record) = store::trips::get(&mut transaction, id).await? {
        request::same(&record.facts.request_hash, &hash)?;
        return reply(service, &record);
    }
    let message = request.declaration.clone().unwrap_or_default();
    let declaration = request::check_with(request, declaration::parse(&message, &service.profile, Source::Public, now))?;
    let record = intake::store(service, &mut transaction, id, declaration, hash, now).await?;
    publish::append(&mut transaction, &service.profile, &record, &[TripEvent::Declared], now).await?;
    trail::record(&mut transaction, service, caller, &record.trip, Act::write("vehicles.DeclareTrip", None), now).await?;
    transaction.commit().await?;
    reply(service, &record)
}

/// The slip as it is now; its clauses come with the decision (GetPass).
fn reply(service: &Vehicles, record: &Record) -> Result<pb::DeclareTripResponse, Error> {
    Ok(pb::DeclareTripResponse {
        trip_id: record.trip.id.to_string(),
        short_code: crate::view::short_code(&record.facts.short_code),
        pass_token: slips::token(&service.keyring, record.trip.id)?,
        pass: Some(slips::pass(service, record, Vec::new())?),
        state: record.trip.state.into(),
    })
}
