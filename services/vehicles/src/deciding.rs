//! Deciding about vehicles: those that are decided about at the same time share a transaction, in which each statement is about all of them. Each officer
//! gets the answer to his own decision, and what one of them may not do hinders no other.

use chrono::{DateTime, Utc};
use contract::{
    Permission,
    vehicles::v1::{self as pb, PersonRole},
};
use ids::{DecisionId, TripId};
use runtime::{Caller, Language, Transaction};
use seal::DataKey;
use uuid::Uuid;

use crate::{
    access,
    assessment::Rulebook,
    commitment::Template,
    error::Error,
    findings, intake,
    judging::{self, Case},
    publish::{self, Happened},
    reading, request, sealed,
    service::Vehicles,
    slips,
    store::{
        self,
        arrivals::ArrivalRow,
        coded::Coded,
        decisions::{DecisionRow, SignedRow},
        people::{Link, PersonRow},
        trips::Record,
    },
    trail::{self, Act},
    trip::{Ruling, Trip, TripEvent},
    view::{self, Parts},
};

const PERMISSION: Permission = Permission::VehiclesTripsDecide;

/// Decisions that share a transaction.
pub const LARGEST: usize = 16;

/// A decision that an officer asks for.
#[derive(Debug)]
pub struct Asked {
    pub caller: Caller,
    pub request: pb::DecideTripRequest,
    pub trip: TripId,
    pub decision: DecisionId,
    pub ruling: Ruling,
    /// By which a repeat is told from a reused id.
    pub hash: Vec<u8>,
    pub traceparent: Option<String>,
}

pub type Answer = Result<pb::DecideTripResponse, Error>;

/// Answers each, in their order; no trip is among them twice.
pub async fn decide_all(service: Vehicles, asked: Vec<Asked>) -> Vec<Answer> {
    if asked.len() > 1
        && let Ok(answers) = together(&service, &asked).await
    {
        return answers;
    }
    // What one of them brings and the database refuses must not hinder the others.
    futures::future::join_all(asked.iter().map(async |one| {
        let mut answers = together(&service, std::slice::from_ref(one)).await?;
        answers.pop().unwrap_or(Err(Error::corrupt("a decision without an answer")))
    }))
    .await
}

/// A fault of the database ends it for all, and nothing is done.
async fn together(service: &Vehicles, asked: &[Asked]) -> Result<Vec<Answer>, Error> {
    let now = service.now();
    let mut transaction = service.begin_keyed().await?;
    let trips: Vec<TripId> = asked.iter().map(|one| one.trip).collect();
    let mut records = store::trips::lock_all(&mut transaction, &trips).await?;
    let mut answers: Vec<Option<Answer>> = asked.iter().map(|_| None).collect();
    let mut at_post = Vec::with_capacity(asked.len());
    for (place, one) in asked.iter().enumerate() {
        match look(service, &mut transaction, one, records.remove(&one.trip), now).await {
            Ok(Found::AtPost(record)) => at_post.push((place, *record)),
            Ok(Found::Decided(reply)) => answers[place] = Some(Ok(*reply)),
            Err(error) => answers[place] = Some(Err(error)),
        }
    }
    let mut made = Vec::with_capacity(at_post.len());
    for (place, loaded) in load(service, &mut transaction, at_post, now).await? {
        match loaded.and_then(|loaded| make(service, &asked[place], loaded, now)) {
            Ok(one) => made.push((place, one)),
            Err(error) => answers[place] = Some(Err(error)),
        }
    }
    let refused = hold_plates(&mut transaction, &mut made).await?;
    for place in refused {
        answers[place] = Some(Err(Error::PlateOnTheRoad));
    }
    if !made.is_empty() {
        write(service, &mut transaction, asked, &mut made, now).await?;
    }
    if made.is_empty() && !answers.iter().any(|answer| matches!(answer, Some(Ok(_)))) {
        transaction.rollback().await?;
    } else {
        transaction.commit().await?;
    }
    for (place, one) in made {
        answers[place] = Some(one.reply(service, &asked[place].caller));
    }
    Ok(answers.into_iter().map(|answer| answer.unwrap_or(Err(Error::corrupt("a decision without an answer")))).collect())
}

enum Found {
    /// It waits for the decision.
    AtPost(Box<Record>),
    /// This decision was stored before.
    Decided(Box<pb::DecideTripResponse>),
}

