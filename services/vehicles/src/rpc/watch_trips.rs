//! WatchTrips: changes in the caller's areas as they happen. Each call reads the stream by itself, from the place that it names.

use std::{pin::Pin, time::Duration};

use contract::{
    Permission,
    vehicles::v1::{WatchTripsRequest, WatchTripsResponse},
};
use events::{Feed, Live, Source, Start};
use runtime::Caller;
use tokio::time::{Instant, timeout_at};
use tokio_stream::Stream;
use tonic::Status;
use vietnam::{Era, areas};

use crate::{error::Error, fault::Faults, request, service::Vehicles, watching};

/// After this the caller asks again, with a context that is checked again.
const LONGEST: Duration = Duration::from_secs(60);

pub type Changes = Pin<Box<dyn Stream<Item = Result<WatchTripsResponse, Status>> + Send>>;

pub async fn handle(service: &Vehicles, caller: &Caller, request: WatchTripsRequest) -> Result<Changes, Error> {
    caller.require(Permission::VehiclesTripsRead)?;
    request::check(&request)?;
    let start = start(request.after_sequence)?;
    let asked = match &*request.area_code {
        "" => None,
        code => Some(areas::find(service.profile.era, code).ok_or(Error::not_found())?.key),
    };
    let areas = watching::allowed(&caller.areas(Permission::VehiclesTripsRead), asked);
    if areas.is_empty() {
        return Err(Error::not_found());
    }
    let subjects = areas.into_iter().map(watching::subject).collect();
    let feed = Feed::new(service.jetstream.clone(), Source::new(crate::NAME), start, subjects);
    Ok(Box::pin(changes(feed, service.profile.era)))
}

fn start(after_sequence: i64) -> Result<Start, Error> {
    match u64::try_from(after_sequence) {
        Ok(0) => Ok(Start::Now),
        Ok(sequence) => Ok(Start::Sequence(sequence + 1)),
        Err(_) => {
            let mut faults = Faults::default();
            faults.add("after_sequence", "Ghi số từ 0 trở lên", "Zero or more");
            Err(Error::invalid(faults.0))
        }
    }
}

/// Ends when its time is over; the server stack ends it before when the process stops.
fn changes(mut feed: Feed, era: Era) -> impl Stream<Item = Result<WatchTripsResponse, Status>> + Send {
    async_stream::stream! {
        let end = Instant::now() + LONGEST;
        while let Ok(next) = timeout_at(end, feed.next()).await {
            match next {
                Live::Event(event) => yield Ok(watching::told(&event, era)),
                // While NATS is away nothing is told; the feed goes on from where it was.
                Live::Connected | Live::Away => {}
            }
        }
    }
}
