//! What AssessTrip and DecideTrip share: the trip at the desk with its people, the rules of the day, the findings.

use chrono::{DateTime, Utc};
use contract::{rules::Limited, vehicles::v1 as pb};
use runtime::Transaction;

use crate::{
    assessment::Rulebook,
    error::Error,
    findings::{self, Findings},
    request, store,
    store::{people::PersonRow, trips::Record},
};

#[derive(Debug)]
pub struct Case {
    pub record: Record,
    pub people: Vec<PersonRow>,
    pub rulebook: Rulebook,
    pub findings: Findings,
}

/// Loads what a judgement of `record` rests on, and reads the findings of `request`.
pub async fn load<M: Limited>(
    transaction: &mut Transaction,
    record: Record,
    request: &M,
    findings: Option<&pb::Findings>,
    now: DateTime<Utc>,
) -> Result<Case, Error> {
    let people = store::people::list(transaction, record.trip.id, now).await?;
    let rulebook = store::rules::at(transaction, now, record.trip.purpose, record.facts.origin).await?;
    case(record, people, rulebook, request, findings, now)
}

/// Reads the findings of `request` about `people`, who are on board of `record`.
pub fn case<M: Limited>(
    mut record: Record,
    people: Vec<PersonRow>,
    rulebook: Rulebook,
    request: &M,
    findings: Option<&pb::Findings>,
    now: DateTime<Utc>,
) -> Result<Case, Error> {
    record.trip.people = people.iter().map(|person| person.id).collect();
    let mut findings = request::check_with(request, findings::parse(findings, &record.trip.people, now))?;
    findings.told = people.iter().filter_map(|person| Some((person.id, person.told?))).collect();
    Ok(Case { record, people, rulebook, findings })
}

/// What is odd about the trip and hinders nothing. `possible`: somebody may have been met under another number.
pub fn warnings(case: &Case, findings: &Findings, possible: bool) -> Vec<String> {
    let people = case.people.len() + findings.added.len();
    let seats = usize::try_from(case.record.facts.seats).unwrap_or_default();
    [
        ("MORE_PEOPLE_THAN_SEATS", seats > 0 && people > seats),
        ("PLATE_UNRECOGNISED", !case.record.facts.plate_recognised),
        ("PERSON_WITHOUT_PAPERS", case.people.iter().any(|person| person.id_index.is_none())),
        ("POSSIBLE_PERSON", possible),
        ("ORIGIN_NOT_ASSESSED", case.rulebook.origin_level == 0),
        ("OPEN_TRIP_EXISTS", case.record.trip.conflicted),
    ]
    .into_iter()
    .filter(|(_, holds)| *holds)
    .map(|(code, _)| code.to_owned())
    .collect()
}
