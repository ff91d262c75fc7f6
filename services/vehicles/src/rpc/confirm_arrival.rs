//! ConfirmArrival: the commune police of a destination answer, once and finally.

use contract::{
    Permission,
    vehicles::v1::{self as pb, ArrivalResult},
};
use ids::{ArrivalId, ConfirmationId};
use runtime::Caller;

use crate::{
    arrival::Answer,
    error::Error,
    fault::Faults,
    publish, reading, request, sealed,
    service::Vehicles,
    store::{
        self,
        arrivals::{AnswerRow, ArrivalRow},
        coded::Coded,
    },
    trail::{self, Act},
    trip::TripEvent,
    view,
};

const PERMISSION: Permission = Permission::VehiclesArrivalsConfirm;

pub async fn handle(service: &Vehicles, caller: &Caller, request: pb::ConfirmArrivalRequest) -> Result<pb::ConfirmArrivalResponse, Error> {
    caller.require(PERMISSION)?;
    let now = service.now();
    request::check(&request)?;
    let id = request::id(ArrivalId::parse(&request.arrival_id), "arrival_id")?;
    let confirmation = request::id(ConfirmationId::parse(&request.confirmation_id), "confirmation_id")?;
    let officer = caller.account()?.account_id;
    let result = result(request.result)?;
    let hash = request::hash(&service.keyring, &request)?;
    let mut transaction = service.begin_keyed().await?;
    let trip = store::arrivals::trip_of(&mut transaction, id, &caller.areas(PERMISSION)).await?.ok_or(Error::not_found())?;
    let record = store::trips::lock(&mut transaction, trip).await?.ok_or(Error::not_found())?;
    let rows = store::arrivals::of_trip(&mut transaction, trip).await?;
    let mut row = rows.into_iter().find(|row| row.arrival.id == id).ok_or(Error::not_found())?;
    let key = seal::open_key(&mut transaction, &service.keyring, trip.as_uuid()).await?;
    if is_repeat(&row, confirmation, &hash)? {
        trail::record(&mut transaction, service, caller, &record.trip, Act::read("vehicles.ConfirmArrival", Some(PERMISSION)), now).await?;
        transaction.commit().await?;
        return Ok(pb::ConfirmArrivalResponse { arrival: Some(view::arrival(&row, &record, &key)?) });
    }
    let mut record = reading::with_arrivals(&mut transaction, record).await?;
    let (after, happened) = record.trip.answer_arrival(Answer { arrival: id, result, headcount: request.headcount, officer }, now)?;
    record.trip = after;
    row.arrival = record.trip.arrivals.iter().find(|arrival| arrival.id == id).cloned().ok_or(Error::not_found())?;
    row.headcount = Some(request.headcount);
    row.sealed_note = sealed::seal_note(&key, sealed::arrival_note(id), &request.note)?;
    let answer =
        AnswerRow { confirmation, officer, headcount: request.headcount, request_hash: &hash, sealed_note: row.sealed_note.clone() };
    store::arrivals::answer(&mut transaction, &row.arrival, answer)
        .await
        .map_err(|error| error.or_reused("arrivals_confirmation_id_key"))?;
    store::trips::update(&mut transaction, &mut record).await?;
    for event in &happened {
        if let TripEvent::ViolationOpened(violation) = event {
            let note = sealed::seal_note(&key, sealed::violation_note(violation.id), &request.note)?;
            store::sightings::insert_violation(&mut transaction, trip, violation, note.as_deref(), now).await?;
        }
    }
    publish::append(&mut transaction, &service.profile, &record, &happened, now).await?;
    let mut act = Act::write("vehicles.ConfirmArrival", Some(PERMISSION));
    act.detail = serde_json::json!({ "arrival_id": id.to_string(), "result": result.code() });
    trail::record(&mut transaction, service, caller, &record.trip, act, now).await?;
    transaction.commit().await?;
    Ok(pb::ConfirmArrivalResponse { arrival: Some(view::arrival(&row, &record, &key)?) })
}

fn result(number: i32) -> Result<ArrivalResult, Error> {
    let mut faults = Faults::default();
    let known = ArrivalResult::try_from(number).ok().filter(|result| *result != ArrivalResult::Unspecified).ok_or(());
    let known = faults.take(known, "result", "Chọn đúng khai báo hay điều khác", "Choose as declared or what differs");
    faults.or(known).map_err(Error::invalid)
}

/// Whether this very answer is stored. Another's answer is final.
fn is_repeat(row: &ArrivalRow, confirmation: ConfirmationId, hash: &[u8]) -> Result<bool, Error> {
    if row.confirmation == Some(confirmation) {
        request::same(row.request_hash.as_deref().unwrap_or_default(), hash)?;
        return Ok(true);
    }
    match row.answered_by.zip(row.arrival.answered_at) {
        Some((by, at)) => {
            let outcome = row.arrival.result.unwrap_or_default().code();
            Err(Error::Forestalled { reason: "ARRIVAL_ANSWERED", by, at, outcome })
        }
        None => Ok(false),
    }
}
