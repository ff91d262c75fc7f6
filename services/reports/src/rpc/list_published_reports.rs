//! ListPublishedReports: what anybody reads of reports that were answered.

use contract::reports::v1::{ListPublishedReportsRequest, ListPublishedReportsResponse};
use runtime::Caller;
use vietnam::areas;

use crate::{
    error::Error,
    fault::{Fault, Faults},
    paging::{self, Cursor},
    request,
    service::Reports,
    store::published::{self, PublishedRow},
};

const USUAL: usize = 25;
const MOST: usize = 50;

pub async fn handle(
    service: &Reports,
    _caller: &Caller,
    request: ListPublishedReportsRequest,
) -> Result<ListPublishedReportsResponse, Error> {
    let area = request::check_with(&request, area(service, &request.area_code))?;
    let size = paging::size(request.page_size, USUAL, MOST)?;
    let filters = ListPublishedReportsRequest { page_size: 0, page_token: String::new(), ..request.clone() };
    let after = Cursor::read(&request.page_token, &filters)?;
    let category = Some(request.category_id.as_str()).filter(|category| !category.is_empty());
    let limit = i64::try_from(size + 1).unwrap_or(i64::MAX);
    let mut conn = service.database.acquire().await?;
    let mut rows = published::page(&mut conn, area.as_deref(), category, after, limit).await?;
    let next_page_token = paging::cut(&mut rows, size, &filters, PublishedRow::cursor);
    Ok(ListPublishedReportsResponse { reports: rows.into_iter().map(PublishedRow::message).collect::<Result<_, _>>()?, next_page_token })
}

/// The key of an area of the province's state of the map; none where all are wanted.
fn area(service: &Reports, code: &str) -> Result<Option<String>, Vec<Fault>> {
    if code.is_empty() {
        return Ok(None);
    }
    let mut faults = Faults::default();
    let area = areas::resolve(code, "", service.profile.era);
    let area = faults.take(area, "area_code", "Chọn huyện, xã trong danh mục", "Choose an area of the list");
    faults.or(area).map(|area| Some(area.key.to_string()))
}
