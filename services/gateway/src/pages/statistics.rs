//! `/statistics`: the counts of a window of days for one's own area, drawn and in tables, and the same as a workbook.
use std::sync::Arc;

use askama::Template;
use axum::{
    extract::{Query, State},
    response::Response,
};
use contract::{Permission, vehicles::v1::GetStatisticsResponse};
use http::StatusCode;
use vietnam::{AreaKey, areas, time};

use crate::{
    download::attachment,
    error::PageError,
    forms::Typed,
    session::CurrentUser,
    site::Site,
    statistics::{Asked, mistakes, sections},
    text::Words,
    view::{BarLink, Choice, Field, Kind, Mistake, Moment, Page, chart::number, filters, render},
};

#[derive(Template)]
#[template(path = "statistics.html")]
struct StatisticsPage {
    page: Page,
    mistakes: Vec<Mistake>,
    /// Whose counts these are.
    area: String,
    fields: Vec<Field>,
    windows: Vec<BarLink>,
    counted: Option<Counted>,
}

struct Counted {
    window: String,
    made: Option<Moment>,
    sequence: String,
    workbook: String,
    sums: Vec<Sum>,
    sections: Vec<sections::Section>,
}

/// A figure of the summary and the section that explains it; empty for none.
struct Sum {
    href: &'static str,
    count: String,
    label: String,
    alarm: bool,
}

/// `GET /statistics`
pub async fn get(
    State(site): State<Arc<Site>>,
    user: CurrentUser,
    Query(pairs): Query<Vec<(String, String)>>,
) -> Result<Response, PageError> {
    user.require(Permission::VehiclesStatisticsRead)?;
    let typed = Typed::new(pairs);
    match Asked::parse(&site.words(user.lang), &typed, site.now()) {
        Ok(asked) => match site.clients.vehicles(user.caller.clone()).get_statistics(asked.request()).await.map_err(PageError::from) {
            Ok(counted) => show(&site, &user, &asked, counted.into_inner()),
            Err(PageError::Invalid(faults)) => refuse(&site, &user, &typed, mistakes(&faults, user.lang)),
            Err(error) => Err(error),
        },
        Err(mistakes) => refuse(&site, &user, &typed, mistakes),
    }
}

/// `GET /statistics/workbook`: a window that cannot be read leads back to the page that says why.
pub async fn workbook(
    State(site): State<Arc<Site>>,
    user: CurrentUser,
    Query(pairs): Query<Vec<(String, String)>>,
) -> Result<Response, PageError> {
    user.require(Permission::VehiclesStatisticsRead)?;
    let typed = Typed::new(pairs);
    let asked = match Asked::parse(&site.words(user.lang), &typed, site.now()) {
        Ok(asked) => asked,
        Err(mistakes) => return refuse(&site, &user, &typed, mistakes),
    };
    match site.clients.vehicles(user.caller.clone()).export_statistics(asked.export(user.lang)).await.map_err(PageError::from) {
        Ok(file) => {
            let file = file.into_inner();
            attachment(&file.file_name, &file.media_type, file.content)
        }
        Err(PageError::Invalid(faults)) => refuse(&site, &user, &typed, mistakes(&faults, user.lang)),
        Err(error) => Err(error),
    }
}

fn show(site: &Site, user: &CurrentUser, asked: &Asked, counted: GetStatisticsResponse) -> Result<Response, PageError> {
    let words = site.words(user.lang);
    let typed = Typed::new([("from", asked.first.to_string()), ("to", asked.last.to_string()), ("cutoff", asked.cutoff.to_string())]);
    let counted = Counted {
        window: window(&words, asked),
        made: Moment::of(counted.as_of.as_ref(), site.now()),
        sequence: counted.as_of_sequence.to_string(),
        workbook: format!("/statistics/workbook?{}", asked.query()),
        sums: sums(&words, &counted),
        sections: sections::all(site, &words, *asked, &counted),
    };
    render(&page(site, user, &typed, Vec::new(), Some(counted)))
}

