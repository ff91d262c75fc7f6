//! `/open311/v2/requests` and `tokens`: what became of reports. Anybody reads published ones, the day and the commune of each; who has a report's PIN
//! reads how far it is.
use std::sync::Arc;

use axum::{
    extract::{Path, State},
    response::{IntoResponse as _, Response},
};
use chrono::{DateTime, Utc};
use contract::{
    Timestamp,
    reports::v1::{FollowReportRequest, FollowedReport, PublishedReport, ReportState, Ticket},
};
use http::{HeaderMap, HeaderValue, header};
use vietnam::time;

use super::{
    Asked, csv,
    document::{Document, Node},
    failure::Failure,
    published::{self, Filter},
    services, stem,
};
use crate::{
    api::disposition,
    forms::Typed,
    reporting::state::says,
    site::Site,
    text::Words,
    view::{
        Moment,
        reports::{self, Categories},
    },
};

/// What the standard tells of a request, in its order.
const NAMES: [&str; 17] = [
    "service_request_id",
    "status",
    "status_notes",
    "service_name",
    "service_code",
    "description",
    "agency_responsible",
    "service_notice",
    "requested_datetime",
    "updated_datetime",
    "expected_datetime",
    "address",
    "address_id",
    "zipcode",
    "lat",
    "long",
    "media_url",
];

/// `GET /open311/v2/requests.xml`
pub async fn list(State(site): State<Arc<Site>>, asked: Asked) -> Response {
    let rows = rows(&site, &asked).await;
    asked.answer(rows.map(|rows| Document::ok("service_requests", Node::List("request", rows))))
}

/// `GET /open311/v2/requests.csv`: the same as a file.
pub async fn bulk(State(site): State<Arc<Site>>, asked: Asked) -> Response {
    let rows = match rows(&site, &asked).await {
        Ok(rows) => rows,
        Err(failure) => return failure.respond(asked.format),
    };
    let mark = if asked.query.get("bom") == "1" { "\u{feff}" } else { "" };
    let mut response = format!("{mark}{}", csv::write(&NAMES, &rows)).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8"));
    if let Ok(name) = HeaderValue::from_str(&disposition(&format!("requests-{}.csv", time::day_of(site.now())))) {
        headers.insert(header::CONTENT_DISPOSITION, name);
    }
    response
}

/// `GET /open311/v2/requests/PA-20211018-0007.xml`; with the header `X-Report-PIN` for who reported.
pub async fn get(State(site): State<Arc<Site>>, Path(file): Path<String>, asked: Asked, headers: HeaderMap) -> Response {
    let pin = pin(&headers, &Typed::default());
    asked.answer(one(&site, &asked, &file, &pin).await)
}

/// `POST` of the same address, the PIN in the form.
pub async fn follow(State(site): State<Arc<Site>>, Path(file): Path<String>, asked: Asked, headers: HeaderMap, typed: Typed) -> Response {
    let pin = pin(&headers, &typed);
    let made = if pin.is_empty() {
        Err(Failure::parameters(&site, &[("pin", "open311-missing-pin")]))
    } else {
        one(&site, &asked, &file, &pin).await
    };
    asked.answer(made)
}

/// `GET /open311/v2/tokens/PA-20211018-0007.xml`: a number is given at once, so that it is its own token.
pub async fn token(State(site): State<Arc<Site>>, Path(file): Path<String>, asked: Asked) -> Response {
    let made = code(&site, &file).map(|code| {
        let request = Node::Fields(vec![("service_request_id", Node::text(code.as_str())), ("token", Node::text(code.as_str()))]);
        Document::ok("service_requests", Node::List("request", vec![request]))
    });
    asked.answer(made)
}

async fn rows(site: &Site, asked: &Asked) -> Result<Vec<Node>, Failure> {
    let filter = Filter::read(site, asked)?;
    let found = published::find(site, asked, &filter).await?;
    let teller = Teller { site, words: site.words(asked.lang), categories: services::categories(site, asked).await? };
    Ok(found.iter().map(|report| teller.published(report)).collect())
}

async fn one(site: &Site, asked: &Asked, file: &str, pin: &str) -> Result<Document, Failure> {
    let code = code(site, file)?;
    let teller = Teller { site, words: site.words(asked.lang), categories: services::categories(site, asked).await? };
    let row = if pin.is_empty() {
        let found = published::find(site, asked, &Filter::of_codes(vec![code])).await?;
        teller.published(found.first().ok_or_else(|| Failure::not_found(site))?)
    } else {
        asked.count(site)?;
        let request = FollowReportRequest { ticket: Some(Ticket { code, pin: pin.to_owned() }) };
        let answer = site.clients.reports(asked.caller.clone()).follow_report(request).await;
        let answer = answer.map_err(|status| match status.code() {
            tonic::Code::NotFound => Failure::not_found(site),
            _ => Failure::of_status(site, &status, &[]),
        })?;
        teller.followed(&answer.into_inner().report.unwrap_or_default())
    };
    Ok(Document::ok("service_requests", Node::List("request", vec![row])))
}

