//! `/lab/runs`: runs of the caller's laboratories, those that wait for approval first.
use std::sync::Arc;

use askama::Template;
use axum::{
    extract::{Query, State},
    response::Response,
};
use contract::{
    Permission,
    lab::v1::{ListRunsRequest, Run, RunState},
};
use serde::Deserialize;

use crate::{
    error::PageError,
    lab::words,
    session::CurrentUser,
    site::Site,
    text::Words,
    view::{BarLink, Moment, Page, Tag, filters, render},
};

const PATH: &str = "/lab/runs";

#[derive(Template)]
#[template(path = "list_runs.html")]
struct RunsPage {
    page: Page,
    chips: Vec<BarLink>,
    rows: Vec<Row>,
    older: Option<String>,
    starts: bool,
}

struct Row {
    href: String,
    number: String,
    started: Option<Moment>,
    method: String,
    samples: String,
    waiting: String,
    tag: Tag,
    waits: bool,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    waiting: String,
    page: String,
}

/// `GET /lab/runs`
pub async fn get(State(site): State<Arc<Site>>, Query(asked): Query<Asked>, user: CurrentUser) -> Result<Response, PageError> {
    user.require(Permission::LabRunsRead)?;
    let words = site.words(user.lang);
    let only_waiting = !asked.waiting.is_empty();
    let request = ListRunsRequest { only_waiting, page_size: 25, page_token: asked.page.clone() };
    let found = site.clients.laboratory(user.caller.clone()).list_runs(request).await?.into_inner();
    let link = |href: &str, key: &str, current: bool| BarLink { href: href.to_owned(), label: words.t(key), count: None, current };
    let older = (!found.next_page_token.is_empty()).then(|| {
        let query = [("waiting", asked.waiting.as_str()), ("page", found.next_page_token.as_str())];
        format!("{PATH}?{}", serde_urlencoded::to_string(query).unwrap_or_default())
    });
    render(&RunsPage {
        page: user.page(&site, PATH, words.t("runs-title")),
        chips: vec![link(PATH, "runs-all", !only_waiting), link("/lab/runs?waiting=1", "runs-waiting", only_waiting)],
        rows: found.runs.iter().map(|run| row(&site, &words, run)).collect(),
        older,
        starts: user.require(Permission::LabRunsPerform).is_ok(),
    })
}

fn row(site: &Site, words: &Words, run: &Run) -> Row {
    Row {
        href: format!("{PATH}/{}", run.run_id),
        number: run.number.clone(),
        started: Moment::of(run.started_at.as_ref(), site.now()),
        method: words.t(words::method(run.method())),
        samples: words.n("run-samples", run.samples),
        waiting: words::waiting(words, run.waiting, run.single_review),
        tag: words::run_tag(words, run.state()),
        waits: run.state() == RunState::Read,
    }
}
