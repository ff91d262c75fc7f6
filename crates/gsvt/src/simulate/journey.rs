//! One vehicle's way: declared, found at the post, decided, confirmed where it arrives or seen where it leaves.

use std::sync::Arc;

use anyhow::{Context as _, Result, ensure};
use chrono::{DateTime, Duration, Utc};
use contract::{
    common::v1::Area,
    reports::v1::{
        AddPhotoRequest, AddPhotoResponse, CreateReportRequest, CreateReportResponse, FollowReportRequest, FollowReportResponse,
        ListReporterPhotosRequest, ListReporterPhotosResponse, Place, Ticket,
    },
    vehicles::v1::{
        ArrivalResult, AssessTripRequest, AssessTripResponse, CloseTripRequest, CloseTripResponse, Commitment, ConfirmArrivalRequest,
        ConfirmArrivalResponse, DecideTripRequest, DecideTripResponse, Decision, Declaration, DeclareTripRequest, DeclareTripResponse,
        Destination, EnterTripRequest, EnterTripResponse, FindTripsRequest, FindTripsResponse, Findings, IdType, Origin, Person as OnBoard,
        PersonCheck, PersonRole, Plate, PlateColor, Purpose, ReceiveTripRequest, ReceiveTripResponse, RecordSightingRequest,
        RecordSightingResponse, SigningMethod, TestEvidence, TestMethod, TestOutcome, TestProof, Trip,
    },
};
use ids::{ConfirmationId, DecisionId, PhotoId, SightingId, SubmissionId, TripId};
use runtime::Clock;
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use super::{
    address_of,
    day::{Fate, Vehicle},
    person::{Desks, Person, Stopwatch},
};

/// Addresses of citizens begin behind those of so many drivers.
const CITIZENS: usize = 1 << 21;

/// What a citizen's phone took.
const PHOTO: &[u8] = include_bytes!("photo.png");

/// What one journey was told.
#[derive(Debug, Serialize, Deserialize)]
pub struct Outcome {
    pub trip: TripId,
    /// The declaration was accepted.
    pub acknowledged: bool,
    pub admitted: bool,
    /// What stopped it short of its plan.
    pub trouble: Option<String>,
}

impl Outcome {
    /// Nothing was said yet.
    pub fn new(now: DateTime<Utc>) -> Self {
        Self { trip: TripId::mint(now), acknowledged: false, admitted: false, trouble: None }
    }
}

pub struct Journey {
    gateway: String,
    vehicle: Vehicle,
    desks: Arc<Desks>,
    watch: Arc<Stopwatch>,
    clock: Clock,
}

impl Journey {
    pub fn new(gateway: &str, vehicle: Vehicle, desks: Arc<Desks>, watch: Arc<Stopwatch>, clock: Clock) -> Self {
        Self { gateway: gateway.to_owned(), vehicle, desks, watch, clock }
    }

    /// The whole way. Trouble is part of the outcome, so that one bad vehicle does not end the day.
    pub async fn travel(self) -> Outcome {
        let mut outcome = Outcome::new(self.clock.now());
        if let Err(trouble) = self.go(&mut outcome).await {
            outcome.trouble = Some(format!("{trouble:#}"));
        }
        outcome
    }

    async fn go(&self, outcome: &mut Outcome) -> Result<()> {
        let id = outcome.trip.to_string();
        let post = self.desks.at_post(&self.vehicle.entry)?;
        let trip = self.reach(post, &id, outcome).await?;
        let decided = self.decide(post, &id, &trip).await?;
        outcome.admitted =
            decided.decision.as_ref().is_some_and(|record| matches!(record.decision(), Decision::Transit | Decision::Destination));
        if self.vehicle.fate == Fate::BreaksPromise {
            self.report(&id).await?;
        }
        match (self.vehicle.fate, &self.vehicle.destination) {
            (Fate::TurnedBack | Fate::Late, _) => Ok(()),
            (_, Some(_)) => self.arrive(&decided).await,
            (_, None) => self.leave(&id).await,
        }
    }

