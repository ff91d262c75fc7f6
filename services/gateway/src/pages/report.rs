//! `/report`: a citizen reports what he saw, one question per step, without an account and without script. Nothing of it is ever in an address.
use std::sync::Arc;

use askama::Template;
use axum::{
    extract::{Query, State},
    response::Response,
};
use contract::{
    reports::v1::{CreateReportRequest, GetProofChallengeRequest},
    vehicles::v1::{GetPublicTripRequest, PublicTrip},
};
use http::StatusCode;
use ids::{SubmissionId, TripId};
use serde::Deserialize;

use super::{place_filter, report_sent};
use crate::{
    assets,
    desk::{self, is_away},
    error::PageError,
    forms::Typed,
    reporting::{
        self, Step,
        form::{Maker, Said},
        matches,
        parse::Reader,
        paths, photos,
    },
    site::Site,
    uploads::{self, Upload},
    view::{Asked, Mistake, Page, render, reports::Categories},
    visitor::Visitor,
};

/// What a device calls the draft of a report that began at no vehicle.
const NEW: &str = "new";

#[derive(Template)]
#[template(path = "report.html")]
struct ReportPage {
    page: Page,
    mistakes: Vec<Mistake>,
    step: Step,
    /// Number of the step, and of how many.
    number: usize,
    of: usize,
    boxes: Vec<Asked>,
    /// Names and values of the other steps.
    carried: Vec<(String, String)>,
    /// What will be sent; on the last step only.
    summary: Vec<Said>,
    /// Plate of the vehicle at which it began; empty without.
    vehicle: String,
    /// Where the phone is, as it said.
    position: String,
    communes: Vec<String>,
    /// On the step of the photos: those that are there, and ids for more.
    photos: Vec<photos::Shown>,
    new_photos: String,
    photo_mistake: String,
    dangerous: bool,
    /// On the last step, when the service gives one: what the browser solves before it sends.
    challenge: String,
    draft: String,
    /// Something was typed: what the device keeps must not cover it.
    typed: bool,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Start {
    /// Of the public list.
    trip: String,
}

/// `GET /report`
pub async fn get(State(site): State<Arc<Site>>, Query(start): Query<Start>, visitor: Visitor) -> Result<Response, PageError> {
    let form = Form::new(&site, &visitor).await?;
    let mut typed = Typed::default();
    if let Ok(trip) = TripId::parse(&start.trip)
        && let Some(plate) = form.plate_of(trip).await
    {
        let trip = trip.to_string();
        typed =
            Typed::new([("given", "1"), ("draft", trip.as_str()), ("trip", trip.as_str()), ("plate", plate.as_str()), ("asked", &plate)]);
    }
    form.show(&mut typed, Step::What, Vec::new(), false).await
}

/// `POST /report`: one step, or everything.
pub async fn post(State(site): State<Arc<Site>>, visitor: Visitor, upload: Upload) -> Result<Response, PageError> {
    uploads::in_time(visitor.caller.request_id, take(&site, &visitor, upload)).await
}

async fn take(site: &Site, visitor: &Visitor, mut upload: Upload) -> Result<Response, PageError> {
    let taken = photos::take_in(site, visitor, &mut upload).await?;
    let mut typed = upload.typed;
    let step = Step::parse(typed.get("step")).unwrap_or(Step::What);
    let answer = match Form::new(site, visitor).await {
        Ok(form) if step == Step::Photos => form.answer_photos(&mut typed, taken).await,
        Ok(form) => form.answer(&mut typed, step).await,
        Err(error) => Err(error),
    };
    match answer {
        Err(error) if is_away(&error) || error == PageError::TooMany => {
            let page = site.public_page(visitor.lang, "/report", site.words(visitor.lang).t("resend-title"));
            desk::resend_on(page, &format!("{}/report", visitor.lang.prefix()), &typed, error.status())
        }
        answer => answer,
    }
}

struct Form<'a> {
    site: &'a Site,
    visitor: &'a Visitor,
    categories: Categories,
}

impl<'a> Form<'a> {
    async fn new(site: &'a Site, visitor: &'a Visitor) -> Result<Self, PageError> {
        let categories = Categories::of_today(site, &visitor.caller).await?;
        Ok(Self { site, visitor, categories })
    }

