//! ListSamplingSessions: the shifts of a day in the caller's areas.

use contract::{
    Permission,
    lab::v1::{ListSamplingSessionsRequest, ListSamplingSessionsResponse},
};
use requests::{Invalid, fault::Faults};
use runtime::Caller;
use vietnam::time;

use crate::{
    access, campaign,
    error::Error,
    paging::{self, Cursor},
    request,
    service::Lab,
    store::sessions::{self, Session},
};

const PERMISSION: Permission = Permission::LabSamplingRead;

pub async fn handle(service: &Lab, caller: &Caller, request: ListSamplingSessionsRequest) -> Result<ListSamplingSessionsResponse, Error> {
    caller.require(PERMISSION)?;
    request::check(&request)?;
    let mut faults = Faults::default();
    let day = match request.day.as_str() {
        "" => Some(time::day_of(service.now())),
        text => campaign::day(text, "day", &mut faults),
    };
    let day = faults.or(day).map_err(Invalid)?;
    let size = paging::size(request.page_size, 50, 200)?;
    let filters = ListSamplingSessionsRequest { page_size: 0, page_token: String::new(), ..request.clone() };
    let after = Cursor::read(&request.page_token, &filters)?.map(|cursor| (cursor.at, cursor.id));
    let limit = i64::try_from(size + 1).unwrap_or(i64::MAX);
    let mut conn = service.database.acquire().await?;
    let mut rows = sessions::of_day(&mut conn, day, &access::eyes(caller, PERMISSION), after, limit).await?;
    let cursor = |session: &Session| Cursor { rank: 0, at: session.opened_at, id: session.id.as_uuid() };
    let next_page_token = paging::cut(&mut rows, size, &filters, cursor);
    Ok(ListSamplingSessionsResponse { sessions: rows.into_iter().map(|session| session.message).collect(), next_page_token })
}
