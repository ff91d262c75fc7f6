//! A parsed declaration becomes a stored trip: keys, indexes, sealed fields, rows. Shared by the driver's declaration and the officer's entry.

use chrono::{DateTime, Utc};
use contract::vehicles::v1::TripState;
use ids::TripId;
use runtime::Transaction;
use seal::{DataKey, Keyring};
use vietnam::{IdNumber, ShortCode};

use crate::{
    declaration::Declaration,
    error::Error,
    person::Person,
    sealed,
    service::Vehicles,
    slips,
    store::{
        people::{self, PersonRow},
        trips::{self, Facts, Record, Secrets},
    },
    trip::Trip,
};

/// Collisions of 35 random bits are rare; three in a row mean that something else is wrong.
const SHORT_CODE_TRIES: usize = 3;

/// Stores the declaration as a trip in state DECLARED.
pub async fn store(
    service: &Vehicles,
    transaction: &mut Transaction,
    id: TripId,
    declaration: Declaration,
    request_hash: Vec<u8>,
    now: DateTime<Utc>,
) -> Result<Record, Error> {
    let key = seal::create_key(transaction, &service.keyring, id.as_uuid()).await?;
    let people =
        declaration.people.iter().map(|person| person_row(&service.keyring, &key, person, false)).collect::<Result<Vec<_>, _>>()?;
    let secrets = Secrets {
        pass_hash: slips::token_hash(&slips::token(&service.keyring, id)?),
        plate_compact: declaration.plate.compact().to_owned(),
        plate_fold: declaration.plate.fold(),
    };
    let mut record = record(service, &key, id, &declaration, request_hash, now)?;
    insert_coded(transaction, &mut record, &secrets).await?;
    people::insert(transaction, id, 1, &people).await?;
    Ok(record)
}

async fn insert_coded(transaction: &mut Transaction, record: &mut Record, secrets: &Secrets) -> Result<(), Error> {
    for _ in 0..SHORT_CODE_TRIES {
        record.facts.short_code = short_code()?;
        if trips::insert(transaction, record, secrets).await? {
            return Ok(());
        }
    }
    Err(Error::corrupt("no free short code"))
}

fn short_code() -> Result<String, Error> {
    let random = getrandom::u64().map_err(|_| seal::SealError::Random)? % ShortCode::LIMIT;
    Ok(ShortCode::from_number(random).ok_or(seal::SealError::Random)?.compact())
}

fn record(
    service: &Vehicles,
    key: &DataKey,
    id: TripId,
    declaration: &Declaration,
    request_hash: Vec<u8>,
    now: DateTime<Utc>,
) -> Result<Record, Error> {
    let plate = &declaration.plate;
    let facts = Facts {
        short_code: String::new(),
        request_hash,
        plate_text: plate.display().to_owned(),
        plate_country: plate.country().to_owned(),
        plate_recognised: plate.recognised() || plate.country() != "VN",
        plate_key: service.keyring.plate_key(&plate.key())?.to_vec(),
        seats: declaration.seats,
        goods_kind: declaration.goods_kind,
        origin: declaration.origin,
        expected_exit_at: declaration.expected_exit_at,
        declared_by: declaration.declared_by,
        declared_at: now,
        people: i32::try_from(declaration.people.len()).unwrap_or(i32::MAX),
        decision_id: None,
        policy: None,
        areas: declaration.areas.clone(),
        sealed: sealed::seal(key, sealed::declaration(id), &declaration.message)?,
    };
    let trip = Trip {
        id,
        version: 1,
        state: TripState::Declared,
        direction: declaration.direction,
        purpose: declaration.purpose,
        vehicle_type: declaration.vehicle_type,
        plate_color: plate_color(plate.color()),
        entry_post: declaration.entry_post.clone(),
        exit_post: declaration.exit_post.clone(),
        at_post: None,
        destinations: declaration.destinations.clone(),
        people: declaration.people.iter().map(|person| person.id).collect(),
        people_counted: None,
        conflicted: false,
        arrivals: Vec::new(),
        received_at: None,
        decided_at: None,
        admitted: None,
        due_at: None,
        overdue_after: None,
        pass_until: None,
        ended_at: None,
        open_violations: 0,
        public: None,
    };
    Ok(Record { trip, facts })
}

fn plate_color(color: vietnam::PlateColor) -> contract::vehicles::v1::PlateColor {
    use contract::vehicles::v1::PlateColor;
    match color {
        vietnam::PlateColor::Unspecified => PlateColor::Unspecified,
        vietnam::PlateColor::White => PlateColor::White,
        vietnam::PlateColor::Yellow => PlateColor::Yellow,
        vietnam::PlateColor::Blue => PlateColor::Blue,
        vietnam::PlateColor::Red => PlateColor::Red,
        vietnam::PlateColor::Other => PlateColor::Other,
    }
}

/// Labels of the blind indexes; what searches for a person uses the same.
pub const ID_INDEX: &str = "vehicles.people.id_number";
pub const PHONE_INDEX: &str = "vehicles.people.phone";
pub const MATCH_INDEX: &str = "vehicles.people.possible_match";

/// The row of a person, sealed and indexed.
pub fn person_row(keyring: &Keyring, key: &DataKey, person: &Person, added_at_post: bool) -> Result<PersonRow, Error> {
    let index = |label: &str, text: Option<String>| text.map(|text| keyring.index(label, &text)).transpose();
    let number = person.number.as_ref().and_then(IdNumber::key);
    let person_key = number.as_deref().map(|number| keyring.person_key(number)).transpose()?;
    Ok(PersonRow {
        id: person.id,
        role: person.role,
        added_at_post,
        id_index: index(ID_INDEX, number)?.map(Vec::from),
        other_id_index: index(ID_INDEX, person.other_number.as_ref().and_then(IdNumber::key))?.map(Vec::from),
        phone_index: index(PHONE_INDEX, person.phone.as_ref().map(|phone| phone.e164().to_owned()))?.map(Vec::from),
        match_index: index(MATCH_INDEX, person.possible_match())?.map(Vec::from),
        person_key: person_key.map(Vec::from),
        sealed: sealed::seal(key, sealed::person(person.id), &person.message)?,
        told: None,
    })
}