fn refuse(site: &Site, user: &CurrentUser, typed: &Typed, mistakes: Vec<Mistake>) -> Result<Response, PageError> {
    let mut response = render(&page(site, user, typed, mistakes, None))?;
    *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    Ok(response)
}

fn page(site: &Site, user: &CurrentUser, typed: &Typed, mistakes: Vec<Mistake>, counted: Option<Counted>) -> StatisticsPage {
    let words = site.words(user.lang);
    let title = words.t("statistics-title");
    let title = if mistakes.is_empty() { title } else { words.a("title-with-errors", title) };
    StatisticsPage {
        area: area(site, user),
        fields: fields(&words, typed, &mistakes),
        windows: windows(site, &words, typed),
        page: user.page(site, "/statistics", title),
        mistakes,
        counted,
    }
}

/// The post of a post's officer, else the areas of the permission.
fn area(site: &Site, user: &CurrentUser) -> String {
    let unit = user.principal.unit.clone().unwrap_or_default();
    if !unit.post_code.is_empty() {
        return site.post_name(user.lang, &unit.post_code);
    }
    let keys = user.caller.areas(Permission::VehiclesStatisticsRead);
    let name = |key: &String| AreaKey::parse(key).ok().and_then(areas::get).map(|area| area.full_name());
    keys.iter().filter_map(name).collect::<Vec<_>>().join("; ")
}

fn window(words: &Words, asked: &Asked) -> String {
    let (first, last) = (time::format_date(asked.first), time::format_date(asked.last));
    if first == last { words.a("statistics-window-day", first) } else { words.ab("statistics-window", first, last) }
}

fn fields(words: &Words, typed: &Typed, mistakes: &[Mistake]) -> Vec<Field> {
    let field = |name: &str, key: &str, kind: Kind| Field {
        name: name.to_owned(),
        label: words.t(key),
        value: typed.get(name).to_owned(),
        error: Mistake::of(mistakes, name).to_owned(),
        kind,
        ..Field::default()
    };
    let hour = |hour: u32| if hour == 0 { words.t("statistics-midnight") } else { format!("{hour:02}:00") };
    let hours = (0..24).map(|it| Choice::new(it.to_string(), hour(it))).collect();
    vec![
        field("from", "statistics-from", Kind::Input("date")),
        field("to", "statistics-to", Kind::Input("date")),
        Field { hint: words.t("statistics-cutoff-hint"), ..field("cutoff", "statistics-cutoff", Kind::Select(hours)) },
    ]
}

/// Windows that are asked for most.
fn windows(site: &Site, words: &Words, typed: &Typed) -> Vec<BarLink> {
    let cutoff = typed.get("cutoff").parse().ok().filter(|hour| *hour < 24).unwrap_or_default();
    let today = time::report_day_of(site.now(), cutoff);
    let back = |days: u64| today.checked_sub_days(chrono::Days::new(days)).unwrap_or(today);
    let spans = [
        ("statistics-today", today, today),
        ("statistics-yesterday", back(1), back(1)),
        ("statistics-week", back(6), today),
        ("statistics-month", back(29), today),
    ];
    let link = |(key, first, last): (&str, chrono::NaiveDate, chrono::NaiveDate)| {
        let current = typed.get("from") == first.to_string() && typed.get("to") == last.to_string();
        BarLink { href: format!("/statistics?{}", Asked { first, last, cutoff }.query()), label: words.t(key), count: None, current }
    };
    spans.into_iter().map(link).collect()
}

fn sums(words: &Words, counted: &GetStatisticsResponse) -> Vec<Sum> {
    let lang = words.lang();
    let sum = |href, count: i64, key: &str, alarm| Sum { href, count: number(lang, count), label: words.t(key), alarm };
    let (total, missing) = (sections::total(counted), sections::missing(counted));
    vec![
        sum("#arrivals", missing, "statistics-sum-missing", missing > 0),
        sum("#posts", total.vehicles, "statistics-sum-vehicles", false),
        sum("#posts", total.people, "statistics-sum-people", false),
        sum("", counted.violations_opened.into(), "statistics-sum-violations", false),
    ]
}
