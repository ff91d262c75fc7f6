//! `/lab/statistics`: what a bulletin needs: people, not tubes; suspect samples with their people; up to the hour of the day that it is counted to.
use std::sync::Arc;

use askama::Template;
use axum::{
    extract::{Query, State},
    response::Response,
};
use contract::{
    Permission,
    lab::v1::{GetLabStatisticsRequest, GetLabStatisticsResponse, LabCount},
};
use http::StatusCode;
use serde::Deserialize;
use vietnam::time;

use crate::{
    desk,
    error::PageError,
    session::CurrentUser,
    site::Site,
    text::Words,
    view::{Choice, Field, Kind, Mistake, Moment, Page, filters, render},
};

const PATH: &str = "/lab/statistics";
/// Where the bulletins of the province are cut.
const CUT_OFF: i32 = 17;

#[derive(Template)]
#[template(path = "lab_statistics.html")]
struct StatisticsPage {
    page: Page,
    mistakes: Vec<Mistake>,
    fields: Vec<Field>,
    counted: Option<Counted>,
}

struct Counted {
    from: Option<Moment>,
    until: Option<Moment>,
    total: LabCount,
    suspect: String,
    rows: Vec<LabCount>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    day: String,
    hour: Option<i32>,
}

/// `GET /lab/statistics`
pub async fn get(State(site): State<Arc<Site>>, Query(asked): Query<Asked>, user: CurrentUser) -> Result<Response, PageError> {
    user.require(Permission::LabStatisticsRead)?;
    let words = site.words(user.lang);
    let day = if asked.day.is_empty() { time::day_of(site.now()).to_string() } else { asked.day };
    let hour = asked.hour.filter(|hour| (0..24).contains(hour)).unwrap_or(CUT_OFF);
    let request = GetLabStatisticsRequest { day: day.clone(), cut_off_hour: Some(hour) };
    let (counted, mistakes) = match site.clients.laboratory(user.caller.clone()).get_lab_statistics(request).await.map_err(PageError::from)
    {
        Ok(answer) => (Some(counted(&site, &words, answer.into_inner())), Vec::new()),
        Err(PageError::Invalid(faults)) => (None, faults.iter().map(|fault| Mistake::new("day", fault.text(user.lang))).collect()),
        Err(error) => return Err(error),
    };
    let hours = (0..24).map(|hour| Choice::new(hour.to_string(), format!("{hour:02}:00"))).collect();
    let fields = vec![
        Field {
            name: "day".into(),
            label: words.t("lab-statistics-day"),
            error: Mistake::of(&mistakes, "day").to_owned(),
            value: day,
            kind: Kind::Input("date"),
            ..Field::default()
        },
        Field {
            name: "hour".into(),
            label: words.t("lab-statistics-hour"),
            value: hour.to_string(),
            kind: Kind::Select(hours),
            ..Field::default()
        },
    ];
    let wrong = !mistakes.is_empty();
    let title = words.t("lab-statistics-title");
    let page = user.page(&site, PATH, desk::title(&words, &title, wrong).into_owned());
    let mut response = render(&StatisticsPage { page, mistakes, fields, counted })?;
    if wrong {
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    Ok(response)
}

fn counted(site: &Site, words: &Words, answer: GetLabStatisticsResponse) -> Counted {
    let now = site.now();
    let total = answer.total.unwrap_or_default();
    Counted {
        from: Moment::of(answer.from.as_ref(), now),
        until: Moment::of(answer.until.as_ref(), now),
        suspect: words.ab("lab-statistics-suspect", total.suspect_tubes, total.suspect_people),
        rows: answer.by_area,
        total,
    }
}
