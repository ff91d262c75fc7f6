//! ReceiveTrip: the vehicle stands at a post, whose desk has the trip from now on.

use contract::{Permission, vehicles::v1 as pb};
use ids::TripId;
use runtime::Caller;

use crate::{
    access,
    error::Error,
    publish, reading, request,
    service::Vehicles,
    store,
    trail::{self, Act},
};

const PERMISSION: Permission = Permission::VehiclesTripsDecide;

pub async fn handle(service: &Vehicles, caller: &Caller, request: pb::ReceiveTripRequest) -> Result<pb::ReceiveTripResponse, Error> {
    caller.require(PERMISSION)?;
    let now = service.now();
    request::check(&request)?;
    let id = request::id(TripId::parse(&request.trip_id), "trip_id")?;
    let post = access::desk(&service.profile, caller, PERMISSION, &request.post_id)?;
    let mut transaction = service.begin_keyed().await?;
    let record = store::trips::lock(&mut transaction, id).await?.ok_or(Error::not_found())?;
    let mut record = access::see(caller, PERMISSION, record)?;
    let (trip, happened) = record.trip.receive(&post.id, now)?;
    record.trip = trip;
    if !happened.is_empty() {
        reading::place(service, &mut record);
        store::trips::update(&mut transaction, &mut record).await?;
        publish::append(&mut transaction, &service.profile, &record, &happened, now).await?;
    }
    let trip = reading::trip(service, &mut transaction, &record).await?;
    trail::record(&mut transaction, service, caller, &record.trip, Act::write("vehicles.ReceiveTrip", Some(PERMISSION)), now).await?;
    transaction.commit().await?;
    Ok(pb::ReceiveTripResponse { trip: Some(trip) })
}
