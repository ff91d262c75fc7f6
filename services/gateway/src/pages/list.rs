//! `/`: the public list of vehicles, cached as bytes by its normalised query.
use std::sync::Arc;

use askama::Template;
use axum::{
    extract::{Query, Request, State},
    middleware::Next,
    response::Response,
};
use contract::vehicles::v1::{ListPublicTripsRequest, ListPublicTripsResponse, PublicState};
use http::{HeaderMap, Method};
use prost::Message as _;
use serde::Deserialize;

use super::{place_filter, public_row::Row};
use crate::{
    assets,
    error::PageError,
    face,
    limits::Cost,
    list_cache::{Feed, Rendered},
    security,
    site::Site,
    text::Lang,
    view::{BarLink, Choice, Field, Kind, Mistake, Moment, Page, filters},
    visitor::Visitor,
};

const PAGE_SIZE: i32 = 25;

/// What can be asked for; what is not understood is left out.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Filter {
    plate: String,
    /// A code, or a name as typed.
    area: String,
    post: String,
    state: String,
    day: String,
    page: String,
}

#[derive(Template)]
#[template(path = "list.html")]
struct ListPage {
    page: Page,
    plate: String,
    fields: Vec<Field>,
    mistakes: Vec<Mistake>,
    /// Places of one name, to choose from.
    places: Vec<BarLink>,
    chips: Vec<BarLink>,
    rows: Vec<Row>,
    filtered: bool,
    more_open: bool,
    newest: Option<String>,
    older: Option<String>,
    made: Moment,
}

/// Answers who asks for the list as it stands from memory, before anything else looks at his request: most of a storm is these.
pub async fn from_memory(State(site): State<Arc<Site>>, request: Request, next: Next) -> Response {
    match kept(&site, &request) {
        Some(response) => response,
        None => next.run(request).await,
    }
}

fn kept(site: &Site, request: &Request) -> Option<Response> {
    let lang = match request.uri().path() {
        "/" => Lang::Vi,
        "/en/" => Lang::En,
        _ => return None,
    };
    if request.method() != Method::GET || request.uri().query().is_some() || !face::is_public(site, request) {
        return None;
    }
    let entry = site.list_cache.fresh(lang.code(), site.now(), feed(site))?;
    let headers = request.headers();
    let address = site.proxies.client(request.extensions(), headers);
    site.limits.allows(Cost::Read, address).then(|| {
        let mut response = entry.answer(headers);
        security::complete(response.headers_mut(), security::is_encrypted(headers));
        response
    })
}

fn feed(site: &Site) -> Feed {
    Feed { sequence: site.live.sequence(), up: site.live.is_up() }
}

/// `GET /`
pub async fn get(
    State(site): State<Arc<Site>>,
    Query(filter): Query<Filter>,
    visitor: Visitor,
    headers: HeaderMap,
) -> Result<Response, PageError> {
    let lang = visitor.lang;
    let filter = filter.normalised();
    let key = filter.query(lang.code());
    let entry = site.list_cache.page(&key, site.now(), feed(&site), || rendered(&site, visitor, &filter)).await?;
    Ok(entry.answer(&headers))
}

async fn rendered(site: &Site, Visitor { address, lang, caller }: Visitor, filter: &Filter) -> Result<Rendered, PageError> {
    if *filter != Filter::default() && !site.limits.allows(Cost::Ask, address) {
        return Err(PageError::TooMany);
    }
    let place = place_filter::find(&site.province, &filter.area);
    let found = match &place {
        place_filter::Place::Any | place_filter::Place::One(_) => {
            let mut vehicles = site.clients.vehicles(caller);
            vehicles.list_public_trips(filter.request(&place)).await?.into_inner()
        }
        place_filter::Place::Unknown | place_filter::Place::Several(_) => ListPublicTripsResponse::default(),
    };
    let content = [
        found.encode_to_vec().as_slice(),
        filter.query(lang.code()).as_bytes(),
        assets::APP_CSS.as_bytes(),
        Moment::new(site.now(), site.now()).day().as_bytes(),
    ]
    .concat();
    let page = ListPage::new(site, lang, filter, &place, found);
    let html = page.render().map_err(|error| {
        tracing::error!(%error, "the list cannot be rendered");
        PageError::Internal
    })?;
    Ok(Rendered { html, content })
}

impl Filter {
    fn normalised(self) -> Self {
        let short = |text: String, most: usize| text.trim().chars().take(most).collect::<String>();
        Self {
            plate: short(self.plate, 20).to_uppercase(),
            area: short(self.area, 100),
            post: short(self.post, 10).to_uppercase(),
            state: state_of(&self.state).map_or(String::new(), |_| self.state),
            day: self.day.parse::<chrono::NaiveDate>().map_or(String::new(), |day| day.to_string()),
            page: short(self.page, 200),
        }
    }

    /// Lines for `?…`, always in the same order.
    fn query(&self, start: &str) -> String {
        let pairs = [
            ("plate", &self.plate),
            ("area", &self.area),
            ("post", &self.post),
            ("state", &self.state),
            ("day", &self.day),
            ("page", &self.page),
        ];
        let filled: Vec<(&str, &String)> = pairs.into_iter().filter(|(_, value)| !value.is_empty()).collect();
        let encoded = serde_urlencoded::to_string(&filled).unwrap_or_default();
        if encoded.is_empty() { start.to_owned() } else { format!("{start}?{encoded}") }
    }

