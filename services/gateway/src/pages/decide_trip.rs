//! `/posts/{post}/trips/{trip}`: one truck on one screen. Before a decision its form, afterwards the decision, the slip and what may follow.
use std::sync::Arc;

use axum::{
    extract::{Path, Query, State},
    response::{IntoResponse as _, Redirect, Response},
};
use contract::vehicles::v1::{
    AssessTripRequest, Assessment, CloseTripRequest, DecideTripRequest, FindTripsRequest, Findings, GetTripRequest, GetTripResponse, Trip,
    TripState,
};
use http::StatusCode;
use ids::{DecisionId, TripId};
use serde::Deserialize;
use tonic::Status;
use vietnam::province::Post;

use super::{
    find_trips::carried,
    trip_desk::{self, Said},
};
use crate::{
    decision::{
        MOST_ADDED,
        form::{DecisionForm, Parts},
        parse::{self, added_people},
        paths::Board,
    },
    desk::{self, Note, is_away},
    error::{self, PageError},
    forms::Typed,
    session::{CurrentUser, OfficerForm},
    site::Site,
    text::Words,
    view::Mistake,
};

/// Conflicting trips that one screen shows; more are closed one after the other.
const MOST_CONFLICTS: usize = 3;

/// A trip at a post, for one officer.
pub struct Desk<'a> {
    pub site: &'a Site,
    pub user: &'a CurrentUser,
    pub words: Words,
    pub post: &'a Post,
    pub trip_id: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Way {
    /// A stable code of the search that led here.
    said: String,
}

/// `GET /posts/{post}/trips/{trip}`
pub async fn get(
    State(site): State<Arc<Site>>,
    Path((post, trip)): Path<(String, String)>,
    Query(way): Query<Way>,
    user: CurrentUser,
) -> Result<Response, PageError> {
    let desk = Desk::new(&site, &user, &post, &trip)?;
    let notes = Note::of_code(&desk.words, &way.said).into_iter().collect();
    desk.show(&Typed::default(), Said { notes, ..Said::default() }, StatusCode::OK).await
}

/// `POST /posts/{post}/trips/{trip}`
pub async fn post(
    State(site): State<Arc<Site>>,
    Path((post, trip)): Path<(String, String)>,
    OfficerForm { user, mut typed }: OfficerForm,
) -> Result<Response, PageError> {
    let desk = Desk::new(&site, &user, &post, &trip)?;
    match desk.carry_out(&mut typed).await {
        Err(error) if is_away(&error) => desk::resend(&site, &user, &desk.address(), &typed),
        answer => answer,
    }
}

impl<'a> Desk<'a> {
    pub fn new(site: &'a Site, user: &'a CurrentUser, post: &str, trip: &str) -> Result<Self, PageError> {
        let trip_id = TripId::parse(trip).map_err(|_| PageError::NotFound)?.to_string();
        Ok(Self { site, user, words: site.words(user.lang), post: desk::post(site, post)?, trip_id })
    }

    pub fn address(&self) -> String {
        format!("/posts/{}/trips/{}", self.post.id, self.trip_id)
    }

    /// What the pressed button asks for.
    async fn carry_out(&self, typed: &mut Typed) -> Result<Response, PageError> {
        let pressed = typed.get("do").to_owned();
        if let Some(number) = pressed.strip_prefix("close-") {
            return self.close(typed, number).await;
        }
        if let Some(number) = pressed.strip_prefix("remove-person-").and_then(|number| number.parse().ok()) {
            typed.remove_group("added", number);
            return self.show(typed, Said::default(), StatusCode::OK).await;
        }
        match pressed.as_str() {
            "add-person" => {
                self.add_person(typed, &[]);
                self.show(typed, Said::default(), StatusCode::OK).await
            }
            "scan-person" => self.scan(typed).await,
            "decide" => self.decide(typed).await,
            _ => self.check(typed).await,
        }
    }

    async fn check(&self, typed: &Typed) -> Result<Response, PageError> {
        self.show(typed, Said { checking: true, ..Said::default() }, StatusCode::OK).await
    }

    /// One more person, named where a card was read.
    fn add_person(&self, typed: &mut Typed, boxes: &[(String, String)]) {
        let number = added_people(typed).min(MOST_ADDED - 1);
        typed.set(&format!("added-{number}-person"), ids::PersonId::mint(self.site.now()).to_string());
        for (name, value) in boxes {
            typed.set(&name.replacen("added-0", &format!("added-{number}"), 1), value.as_str());
        }
    }

