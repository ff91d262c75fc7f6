//! `/lab/positives`: people whom a single test found positive, for the CDC; those who do not know it yet come first.
use std::sync::Arc;

use askama::Template;
use axum::{
    extract::{Query, State},
    response::{IntoResponse as _, Redirect, Response},
};
use contract::{
    Permission,
    lab::v1::{ListPositivePeopleRequest, PositivePerson, ReleasePositiveRequest},
};
use ids::{CommandId, SubjectId};
use serde::Deserialize;

use crate::{
    desk::{self, is_away},
    error::PageError,
    lab::{person, readings, words},
    session::{CurrentUser, OfficerForm},
    site::Site,
    text::Words,
    view::{BarLink, Moment, Page, filters, render},
};

const PATH: &str = "/lab/positives";

#[derive(Template)]
#[template(path = "list_positives.html")]
struct PositivesPage {
    page: Page,
    heading: String,
    chips: Vec<BarLink>,
    rows: Vec<Row>,
    older: Option<String>,
    done: bool,
    command_id: String,
}

struct Row {
    subject_id: String,
    name: String,
    birth: String,
    phone: String,
    place: String,
    barcode: String,
    found: String,
    sampled: Option<Moment>,
    approved: Option<Moment>,
    released: Option<Moment>,
    reason: String,
    again: bool,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    all: String,
    page: String,
    done: String,
}

/// `GET /lab/positives`
pub async fn get(State(site): State<Arc<Site>>, Query(asked): Query<Asked>, user: CurrentUser) -> Result<Response, PageError> {
    user.require(Permission::LabResultsRead)?;
    let words = site.words(user.lang);
    let all = !asked.all.is_empty();
    let request = ListPositivePeopleRequest { only_waiting: !all, page_size: 25, page_token: asked.page.clone() };
    let found = site.clients.laboratory(user.caller.clone()).list_positive_people(request).await?.into_inner();
    let heading = words.t("positives-title");
    let waiting = found.people.iter().filter(|person| person.released_at.is_none()).count();
    let title = if waiting > 0 { words.ab("positives-alarm-title", waiting, &heading) } else { heading.clone() };
    let link = |href: &str, key: &str, current: bool| BarLink { href: href.to_owned(), label: words.t(key), count: None, current };
    let older = (!found.next_page_token.is_empty()).then(|| {
        let query = [("all", asked.all.as_str()), ("page", found.next_page_token.as_str())];
        format!("{PATH}?{}", serde_urlencoded::to_string(query).unwrap_or_default())
    });
    render(&PositivesPage {
        page: user.page(&site, PATH, title),
        heading,
        chips: vec![link(PATH, "positives-waiting", !all), link("/lab/positives?all=1", "positives-all", all)],
        rows: found.people.iter().map(|person| row(&site, &words, person)).collect(),
        older,
        done: !asked.done.is_empty(),
        command_id: CommandId::mint(site.now()).to_string(),
    })
}

/// `POST /lab/positives`: the person knows it; from now on he reads it himself.
pub async fn post(State(site): State<Arc<Site>>, OfficerForm { user, typed }: OfficerForm) -> Result<Response, PageError> {
    user.require(Permission::LabResultsRead)?;
    let subject_id = SubjectId::parse(typed.get("subject")).map_err(|_| PageError::Unreadable)?.to_string();
    let command_id = CommandId::parse(typed.get("command-id")).map_err(|_| PageError::Unreadable)?.to_string();
    let request = ReleasePositiveRequest { subject_id, command_id };
    match site.clients.laboratory(user.caller.clone()).release_positive(request).await.map_err(PageError::from) {
        // Somebody else told him first: the list shows it.
        Ok(_) | Err(PageError::Refused { .. }) => Ok(Redirect::to("/lab/positives?done=1").into_response()),
        Err(error) if is_away(&error) => desk::resend(&site, &user, PATH, &typed),
        Err(error) => Err(error),
    }
}

fn row(site: &Site, words: &Words, positive: &PositivePerson) -> Row {
    let now = site.now();
    let area = positive.area.clone().unwrap_or_default().name;
    let place = [positive.address.as_str(), area.as_str()].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ");
    let ct = readings::shown(words.lang(), &positive.ct);
    let method = words.t(words::method(positive.method()));
    Row {
        subject_id: positive.subject_id.clone(),
        name: positive.full_name.clone(),
        birth: person::birth(&positive.birth),
        phone: positive.phone.clone(),
        place,
        barcode: positive.barcode.clone(),
        found: if ct.is_empty() { method } else { format!("{method}, {ct}") },
        sampled: Moment::of(positive.sampled_at.as_ref(), now),
        approved: Moment::of(positive.approved_at.as_ref(), now),
        released: Moment::of(positive.released_at.as_ref(), now),
        reason: words.t(words::reason(positive.reason())),
        again: positive.again,
    }
}
