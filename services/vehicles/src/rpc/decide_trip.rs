//! DecideTrip: an officer decides on the vehicle at his post.

use chrono::{DateTime, Utc};
use contract::{
    Permission,
    vehicles::v1::{self as pb, Decision, PersonRole},
};
use ids::{AccountId, DecisionId, TripId};
use runtime::{Caller, Language, Transaction};
use seal::DataKey;

use crate::{
    access,
    commitment::Template,
    error::Error,
    fault::Faults,
    findings, intake,
    judging::{self, Case},
    publish, reading, request, sealed,
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
    trip::{Ruling, Trip},
    view::{self, Parts},
};

const PERMISSION: Permission = Permission::VehiclesTripsDecide;

pub async fn handle(service: &Vehicles, caller: &Caller, request: pb::DecideTripRequest) -> Result<pb::DecideTripResponse, Error> {
    caller.require(PERMISSION)?;
    let now = service.now();
    let id = request::id(TripId::parse(&request.trip_id), "trip_id")?;
    let decision_id = request::id(DecisionId::parse(&request.decision_id), "decision_id")?;
    access::desk(&service.profile, caller, PERMISSION, &request.post_id)?;
    let ruling = ruling(service, caller.account()?.account_id, &request)?;
    let hash = request::hash(&service.keyring, &request)?;
    let mut transaction = service.begin().await?;
    let record = store::trips::lock(&mut transaction, id).await?.ok_or(Error::not_found())?;
    let earlier = if record.trip.decided_at.is_some() { store::decisions::of_trip(&mut transaction, id).await? } else { Vec::new() };
    if let Some(repeated) = earlier.iter().find(|row| row.id == decision_id) {
        request::same(&repeated.request_hash, &hash)?;
        let record = reading::with_arrivals(&mut transaction, record).await?;
        return repeat(service, caller, transaction, record, repeated.clone(), now).await;
    }
    let record = access::see(caller, PERMISSION, record)?;
    not_forestalled(&record, earlier.last(), request.version)?;
    record.trip.is_before(&ruling.post)?;
    let case = judging::load(&mut transaction, record, &request, request.findings.as_ref(), now).await?;
    let key = seal::open_key(&mut transaction, &service.keyring, id.as_uuid()).await?;
    decide(service, caller, transaction, Deciding { case, key, ruling, decision_id, hash, request: &request, now }).await
}

/// Everything a decision needs, once the trip is locked.
struct Deciding<'a> {
    case: Case,
    key: DataKey,
    ruling: Ruling,
    decision_id: DecisionId,
    hash: Vec<u8>,
    request: &'a pb::DecideTripRequest,
    now: DateTime<Utc>,
}

async fn decide(
    service: &Vehicles,
    caller: &Caller,
    mut transaction: Transaction,
    deciding: Deciding<'_>,
) -> Result<pb::DecideTripResponse, Error> {
    let Deciding { case, key, ruling, decision_id, hash, request, now } = deciding;
    let Case { mut record, mut people, rulebook, findings } = case;
    let declared = record.trip.people.len();
    let (trip, happened) = record.trip.decide(&ruling, &rulebook, &findings, now)?;
    record.trip = trip;
    record.facts.decision_id = Some(decision_id);
    record.facts.policy = Some((rulebook.policy.id.clone(), rulebook.policy.version));
    record.facts.people = i32::try_from(record.trip.people.len()).unwrap_or(i32::MAX);
    reading::place(service, &mut record);

    let added =
        findings.added.iter().map(|person| intake::person_row(&service.keyring, &key, person, true)).collect::<Result<Vec<_>, _>>()?;
    let decision = DecisionRow {
        id: decision_id,
        trip: record.trip.id,
        request_hash: hash,
        decision: ruling.decision,
        state: record.trip.state,
        post: ruling.post.clone(),
        direction: record.trip.direction,
        officer: ruling.officer,
        unit: caller.account()?.unit_id,
        decided_at: now,
        people_counted: findings.counted.unwrap_or(record.facts.people),
        policy_id: rulebook.policy.id.clone(),
        policy_version: rulebook.policy.version,
        origin_level: rulebook.origin_level,
        commitment: signed(rulebook.template.as_ref(), &findings, now),
        sealed: seal_decision(caller, &key, decision_id, request, &findings)?,
    };
    let holds_plate = record.trip.is_on_the_road() && record.facts.plate_recognised;
    if holds_plate && !store::trips::hold_plate(&mut transaction, &record).await? {
        return Err(Error::PlateOnTheRoad);
    }
    store::trips::update(&mut transaction, &mut record).await?;
    if !added.is_empty() {
        let first = i16::try_from(declared + 1).unwrap_or(i16::MAX);
        store::people::insert(&mut transaction, record.trip.id, first, &added)
            .await
            .map_err(|error| error.or_reused("trip_people_pkey"))?;
        people.extend(added);
    }
    store::decisions::insert(&mut transaction, &decision).await.map_err(|error| error.or_reused("decisions_pkey"))?;
    let arrivals = ask_arrivals(&mut transaction, &key, &record, &people, now).await?;
    link_numbers(&mut transaction, &people, now).await?;
    publish::append(&mut transaction, &service.profile, &record, &happened, now).await?;
    let mut act = Act::write("vehicles.DecideTrip", Some(PERMISSION));
    act.detail = serde_json::json!({ "decision": ruling.decision.code(), "decision_id": decision_id.to_string() });
    trail::record(&mut transaction, service, caller, &record.trip, act, now).await?;
    transaction.commit().await?;
    reply(service, caller, &record, &key, people, arrivals, decision)
}