    async fn scan(&self, typed: &mut Typed) -> Result<Response, PageError> {
        let text = typed.get("scan").to_owned();
        let request = FindTripsRequest { post_id: self.post.id.clone(), text: text.clone() };
        let read =
            if text.is_empty() { Ok(None) } else { self.vehicles().find_trips(request).await.map(|answer| answer.into_inner().person) };
        match read.map_err(PageError::from) {
            Ok(Some(person)) => {
                self.add_person(typed, &carried("added-0", &person));
                typed.set("scan", "");
                self.show(typed, Said::default(), StatusCode::OK).await
            }
            Ok(None) | Err(PageError::Invalid(_)) => {
                let mistakes = vec![Mistake::new("scan", self.words.t("desk-scan-nobody"))];
                self.show(typed, Said { mistakes, ..Said::default() }, StatusCode::UNPROCESSABLE_ENTITY).await
            }
            Err(error) => Err(error),
        }
    }

    /// Ends an earlier trip whose exit nobody recorded; what was typed stays.
    async fn close(&self, typed: &Typed, number: &str) -> Result<Response, PageError> {
        let reason = typed.get(&format!("reason-{number}")).to_owned();
        let trip_id = typed.get(&format!("earlier-{number}")).to_owned();
        if reason.is_empty() || TripId::parse(&trip_id).is_err() {
            let mistakes = vec![Mistake::new(format!("reason-{number}"), self.words.t("desk-missing-close-reason"))];
            return self.show(typed, Said { mistakes, ..Said::default() }, StatusCode::UNPROCESSABLE_ENTITY).await;
        }
        let version = typed.get(&format!("earlier-version-{number}")).parse().unwrap_or_default();
        let said = match self.vehicles().close_trip(CloseTripRequest { trip_id, reason, version }).await.map_err(PageError::from) {
            Ok(_) => Said { notes: vec![Note::new("good", "ok", self.words.t("desk-closed"))], ..Said::default() },
            // Changed or ended meanwhile: the screen shows how it is now.
            Err(PageError::Conflict | PageError::Refused { .. } | PageError::NotFound) => Said::default(),
            Err(error) => return Err(error),
        };
        self.show(typed, said, StatusCode::OK).await
    }

    async fn decide(&self, typed: &mut Typed) -> Result<Response, PageError> {
        let trip = self.trip().await?.trip.unwrap_or_default();
        let mut read = parse::decision(&self.words, &trip, typed, self.site.now());
        if !read.mistakes.is_empty() {
            let mistakes = std::mem::take(&mut read.mistakes);
            return self.show(typed, Said { mistakes, ..Said::default() }, StatusCode::UNPROCESSABLE_ENTITY).await;
        }
        let decision_id = DecisionId::parse(typed.get("decision_id")).unwrap_or_else(|_| DecisionId::mint(self.site.now()));
        let request = DecideTripRequest {
            trip_id: self.trip_id.clone(),
            decision_id: decision_id.to_string(),
            post_id: self.post.id.clone(),
            version: typed.get("version").parse().unwrap_or_default(),
            decision: read.decision.into(),
            reasons: read.reasons,
            findings: Some(read.findings),
            exit_post_id: read.exit_post_id,
        };
        match self.vehicles().decide_trip(request).await {
            Ok(_) => Ok(Redirect::to(&self.address()).into_response()),
            Err(status) => self.not_decided(&trip, typed, status).await,
        }
    }

    /// The form again with what is missing, or the decision of whoever was first.
    async fn not_decided(&self, trip: &Trip, typed: &mut Typed, status: Status) -> Result<Response, PageError> {
        let reason = error::reason(&status);
        let message = status.message().to_owned();
        let mistakes = match PageError::from(status) {
            PageError::Invalid(faults) => Board::new(trip, typed).mistakes(&self.words, &faults),
            PageError::Refused { faults, .. } if !faults.is_empty() => Board::new(trip, typed).mistakes(&self.words, &faults),
            PageError::Refused { .. } if reason == "DECISION_CLOSED" => {
                vec![Mistake::new("d-1", self.words.a("desk-closed-decision", message))]
            }
            PageError::Refused { .. } if reason == "OTHER_TRIP_OPEN" => {
                vec![Mistake::new("reason-0", self.words.t("desk-missing-close-reason"))]
            }
            PageError::Refused { .. } => {
                return self.show(typed, Said { forestalled: true, ..Said::default() }, StatusCode::CONFLICT).await;
            }
            PageError::Conflict if reason == "ID_REUSED" => {
                typed.set("decision_id", DecisionId::mint(self.site.now()).to_string());
                vec![Mistake::new("", self.words.t("desk-id-reused"))]
            }
            PageError::Conflict => {
                let said = Said { forestalled: true, mistakes: vec![Mistake::new("", self.words.t("desk-changed"))], ..Said::default() };
                return self.show(typed, said, StatusCode::CONFLICT).await;
            }
            error => return Err(error),
        };
        self.show(typed, Said { mistakes, ..Said::default() }, StatusCode::UNPROCESSABLE_ENTITY).await
    }