    async fn answer(&self, typed: &mut Typed, step: Step) -> Result<Response, PageError> {
        let pressed = typed.get("do").to_owned();
        if let Some(other) = pressed.strip_prefix("to-").and_then(Step::parse) {
            if other == Step::Vehicle {
                typed.set("given", "");
            }
            return self.show(typed, other, Vec::new(), true).await;
        }
        match pressed.as_str() {
            "back" => self.show(typed, reporting::previous(&self.way(typed), step), Vec::new(), true).await,
            "show" => self.show(typed, step, Vec::new(), true).await,
            "drop-position" => {
                typed.set("lat", "");
                typed.set("lon", "");
                self.show(typed, step, Vec::new(), true).await
            }
            "send" => self.send(typed).await,
            _ => self.next(typed, step).await,
        }
    }

    /// The step of the photos: those of the form are there already, for what is wrong with the others see `taken`.
    async fn answer_photos(&self, typed: &mut Typed, taken: photos::Taken) -> Result<Response, PageError> {
        let words = self.site.words(self.visitor.lang);
        let pressed = typed.get("do").to_owned();
        if let Some(photo) = pressed.strip_prefix("drop-") {
            photos::remove(self.site, self.visitor, typed, photo).await?;
        }
        let mut mistakes = taken.mistakes;
        if pressed == "add" && taken.files == 0 {
            mistakes.push(Mistake::new(photos::BOX, words.t("photo-missing")));
        }
        if !mistakes.is_empty() && pressed != "back" {
            return self.refuse(typed, Step::Photos, mistakes).await;
        }
        if pressed == "add" || pressed.starts_with("drop-") {
            return self.show(typed, Step::Photos, Vec::new(), true).await;
        }
        // Whoever goes on with photos chosen has added them.
        photos::list(self.site, self.visitor, typed).await;
        self.answer(typed, Step::Photos).await
    }

    /// The next question; from a step that was mended back to the last one.
    async fn next(&self, typed: &mut Typed, step: Step) -> Result<Response, PageError> {
        let mistakes = self.reader(typed).mistakes_of(step);
        if !mistakes.is_empty() {
            return self.refuse(typed, step, mistakes).await;
        }
        if step == Step::Vehicle && self.asks_which(typed).await {
            return self.show(typed, step, Vec::new(), true).await;
        }
        let next = if typed.get("checked").is_empty() {
            reporting::next(&self.way(typed), step)
        } else {
            self.reader(typed)
                .request()
                .err()
                .and_then(|mistakes| mistakes.first().map(|it| Step::of_box(&it.field)))
                .unwrap_or(Step::Check)
        };
        self.show(typed, next, Vec::new(), true).await
    }

    /// Whether vehicles of the list fit a plate that was just typed: then it is asked once which of them it was.
    async fn asks_which(&self, typed: &mut Typed) -> bool {
        let plate = typed.get("plate").to_owned();
        if plate == typed.get("asked") {
            return false;
        }
        typed.set("trip", "");
        typed.set("asked", plate.as_str());
        !self.matches(&plate).await.is_empty()
    }

    async fn send(&self, typed: &mut Typed) -> Result<Response, PageError> {
        let request = match self.reader(typed).request() {
            Ok(request) => request,
            Err(mistakes) => return self.refuse_all(typed, mistakes).await,
        };
        let words = self.site.words(self.visitor.lang);
        let CreateReportRequest { answers, .. } = request.clone();
        match self.site.clients.reports(self.visitor.caller.clone()).create_report(request).await.map_err(PageError::from) {
            Ok(answer) => report_sent::show(self.site, self.visitor, &self.categories, &self.draft(typed), answer.into_inner()),
            Err(PageError::Invalid(faults)) => self.refuse_all(typed, paths::mistakes(&words, &faults, &answers)).await,
            Err(PageError::Refused { faults, .. }) if !faults.is_empty() => {
                self.refuse_all(typed, paths::mistakes(&words, &faults, &answers)).await
            }
            Err(PageError::Conflict) => {
                typed.set("id", SubmissionId::mint(self.site.now()).to_string());
                self.refuse_all(typed, vec![Mistake::new("", words.t("report-already"))]).await
            }
            Err(error) => Err(error),
        }
    }

    /// The first step with something to mend, with what is wrong there.
    async fn refuse_all(&self, typed: &mut Typed, mistakes: Vec<Mistake>) -> Result<Response, PageError> {
        let step = mistakes.iter().map(|mistake| Step::of_box(&mistake.field)).min().unwrap_or(Step::Check);
        let here = mistakes.into_iter().filter(|mistake| Step::of_box(&mistake.field) == step).collect();
        self.refuse(typed, step, here).await
    }