fn ruling(service: &Vehicles, officer: AccountId, request: &pb::DecideTripRequest) -> Result<Ruling, Error> {
    let mut faults = Faults::default();
    let decision = Decision::try_from(request.decision).ok().filter(|decision| *decision != Decision::Unspecified).ok_or(());
    let decision = faults.take(decision, "decision", "Chọn quyết định", "Choose a decision");
    let exit_post = Some(request.exit_post_id.clone()).filter(|post| !post.is_empty());
    if exit_post.as_deref().is_some_and(|post| service.profile.post(post).is_none()) {
        faults.add("exit_post_id", "Chọn chốt ra trong danh sách", "Choose an exit post of the list");
    }
    let ruling =
        decision.map(|decision| Ruling { decision, post: request.post_id.clone(), officer, exit_post, reasons: request.reasons.clone() });
    faults.or(ruling).map_err(Error::invalid)
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

/// Stores the arrivals that the decision asks for, each with the driver and its address sealed.
async fn ask_arrivals(
    transaction: &mut Transaction,
    key: &DataKey,
    record: &Record,
    people: &[PersonRow],
    now: DateTime<Utc>,
) -> Result<Vec<ArrivalRow>, Error> {
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
    let sealed: Vec<Vec<u8>> = rows.iter().map(|row| row.sealed.clone()).collect();
    store::arrivals::insert(transaction, trip.id, &trip.arrivals, &sealed, trip.people_counted.unwrap_or(record.facts.people), now).await?;
    Ok(rows)
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
    caller: &Caller,
    mut transaction: Transaction,
    record: Record,
    decision: DecisionRow,
    now: DateTime<Utc>,
) -> Result<pb::DecideTripResponse, Error> {
    let key = seal::open_key(&mut transaction, &service.keyring, record.trip.id.as_uuid()).await?;
    let people = store::people::list(&mut transaction, record.trip.id, now).await?;
    let arrivals = store::arrivals::of_trip(&mut transaction, record.trip.id).await?;
    trail::record(&mut transaction, service, caller, &record.trip, Act::read("vehicles.DecideTrip", Some(PERMISSION)), now).await?;
    transaction.commit().await?;
    reply(service, caller, &record, &key, people, arrivals, decision)
}

/// The trip as it is now without its history, and its slip.
fn reply(
    service: &Vehicles,
    caller: &Caller,
    record: &Record,
    key: &DataKey,
    people: Vec<PersonRow>,
    arrivals: Vec<ArrivalRow>,
    decision: DecisionRow,
) -> Result<pb::DecideTripResponse, Error> {
    let clauses = decision.commitment.as_ref().map(|signed| match caller.language {
        Language::Vi => signed.clauses_vi.clone(),
        Language::En => signed.clauses_en.clone(),
    });
    let pass = slips::pass(service, record, clauses.unwrap_or_default())?;
    let parts = Parts { people, arrivals, decision: Some(decision), ..Parts::default() };
    Ok(pb::DecideTripResponse { trip: Some(view::trip(record, key, &parts)?), pass: Some(pass) })
}
