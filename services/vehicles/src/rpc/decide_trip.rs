//! DecideTrip: an officer decides on the vehicle at his post. Reads what he asks for; deciding.rs does it.

use contract::{
    Permission,
    vehicles::v1::{self as pb, Decision},
};
use ids::{AccountId, DecisionId, TripId};
use runtime::Caller;

use crate::{
    access,
    deciding::{self, Asked},
    error::Error,
    fault::Faults,
    request,
    service::Vehicles,
    trip::Ruling,
};

const PERMISSION: Permission = Permission::VehiclesTripsDecide;

pub async fn handle(service: &Vehicles, caller: &Caller, request: pb::DecideTripRequest) -> Result<pb::DecideTripResponse, Error> {
    caller.require(PERMISSION)?;
    let trip = request::id(TripId::parse(&request.trip_id), "trip_id")?;
    let decision = request::id(DecisionId::parse(&request.decision_id), "decision_id")?;
    access::desk(&service.profile, caller, PERMISSION, &request.post_id)?;
    let ruling = ruling(service, caller.account()?.account_id, &request)?;
    let hash = request::hash(&service.keyring, &request)?;
    let traceparent = runtime::telemetry::current_traceparent();
    let asked = Asked { caller: caller.clone(), request, trip, decision, ruling, hash, traceparent };
    let decide = |group| deciding::decide_all(service.clone(), group);
    service.decisions.run(trip, asked, decide).await?
}

fn ruling(service: &Vehicles, officer: AccountId, request: &pb::DecideTripRequest) -> Result<Ruling, Error> {
    let mut faults = Faults::default();
    let decision = Decision::try_from(request.decision).ok().filter(|decision| *decision != Decision::Unspecified).ok_or(());
    let decision = faults.take(decision, "decision", "Chọn quyết định", "Choose a decision");
    let exit_post = Some(request.exit_post_id.clone()).filter(|post| !post.is_empty());
    if exit_post.as_deref().is_some_and(|post| service.profile.post(post).is_none()) {
        faults.add("exit_post_id", "Chọn chốt ra trong danh sách", "Choose an exit post of the list");
    }
    let ruling =
        decision.map(|decision| Ruling { decision, post: request.post_id.clone(), officer, exit_post, reasons: request.reasons.clone() });
    faults.or(ruling).map_err(Error::invalid)
}
