//! GetLabStatistics: the numbers of a bulletin for the 24 hours up to the cut-off of a day, by the areas below the caller's.

use contract::{
    Permission,
    lab::v1::{GetLabStatisticsRequest, GetLabStatisticsResponse, LabCount},
};
use requests::fault::Faults;
use runtime::Caller;
use vietnam::{AreaKey, time};

use crate::{
    access, campaign,
    error::Error,
    request,
    service::Lab,
    store::statistics::{self, CountRow},
    view,
};

const PERMISSION: Permission = Permission::LabStatisticsRead;
const USUAL_CUT_OFF: i32 = 17;

pub async fn handle(service: &Lab, caller: &Caller, request: GetLabStatisticsRequest) -> Result<GetLabStatisticsResponse, Error> {
    caller.require(PERMISSION)?;
    request::check(&request)?;
    let hour = u32::try_from(request.cut_off_hour.unwrap_or(USUAL_CUT_OFF)).unwrap_or_default();
    let mut faults = Faults::default();
    let day = match request.day.trim() {
        "" => Some(time::report_day_of(service.now(), hour)),
        text => campaign::day(text, "day", &mut faults),
    };
    let day = faults.or(day).map_err(requests::Invalid)?;
    let window = time::Window::report_day(day, hour);
    let eyes = access::eyes(caller, PERMISSION);
    let mut conn = service.database.acquire().await?;
    let rows = statistics::count(&mut conn, &eyes, parts(&eyes), window.from, window.to).await?;
    let mut answer =
        GetLabStatisticsResponse { from: Some(window.from.into()), until: Some(window.to.into()), ..GetLabStatisticsResponse::default() };
    for row in &rows {
        let count = count(row)?;
        if row.area.is_some() { answer.by_area.push(count) } else { answer.total = Some(count) }
    }
    Ok(answer)
}

/// One level below the highest of the caller's areas: districts of a province that has some, else communes.
fn parts(eyes: &[String]) -> i32 {
    let highest = eyes.iter().filter_map(|eye| AreaKey::parse(eye).ok()).map(|area| area.to_string().split('.').count()).min();
    i32::try_from(highest.unwrap_or_default() + 1).unwrap_or(i32::MAX)
}

fn count(row: &CountRow) -> Result<LabCount, Error> {
    let number = |count: i64| i32::try_from(count).unwrap_or(i32::MAX);
    Ok(LabCount {
        area: row.area()?.and_then(view::area),
        people_sampled: number(row.people_sampled),
        tubes: number(row.tubes),
        tubes_resulted: number(row.tubes_resulted),
        positive_people: number(row.positive_people),
        positive_again: number(row.positive_again),
        suspect_tubes: number(row.suspect_tubes),
        suspect_people: number(row.suspect_people),
        waiting_people: number(row.waiting_people),
        rejected_tubes: number(row.rejected_tubes),
    })
}
