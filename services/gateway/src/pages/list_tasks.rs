//! `/lab/tasks`: people to be swabbed again, kept tubes to be run again, and pools that contradict their people; what is overdue comes first.
use std::sync::Arc;

use askama::Template;
use axum::{
    extract::{Query, State},
    response::{IntoResponse as _, Redirect, Response},
};
use contract::{
    Permission,
    lab::v1::{ListTasksRequest, ResolveDiscordantPoolRequest, Task, TaskKind},
};
use http::StatusCode;
use ids::{CommandId, TaskId};
use serde::Deserialize;

use crate::{
    desk::{self, is_away},
    error::{Fault, PageError},
    lab::{failure, words},
    session::{CurrentUser, OfficerForm},
    site::Site,
    text::Words,
    view::{BarLink, Due, Mistake, Moment, Page, filters, render},
};

const PATH: &str = "/lab/tasks";

/// Name in the address, kind, whether done, key of its words.
const QUEUES: [(&str, TaskKind, bool, &str); 5] = [
    ("", TaskKind::Unspecified, false, "tasks-open"),
    ("resample", TaskKind::Resample, false, "task-resample"),
    ("rerun", TaskKind::RerunSingles, false, "task-rerun"),
    ("discordant", TaskKind::DiscordantPool, false, "task-discordant"),
    ("done", TaskKind::Unspecified, true, "tasks-done"),
];

#[derive(Template)]
#[template(path = "list_tasks.html")]
struct TasksPage {
    page: Page,
    mistakes: Vec<Mistake>,
    chips: Vec<BarLink>,
    rows: Vec<Row>,
    older: Option<String>,
    command_id: String,
}

struct Row {
    id: String,
    kind: String,
    cause: String,
    name: String,
    phone: String,
    code: String,
    barcode: String,
    place: String,
    due: Option<Due>,
    done: Option<Moment>,
    overdue: bool,
    /// A contradiction that this person may decide on.
    resolves: bool,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    queue: String,
    page: String,
}

/// `GET /lab/tasks`
pub async fn get(State(site): State<Arc<Site>>, Query(asked): Query<Asked>, user: CurrentUser) -> Result<Response, PageError> {
    show(&site, &user, &asked, Vec::new()).await
}

/// `POST /lab/tasks`: decides on a contradiction.
pub async fn post(State(site): State<Arc<Site>>, OfficerForm { user, typed }: OfficerForm) -> Result<Response, PageError> {
    user.require(Permission::LabResultsApprove)?;
    let words = site.words(user.lang);
    let reason = typed.get("reason").to_owned();
    let mistakes = if reason.chars().count() < 3 {
        vec![Mistake::new("", words.t("reason-missing"))]
    } else {
        let request = ResolveDiscordantPoolRequest {
            task_id: TaskId::parse(typed.get("task")).map_err(|_| PageError::Unreadable)?.to_string(),
            command_id: CommandId::parse(typed.get("command-id")).map_err(|_| PageError::Unreadable)?.to_string(),
            accept_singles: typed.get("do") == "accept",
            reason,
        };
        match site.clients.laboratory(user.caller.clone()).resolve_discordant_pool(request).await {
            Ok(_) => return Ok(Redirect::to(PATH).into_response()),
            Err(status) => match failure::mistakes(status, user.lang, |fault: &Fault| Mistake::new("", fault.text(user.lang))) {
                Ok(mistakes) => mistakes,
                Err(error) if is_away(&error) => return desk::resend(&site, &user, PATH, &typed),
                Err(error) => return Err(error),
            },
        }
    };
    let mut response = show(&site, &user, &Asked::default(), mistakes).await?;
    *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    Ok(response)
}

async fn show(site: &Site, user: &CurrentUser, asked: &Asked, mistakes: Vec<Mistake>) -> Result<Response, PageError> {
    user.require(Permission::LabTasksRead)?;
    let &(queue, kind, done, _) = QUEUES.iter().find(|(name, ..)| *name == asked.queue).ok_or(PageError::NotFound)?;
    let words = site.words(user.lang);
    let request = ListTasksRequest { kind: kind.into(), done, page_size: 50, page_token: asked.page.clone() };
    let found = site.clients.laboratory(user.caller.clone()).list_tasks(request).await?.into_inner();
    let address = |queue: &str, page: &str| {
        let pairs: Vec<(&str, &str)> = [("queue", queue), ("page", page)].into_iter().filter(|(_, value)| !value.is_empty()).collect();
        let query = serde_urlencoded::to_string(pairs).unwrap_or_default();
        if query.is_empty() { PATH.to_owned() } else { format!("{PATH}?{query}") }
    };
    let link = |(name, _, _, key): &(&str, TaskKind, bool, &str)| BarLink {
        href: address(name, ""),
        label: words.t(key),
        count: None,
        current: *name == queue,
    };
    let rows: Vec<Row> = found.tasks.iter().map(|task| row(site, user, &words, task)).collect();
    let overdue = rows.iter().filter(|row| row.overdue).count();
    let title = words.t("tasks-title");
    let title = if overdue > 0 { words.ab("arrivals-alarm-title", overdue, &title) } else { title };
    render(&TasksPage {
        page: user.page(site, PATH, desk::title(&words, &title, !mistakes.is_empty()).into_owned()),
        chips: QUEUES.iter().map(link).collect(),
        rows,
        older: (!found.next_page_token.is_empty()).then(|| address(queue, &found.next_page_token)),
        command_id: CommandId::mint(site.now()).to_string(),
        mistakes,
    })
}

fn row(site: &Site, user: &CurrentUser, words: &Words, task: &Task) -> Row {
    let now = site.now();
    let done = Moment::of(task.done_at.as_ref(), now);
    let due = if done.is_some() { None } else { Due::of(words, task.due_at.as_ref(), now) };
    Row {
        id: task.task_id.clone(),
        kind: words.t(words::task_kind(task.kind())),
        cause: if task.cause.is_empty() { String::new() } else { words.t(words::cause(&task.cause)) },
        name: task.full_name.clone(),
        phone: task.phone.clone(),
        code: task.code.clone(),
        barcode: task.barcode.clone(),
        place: task.area.clone().unwrap_or_default().name,
        overdue: done.is_none() && (task.overdue || due.as_ref().is_some_and(|due| due.late)),
        resolves: done.is_none() && task.kind() == TaskKind::DiscordantPool && user.require(Permission::LabResultsApprove).is_ok(),
        due,
        done,
    }
}
