//! `/posts/{post}/trips/{trip}/possible-people`: people of the trip whom a post may have met under another number; the officer, who has the papers in
//! hand, says whether they are the same.
use std::sync::Arc;

use askama::Template;
use axum::{
    extract::{Path, State},
    response::{IntoResponse as _, Redirect, Response},
};
use contract::vehicles::v1::{AnswerPossiblePersonRequest, IdType, ListPossiblePeopleRequest, PossiblePerson};

use super::decide_trip::Desk;
use crate::{
    assets,
    error::PageError,
    session::{CurrentUser, OfficerForm},
    site::Site,
    view::{Moment, Page, filters, render, words},
};

#[derive(Template)]
#[template(path = "possible_people.html")]
struct PossiblePage {
    page: Page,
    back: String,
    questions: Vec<Question>,
}

struct Question {
    person: String,
    other: String,
    name: String,
    paper: String,
    other_paper: String,
    post: String,
    at: Option<Moment>,
}

/// `GET /posts/{post}/trips/{trip}/possible-people`
pub async fn get(
    State(site): State<Arc<Site>>,
    Path((post, trip)): Path<(String, String)>,
    user: CurrentUser,
) -> Result<Response, PageError> {
    let desk = Desk::new(&site, &user, &post, &trip)?;
    let request = ListPossiblePeopleRequest { post_id: desk.post.id.clone(), trip_id: desk.trip_id.clone() };
    let found = desk.vehicles().list_possible_people(request).await?.into_inner().possible_people;
    let page = user.page(&site, "", desk.words.t("possible-title")).with_script(assets::SENDING_JS);
    let questions = found.iter().map(|one| question(&desk, one)).collect();
    render(&PossiblePage { page, back: desk.address(), questions })
}

/// `POST /posts/{post}/trips/{trip}/possible-people`
pub async fn post(
    State(site): State<Arc<Site>>,
    Path((post, trip)): Path<(String, String)>,
    OfficerForm { user, typed }: OfficerForm,
) -> Result<Response, PageError> {
    let desk = Desk::new(&site, &user, &post, &trip)?;
    let same = match typed.get("do") {
        "same" => true,
        "different" => false,
        _ => return Err(PageError::Unreadable),
    };
    let request = AnswerPossiblePersonRequest {
        post_id: desk.post.id.clone(),
        trip_id: desk.trip_id.clone(),
        person_id: typed.get("person").to_owned(),
        other_person_id: typed.get("other").to_owned(),
        same,
    };
    desk.vehicles().answer_possible_person(request).await?;
    Ok(Redirect::to(&format!("{}/possible-people", desk.address())).into_response())
}

fn question(desk: &Desk<'_>, one: &PossiblePerson) -> Question {
    let paper = |kind: IdType, number: &str| format!("{} {number}", desk.words.t(words::id_type(kind)));
    Question {
        person: one.person_id.clone(),
        other: one.other_person_id.clone(),
        name: one.full_name.clone(),
        paper: paper(one.id_type(), &one.masked_number),
        other_paper: paper(one.other_id_type(), &one.other_masked_number),
        post: desk.site.post_name(desk.words.lang(), &one.other_post_id),
        at: Moment::of(one.other_at.as_ref(), desk.site.now()),
    }
}