/// The number in the address; what does not look like one is nobody's.
fn code(site: &Site, file: &str) -> Result<String, Failure> {
    let code = stem(file).map(str::to_uppercase).filter(|code| published::day_of_code(code).is_some());
    code.ok_or_else(|| Failure::not_found(site))
}

/// Of the header, else of the form; people write it in groups.
fn pin(headers: &HeaderMap, typed: &Typed) -> String {
    let header = headers.get("x-report-pin").and_then(|value| value.to_str().ok()).unwrap_or_default();
    let given = if header.is_empty() { typed.get("pin") } else { header };
    given.chars().filter(char::is_ascii_alphanumeric).collect()
}

/// Tells reports in the words of a language.
struct Teller<'a> {
    site: &'a Site,
    words: Words,
    categories: Categories,
}

/// What is told of a report; the rest of the standard's fields stay empty.
#[derive(Default)]
struct Told {
    code: String,
    closed: bool,
    notes: String,
    category_id: String,
    agency: String,
    requested: String,
    updated: String,
    expected: String,
    address: String,
    address_id: String,
}

impl Teller<'_> {
    /// The day, the commune, what came of it.
    fn published(&self, report: &PublishedReport) -> Node {
        let outcome = self.words.t(reports::outcome(report.outcome()));
        self.row(Told {
            code: report.code.clone(),
            closed: true,
            notes: sentences([outcome, report.public_answer.clone()]),
            category_id: report.category_id.clone(),
            requested: published::requested_on(report).map(|day| said(time::day_start(day))).unwrap_or_default(),
            updated: at(report.published_at.as_ref()),
            address: reports::area_name(report.area.as_ref()),
            address_id: report.area.as_ref().map(|area| area.code.clone()).unwrap_or_default(),
            ..Told::default()
        })
    }

    /// For who has the PIN.
    fn followed(&self, report: &FollowedReport) -> Node {
        let closed = matches!(report.state(), ReportState::Answered | ReportState::Rejected | ReportState::Closed);
        let outcome = match (report.rejection, report.outcome) {
            (0, 0) => String::new(),
            (0, _) => self.words.t(reports::outcome(report.outcome())),
            (_, _) => self.words.t(reports::rejection(report.rejection())),
        };
        // A question of those who work on it is its news.
        let news = report.messages.iter().filter_map(|message| message.sent_at).chain(report.received_at).chain(report.answered_at);
        let news = news.max_by_key(|at| (at.seconds, at.nanos));
        self.row(Told {
            code: report.code.clone(),
            closed,
            notes: sentences([self.words.t(says(report.state())), outcome, report.public_answer.clone()]),
            category_id: report.category_id.clone(),
            agency: reports::recipient(self.site, &self.words, report.recipient.as_ref()),
            requested: at(report.received_at.as_ref()),
            updated: at(news.as_ref()),
            expected: at(report.due_at.as_ref()),
            ..Told::default()
        })
    }

    fn row(&self, told: Told) -> Node {
        let name = self.categories.name(self.words.lang(), &told.category_id);
        let status = if told.closed { "closed" } else { "open" };
        let texts = [
            told.code,
            status.to_owned(),
            told.notes,
            name,
            told.category_id,
            String::new(),
            told.agency,
            String::new(),
            told.requested,
            told.updated,
            told.expected,
            told.address,
            told.address_id,
        ];
        let values = texts.into_iter().map(Node::text).chain(std::iter::repeat(Node::Empty));
        Node::Fields(NAMES.into_iter().zip(values).collect())
    }
}

/// One after the other, each with its full stop.
fn sentences(parts: impl IntoIterator<Item = String>) -> String {
    let ended = |part: String| if part.ends_with(['.', '!', '?']) { part } else { format!("{part}.") };
    parts.into_iter().filter(|part| !part.is_empty()).map(ended).collect::<Vec<_>>().join(" ")
}

fn at(at: Option<&Timestamp>) -> String {
    at.and_then(|at| DateTime::try_from(*at).ok()).map(said).unwrap_or_default()
}

fn said(at: DateTime<Utc>) -> String {
    Moment::new(at, at).machine()
}
