//! The two things that open a report for who sent it: its code and his PIN. The PIN comes from the submission, so that whoever sends the same again
//! reads the same; nothing of it is stored but a keyed hash.

use contract::reports::v1 as pb;
use ids::SubmissionId;
use runtime::{Caller, Transaction};
use seal::Keyring;
use vietnam::working_time::Calendar;

use crate::{
    error::Error,
    service::Reports,
    store::{self, budgets, reports::Record},
};

const PINS: u64 = 100_000_000;

/// Eight digits.
pub fn pin(keyring: &Keyring, submission: SubmissionId) -> Result<String, Error> {
    let [a, b, c, d, e, f, g, h, ..] = keyring.index("reports.pin_of_submission", &submission.to_string())?;
    Ok(format!("{:08}", u64::from_be_bytes([a, b, c, d, e, f, g, h]) % PINS))
}

/// What stands for a PIN in the database.
pub fn pin_hash(keyring: &Keyring, code: &str, pin: &str) -> Result<[u8; 32], Error> {
    Ok(keyring.index("reports.pin", &format!("{code}:{pin}"))?)
}

/// By which a client is counted.
pub fn client_key(keyring: &Keyring, caller: &Caller) -> Result<[u8; 32], Error> {
    Ok(keyring.index("reports.client", &caller.client.to_string())?)
}

/// Opens the report of a ticket. A wrong PIN and a code that nobody has cost the same and are told the same.
pub async fn open(service: &Reports, caller: &Caller, ticket: Option<&pb::Ticket>) -> Result<(Transaction, Record), Error> {
    let now = service.now();
    let ticket = ticket.cloned().unwrap_or_default();
    let code = ticket.code.trim().to_uppercase();
    let pin: String = ticket.pin.chars().filter(|letter| !letter.is_whitespace() && *letter != '-').collect();
    let hash = pin_hash(&service.keyring, &code, &pin)?;
    let client = client_key(&service.keyring, caller)?;
    let mut transaction = service.begin().await?;
    let spent = budgets::lock_tries(&mut transaction, &client, now).await?;
    if let Some(wait) = spent.wait(now) {
        return Err(Error::TooManyPins(wait));
    }
    match store::reports::by_code(&mut transaction, &code).await?.filter(|record| record.facts.pin_hash == hash) {
        Some(record) => Ok((transaction, record)),
        None => {
            budgets::save_tries(&mut transaction, &client, spent.spend(now)).await?;
            transaction.commit().await?;
            Err(Error::not_found())
        }
    }
}

/// [`open`] for who changes something: the report is locked, and read again under the lock. Before it the working days, and the report that it is
/// handled with, as everybody does who locks more than one.
pub async fn lock(service: &Reports, caller: &Caller, ticket: Option<&pb::Ticket>) -> Result<(Transaction, Record, Calendar), Error> {
    let (mut transaction, record) = open(service, caller, ticket).await?;
    let calendar = store::calendar::in_force(&mut transaction).await?;
    if let Some(parent) = record.report.merged_into {
        store::reports::lock_any(&mut transaction, parent).await?;
    }
    let record = store::reports::lock_any(&mut transaction, record.report.id).await?.ok_or(Error::not_found())?;
    Ok((transaction, record, calendar))
}
