//! GetArrival: one arrival, for those whose area its commune is in.

use contract::{
    Permission,
    vehicles::v1::{Arrival, GetArrivalRequest, GetArrivalResponse},
};
use ids::ArrivalId;
use runtime::Caller;

use crate::{
    error::Error,
    request,
    service::Vehicles,
    store::{arrivals, fitness, trips},
    trail, view,
};

pub async fn handle(service: &Vehicles, caller: &Caller, request: GetArrivalRequest) -> Result<GetArrivalResponse, Error> {
    caller.require(Permission::VehiclesArrivalsRead)?;
    request::check(&request)?;
    let id = request::id(ArrivalId::parse(&request.arrival_id), "arrival_id")?;
    let now = service.now();
    let mut transaction = service.begin().await?;
    let roots = caller.areas(Permission::VehiclesArrivalsRead);
    let trip = arrivals::trip_of(&mut transaction, id, &roots).await?.ok_or(Error::not_found())?;
    let rows = arrivals::get_all(&mut transaction, &[id]).await?;
    let row = rows.get(&id).ok_or(Error::not_found())?;
    let record = trips::get(&mut transaction, trip).await?.ok_or(Error::not_found())?;
    let key = seal::open_key(&mut transaction, &service.keyring, trip.as_uuid()).await?;
    let resample_wanted = fitness::resamples(&mut transaction, &[trip]).await?.get(&trip).copied().unwrap_or_default();
    let arrival = Arrival { resample_wanted, ..view::arrival(row, &record, &key)? };
    let act = trail::Act::read("vehicles.GetArrival", Some(Permission::VehiclesArrivalsRead));
    trail::record(&mut transaction, service, caller, &record.trip, act, now).await?;
    transaction.commit().await?;
    Ok(GetArrivalResponse { arrival: Some(arrival) })
}
