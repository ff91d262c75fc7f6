//! GetPublicTrip: one row of the public list with what its state came from.

use chrono::Duration;
use contract::vehicles::v1::{GetPublicTripRequest, GetPublicTripResponse};
use ids::TripId;
use runtime::{Caller, Language};

use crate::{error::Error, public_view, request, service::Vehicles, store::public};

pub async fn handle(service: &Vehicles, caller: &Caller, request: GetPublicTripRequest) -> Result<GetPublicTripResponse, Error> {
    request::check(&request)?;
    let trip = request::id(TripId::parse(&request.trip_id), "trip_id")?;
    let language = match &*request.language {
        "en" => Language::En,
        "vi" => Language::Vi,
        _ => caller.language,
    };
    let mut conn = service.database.acquire().await?;
    let ended_after = service.now() - Duration::hours(public::hours_listed(&mut conn, service.now()).await?);
    let row = public::get(&mut conn, trip, ended_after).await?.ok_or(Error::not_found())?;
    let history = public::history(&mut conn, trip).await?;
    Ok(GetPublicTripResponse {
        trip: Some(public_view::trip(row, language)?),
        history: history.into_iter().map(public_view::entry).collect(),
    })
}
