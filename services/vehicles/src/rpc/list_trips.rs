//! ListTrips: the trips of the caller's areas, what is overdue before what is not.

use chrono::Duration;
use contract::{
    Permission,
    vehicles::v1::{ListTripsRequest, ListTripsResponse, TripState},
};
use runtime::Caller;

use crate::{
    error::Error,
    fault::{Fault, Faults},
    paging::{self, Cursor},
    request,
    service::Vehicles,
    store::lists::{self, ENDED, SummaryRow, TripFilter},
};

const USUAL: usize = 25;
const MOST: usize = 100;
/// As long as the slip of a declaration may be shown.
const DECLARED_HOURS: i64 = 72;

pub async fn handle(service: &Vehicles, caller: &Caller, request: ListTripsRequest) -> Result<ListTripsResponse, Error> {
    caller.require(Permission::VehiclesTripsRead)?;
    let (post, states) = request::check_with(&request, parse(service, &request))?;
    let size = paging::size(request.page_size, USUAL, MOST)?;
    let filters = ListTripsRequest { page_size: 0, page_token: String::new(), ..request.clone() };
    let after = Cursor::read(&request.page_token, &filters)?;
    let now = service.now();
    let filter = TripFilter {
        roots: caller.areas(Permission::VehiclesTripsRead),
        post,
        states,
        overdue: request.overdue,
        now,
        declared_after: now - Duration::hours(DECLARED_HOURS),
    };
    let mut rows = read(service, &filter, after, size + 1).await?;
    let next_page_token = paging::cut(&mut rows, size, &filters, SummaryRow::cursor);
    Ok(ListTripsResponse { trips: rows.iter().map(SummaryRow::message).collect::<Result<_, _>>()?, next_page_token })
}

/// Open trips, then those that ended where their states are asked for.
async fn read(service: &Vehicles, filter: &TripFilter, after: Option<Cursor>, limit: usize) -> Result<Vec<SummaryRow>, Error> {
    let mut conn = service.database.acquire().await?;
    let in_ended = after.filter(|cursor| cursor.rank == ENDED);
    let mut rows = Vec::new();
    let open_wanted = filter.states.is_empty() || filter.states.iter().any(|state| !has_ended(*state));
    if in_ended.is_none() && open_wanted {
        rows = lists::open_trips(&mut conn, filter, after, rows_left(limit, 0)).await?;
    }
    if rows.len() < limit && !filter.overdue && filter.states.iter().any(|state| has_ended(*state)) {
        rows.extend(lists::ended_trips(&mut conn, filter, in_ended, rows_left(limit, rows.len())).await?);
    }
    Ok(rows)
}

fn rows_left(limit: usize, read: usize) -> i64 {
    i64::try_from(limit - read).unwrap_or(i64::MAX)
}

fn has_ended(state: TripState) -> bool {
    match state {
        TripState::Exited | TripState::Closed | TripState::TurnedBack | TripState::Refused | TripState::Cancelled => true,
        TripState::Unspecified
        | TripState::Declared
        | TripState::AtPost
        | TripState::Referred
        | TripState::InTransit
        | TripState::EnRoute
        | TripState::Arrived
        | TripState::Overdue => false,
    }
}

fn parse(service: &Vehicles, request: &ListTripsRequest) -> Result<(Option<String>, Vec<TripState>), Vec<Fault>> {
    let mut faults = Faults::default();
    if !request.post_id.is_empty() && service.profile.post(&request.post_id).is_none() {
        faults.add("post_id", "Chọn chốt trong danh sách", "Choose a post of the list");
    }
    let mut states = Vec::new();
    for (index, state) in request.states.iter().enumerate() {
        let state = TripState::try_from(*state).ok().filter(|state| *state != TripState::Unspecified);
        let state = state.ok_or(());
        let field = format!("states[{index}]");
        states.extend(faults.take(state, field, "Chọn trạng thái trong danh sách", "Choose a state of the list"));
    }
    let post = Some(request.post_id.clone()).filter(|post| !post.is_empty());
    faults.or(Some((post, states)))
}
