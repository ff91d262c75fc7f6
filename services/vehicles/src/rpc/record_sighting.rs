//! RecordSighting: a vehicle was seen, at a post or in an area.

use chrono::{DateTime, Duration, Utc};
use contract::{Permission, vehicles::v1 as pb};
use ids::{SightingId, TripId};
use runtime::Caller;
use vietnam::areas;

use crate::{
    access,
    error::Error,
    fault::Faults,
    publish, reading, request, sealed,
    service::Vehicles,
    sighting::Sighting,
    store::{self, sightings::SightingRow},
    trail::{self, Act},
    trip::{TripEvent, Violation},
};

const PERMISSION: Permission = Permission::VehiclesSightingsRecord;
/// How far a device's clock may be ahead.
const SKEW_MINUTES: i64 = 5;

pub async fn handle(service: &Vehicles, caller: &Caller, request: pb::RecordSightingRequest) -> Result<pb::RecordSightingResponse, Error> {
    caller.require(PERMISSION)?;
    let now = service.now();
    request::check(&request)?;
    let trip = request::id(TripId::parse(&request.trip_id), "trip_id")?;
    let id = request::id(SightingId::parse(&request.sighting_id), "sighting_id")?;
    let sighting = sighting(service, caller, &request, now)?;
    let hash = request::hash(&service.keyring, &request)?;
    let mut transaction = service.begin_keyed().await?;
    let record = store::trips::lock(&mut transaction, trip).await?.ok_or(Error::not_found())?;
    if let Some(stored) = store::sightings::get(&mut transaction, id).await? {
        request::same(&stored.request_hash, &hash)?;
        let violation = stored.violation.map(|violation| violation.to_string());
        let violations = store::sightings::violations(&mut transaction, trip).await?;
        let found = violations.into_iter().find(|row| Some(row.id.to_string()) == violation);
        return Ok(reply(stored.outcome, stored.state, found.map(|row| (row.id.to_string(), row.kind, row.detected_at))));
    }
    // Whoever is not of its area knows the trip from the public list: seeing it elsewhere is what he records.
    let public = record.trip.public.is_some() && record.trip.is_open();
    let record = if public { record } else { access::see(caller, PERMISSION, record)? };
    let mut record = reading::with_arrivals(&mut transaction, record).await?;
    let policy = store::rules::policy_at(&mut transaction, record.trip.admitted.map_or(now, |admission| admission.at)).await?;
    let (after, outcome, happened) = record.trip.sight(&sighting, &policy.rules, now)?;
    record.trip = after;
    let key = seal::open_key(&mut transaction, &service.keyring, trip.as_uuid()).await?;
    let violation = opened(&happened);
    if let Some(violation) = violation {
        let note = sealed::seal_note(&key, sealed::violation_note(violation.id), &request.note)?;
        store::sightings::insert_violation(&mut transaction, trip, violation, note.as_deref(), now).await?;
    }
    let row = SightingRow {
        id,
        trip,
        request_hash: hash,
        post: sighting.post,
        area: sighting.area,
        seen_at: sighting.seen_at,
        recorded_at: now,
        recorded_by: caller.account()?.account_id,
        outcome,
        state: record.trip.state,
        violation: violation.map(|violation| violation.id),
        sealed_note: sealed::seal_note(&key, sealed::sighting_note(id), &request.note)?,
    };
    store::sightings::insert(&mut transaction, &row).await.map_err(|error| error.or_reused("sightings_pkey"))?;
    if !happened.is_empty() {
        store::trips::update(&mut transaction, &mut record).await?;
        store::arrivals::update_deadlines(&mut transaction, &record.trip.arrivals).await?;
        publish::append(&mut transaction, &service.profile, &record, &happened, now).await?;
    }
    trail::record(&mut transaction, service, caller, &record.trip, Act::write("vehicles.RecordSighting", Some(PERMISSION)), now).await?;
    transaction.commit().await?;
    Ok(reply(outcome, record.trip.state, violation.map(|violation| (violation.id.to_string(), violation.kind, now))))
}

fn opened(happened: &[TripEvent]) -> Option<&Violation> {
    happened.iter().find_map(|event| if let TripEvent::ViolationOpened(violation) = event { Some(violation) } else { None })
}

/// Where and when; the place must be one where the caller may record.
fn sighting(service: &Vehicles, caller: &Caller, request: &pb::RecordSightingRequest, now: DateTime<Utc>) -> Result<Sighting, Error> {
    let mut faults = Faults::default();
    let seen_at = faults.time(request.seen_at, "seen_at").unwrap_or(now);
    if seen_at > now + Duration::minutes(SKEW_MINUTES) {
        faults.add("seen_at", "Ghi giờ nhìn thấy xe trong quá khứ", "A time in the past");
    }
    if !request.post_id.is_empty() {
        faults.or(Some(())).map_err(Error::invalid)?;
        let post = access::desk(&service.profile, caller, PERMISSION, &request.post_id)?;
        return Ok(Sighting { post: Some(post.id.clone()), area: post.area, seen_at });
    }
    let said = request.area.clone().unwrap_or_default();
    let found = areas::resolve(&said.code, &said.valid_from, service.profile.era);
    let area = faults.take(found, "area", "Chọn chốt hoặc xã nơi nhìn thấy xe", "Choose the post or the commune where it was seen");
    let area = faults.or(area).map_err(Error::invalid)?.key;
    let roots = caller.areas(PERMISSION);
    let own = area.ancestors().iter().any(|above| roots.contains(&above.to_string()));
    if own { Ok(Sighting { post: None, area, seen_at }) } else { Err(Error::not_found()) }
}

fn reply(
    outcome: pb::SightingOutcome,
    state: pb::TripState,
    violation: Option<(String, pb::ViolationKind, DateTime<Utc>)>,
) -> pb::RecordSightingResponse {
    let violation = violation.map(|(violation_id, kind, at)| pb::Violation {
        violation_id,
        kind: kind.into(),
        state: pb::ViolationState::Open.into(),
        detected_at: Some(at.into()),
        note: String::new(),
    });
    pb::RecordSightingResponse { outcome: outcome.into(), state: state.into(), violation }
}
