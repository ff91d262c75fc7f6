//! `/reports`: what citizens reported to the caller's unit, in queues; what is overdue comes first.
use std::sync::Arc;

use askama::Template;
use axum::{
    extract::{Query, State},
    response::Response,
};
use contract::{
    Permission,
    reports::v1::{ListReportsRequest, ListReportsResponse, ReportQueue, ReportState, ReportSummary},
};
use serde::Deserialize;

use crate::{
    assets,
    error::PageError,
    handling::Verb,
    session::CurrentUser,
    site::Site,
    text::Words,
    view::{
        BarLink, Due, Moment, Page, Tag, filters, render,
        reports::{self, Categories},
    },
};

const PAGE_SIZE: i32 = 25;

/// Name in the address, queue, key of its words.
const QUEUES: [(&str, ReportQueue, &str); 9] = [
    ("", ReportQueue::Unspecified, "queue-open"),
    ("overdue", ReportQueue::Overdue, "queue-overdue"),
    ("escalated", ReportQueue::Escalated, "queue-escalated"),
    ("triage", ReportQueue::Triage, "queue-triage"),
    ("to-handle", ReportQueue::ToHandle, "queue-to-handle"),
    ("mine", ReportQueue::Mine, "queue-mine"),
    ("to-approve", ReportQueue::ToApprove, "queue-to-approve"),
    ("transferred", ReportQueue::Transferred, "queue-transferred"),
    ("done", ReportQueue::Done, "queue-done"),
];

#[derive(Template)]
#[template(path = "list_reports.html")]
struct ReportsPage {
    page: Page,
    heading: String,
    chips: Vec<BarLink>,
    rows: Vec<Row>,
    empty: String,
    done: String,
    newest: Option<String>,
    older: Option<String>,
    made: Moment,
}

struct Row {
    id: String,
    href: String,
    code: String,
    category: String,
    place: String,
    plate: String,
    urgency: Tag,
    due: Option<Due>,
    received: Option<Moment>,
    recipient: String,
    tag: Tag,
    unread: bool,
    overdue: bool,
    /// The police above, who were told.
    escalated: String,
    /// "cùng 2 phản ánh khác"
    merged: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    queue: String,
    page: String,
    /// What was just done with a report.
    done: String,
}

/// `GET /reports`
pub async fn get(State(site): State<Arc<Site>>, Query(asked): Query<Asked>, user: CurrentUser) -> Result<Response, PageError> {
    user.require(Permission::ReportsReportsRead)?;
    let &(name, queue, _) = QUEUES.iter().find(|(name, ..)| *name == asked.queue).ok_or(PageError::NotFound)?;
    let words = site.words(user.lang);
    let request = ListReportsRequest { page_size: PAGE_SIZE, page_token: asked.page.clone(), queue: queue.into() };
    let found = site.clients.reports(user.caller.clone()).list_reports(request).await.map_err(gone)?.into_inner();
    let categories = Categories::of_today(&site, &user.caller).await?;
    let heading = words.t("reports-title");
    let overdue = count(&found, ReportQueue::Overdue);
    let title = if overdue > 0 { words.ab("arrivals-alarm-title", overdue, &heading) } else { heading.clone() };
    let mut page = user.page(&site, "/reports", title);
    let open = count(&found, ReportQueue::Unspecified);
    page.scripts = vec![assets::LIVE_JS];
    page.bar.links.iter_mut().filter(|link| link.current).for_each(|link| link.count = Some(open));
    let now = site.now();
    render(&ReportsPage {
        heading,
        chips: chips(&user, &words, &found, name),
        rows: found.reports.iter().map(|report| row(&site, &words, &categories, report)).collect(),
        empty: words.t(if queue == ReportQueue::Done { "reports-empty-done" } else { "reports-empty" }),
        done: Verb::parse(&asked.done).map(|verb| words.t(verb.words().2)).unwrap_or_default(),
        newest: (!asked.page.is_empty()).then(|| address(name, "")),
        older: (!found.next_page_token.is_empty()).then(|| address(name, &found.next_page_token)),
        made: Moment::new(now, now),
        page,
    })
}

fn gone(status: tonic::Status) -> PageError {
    match PageError::from(status) {
        PageError::Invalid(_) => PageError::NotFound,
        error => error,
    }
}

fn address(queue: &str, page: &str) -> String {
    let pairs: Vec<(&str, &str)> = [("queue", queue), ("page", page)].into_iter().filter(|(_, value)| !value.is_empty()).collect();
    let query = serde_urlencoded::to_string(pairs).unwrap_or_default();
    if query.is_empty() { "/reports".to_owned() } else { format!("/reports?{query}") }
}

fn count(found: &ListReportsResponse, queue: ReportQueue) -> i64 {
    found.counts.iter().filter(|count| count.queue() == queue).map(|count| i64::from(count.reports)).sum()
}

/// The queues that the caller can do something about.
fn chips(user: &CurrentUser, words: &Words, found: &ListReportsResponse, current: &str) -> Vec<BarLink> {
    let may = |queue: ReportQueue| match queue {
        ReportQueue::Triage => user.require(Permission::ReportsReportsTriage).is_ok(),
        ReportQueue::ToHandle | ReportQueue::Mine => user.require(Permission::ReportsReportsHandle).is_ok(),
        ReportQueue::ToApprove | ReportQueue::Escalated => user.require(Permission::ReportsAnswersApprove).is_ok(),
        ReportQueue::Unspecified | ReportQueue::Overdue | ReportQueue::Transferred | ReportQueue::Done => true,
    };
    let link = |(name, queue, key): &(&str, ReportQueue, &str)| BarLink {
        href: address(name, ""),
        label: words.t(key),
        count: (*queue != ReportQueue::Done).then(|| count(found, *queue)),
        current: *name == current,
    };
    QUEUES.iter().filter(|(name, queue, _)| may(*queue) || *name == current).map(link).collect()
}

fn row(site: &Site, words: &Words, categories: &Categories, report: &ReportSummary) -> Row {
    let now = site.now();
    let over = matches!(report.state(), ReportState::Answered | ReportState::Rejected | ReportState::Closed);
    let due = if over { None } else { Due::of(words, report.due_at.as_ref(), now) };
    Row {
        id: report.report_id.clone(),
        href: format!("/reports/{}", report.report_id),
        code: report.code.clone(),
        category: categories.name(words.lang(), &report.category_id),
        place: reports::area_name(report.area.as_ref()),
        plate: report.plate.clone(),
        urgency: Tag::urgency(words, report.urgency()),
        overdue: !over && (report.overdue || due.as_ref().is_some_and(|due| due.late)),
        due,
        received: Moment::of(report.received_at.as_ref(), now),
        recipient: reports::recipient(site, words, report.recipient.as_ref()),
        tag: Tag::report(words, report.state()),
        unread: report.unread,
        escalated: reports::recipient(site, words, report.escalated_to.as_ref()),
        merged: if report.merged > 0 { words.n("reports-merged", report.merged) } else { String::new() },
    }
}
