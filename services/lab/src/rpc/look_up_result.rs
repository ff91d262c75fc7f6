//! LookUpResult: what a person reads with his personal code and his birth.

use contract::lab::v1::{self as pb, LookUpResultRequest, LookUpResultResponse};
use runtime::Caller;
use vietnam::PersonName;

use crate::{
    error::Error,
    own_person, own_result, request, sealed,
    service::Lab,
    store::{lookups, rules},
    trail::{self, Act},
};

/// Samples on the page.
const SHOWN: i64 = 12;

pub async fn handle(service: &Lab, caller: &Caller, request: LookUpResultRequest) -> Result<LookUpResultResponse, Error> {
    request::check(&request)?;
    let (mut transaction, known) = own_person::open(service, caller, &request.code, &request.birth).await?;
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