    fn request(&self, place: &place_filter::Place) -> ListPublicTripsRequest {
        let area_code = if let place_filter::Place::One(area) = place { area.code() } else { String::new() };
        ListPublicTripsRequest {
            page_size: PAGE_SIZE,
            page_token: self.page.clone(),
            plate: self.plate.clone(),
            area_code,
            post_id: self.post.clone(),
            state: state_of(&self.state).unwrap_or(PublicState::Unspecified).into(),
            day: self.day.clone(),
        }
    }
}

const STATES: [(&str, PublicState, &str); 4] = [
    ("overdue", PublicState::Overdue, "public-overdue"),
    ("on-the-way", PublicState::OnTheWay, "public-on-the-way"),
    ("confirmed", PublicState::Confirmed, "public-confirmed"),
    ("left", PublicState::Left, "public-left"),
];

fn state_of(text: &str) -> Option<PublicState> {
    STATES.iter().find(|(name, ..)| *name == text).map(|(_, state, _)| *state)
}

impl ListPage {
    fn new(site: &Site, lang: Lang, filter: &Filter, place: &place_filter::Place, found: ListPublicTripsResponse) -> Self {
        let now = site.now();
        let texts = site.words(lang);
        let page = site.public_page(lang, "/", texts.t("list-title")).with_script(assets::LIVE_JS);
        let home = page.bar.home.clone();
        let to = |change: Filter| change.query(&home);
        let first = Filter { page: String::new(), ..filter.clone() };
        let chips = chips(&texts, &first, &found, &to);
        let older = (!found.next_page_token.is_empty()).then(|| to(Filter { page: found.next_page_token.clone(), ..filter.clone() }));
        let newest = (!filter.page.is_empty()).then(|| to(first.clone()));
        let mistakes = place.mistake(&texts).into_iter().collect::<Vec<_>>();
        let places = place
            .choices()
            .into_iter()
            .map(|area| BarLink {
                href: to(Filter { area: area.code(), ..first.clone() }),
                label: area.display_name(),
                count: None,
                current: false,
            })
            .collect();
        let rows = found.trips.iter().map(|trip| Row::new(site, &texts, trip, now)).collect();
        Self {
            plate: filter.plate.clone(),
            fields: more_fields(site, lang, filter, place, &mistakes),
            mistakes,
            places,
            chips,
            rows,
            filtered: Filter { page: String::new(), ..filter.clone() } != Filter::default(),
            more_open: [&filter.area, &filter.post, &filter.day].iter().any(|value| !value.is_empty()),
            newest,
            older,
            made: Moment::new(now, now),
            page,
        }
    }
}

fn chips(texts: &crate::text::Words, filter: &Filter, found: &ListPublicTripsResponse, to: &impl Fn(Filter) -> String) -> Vec<BarLink> {
    let count =
        |state: PublicState| found.counts.iter().filter(|count| count.state() == state).map(|count| i64::from(count.trips)).sum::<i64>();
    let all: i64 = STATES.iter().map(|(_, state, _)| count(*state)).sum();
    let chip = |name: &str, key: &str, count: i64| BarLink {
        href: to(Filter { state: name.to_owned(), ..filter.clone() }),
        label: texts.t(key),
        count: Some(count),
        current: filter.state == name,
    };
    std::iter::once(chip("", "list-all", all)).chain(STATES.iter().map(|(name, state, key)| chip(name, key, count(*state)))).collect()
}

fn more_fields(site: &Site, lang: Lang, filter: &Filter, place: &place_filter::Place, mistakes: &[Mistake]) -> Vec<Field> {
    let texts = site.words(lang);
    let posts = site.province.posts.iter().map(|post| Choice::new(&post.id, site.post_name(lang, &post.id)));
    let posts = std::iter::once(Choice::new("", texts.t("list-any-post"))).chain(posts).collect();
    let area = if let place_filter::Place::One(area) = place { area.display_name() } else { filter.area.clone() };
    let field = |name: &str, key: &str, value: String, kind: Kind| Field {
        name: name.to_owned(),
        label: texts.t(key),
        value,
        kind,
        ..Field::default()
    };
    vec![
        Field {
            hint: texts.t("list-area-hint"),
            error: Mistake::of(mistakes, "area").to_owned(),
            ..field("area", "list-area", area, Kind::Input("text"))
        },
        field("post", "list-post", filter.post.clone(), Kind::Select(posts)),
        field("day", "list-day", filter.day.clone(), Kind::Input("date")),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_questions_have_one_key() {
        let one = Filter { plate: " 81c-123.45 ".into(), state: "left".into(), day: "2021-10-18".into(), ..Filter::default() }.normalised();
        let other = Filter { plate: "81C-123.45".into(), state: "left".into(), day: "2021-10-18".into(), ..Filter::default() }.normalised();
        assert_eq!(one.query("vi"), other.query("vi"));
        assert_eq!(one.query("/"), "/?plate=81C-123.45&state=left&day=2021-10-18");
    }

    #[test]
    fn what_is_not_understood_is_left_out() {
        let filter = Filter { state: "lost".into(), day: "yesterday".into(), ..Filter::default() }.normalised();
        assert_eq!(filter, Filter::default());
    }
}
