//! CloseTrip: an officer ends a trip whose exit nobody recorded.

use contract::{Permission, vehicles::v1 as pb};
use ids::TripId;
use runtime::Caller;
use seal::Place;

use crate::{
    access,
    error::Error,
    publish, reading, request,
    service::Vehicles,
    store,
    trail::{self, Act},
};

const PERMISSION: Permission = Permission::VehiclesTripsDecide;

pub async fn handle(service: &Vehicles, caller: &Caller, request: pb::CloseTripRequest) -> Result<pb::CloseTripResponse, Error> {
    caller.require(PERMISSION)?;
    let now = service.now();
    request::check(&request)?;
    let id = request::id(TripId::parse(&request.trip_id), "trip_id")?;
    let mut transaction = service.begin_keyed().await?;
    let record = store::trips::lock(&mut transaction, id).await?.ok_or(Error::not_found())?;
    let record = access::see(caller, PERMISSION, record)?;
    let mut record = reading::with_arrivals(&mut transaction, record).await?;
    let was_open = record.trip.is_open();
    if was_open && request.version != 0 && request.version != record.trip.version {
        return Err(Error::Changed { version: record.trip.version });
    }
    let (trip, happened) = record.trip.close(now)?;
    record.trip = trip;
    if !happened.is_empty() {
        store::trips::update(&mut transaction, &mut record).await?;
        store::arrivals::update_deadlines(&mut transaction, &record.trip.arrivals).await?;
        publish::append(&mut transaction, &service.profile, &record, &happened, now).await?;
        let key = seal::open_key(&mut transaction, &service.keyring, id.as_uuid()).await?;
        let words = key.seal(Place { table: "audit.entries", column: "detail", row: id.as_uuid() }, request.reason.as_bytes())?;
        let mut act = Act::write("vehicles.CloseTrip", Some(PERMISSION));
        act.reason = Some("EXIT_NOT_RECORDED");
        act.detail = serde_json::json!({ "reason_sealed": requests::hex(&words) });
        trail::record(&mut transaction, service, caller, &record.trip, act, now).await?;
        transaction.commit().await?;
    }
    Ok(pb::CloseTripResponse { state: record.trip.state.into(), version: record.trip.version })
}
