//! `/results`: a person reads his own results with code and birth. Both travel in forms only; a pool never says that somebody is positive.
use std::sync::Arc;

use askama::Template;
use axum::{extract::State, response::Response};
use contract::lab::v1::{LookUpResultRequest, LookUpResultResponse, OwnResult, PersonOutcome, TestMethod, TubeState};
use http::StatusCode;
use vietnam::{PartialDate, time};

use crate::{
    desk::{self, is_away},
    error::PageError,
    forms::Typed,
    lab::words,
    site::Site,
    text::Words,
    view::{Field, Mistake, Moment, Page, Tag, filters, render},
    visitor::Visitor,
};

const PATH: &str = "/results";

#[derive(Template)]
#[template(path = "look_up_result.html")]
struct DoorPage {
    page: Page,
    mistakes: Vec<Mistake>,
    code: Field,
    birth: Field,
}

#[derive(Template)]
#[template(path = "own_results.html")]
struct ResultsPage {
    page: Page,
    initials: String,
    code: String,
    birth: String,
    results: Vec<ResultView>,
    /// Whether there is an answer that can be proved.
    provable: bool,
}

struct ResultView {
    sampled: Option<Moment>,
    place: String,
    tag: Tag,
    says: String,
    class: &'static str,
    /// Where the sample is while nothing is known.
    steps: Vec<(String, bool)>,
    method: String,
    tested: Option<Moment>,
    laboratory: String,
    counts_until: Option<Moment>,
    corrected: bool,
}

/// `GET /results`
pub async fn get(State(site): State<Arc<Site>>, visitor: Visitor) -> Result<Response, PageError> {
    door(&site, &visitor, &Typed::default(), Vec::new(), StatusCode::OK)
}

/// `POST /results`
pub async fn post(State(site): State<Arc<Site>>, visitor: Visitor, typed: Typed) -> Result<Response, PageError> {
    let words = site.words(visitor.lang);
    let birth = PartialDate::parse(typed.get("birth"), time::day_of(site.now())).map(PartialDate::canonical);
    let mut mistakes = Vec::new();
    if typed.get("code").is_empty() {
        mistakes.push(Mistake::new("code", words.t("results-missing-code")));
    }
    if birth.is_err() {
        mistakes.push(Mistake::new("birth", words.t("person-wrong-birth")));
    }
    let Some(birth) = birth.ok().filter(|_| mistakes.is_empty()) else {
        return door(&site, &visitor, &typed, mistakes, StatusCode::UNPROCESSABLE_ENTITY);
    };
    let request = LookUpResultRequest { code: typed.get("code").to_owned(), birth: birth.clone() };
    match site.clients.laboratory(visitor.caller.clone()).look_up_result(request).await.map_err(PageError::from) {
        Ok(answer) => show(&site, &visitor, typed.get("code").to_uppercase(), birth, answer.into_inner()),
        Err(error) => {
            // A wrong pair says one thing, whichever of the two is wrong.
            let (key, status) = match error {
                PageError::NotFound | PageError::Invalid(_) => ("results-wrong-pair", StatusCode::UNPROCESSABLE_ENTITY),
                PageError::TooMany => ("results-too-many", StatusCode::TOO_MANY_REQUESTS),
                error if is_away(&error) => {
                    let page = site.public_page(visitor.lang, PATH, words.t("resend-title"));
                    return desk::resend_on(page, &format!("{}{PATH}", visitor.lang.prefix()), &typed, error.status());
                }
                error => return Err(error),
            };
            door(&site, &visitor, &typed, vec![Mistake::new("code", words.t(key))], status)
        }
    }
}

fn door(site: &Site, visitor: &Visitor, typed: &Typed, mistakes: Vec<Mistake>, status: StatusCode) -> Result<Response, PageError> {
    let words = site.words(visitor.lang);
    let field = |name: &str, key: &str, hint: &str| Field {
        name: name.to_owned(),
        label: words.t(key),
        hint: words.t(hint),
        value: typed.get(name).to_owned(),
        error: Mistake::of(&mistakes, name).to_owned(),
        maxlength: 20,
        ..Field::default()
    };
    let title = words.t("results-title");
    let page = site.public_page(visitor.lang, PATH, desk::title(&words, &title, !mistakes.is_empty()).into_owned());
    let code = Field { class: "code w-m", ..field("code", "results-code", "results-code-hint") };
    let birth = Field { class: "w-m", maxlength: 10, ..field("birth", "person-birth", "results-birth-hint") };
    let mut response = render(&DoorPage { page, mistakes, code, birth })?;
    *response.status_mut() = status;
    Ok(response)
}

