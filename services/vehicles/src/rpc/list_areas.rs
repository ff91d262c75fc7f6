//! ListAreas: the areas below a parent, or those that a name finds; in a form's field of places.

use contract::vehicles::v1::{ListAreasRequest, ListAreasResponse};
use runtime::Caller;
use vietnam::{Area, AreaKey, Era, areas};

use crate::{
    error::Error,
    fault::{Fault, Faults},
    paging, request,
    service::Vehicles,
    view,
};

const USUAL: usize = 50;
const MOST: usize = 250;

pub async fn handle(service: &Vehicles, _caller: &Caller, request: ListAreasRequest) -> Result<ListAreasResponse, Error> {
    let (era, parent) = request::check_with(&request, parse(service, &request))?;
    let size = paging::size(request.page_size, USUAL, MOST)?;
    let found = if request.query.trim().is_empty() {
        parent.map_or_else(|| areas::provinces(era), areas::children)
    } else {
        areas::search(era, parent, &request.query).into_iter().map(|hit| hit.area).collect()
    };
    let first = place(&request.page_token, &found)?;
    let page = found.iter().skip(first).take(size);
    let next_page_token = found.get(first + size).map(|next| next.key.to_string()).unwrap_or_default();
    Ok(ListAreasResponse { areas: page.filter_map(|area| view::area(area.key)).collect(), next_page_token })
}

fn parse(service: &Vehicles, request: &ListAreasRequest) -> Result<(Era, Option<AreaKey>), Vec<Fault>> {
    let mut faults = Faults::default();
    let era = Some(&request.valid_from)
        .filter(|text| !text.is_empty())
        .map_or(Ok(service.profile.era), |text| Era::from_valid_from(text).ok_or(()));
    let era = faults.take(era, "valid_from", "Ghi 2021-01-01 hoặc 2025-07-01", "2021-01-01 or 2025-07-01");
    let parent = match era.filter(|_| !request.parent_code.is_empty()) {
        Some(era) => {
            let parent = areas::find(era, &request.parent_code).ok_or(());
            faults.take(parent, "parent_code", "Chọn tỉnh, huyện trong danh mục", "Choose an area of the list").map(|area| area.key)
        }
        None => None,
    };
    faults.or(era.map(|era| (era, parent)))
}

/// The token is the key of the first area of its page: the list is the same for ever.
fn place(token: &str, found: &[Area]) -> Result<usize, Error> {
    if token.is_empty() {
        return Ok(0);
    }
    found.iter().position(|area| area.key.to_string() == token).ok_or_else(|| {
        let mut faults = Faults::default();
        faults.add("page_token", "Mở lại danh sách từ trang đầu", "Open the list from its first page again");
        Error::invalid(faults.0)
    })
}
