//! GetStatistics: vehicles and people by day, post, direction and decision, and by destination, for the caller's area.

use contract::{
    Permission,
    vehicles::v1::{CrossingCount, DistrictCount, GetStatisticsRequest, GetStatisticsResponse},
};
use runtime::Caller;

use crate::{
    error::Error,
    request,
    service::Vehicles,
    store::statistics::{self, Crossings, Destination},
    tally::{self, Days},
    view,
};

pub async fn handle(service: &Vehicles, caller: &Caller, request: GetStatisticsRequest) -> Result<GetStatisticsResponse, Error> {
    caller.require(Permission::VehiclesStatisticsRead)?;
    let days = Days::parse(&request.from_day, &request.until_day, request.cutoff_hour);
    let days = request::check_with(&request, days)?;
    let scope = tally::scope(&service.profile, caller, days)?;
    let mut transaction = service.begin().await?;
    let counted = statistics::read(&mut transaction, &scope, service.now()).await?;
    Ok(GetStatisticsResponse {
        crossings: counted.crossings.into_iter().map(crossing).collect(),
        districts: counted.destinations.into_iter().map(district).collect(),
        as_of_sequence: counted.as_of_sequence,
        as_of: Some(counted.as_of.into()),
        violations_opened: counted.violations_opened,
    })
}

fn crossing(count: Crossings) -> CrossingCount {
    CrossingCount {
        day: count.day.to_string(),
        post_id: count.post,
        direction: count.direction.into(),
        decision: count.decision.into(),
        vehicles: count.vehicles,
        people: count.people,
    }
}

fn district(count: Destination) -> DistrictCount {
    DistrictCount {
        area: view::area(count.area),
        vehicles: count.vehicles,
        people: count.people,
        arrivals_expected: count.expected,
        arrivals_confirmed: count.confirmed,
        arrivals_late: count.late,
        arrivals_missing: count.missing,
        arrivals_mismatched: count.mismatched,
        median_delay_minutes: count.median_delay_minutes,
    }
}
