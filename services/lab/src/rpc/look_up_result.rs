//! LookUpResult: what a person reads with his personal code and his birth. A code that nobody has and a wrong birth cost the same and are told the same.

use contract::lab::v1::{self as pb, LookUpResultRequest, LookUpResultResponse};
use runtime::{Caller, Transaction};
use vietnam::{PartialDate, PersonName, ShortCode, time};

use crate::{
    error::Error,
    own_result, request, sealed,
    service::Lab,
    store::{
        lookups::{self, Known},
        rules,
    },
    subject,
    trail::{self, Act},
};

/// Samples on the page.
const SHOWN: i64 = 12;

pub async fn handle(service: &Lab, caller: &Caller, request: LookUpResultRequest) -> Result<LookUpResultResponse, Error> {
    request::check(&request)?;
    let (mut transaction, known) = open(service, caller, &request).await?;
    let key = seal::open_key(&mut transaction, &service.keyring, known.subject.as_uuid()).await?;
    let person: pb::Subject = sealed::open(&key, sealed::subject(known.subject), &known.sealed)?;
    let policies = rules::policies(&mut transaction).await?;
    let rows = lookups::own(&mut transaction, known.subject, SHOWN).await?;
    let act = Act::read("lab.LookUpResult", known.subject.as_uuid(), None);
    trail::record_own(&mut transaction, caller, act, service.now()).await?;
    transaction.commit().await?;
    Ok(LookUpResultResponse {
        initials: PersonName::parse(&person.full_name).map(|name| name.initials()).unwrap_or_default(),
        results: rows.iter().map(|row| own_result::message(row, &policies)).collect(),
    })
}

/// The person of this code and this birth.
async fn open(service: &Lab, caller: &Caller, request: &LookUpResultRequest) -> Result<(Transaction, Known), Error> {
    let now = service.now();
    let code = ShortCode::parse(&request.code).map(ShortCode::compact).unwrap_or_default();
    let birth = PartialDate::parse(&request.birth, time::day_of(now)).ok();
    let only_a_year = !matches!(birth, Some(PartialDate::Day(_)));
    let client = service.keyring.index("lab.client", &caller.client.to_string())?;
    let mut transaction = service.begin().await?;
    let spent = lookups::lock_tries(&mut transaction, &client, now).await?;
    if let Some(wait) = spent.wait(only_a_year, now) {
        return Err(Error::TooManyTries(wait));
    }
    let known = lookups::by_code(&mut transaction, &code).await?;
    let whose = known.as_ref().map_or(lookups::NOBODY, |known| known.subject);
    let said = subject::birth_index(&service.keyring, whose, &birth.map(PartialDate::canonical).unwrap_or_default())?;
    match known.filter(|known| known.birth_index == said) {
        Some(known) => Ok((transaction, known)),
        None => {
            lookups::save_tries(&mut transaction, &client, spent.spend(now)).await?;
            transaction.commit().await?;
            Err(Error::not_found())
        }
    }
}