    pub fn vehicles(&self) -> contract::vehicles::v1::vehicle_service_client::VehicleServiceClient<runtime::grpc::Client> {
        self.site.clients.vehicles(self.user.caller.clone())
    }

    pub async fn trip(&self) -> Result<GetTripResponse, PageError> {
        self.get_trip(&self.trip_id).await
    }

    async fn get_trip(&self, trip_id: &str) -> Result<GetTripResponse, PageError> {
        let request = GetTripRequest { trip_id: trip_id.to_owned(), reason: String::new() };
        match self.vehicles().get_trip(request).await.map_err(PageError::from) {
            Ok(answer) => Ok(answer.into_inner()),
            // It ended elsewhere: looking it up asks for a reason and is not this desk's task.
            Err(PageError::Invalid(_)) => Err(PageError::NotFound),
            Err(error) => Err(error),
        }
    }

    /// What the rules say of the findings; none where the trip is not this post's to judge.
    pub async fn assess(&self, findings: Findings) -> Result<Option<Assessment>, PageError> {
        let request = AssessTripRequest { trip_id: self.trip_id.clone(), post_id: self.post.id.clone(), findings: Some(findings) };
        match self.vehicles().assess_trip(request).await.map_err(PageError::from) {
            Ok(answer) => Ok(answer.into_inner().assessment),
            Err(PageError::Refused { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The screen as the trip stands now, with what was typed and what is said about it.
    async fn show(&self, typed: &Typed, mut said: Said, status: StatusCode) -> Result<Response, PageError> {
        let GetTripResponse { trip, pass } = self.trip().await?;
        let trip = trip.ok_or(PageError::NotFound)?;
        let form = if is_here(&trip, self.post) { self.form(&trip, typed, &mut said).await? } else { None };
        let mut response = trip_desk::render_page(self, &trip, pass.as_ref(), form, typed, said)?;
        *response.status_mut() = status;
        Ok(response)
    }

    async fn form(&self, trip: &Trip, typed: &Typed, said: &mut Said) -> Result<Option<DecisionForm>, PageError> {
        let read = parse::findings(&self.words, trip, typed, self.site.now());
        if said.checking {
            said.mistakes.extend(read.mistakes);
        }
        let assessment = match self.assess(read.findings).await {
            Err(PageError::Invalid(faults)) => {
                said.mistakes.extend(Board::new(trip, typed).mistakes(&self.words, &faults));
                self.assess(Findings::default()).await?
            }
            other => other?,
        };
        let Some(assessment) = assessment else { return Ok(None) };
        said.notes.extend(assessment.warnings.iter().filter_map(|code| self.note(code)));
        let conflicts = self.conflicts(trip).await?;
        let now = self.site.now();
        let decision_id = DecisionId::parse(typed.get("decision_id")).unwrap_or_else(|_| DecisionId::mint(now)).to_string();
        let (site, words, post) = (self.site, &self.words, self.post.id.as_str());
        let mistakes = said.mistakes.as_slice();
        let parts = Parts { site, words, post, trip, assessment: &assessment, conflicts: &conflicts, typed, mistakes, decision_id, now };
        Ok(Some(DecisionForm::new(&parts)))
    }

    fn note(&self, code: &str) -> Option<Note> {
        let note = Note::of_code(&self.words, code)?;
        let link = (code == "POSSIBLE_PERSON").then(|| (format!("{}/possible-people", self.address()), self.words.t("possible-answer")));
        Some(Note { link, ..note })
    }

    /// Earlier trips of the vehicle that are still open; one that ended meanwhile is none.
    async fn conflicts(&self, trip: &Trip) -> Result<Vec<Trip>, PageError> {
        let mut found = Vec::new();
        for trip_id in trip.conflicting_trip_ids.iter().take(MOST_CONFLICTS) {
            match self.get_trip(trip_id).await {
                Ok(answer) => found.extend(answer.trip.filter(|other| desk::on_the_road(other.state()))),
                Err(PageError::NotFound) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(found)
    }
}

/// Whether the vehicle stands at this post and waits for a decision.
pub fn is_here(trip: &Trip, post: &Post) -> bool {
    matches!(trip.state(), TripState::AtPost | TripState::Referred) && trip.entry_post_id == post.id
}
