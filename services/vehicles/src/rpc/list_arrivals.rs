//! ListArrivals: what the police of a commune or district have to confirm, with what they need to find each vehicle.

use chrono::{DateTime, Duration, Utc};
use contract::{
    Permission,
    vehicles::v1::{self as pb, ListArrivalsRequest, ListArrivalsResponse},
};
use runtime::{Caller, Transaction};
use serde_json::json;
use vietnam::{AreaKey, areas, time};

use crate::{
    error::Error,
    paging::{self, Cursor},
    request,
    service::Vehicles,
    store::{
        arrivals, fitness,
        lists::{self, ANSWERED, Place},
        trips,
    },
    trail, view,
};

const USUAL: usize = 50;
const MOST: usize = 100;
const ANSWERED_HOURS: i64 = 24;

pub async fn handle(service: &Vehicles, caller: &Caller, request: ListArrivalsRequest) -> Result<ListArrivalsResponse, Error> {
    caller.require(Permission::VehiclesArrivalsRead)?;
    request::check(&request)?;
    let area = own_area(service, caller, &request.area_code)?;
    let size = paging::size(request.page_size, USUAL, MOST)?;
    let filters = ListArrivalsRequest { page_size: 0, page_token: String::new(), ..request.clone() };
    let after = Cursor::read(&request.page_token, &filters)?;
    let communes: Vec<String> = areas::communes(area).iter().map(|commune| commune.key.to_string()).collect();
    let now = service.now();
    let since = request.answered.then(|| now - Duration::hours(ANSWERED_HOURS));
    let mut transaction = service.begin().await?;
    let mut places = read(&mut transaction, &communes, since, after, size + 1).await?;
    let next_page_token = paging::cut(&mut places, size, &filters, Place::cursor);
    let arrivals = open(service, &mut transaction, &places).await?;
    let midnight = time::day_start(time::day_of(now));
    let counts = lists::count_arrivals(&mut transaction, &communes, now, midnight).await?;
    let act = trail::Act {
        detail: json!({ "arrivals": arrivals.len() }),
        ..trail::Act::read("vehicles.ListArrivals", Some(Permission::VehiclesArrivalsRead))
    };
    trail::record_search(&mut transaction, caller, area, act, now).await?;
    transaction.commit().await?;
    Ok(ListArrivalsResponse {
        arrivals,
        next_page_token,
        overdue: counts.overdue,
        due_within_hour: counts.due_within_hour,
        on_the_way: counts.on_the_way,
        confirmed_today: counts.confirmed_today,
    })
}

/// The area, when it lies within one of the caller's; any other does not exist for him.
fn own_area(service: &Vehicles, caller: &Caller, code: &str) -> Result<AreaKey, Error> {
    let area = areas::find(service.profile.era, code).ok_or(Error::not_found())?.key;
    let roots = caller.areas(Permission::VehiclesArrivalsRead);
    let within = area.ancestors().iter().any(|above| roots.contains(&above.to_string()));
    if within { Ok(area) } else { Err(Error::not_found()) }
}

async fn read(
    transaction: &mut Transaction,
    communes: &[String],
    since: Option<DateTime<Utc>>,
    after: Option<Cursor>,
    limit: usize,
) -> Result<Vec<Place>, Error> {
    let left = |read: usize| i64::try_from(limit - read).unwrap_or(i64::MAX);
    let in_answered = after.filter(|cursor| cursor.rank == ANSWERED);
    let mut places = Vec::new();
    if in_answered.is_none() {
        places = lists::waiting_arrivals(transaction, communes, after, left(0)).await?;
    }
    if let Some(since) = since
        && places.len() < limit
    {
        places.extend(lists::answered_arrivals(transaction, communes, since, in_answered, left(places.len())).await?);
    }
    Ok(places)
}

/// The page with its sealed fields, in its order. What was erased is left out.
async fn open(service: &Vehicles, transaction: &mut Transaction, places: &[Place]) -> Result<Vec<pb::Arrival>, Error> {
    let ids: Vec<_> = places.iter().map(|place| place.arrival).collect();
    let trip_ids: Vec<_> = places.iter().map(|place| place.trip).collect();
    let rows = arrivals::get_all(transaction, &ids).await?;
    let records = trips::get_all(transaction, &trip_ids).await?;
    let keys = seal::open_keys(transaction, &service.keyring, &trip_ids.iter().map(|trip| trip.as_uuid()).collect::<Vec<_>>()).await?;
    let resamples = fitness::resamples(transaction, &trip_ids).await?;
    let open = |place: &Place| {
        let row = rows.get(&place.arrival)?;
        let record = records.get(&place.trip)?;
        let resample_wanted = resamples.get(&place.trip).copied().unwrap_or_default();
        let arrival = view::arrival(row, record, keys.get(&place.trip.as_uuid())?);
        Some(arrival.map(|arrival| pb::Arrival { resample_wanted, ..arrival }))
    };
    places.iter().filter_map(open).collect()
}