/// The pair goes on in hidden fields of the page, in the form that every method reads.
fn show(site: &Site, visitor: &Visitor, code: String, birth: String, answer: LookUpResultResponse) -> Result<Response, PageError> {
    let words = site.words(visitor.lang);
    let mut page = site.public_page(visitor.lang, PATH, words.t("results-title"));
    // In the other language the pair is typed again: it stands in no address.
    page.other_language = Some(format!("{}{PATH}", visitor.lang.other().prefix()));
    render(&ResultsPage {
        page,
        initials: answer.initials,
        code,
        birth,
        provable: answer.results.iter().any(|result| matches!(result.outcome(), PersonOutcome::Negative | PersonOutcome::Positive)),
        results: answer.results.iter().map(|result| view(site, &words, result)).collect(),
    })
}

fn view(site: &Site, words: &Words, result: &OwnResult) -> ResultView {
    let now = site.now();
    let outcome = result.outcome();
    let (says, class) = says(outcome);
    let over = outcome != PersonOutcome::Waiting;
    ResultView {
        sampled: Moment::of(result.sampled_at.as_ref(), now),
        place: result.place.clone(),
        tag: words::person_tag(words, outcome),
        says: words.t(says),
        class,
        steps: if over { Vec::new() } else { steps(words, result.progress()) },
        method: if over && result.method() != TestMethod::Unspecified { words.t(words::method(result.method())) } else { String::new() },
        tested: Moment::of(result.tested_at.as_ref(), now),
        laboratory: result.laboratory.clone(),
        counts_until: Moment::of(result.counts_until.as_ref(), now).filter(|_| outcome == PersonOutcome::Negative),
        corrected: result.corrected,
    }
}

/// What it means for the person, and what to do.
fn says(outcome: PersonOutcome) -> (&'static str, &'static str) {
    match outcome {
        PersonOutcome::Negative => ("results-says-negative", "good"),
        PersonOutcome::Positive => ("results-says-positive", "bad"),
        PersonOutcome::SuspectPending => ("results-says-suspect", "warn"),
        PersonOutcome::Resample => ("results-says-resample", "warn"),
        PersonOutcome::Waiting | PersonOutcome::Unspecified => ("results-says-waiting", "info"),
    }
}

/// The way of the sample, with what is behind it.
fn steps(words: &Words, progress: TubeState) -> Vec<(String, bool)> {
    let reached = match progress {
        TubeState::Shipped => 2,
        TubeState::Received => 3,
        TubeState::InRun | TubeState::Resulted => 4,
        _ => 1,
    };
    let keys = ["progress-collected", "progress-on-the-way", "progress-in-laboratory", "progress-testing", "progress-done"];
    keys.iter().enumerate().map(|(number, key)| (words.t(key), number < reached)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::{Lang, Texts};

    #[test]
    fn only_a_single_positive_says_so() {
        let texts = Texts::load().unwrap();
        for (lang, positive) in [(Lang::Vi, "dương tính"), (Lang::En, "positive")] {
            let words = texts.words(lang);
            for outcome in (1..=5).filter_map(|number| PersonOutcome::try_from(number).ok()) {
                let text = format!("{} {}", words::person_tag(&words, outcome).word, words.t(says(outcome).0)).to_lowercase();
                assert_eq!(text.contains(positive), outcome == PersonOutcome::Positive, "{text}");
            }
        }
    }

    #[test]
    fn progress_is_said_in_words() {
        let words = Texts::load().unwrap().words(Lang::Vi);
        let behind = |state| steps(&words, state).into_iter().filter(|(_, behind)| *behind).count();
        assert_eq!([TubeState::Sealed, TubeState::Shipped, TubeState::Received, TubeState::InRun].map(behind), [1, 2, 3, 4]);
    }
}