    /// Declared before and found again, or entered at the post; then on its desk.
    pub async fn reach(&self, post: &Person, id: &str, outcome: &mut Outcome) -> Result<Trip> {
        let declaration = self.declaration();
        if self.vehicle.declared_before {
            let driver = Person::at(&self.gateway, address_of(self.vehicle.number))?;
            let request = DeclareTripRequest { trip_id: id.to_owned(), declaration: Some(declaration) };
            let declared: DeclareTripResponse = self.say(&driver, "declare", "/v1/trips", &request).await?;
            outcome.acknowledged = true;
            let path = format!("/v1/posts/{}/find", self.vehicle.entry.post_id);
            let request = FindTripsRequest { post_id: String::new(), text: declared.short_code };
            let _: FindTripsResponse = self.say(post, "find", &path, &request).await?;
        } else {
            let path = format!("/v1/posts/{}/trips", self.vehicle.entry.post_id);
            let request = EnterTripRequest { post_id: String::new(), trip_id: id.to_owned(), declaration: Some(declaration) };
            let _: EnterTripResponse = self.say(post, "enter", &path, &request).await?;
            outcome.acknowledged = true;
        }
        let path = format!("/v1/posts/{}/trips/{id}/receive", self.vehicle.entry.post_id);
        let received: ReceiveTripResponse = self.say(post, "receive", &path, &ReceiveTripRequest::default()).await?;
        let trip = received.trip.context("the post received no trip")?;
        for earlier in &trip.conflicting_trip_ids {
            let request =
                CloseTripRequest { reason: "Xe có mặt tại chốt, chưa ghi xe ra".to_owned(), ..CloseTripRequest::default() };
            let _: CloseTripResponse = self.say(post, "close", &format!("/v1/trips/{earlier}/close"), &request).await?;
        }
        Ok(trip)
    }

    async fn decide(&self, post: &Person, id: &str, trip: &Trip) -> Result<Trip> {
        let request = self.ruling(post, id, trip).await?;
        let decided: DecideTripResponse = self.say(post, "decide", &format!("/v1/trips/{id}/decide"), &request).await?;
        decided.trip.context("the decision returned no trip")
    }

    /// What the officer decides, with everything that the rules of the day ask for.
    pub async fn ruling(&self, post: &Person, id: &str, trip: &Trip) -> Result<DecideTripRequest> {
        let post_id = self.vehicle.entry.post_id.clone();
        let mut findings = self.findings(trip);
        let assess = AssessTripRequest { post_id: post_id.clone(), findings: Some(findings.clone()), ..AssessTripRequest::default() };
        let assessed: AssessTripResponse = self.say(post, "assess", &format!("/v1/trips/{id}/assess"), &assess).await?;
        let commitment = assessed.assessment.and_then(|assessment| assessment.commitment);
        findings.commitment = commitment.map(|template| Commitment {
            template_id: template.template_id,
            template_version: template.version,
            method: SigningMethod::Paper.into(),
            paper_no: format!("{:06}", self.vehicle.number),
            ..Commitment::default()
        });
        let (decision, reasons) = match (self.vehicle.fate, &self.vehicle.destination) {
            (Fate::TurnedBack, _) => (Decision::TurnBack, vec!["Thiếu xét nghiệm".to_owned()]),
            (_, Some(_)) => (Decision::Destination, Vec::new()),
            (_, None) => (Decision::Transit, Vec::new()),
        };
        Ok(DecideTripRequest {
            decision_id: DecisionId::mint(self.clock.now()).to_string(),
            post_id,
            decision: decision.into(),
            reasons,
            findings: Some(findings),
            ..DecideTripRequest::default()
        })
    }

    async fn arrive(&self, trip: &Trip) -> Result<()> {
        let police = self.desks.province()?;
        for arrival in &trip.arrivals {
            let broken = self.vehicle.fate == Fate::BreaksPromise;
            let request = ConfirmArrivalRequest {
                confirmation_id: ConfirmationId::mint(self.clock.now()).to_string(),
                result: if broken { ArrivalResult::WrongPlace } else { ArrivalResult::AsDeclared }.into(),
                headcount: i32::try_from(self.vehicle.people.len())?,
                ..ConfirmArrivalRequest::default()
            };
            let path = format!("/v1/arrivals/{}/confirm", arrival.arrival_id);
            let _: ConfirmArrivalResponse = self.say(police, "confirm", &path, &request).await?;
        }
        Ok(())
    }

    /// At its exit post; who breaks his promise is seen inside the province first.
    async fn leave(&self, id: &str) -> Result<()> {
        let path = format!("/v1/trips/{id}/sightings");
        let sighting = |post: &str, area: Option<Area>| RecordSightingRequest {
            sighting_id: SightingId::mint(self.clock.now()).to_string(),
            post_id: post.to_owned(),
            area,
            ..RecordSightingRequest::default()
        };
        if self.vehicle.fate == Fate::BreaksPromise {
            let seen = sighting("", self.vehicle.entry.area.clone());
            let _: RecordSightingResponse = self.say(self.desks.province()?, "sighting", &path, &seen).await?;
        }
        let post = self.desks.at_post(&self.vehicle.exit)?;
        let _: RecordSightingResponse = self.say(post, "sighting", &path, &sighting(&self.vehicle.exit.post_id, None)).await?;
        Ok(())
    }

