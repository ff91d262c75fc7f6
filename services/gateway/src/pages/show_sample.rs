//! `/samples/{barcode}`: the life of a sample, for whoever holds the tube. Its people are shown to who works with them alone.
use std::sync::Arc;

use askama::Template;
use axum::{
    extract::{Path, Query, State},
    response::{IntoResponse as _, Redirect, Response},
};
use contract::{
    Permission,
    lab::v1::{GetTubeRequest, RejectReason, Tube, TubeStep},
};
use http::StatusCode;
use serde::Deserialize;

use crate::{
    error::PageError,
    lab::{person, words},
    session::CurrentUser,
    site::Site,
    text::Words,
    view::{Mistake, Moment, Page, Tag, filters, render},
};

#[derive(Template)]
#[template(path = "show_sample.html")]
struct SamplePage {
    page: Page,
    mistakes: Vec<Mistake>,
    barcode: String,
    sample: Option<Sample>,
}

struct Sample {
    tag: Tag,
    kind: String,
    specimen: String,
    reason: String,
    place: String,
    laboratory: String,
    rejected: String,
    note: String,
    members: Vec<(i32, String, String, String)>,
    steps: Vec<Step>,
}

struct Step {
    at: Option<Moment>,
    says: String,
    reference: String,
    note: String,
    class: &'static str,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    barcode: String,
    /// Of a barcode that was used in several years.
    year: i32,
}

/// `GET /samples`: the box that finds a tube.
pub async fn find(State(site): State<Arc<Site>>, Query(asked): Query<Asked>, user: CurrentUser) -> Result<Response, PageError> {
    user.require(Permission::LabSamplesRead)?;
    let barcode = asked.barcode.trim().to_uppercase();
    let readable = !barcode.is_empty() && barcode.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    if readable {
        return Ok(Redirect::to(&format!("/samples/{barcode}")).into_response());
    }
    let mistakes =
        if barcode.is_empty() { Vec::new() } else { vec![Mistake::new("barcode", site.words(user.lang).t("sample-unreadable"))] };
    show(&site, &user, barcode, None, mistakes)
}

/// `GET /samples/{barcode}`
pub async fn get(
    State(site): State<Arc<Site>>,
    Path(barcode): Path<String>,
    Query(asked): Query<Asked>,
    user: CurrentUser,
) -> Result<Response, PageError> {
    user.require(Permission::LabSamplesRead)?;
    let words = site.words(user.lang);
    let barcode = barcode.to_uppercase();
    let request = GetTubeRequest { barcode: barcode.clone(), year: asked.year };
    match site.clients.sampling(user.caller.clone()).get_tube(request).await.map_err(PageError::from) {
        Ok(answer) => {
            let answer = answer.into_inner();
            let tube = answer.tube.ok_or(PageError::NotFound)?;
            show(&site, &user, barcode, Some(sample(&site, &words, &tube, &answer.steps)), Vec::new())
        }
        Err(PageError::NotFound | PageError::Invalid(_)) => {
            let mut response = show(&site, &user, barcode, None, vec![Mistake::new("barcode", words.t("sample-unknown"))])?;
            *response.status_mut() = StatusCode::NOT_FOUND;
            Ok(response)
        }
        Err(error) => Err(error),
    }
}

fn show(site: &Site, user: &CurrentUser, barcode: String, sample: Option<Sample>, mistakes: Vec<Mistake>) -> Result<Response, PageError> {
    let words = site.words(user.lang);
    let title = if sample.is_some() { words.a("sample-title", &barcode) } else { words.t("sample-find") };
    render(&SamplePage { page: user.page(site, "/samples", title), mistakes, barcode, sample })
}

fn sample(site: &Site, words: &Words, tube: &Tube, steps: &[TubeStep]) -> Sample {
    let now = site.now();
    let members =
        tube.members.iter().map(|member| (member.position, member.full_name.clone(), person::birth(&member.birth), member.code.clone()));
    let rejected = tube.reject_reason();
    Sample {
        tag: words::tube_tag(words, tube.state()),
        kind: words::tube_kind(words, tube.kind(), tube.people),
        specimen: words.t(words::specimen(tube.specimen())),
        reason: words.t(words::reason(tube.reason())),
        place: tube.area.clone().unwrap_or_default().name,
        laboratory: tube.laboratory_id.clone(),
        rejected: if rejected == RejectReason::Unspecified { String::new() } else { words.t(words::reject_reason(rejected)) },
        note: tube.note.clone(),
        members: members.collect(),
        steps: steps
            .iter()
            .map(|step| Step {
                at: Moment::of(step.at.as_ref(), now),
                says: words.t(words::step(&step.kind)),
                reference: step.reference.clone(),
                note: step.note.clone(),
                class: match step.kind.as_str() {
                    "TubeRejected" | "TubeLost" | "TubeVoided" => "bad",
                    _ => "",
                },
            })
            .collect(),
    }
}
