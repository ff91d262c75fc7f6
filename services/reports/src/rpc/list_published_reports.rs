//! ListPublishedReports: what anybody reads of reports that were answered.

use chrono::NaiveDate;
use contract::reports::v1::{ListPublishedReportsRequest, ListPublishedReportsResponse};
use runtime::Caller;
use vietnam::{areas, time};

use crate::{
    error::Error,
    fault::{Fault, Faults},
    paging::{self, Cursor},
    request,
    service::Reports,
    store::published::{self, Filter, PublishedRow},
};

const USUAL: usize = 25;
const MOST: usize = 50;

pub async fn handle(
    service: &Reports,
    _caller: &Caller,
    request: ListPublishedReportsRequest,
) -> Result<ListPublishedReportsResponse, Error> {
    let filter = request::check_with(&request, filter(service, &request))?;
    let size = paging::size(request.page_size, USUAL, MOST)?;
    let filters = ListPublishedReportsRequest { page_size: 0, page_token: String::new(), ..request.clone() };
    let after = Cursor::read(&request.page_token, &filters)?;
    let limit = i64::try_from(size + 1).unwrap_or(i64::MAX);
    let mut conn = service.database.acquire().await?;
    let mut rows = published::page(&mut conn, &filter, after, limit).await?;
    let next_page_token = paging::cut(&mut rows, size, &filters, PublishedRow::cursor);
    Ok(ListPublishedReportsResponse { reports: rows.into_iter().map(PublishedRow::message).collect::<Result<_, _>>()?, next_page_token })
}

fn filter(service: &Reports, request: &ListPublishedReportsRequest) -> Result<Filter, Vec<Fault>> {
    let mut faults = Faults::default();
    let given = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
    let area = given(&request.area_code).and_then(|code| {
        let area = areas::resolve(&code, "", service.profile.era);
        faults.take(area, "area_code", "Chọn huyện, xã trong danh mục", "Choose an area of the list")
    });
    let mut day = |text: &str, field: &'static str| {
        given(text).and_then(|text| faults.take(text.parse::<NaiveDate>(), field, "Ghi ngày như 2021-10-18", "A day such as 2021-10-18"))
    };
    let (from, to) = (day(&request.received_from, "received_from"), day(&request.received_to, "received_to"));
    let filter = Filter {
        area: area.map(|area| area.key.to_string()),
        category: given(&request.category_id),
        codes: request.codes.iter().map(|code| code.trim().to_uppercase()).collect(),
        from: from.map(time::day_start),
        before: to.and_then(|day| day.succ_opt()).map(time::day_start),
    };
    faults.or(Some(filter))
}
