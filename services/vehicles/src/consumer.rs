//! What other services tell. Reports: a violation that a citizen saw and the police found to be true becomes one of the trip. The laboratory: whether a
//! person is fit to travel.

use contract::{
    lab::v1::{FitStatus, FitStatusChanged},
    reports::v1::ViolationVerified,
    vehicles::v1::{Fitness, ViolationKind},
};
use events::{Event, HandlerError};
use ids::{ReportId, TripId};
use sqlx::PgConnection;
use vietnam::{AreaKey, areas};

use crate::{fitness::Told, publish, service::Vehicles, store, trip::TripEvent};

/// Applies one event of the laboratory: the highest version of a person stands.
pub async fn apply_lab(service: &Vehicles, conn: &mut PgConnection, event: &Event) -> Result<(), HandlerError> {
    if event.schema != "gsvt.lab.v1.FitStatusChanged" {
        return Ok(());
    }
    let changed: FitStatusChanged = event.decode()?;
    let fitness = match changed.status() {
        FitStatus::Fit => Fitness::Fit,
        FitStatus::NotFit => Fitness::NotFit,
        FitStatus::Unknown | FitStatus::Unspecified => Fitness::Unspecified,
    };
    let until = changed.until.map(TryInto::try_into).transpose()?;
    let told = Told { fitness, until, resample_wanted: changed.resample_wanted };
    store::fitness::tell(conn, &changed.person_key, changed.version, told, service.now()).await?;
    Ok(())
}

/// Applies one event of reports; those about no trip of ours are left alone. Told again it changes nothing.
pub async fn apply_reports(service: &Vehicles, conn: &mut PgConnection, event: &Event) -> Result<(), HandlerError> {
    if event.schema != "gsvt.reports.v1.ViolationVerified" {
        return Ok(());
    }
    let verified: ViolationVerified = event.decode()?;
    let report = ReportId::from_uuid(event.aggregate);
    if verified.trip_id.is_empty() {
        return Ok(());
    }
    let Some(mut record) = store::trips::lock(conn, TripId::parse(&verified.trip_id)?).await? else { return Ok(()) };
    if store::sightings::is_reported(conn, report).await? {
        return Ok(());
    }
    let now = service.now();
    let entry = service.profile.post(&record.trip.entry_post).map_or(service.profile.area, |post| post.area);
    let area = verified.area.as_ref().and_then(|area| areas::resolve(&area.code, &area.valid_from, service.profile.era).ok());
    let area: AreaKey = area.map_or(entry, |area| area.key);
    let violation = record.trip.open_violation(kind(&verified.category_id), area, now);
    store::trips::update(conn, &mut record).await?;
    store::sightings::insert_reported(conn, record.trip.id, &violation, report, now).await?;
    publish::append(conn, &service.profile, &record, &[TripEvent::ViolationOpened(violation)], now).await?;
    Ok(())
}

/// What a category of reports is on a trip. Categories are dated data of reports: one that is new here is still a violation.
fn kind(category: &str) -> ViolationKind {
    match category {
        "STOPPED_ON_TRANSIT" => ViolationKind::StoppedOnTransit,
        "PICKUP_DROPOFF" => ViolationKind::PickupDropoff,
        "LOAD_UNLOAD" => ViolationKind::LoadUnload,
        "WRONG_PLACE" => ViolationKind::WrongPlace,
        "HIDDEN_PEOPLE" => ViolationKind::HiddenPeople,
        "FAKE_QR" => ViolationKind::FalsePass,
        _ => ViolationKind::ReportedOther,
    }
}