async fn look(
    service: &Vehicles,
    transaction: &mut Transaction,
    asked: &Asked,
    record: Option<Record>,
    now: DateTime<Utc>,
) -> Result<Found, Error> {
    let record = record.ok_or(Error::not_found())?;
    let earlier = if record.trip.decided_at.is_some() { store::decisions::of_trip(transaction, asked.trip).await? } else { Vec::new() };
    if let Some(repeated) = earlier.iter().find(|row| row.id == asked.decision) {
        request::same(&repeated.request_hash, &asked.hash)?;
        let record = reading::with_arrivals(transaction, record).await?;
        return Ok(Found::Decided(Box::new(repeat(service, transaction, &asked.caller, record, repeated.clone(), now).await?)));
    }
    let record = access::see(&asked.caller, PERMISSION, record)?;
    not_forestalled(&record, earlier.last(), asked.request.version)?;
    record.trip.is_before(&asked.ruling.post)?;
    Ok(Found::AtPost(Box::new(record)))
}

/// Another officer's decision wins, and so does a newer version than the officer saw.
fn not_forestalled(record: &Record, last: Option<&DecisionRow>, version: i64) -> Result<(), Error> {
    if let Some(last) = last
        && record.trip.at_post.is_none()
    {
        let (by, at, outcome) = (last.officer, last.decided_at, last.decision.code());
        return Err(Error::Forestalled { reason: "DECIDED_BY_ANOTHER", by, at, outcome });
    }
    let current = record.trip.version;
    if version == 0 || version == current { Ok(()) } else { Err(Error::Changed { version: current }) }
}

/// A locked trip with what a decision rests on.
struct Loaded {
    record: Record,
    people: Vec<PersonRow>,
    rulebook: Rulebook,
    key: DataKey,
}

/// Loads what the decisions about `at_post` rest on. A trip whose key is gone is a fault of its own.
async fn load(
    service: &Vehicles,
    transaction: &mut Transaction,
    at_post: Vec<(usize, Record)>,
    now: DateTime<Utc>,
) -> Result<Vec<(usize, Result<Loaded, Error>)>, Error> {
    if at_post.is_empty() {
        return Ok(Vec::new());
    }
    let trips: Vec<TripId> = at_post.iter().map(|(_, record)| record.trip.id).collect();
    let ids: Vec<Uuid> = trips.iter().map(|trip| trip.as_uuid()).collect();
    let origins: Vec<_> = at_post.iter().map(|(_, record)| (record.trip.purpose, record.facts.origin)).collect();
    let mut people = store::people::list_all(transaction, &trips, now).await?;
    let rulebooks = store::rules::at_all(transaction, now, &origins).await?;
    let mut keys = seal::open_keys(transaction, &service.keyring, &ids).await?;
    let mut loaded = Vec::with_capacity(ids.len());
    for ((place, record), rulebook) in at_post.into_iter().zip(rulebooks) {
        let (id, people) = (record.trip.id.as_uuid(), people.remove(&record.trip.id).unwrap_or_default());
        let key = match keys.remove(&id) {
            Some(key) => Ok(key),
            // Asked for alone it says what is wrong.
            None => seal::open_key(transaction, &service.keyring, id).await.map_err(Error::from),
        };
        loaded.push((place, key.map(|key| Loaded { record, people, rulebook, key })));
    }
    Ok(loaded)
}

/// A decision that only has to be stored.
struct Made {
    record: Record,
    key: DataKey,
    people: Vec<PersonRow>,
    /// Those of `people` that were found on board.
    added: usize,
    decision: DecisionRow,
    arrivals: Vec<ArrivalRow>,
    happened: Vec<TripEvent>,
}