    async fn refuse(&self, typed: &mut Typed, step: Step, mistakes: Vec<Mistake>) -> Result<Response, PageError> {
        let mut response = self.show(typed, step, mistakes, true).await?;
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
        Ok(response)
    }

    fn reader<'b>(&'b self, typed: &'b Typed) -> Reader<'b> {
        let words = self.site.words(self.visitor.lang);
        Reader::new(words, &self.site.province, typed, self.categories.find(typed.get("category")), self.site.now())
    }

    fn way(&self, typed: &Typed) -> Vec<Step> {
        reporting::way(self.categories.find(typed.get("category")), typed)
    }

    fn draft(&self, typed: &Typed) -> String {
        let known = TripId::parse(typed.get("draft")).is_ok();
        format!("report-{}", if known { typed.get("draft") } else { NEW })
    }

    async fn matches(&self, plate: &str) -> Vec<PublicTrip> {
        matches::open_trips(self.site, self.visitor, plate).await
    }

    /// As the public list writes it; absent when the trip is no longer there.
    async fn plate_of(&self, trip: TripId) -> Option<String> {
        let request = GetPublicTripRequest { trip_id: trip.to_string(), language: self.visitor.lang.code().to_owned() };
        let found = self.site.clients.vehicles(self.visitor.caller.clone()).get_public_trip(request).await.ok()?;
        found.into_inner().trip?.plate.map(|plate| plate.text)
    }

    /// Empty while the service is away: a report goes without.
    async fn challenge(&self, typed: &Typed) -> String {
        let request = GetProofChallengeRequest { submission_id: typed.get("id").to_owned() };
        let answer = self.site.clients.reports(self.visitor.caller.clone()).get_proof_challenge(request).await;
        answer.map(|answer| answer.into_inner().challenge).unwrap_or_default()
    }

    async fn show(&self, typed: &mut Typed, step: Step, mistakes: Vec<Mistake>, was_typed: bool) -> Result<Response, PageError> {
        let site = self.site;
        if SubmissionId::parse(typed.get("id")).is_err() {
            typed.set("id", SubmissionId::mint(site.now()).to_string());
        }
        if step == Step::Check {
            typed.set("checked", "1");
        }
        let words = site.words(self.visitor.lang);
        let matches = if step == Step::Vehicle && !typed.get("asked").is_empty() && typed.get("asked") == typed.get("plate") {
            self.matches(typed.get("plate")).await
        } else {
            Vec::new()
        };
        let photos = if step == Step::Photos { photos::list(site, self.visitor, typed).await } else { Vec::new() };
        let maker = Maker { site, words: &words, categories: &self.categories, typed, mistakes: &mistakes };
        let boxes = maker.boxes(step, &matches);
        let mut shown: Vec<String> = boxes.iter().map(|asked| asked.name().to_owned()).collect();
        if step == Step::Place && maker.position().is_empty() {
            shown.extend(["lat", "lon"].map(str::to_owned));
        }
        let mut way = self.way(typed);
        if !way.contains(&step) {
            way.push(step);
            way.sort();
        }
        let title = words.t(step.title());
        let title = if mistakes.is_empty() { title } else { words.a("title-with-errors", title) };
        let mut page = site.public_page(self.visitor.lang, "/report", title);
        page.scripts = vec![assets::DRAFT_JS, assets::SENDING_JS];
        if step == Step::Place {
            page.scripts.push(assets::POSITION_JS);
        }
        if step == Step::Photos {
            page.scripts.push(assets::SHRINK_JS);
        }
        if step == Step::Check {
            page.scripts.push(assets::PROOF_JS);
        }
        render(&ReportPage {
            step,
            number: way.iter().position(|it| *it == step).unwrap_or_default() + 1,
            of: way.len(),
            summary: if step == Step::Check { maker.summary() } else { Vec::new() },
            vehicle: if reporting::given(typed) { typed.get("plate").to_owned() } else { String::new() },
            position: maker.position(),
            communes: if step == Step::Place { place_filter::communes(&site.province) } else { Vec::new() },
            new_photos: if step == Step::Photos { photos::new_ids(site) } else { String::new() },
            photo_mistake: Mistake::of(&mistakes, photos::BOX).to_owned(),
            photos,
            dangerous: maker.is_dangerous() || step == Step::What,
            challenge: if step == Step::Check { self.challenge(typed).await } else { String::new() },
            carried: reporting::carried(typed, &shown),
            draft: self.draft(typed),
            typed: was_typed,
            boxes,
            mistakes,
            page,
        })
    }
}
