//! ListPublicTrips: what anybody may see of the vehicles that posts admitted.

use chrono::{DateTime, Duration, NaiveDate, Utc};
use contract::vehicles::v1::{ListPublicTripsRequest, ListPublicTripsResponse, PublicState, PublicStateCount};
use runtime::Caller;
use vietnam::{Plate, areas, time::Window};

use crate::{
    error::Error,
    fault::{Fault, Faults},
    paging::{self, Cursor},
    public_view, request,
    service::Vehicles,
    store::public::{self, Filter, Search},
};

const USUAL: usize = 25;
const MOST: usize = 50;

pub async fn handle(service: &Vehicles, caller: &Caller, request: ListPublicTripsRequest) -> Result<ListPublicTripsResponse, Error> {
    let asked = request::check_with(&request, parse(service, &request))?;
    let size = paging::size(request.page_size, USUAL, MOST)?;
    let filters = ListPublicTripsRequest { page_size: 0, page_token: String::new(), ..request.clone() };
    let after = Cursor::read(&request.page_token, &filters)?;
    let mut conn = service.database.acquire().await?;
    let ended_after = service.now() - Duration::hours(public::hours_listed(&mut conn, service.now()).await?);
    let filter = Filter { ended_after, ..asked };
    let mut rows = public::page(&mut conn, &filter, after, size).await?;
    let counts = public::counts(&mut conn, &filter).await?;
    let next_page_token = paging::cut(&mut rows, size, &filters, |row| Cursor { rank: 0, at: row.admitted_at, id: row.trip_id });
    let count = |(state, trips): (PublicState, i32)| PublicStateCount { state: state.into(), trips };
    Ok(ListPublicTripsResponse {
        trips: rows.into_iter().map(|row| public_view::trip(row, caller.language)).collect::<Result<_, _>>()?,
        next_page_token,
        counts: counts.into_iter().map(count).collect(),
    })
}

/// The filters; when rows leave is not theirs to say.
fn parse(service: &Vehicles, request: &ListPublicTripsRequest) -> Result<Filter, Vec<Fault>> {
    let mut faults = Faults::default();
    let plate = plate_start(&request.plate, &mut faults);
    let communes = communes(service, &request.area_code, &mut faults);
    let search = match (plate, communes) {
        (Some(start), communes) => Search::Plate { start, communes },
        (None, Some(communes)) => Search::Communes(communes),
        (None, None) => Search::All,
    };
    if !request.post_id.is_empty() && service.profile.post(&request.post_id).is_none() {
        faults.add("post_id", "Chọn chốt trong danh sách", "Choose a post of the list");
    }
    let day = day(&request.day, &mut faults);
    let state = PublicState::try_from(request.state);
    let state = faults.take(state, "state", "Chọn trạng thái trong danh sách", "Choose a state of the list");
    let filter = Filter {
        search,
        post: Some(request.post_id.clone()).filter(|post| !post.is_empty()),
        state: state.filter(|state| *state != PublicState::Unspecified),
        entered_from: day.map_or(DateTime::UNIX_EPOCH, |day| day.from),
        entered_until: day.map_or(DateTime::<Utc>::MAX_UTC, |day| day.to),
        ended_after: DateTime::UNIX_EPOCH,
    };
    faults.or(Some(filter))
}

/// The compact form, with Đ as D as the index has it.
fn plate_start(text: &str, faults: &mut Faults) -> Option<String> {
    if text.trim().is_empty() {
        return None;
    }
    let plate = Plate::parse(text, "", vietnam::PlateColor::Unspecified);
    let plate = faults.take(plate, "plate", "Ghi biển số hoặc phần đầu, ví dụ 81C", "Give a plate or its start, such as 81C");
    plate.map(|plate| plate.compact().replace('Đ', "D"))
}

fn communes(service: &Vehicles, code: &str, faults: &mut Faults) -> Option<Vec<String>> {
    if code.is_empty() {
        return None;
    }
    let area = areas::resolve(code, "", service.profile.era);
    let area = faults.take(area, "area_code", "Chọn huyện, xã trong danh mục", "Choose an area of the list")?;
    Some(areas::communes(area.key).iter().map(|commune| commune.key.to_string()).collect())
}

fn day(text: &str, faults: &mut Faults) -> Option<Window> {
    if text.is_empty() {
        return None;
    }
    let day = text.parse::<NaiveDate>();
    faults.take(day, "day", "Ghi ngày như 2021-10-18", "A day such as 2021-10-18").map(Window::day)
}