/// What the rules of the day make of it.
fn make(service: &Vehicles, asked: &Asked, loaded: Loaded, now: DateTime<Utc>) -> Result<Made, Error> {
    let Loaded { record, people, rulebook, key } = loaded;
    let Asked { caller, request, ruling, .. } = asked;
    let case = judging::case(record, people, rulebook, request, request.findings.as_ref(), now)?;
    let Case { mut record, mut people, rulebook, findings } = case;
    let (trip, happened) = record.trip.decide(ruling, &rulebook, &findings, now)?;
    record.trip = trip;
    record.facts.decision_id = Some(asked.decision);
    record.facts.policy = Some((rulebook.policy.id.clone(), rulebook.policy.version));
    record.facts.people = i32::try_from(record.trip.people.len()).unwrap_or(i32::MAX);
    reading::place(service, &mut record);
    for person in &findings.added {
        people.push(intake::person_row(&service.keyring, &key, person, true)?);
    }
    let decision = DecisionRow {
        id: asked.decision,
        trip: record.trip.id,
        request_hash: asked.hash.clone(),
        decision: ruling.decision,
        state: record.trip.state,
        post: ruling.post.clone(),
        direction: record.trip.direction,
        officer: ruling.officer,
        unit: caller.account()?.unit_id,
        decided_at: now,
        people_counted: findings.counted.unwrap_or(record.facts.people),
        policy_id: rulebook.policy.id,
        policy_version: rulebook.policy.version,
        origin_level: rulebook.origin_level,
        commitment: signed(rulebook.template.as_ref(), &findings, now),
        sealed: seal_decision(caller, &key, asked.decision, request, &findings)?,
    };
    let arrivals = arrivals(&key, &record, &people)?;
    Ok(Made { record, key, people, added: findings.added.len(), decision, arrivals, happened })
}

/// What was signed, with the clauses as they were shown.
fn signed(template: Option<&Template>, findings: &findings::Findings, now: DateTime<Utc>) -> Option<SignedRow> {
    let (template, signed) = template.zip(findings.commitment.as_ref()).filter(|(template, signed)| template.is_signed_by(signed))?;
    Some(SignedRow {
        template_id: template.id.clone(),
        version: template.version,
        method: signed.method,
        signed_at: now,
        clauses_vi: template.clauses_vi.clone(),
        clauses_en: template.clauses_en.clone(),
    })
}

fn seal_decision(
    caller: &Caller,
    key: &DataKey,
    id: DecisionId,
    request: &pb::DecideTripRequest,
    findings: &findings::Findings,
) -> Result<Vec<u8>, Error> {
    let message = request.findings.as_ref();
    let record = pb::DecisionRecord {
        officer_name: caller.account()?.name.clone(),
        reasons: request.reasons.clone(),
        commitment: message.and_then(|message| message.commitment.clone()),
        fitness: findings::told(findings),
        ..pb::DecisionRecord::default()
    };
    sealed::seal_decision(key, id, &record, &findings::canonical(message, findings))
}

/// The arrivals that the decision asks for, each with the driver and its address sealed.
fn arrivals(key: &DataKey, record: &Record, people: &[PersonRow]) -> Result<Vec<ArrivalRow>, Error> {
    let trip: &Trip = &record.trip;
    if trip.arrivals.is_empty() {
        return Ok(Vec::new());
    }
    let declared: pb::Declaration = sealed::open(key, sealed::declaration(trip.id), &record.facts.sealed)?;
    let driver = people.iter().find(|person| person.role == PersonRole::Driver);
    let driver = driver.map(|row| sealed::open::<pb::Person>(key, sealed::person(row.id), &row.sealed)).transpose()?.unwrap_or_default();
    let mut rows = Vec::with_capacity(trip.arrivals.len());
    for (arrival, destination) in trip.arrivals.iter().zip(&declared.destinations) {
        let card = pb::Arrival {
            address: destination.address.clone(),
            driver_name: driver.full_name.clone(),
            driver_birth: driver.birth.clone(),
            driver_phone: driver.phone.clone(),
            ..pb::Arrival::default()
        };
        rows.push(ArrivalRow {
            trip: trip.id,
            arrival: arrival.clone(),
            headcount: None,
            confirmation: None,
            answered_by: None,
            request_hash: None,
            sealed: sealed::seal(key, sealed::arrival(arrival.id), &card)?,
            sealed_note: None,
        });
    }
    Ok(rows)
}

/// Holds the plates of those that go on the road, and takes out those whose plate another holds.
async fn hold_plates(transaction: &mut Transaction, made: &mut Vec<(usize, Made)>) -> Result<Vec<usize>, Error> {
    let holds = |one: &Made| one.record.trip.is_on_the_road() && one.record.facts.plate_recognised;
    let records: Vec<&Record> = made.iter().filter(|(_, one)| holds(one)).map(|(_, one)| &one.record).collect();
    if records.is_empty() {
        return Ok(Vec::new());
    }
    let held = store::trips::hold_plates(transaction, &records).await?;
    let refused = made.extract_if(.., |(_, one)| holds(one) && !held.contains(&one.record.trip.id));
    Ok(refused.map(|(place, _)| place).collect())
}

