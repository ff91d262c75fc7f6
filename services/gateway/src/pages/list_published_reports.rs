//! `/published`: answers to citizens' reports that were published: the day, the commune, what it was about and what came of it.
use std::sync::Arc;

use askama::Template;
use axum::{
    extract::{Query, State},
    response::Response,
};
use chrono::NaiveDate;
use contract::reports::v1::{ListPublishedReportsRequest, ListPublishedReportsResponse, PublishedReport};
use serde::Deserialize;

use super::place_filter;
use crate::{
    error::PageError,
    limits::Cost,
    site::Site,
    text::Words,
    view::{
        BarLink, Choice, Field, Kind, Mistake, Moment, Page, filters, render,
        reports::{self, Categories},
    },
    visitor::Visitor,
};

const PAGE_SIZE: i32 = 25;

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Filter {
    /// A code, or a name as typed.
    area: String,
    category: String,
    /// Days on which it came.
    from: String,
    to: String,
    code: String,
    page: String,
}

#[derive(Template)]
#[template(path = "published.html")]
struct PublishedPage {
    page: Page,
    mistakes: Vec<Mistake>,
    fields: Vec<Field>,
    /// Places of one name, to choose from.
    places: Vec<BarLink>,
    rows: Vec<Row>,
    filtered: bool,
    newest: Option<String>,
    older: Option<String>,
}

struct Row {
    code: String,
    seen: String,
    area: String,
    category: String,
    outcome: String,
    answer: String,
    published: Option<Moment>,
}

/// `GET /published`
pub async fn get(State(site): State<Arc<Site>>, Query(filter): Query<Filter>, visitor: Visitor) -> Result<Response, PageError> {
    if !site.limits.allows(Cost::Ask, visitor.address) {
        return Err(PageError::TooMany);
    }
    let words = site.words(visitor.lang);
    let categories = Categories::of_today(&site, &visitor.caller).await?;
    let filter = Filter {
        area: short(&filter.area, 100),
        category: short(&filter.category, 40),
        from: short(&filter.from, 10),
        to: short(&filter.to, 10),
        code: short(&filter.code, 20).to_uppercase(),
        page: short(&filter.page, 200),
    };
    let mistakes = mistakes(&words, &filter);
    let place = place_filter::find(&site.province, &filter.area);
    let known = filter.category.is_empty() || categories.find(&filter.category).is_some();
    let found = match &place {
        place_filter::Place::Any | place_filter::Place::One(_) if known && mistakes.is_empty() => {
            let area_code = if let place_filter::Place::One(area) = &place { area.code() } else { String::new() };
            let request = ListPublishedReportsRequest {
                page_size: PAGE_SIZE,
                page_token: filter.page.clone(),
                area_code,
                category_id: filter.category.clone(),
                codes: if filter.code.is_empty() { Vec::new() } else { vec![filter.code.clone()] },
                received_from: filter.from.clone(),
                received_to: filter.to.clone(),
            };
            site.clients.reports(visitor.caller.clone()).list_published_reports(request).await?.into_inner()
        }
        _ => ListPublishedReportsResponse::default(),
    };
    let mistakes: Vec<Mistake> = place.mistake(&words).into_iter().chain(mistakes).collect();
    let address = format!("{}/published", visitor.lang.prefix());
    let to = |filter: Filter| format!("{address}{}", filter.query());
    let first = Filter { page: String::new(), ..filter.clone() };
    let choice = |area: vietnam::Area| BarLink {
        href: to(Filter { area: area.code(), ..first.clone() }),
        label: area.display_name(),
        count: None,
        current: false,
    };
    render(&PublishedPage {
        page: site.public_page(visitor.lang, "/published", words.t("published-title")),
        fields: fields(&words, &categories, &filter, &place, &mistakes),
        places: place.choices().into_iter().map(choice).collect(),
        rows: found.reports.iter().map(|report| row(&site, &words, &categories, report)).collect(),
        filtered: [&filter.area, &filter.category, &filter.from, &filter.to, &filter.code].iter().any(|part| !part.is_empty()),
        newest: (!filter.page.is_empty()).then(|| to(first.clone())),
        older: (!found.next_page_token.is_empty()).then(|| to(Filter { page: found.next_page_token.clone(), ..filter.clone() })),
        mistakes,
    })
}

impl Filter {
    fn query(&self) -> String {
        let pairs = [
            ("area", &self.area),
            ("category", &self.category),
            ("from", &self.from),
            ("to", &self.to),
            ("code", &self.code),
            ("page", &self.page),
        ];
        let filled: Vec<(&str, &String)> = pairs.into_iter().filter(|(_, value)| !value.is_empty()).collect();
        let encoded = serde_urlencoded::to_string(&filled).unwrap_or_default();
        if encoded.is_empty() { encoded } else { format!("?{encoded}") }
    }
}

/// What is no day, or ends before it begins.
fn mistakes(words: &Words, filter: &Filter) -> Vec<Mistake> {
    let day = |text: &str| text.parse::<NaiveDate>().ok();
    let wrong = |text: &str| !text.is_empty() && day(text).is_none();
    let mut mistakes = Vec::new();
    for (name, text) in [("from", &filter.from), ("to", &filter.to)] {
        if wrong(text) {
            mistakes.push(Mistake::new(name, words.t("published-wrong-day")));
        }
    }
    if day(&filter.from).zip(day(&filter.to)).is_some_and(|(from, to)| to < from) {
        mistakes.push(Mistake::new("to", words.t("published-wrong-days")));
    }
    mistakes
}

fn short(text: &str, most: usize) -> String {
    text.trim().chars().take(most).collect()
}

fn fields(words: &Words, categories: &Categories, filter: &Filter, place: &place_filter::Place, mistakes: &[Mistake]) -> Vec<Field> {
    let area = if let place_filter::Place::One(area) = place { area.display_name() } else { filter.area.clone() };
    let line = |id: &str| Choice::new(id, categories.name(words.lang(), id));
    let lines = categories.0.iter().map(|category| line(&category.category_id));
    let lines = std::iter::once(Choice::new("", words.t("published-any-category"))).chain(lines).collect();
    let field = |name: &str, key: &str, value: String| Field { name: name.to_owned(), label: words.t(key), value, ..Field::default() };
    let day = |name: &str, key: &str, value: &str| Field {
        kind: Kind::Input("date"),
        error: Mistake::of(mistakes, name).to_owned(),
        ..field(name, key, value.to_owned())
    };
    vec![
        Field {
            hint: words.t("list-area-hint"),
            error: Mistake::of(mistakes, "area").to_owned(),
            maxlength: 100,
            ..field("area", "published-area", area)
        },
        Field { kind: Kind::Select(lines), ..field("category", "report-what-short", filter.category.clone()) },
        day("from", "published-from", &filter.from),
        day("to", "published-to", &filter.to),
        Field { class: "code", maxlength: 20, hint: words.t("follow-code-hint"), ..field("code", "follow-code", filter.code.clone()) },
    ]
}

fn row(site: &Site, words: &Words, categories: &Categories, report: &PublishedReport) -> Row {
    let seen = report.seen_on.parse().map_or_else(|_| report.seen_on.clone(), vietnam::time::format_date);
    Row {
        code: report.code.clone(),
        seen,
        area: reports::area_name(report.area.as_ref()),
        category: categories.name(words.lang(), &report.category_id),
        outcome: words.t(reports::outcome(report.outcome())),
        answer: report.public_answer.clone(),
        published: Moment::of(report.published_at.as_ref(), site.now()),
    }
}
