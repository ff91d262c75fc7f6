//! CancelTrip: whoever declared takes it back before a decision.

use contract::vehicles::v1 as pb;
use runtime::Caller;

use crate::{
    error::Error,
    publish, request,
    service::Vehicles,
    slips, store,
    trail::{self, Act},
};

pub async fn handle(service: &Vehicles, caller: &Caller, request: pb::CancelTripRequest) -> Result<pb::CancelTripResponse, Error> {
    let now = service.now();
    request::check(&request)?;
    let mut transaction = service.begin_keyed().await?;
    let found = store::trips::lock_by_pass(&mut transaction, &slips::token_hash(&request.pass_token)).await?;
    let mut record = found.ok_or(Error::not_found())?;
    let (trip, happened) = record.trip.cancel(now)?;
    record.trip = trip;
    if !happened.is_empty() {
        store::trips::update(&mut transaction, &mut record).await?;
        publish::append(&mut transaction, &service.profile, &record, &happened, now).await?;
        trail::record(&mut transaction, service, caller, &record.trip, Act::write("vehicles.CancelTrip", None), now).await?;
        transaction.commit().await?;
    }
    Ok(pb::CancelTripResponse { pass: Some(slips::pass(service, &record, Vec::new())?) })
}