/// Stores them with what they say to others and their audit rows.
async fn write(
    service: &Vehicles,
    transaction: &mut Transaction,
    asked: &[Asked],
    made: &mut [(usize, Made)],
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let mut records: Vec<&mut Record> = made.iter_mut().map(|(_, one)| &mut one.record).collect();
    store::trips::update_all(transaction, &mut records).await?;
    let made: Vec<(&Asked, &Made)> = made.iter().map(|(place, one)| (&asked[*place], one)).collect();
    for (asked, one) in made.iter().filter(|(_, one)| one.added > 0) {
        let (declared, added) = one.people.split_at(one.people.len() - one.added);
        let first = i16::try_from(declared.len() + 1).unwrap_or(i16::MAX);
        store::people::insert(transaction, asked.trip, first, added).await.map_err(|error| error.or_reused("trip_people_pkey"))?;
    }
    let decisions: Vec<&DecisionRow> = made.iter().map(|(_, one)| &one.decision).collect();
    store::decisions::insert(transaction, &decisions).await.map_err(|error| error.or_reused("decisions_pkey"))?;
    let on_board = |one: &Made| one.record.trip.people_counted.unwrap_or(one.record.facts.people);
    let arrivals: Vec<(&ArrivalRow, i32)> = made.iter().flat_map(|(_, one)| one.arrivals.iter().map(|row| (row, on_board(one)))).collect();
    if !arrivals.is_empty() {
        store::arrivals::insert(transaction, &arrivals, now).await?;
    }
    for (_, one) in &made {
        link_numbers(transaction, &one.people, now).await?;
    }
    let happened: Vec<Happened<'_>> = made
        .iter()
        .map(|(asked, one)| Happened { record: &one.record, events: &one.happened, traceparent: asked.traceparent.clone() })
        .collect();
    publish::append_all(transaction, &service.profile, &happened, now).await?;
    let acts = made.iter().map(|(asked, one)| {
        let mut act = Act::write("vehicles.DecideTrip", Some(PERMISSION));
        act.detail = serde_json::json!({ "decision": asked.ruling.decision.code(), "decision_id": asked.decision.to_string() });
        (&asked.caller, &one.record.trip, act)
    });
    trail::record_all(transaction, service, acts.collect(), now).await
}

/// An officer has seen these numbers with one person.
async fn link_numbers(transaction: &mut Transaction, people: &[PersonRow], now: DateTime<Utc>) -> Result<(), Error> {
    for person in people {
        if let (Some(one), Some(other)) = (&person.id_index, &person.other_id_index) {
            store::people::link_numbers(transaction, &Link { one: one.clone(), other: other.clone() }, now).await?;
        }
    }
    Ok(())
}

/// The answer to a decision that was stored before.
async fn repeat(
    service: &Vehicles,
    transaction: &mut Transaction,
    caller: &Caller,
    record: Record,
    decision: DecisionRow,
    now: DateTime<Utc>,
) -> Answer {
    let key = seal::open_key(transaction, &service.keyring, record.trip.id.as_uuid()).await?;
    let people = store::people::list(transaction, record.trip.id, now).await?;
    let arrivals = store::arrivals::of_trip(transaction, record.trip.id).await?;
    trail::record(transaction, service, caller, &record.trip, Act::read("vehicles.DecideTrip", Some(PERMISSION)), now).await?;
    Made { record, key, people, added: 0, decision, arrivals, happened: Vec::new() }.reply(service, caller)
}

impl Made {
    /// The trip as it is now without its history, and its slip.
    fn reply(self, service: &Vehicles, caller: &Caller) -> Answer {
        let clauses = self.decision.commitment.as_ref().map(|signed| match caller.language {
            Language::Vi => signed.clauses_vi.clone(),
            Language::En => signed.clauses_en.clone(),
        });
        let pass = slips::pass(service, &self.record, clauses.unwrap_or_default())?;
        let parts = Parts { people: self.people, arrivals: self.arrivals, decision: Some(self.decision), ..Parts::default() };
        Ok(pb::DecideTripResponse { trip: Some(view::trip(&self.record, &self.key, &parts)?), pass: Some(pass) })
    }
}