    /// A citizen at an address of his own sees it, reports it with a photo and reads what became of it. Sent twice it is one report.
    async fn report(&self, id: &str) -> Result<()> {
        let citizen = Person::at(&self.gateway, address_of(self.vehicle.number + CITIZENS))?;
        let now = self.clock.now();
        let photo = AddPhotoRequest {
            submission_id: SubmissionId::mint(now).to_string(),
            photo_id: PhotoId::mint(now).to_string(),
            content: PHOTO.to_vec(),
        };
        let _: AddPhotoResponse = self.say(&citizen, "photo", "/v1/report-photos", &photo).await?;
        let request = CreateReportRequest {
            submission_id: photo.submission_id,
            photo_ids: vec![photo.photo_id.clone()],
            category_id: "OTHER".to_owned(),
            plate: self.vehicle.plate.clone(),
            trip_id: id.to_owned(),
            place: Some(Place { area: self.vehicle.entry.area.clone(), ..Place::default() }),
            seen_at: Some(now.into()),
            text: "Xe không đi như đã cam kết, dừng lại dọc đường.".to_owned(),
            ..CreateReportRequest::default()
        };
        let sent: CreateReportResponse = self.say(&citizen, "report", "/v1/reports", &request).await?;
        let again: CreateReportResponse = citizen.post("report", "/v1/reports", &request, &self.watch).await?;
        ensure!((&sent.code, &sent.pin) == (&again.code, &again.pin), "one submission became the reports {} and {}", sent.code, again.code);
        let ticket = Some(Ticket { code: sent.code.clone(), pin: sent.pin });
        let opened = FollowReportRequest { ticket: ticket.clone() };
        let followed: FollowReportResponse = citizen.post("follow", "/v1/report-follow", &opened, &self.watch).await?;
        ensure!(followed.report.is_some_and(|report| report.code == sent.code), "{} is not what its PIN opens", sent.code);
        let opened = ListReporterPhotosRequest { ticket };
        let seen: ListReporterPhotosResponse = citizen.post("follow", "/v1/report-follow/photos/list", &opened, &self.watch).await?;
        ensure!(seen.photos.iter().map(|seen| &seen.photo_id).eq([&photo.photo_id]), "{} has other photos than were sent", sent.code);
        Ok(())
    }

    /// Sends a command, twice on a bad link: both answers have to say yes.
    async fn say<A: DeserializeOwned>(&self, person: &Person, operation: &'static str, path: &str, request: &impl Serialize) -> Result<A> {
        if self.vehicle.repeats {
            let _: A = person.post(operation, path, request, &self.watch).await?;
        }
        person.post(operation, path, request, &self.watch).await
    }

    fn declaration(&self) -> Declaration {
        let now = self.clock.now();
        let destinations = self.vehicle.destination.iter().map(|area| Destination {
            area: Some(area.clone()),
            address: "Kho nông sản, đường Lê Duẩn".to_owned(),
            expected_at: Some((now + Duration::hours(4)).into()),
            ..Destination::default()
        });
        Declaration {
            purpose: if self.vehicle.destination.is_some() { Purpose::Destination } else { Purpose::Transit }.into(),
            plate: Some(Plate { text: self.vehicle.plate.clone(), color: PlateColor::Yellow.into(), ..Plate::default() }),
            vehicle_type: self.vehicle.kind.into(),
            origin: Some(Origin { area: Some(self.vehicle.origin.clone()), ..Origin::default() }),
            destinations: destinations.collect(),
            entry_post_id: self.vehicle.entry.post_id.clone(),
            exit_post_id: if self.vehicle.destination.is_some() { String::new() } else { self.vehicle.exit.post_id.clone() },
            people: self.on_board(),
            ..Declaration::default()
        }
    }

    fn on_board(&self) -> Vec<OnBoard> {
        let person = |(seat, traveller): (usize, &super::people::Traveller)| OnBoard {
            role: if seat == 0 { PersonRole::Driver } else { PersonRole::CoDriver }.into(),
            full_name: traveller.name.clone(),
            birth: traveller.birth_year.to_string(),
            id_type: IdType::Cccd.into(),
            id_number: traveller.citizen_number.clone(),
            phone: if seat == 0 { traveller.phone.clone() } else { String::new() },
            ..OnBoard::default()
        };
        self.vehicle.people.iter().enumerate().map(person).collect()
    }

    fn findings(&self, trip: &Trip) -> Findings {
        let evidence = TestEvidence {
            method: TestMethod::RtPcr.into(),
            outcome: TestOutcome::Negative.into(),
            sampled_at: Some((self.clock.now() - Duration::hours(16)).into()),
            resulted_at: Some((self.clock.now() - Duration::hours(12)).into()),
            proof: TestProof::Paper.into(),
            issuer: "CDC".to_owned(),
        };
        let check = |person: &OnBoard| PersonCheck {
            person_id: person.person_id.clone(),
            temperature: Some(36.6),
            evidence: Some(evidence.clone()),
        };
        Findings {
            people_counted: i32::try_from(trip.people.len()).ok(),
            checks: trip.people.iter().map(check).collect(),
            ..Findings::default()
        }
    }
}
