//! A person is registered, once: by the desk or by himself. The code is random, and comes again to who sends the same again.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use contract::lab::v1 as pb;
use ids::SubjectId;
use runtime::Transaction;
use seal::DataKey;
use uuid::Uuid;
use vietnam::ShortCode;

use crate::{
    error::Error,
    request, sealed,
    service::Lab,
    store::subjects::{self, New, SubjectRow},
    subject::{Indexes, Subject},
};

/// Collisions of 35 random bits are rare; three in a row mean that something else is wrong.
const CODE_TRIES: usize = 3;

/// The row, and what it is found by; whether it is new.
pub async fn register(
    service: &Lab,
    transaction: &mut Transaction,
    subject: &Subject,
    request_hash: Vec<u8>,
    now: DateTime<Utc>,
) -> Result<(SubjectRow, Indexes, bool), Error> {
    let indexes = subject.indexes(&service.keyring)?;
    if let Some(row) = subjects::get(transaction, subject.id).await? {
        request::same(&row.request_hash, &request_hash)?;
        return Ok((row, indexes, false));
    }
    let stored = store(service, transaction, vec![(subject, indexes)], now).await?.pop();
    let New { row, indexes, .. } = stored.ok_or(Error::corrupt("a person that was stored"))?;
    Ok((row, indexes, true))
}

/// People whose ids are new: their keys in one statement, and they in another.
pub async fn store(
    service: &Lab,
    transaction: &mut Transaction,
    people: Vec<(&Subject, Indexes)>,
    now: DateTime<Utc>,
) -> Result<Vec<New>, Error> {
    let ids: Vec<Uuid> = people.iter().map(|(subject, _)| subject.id.as_uuid()).collect();
    let keys = seal::create_keys(transaction, &service.keyring, &ids).await?;
    let seal = |((subject, indexes), key): ((&Subject, Indexes), &DataKey)| {
        let sealed = sealed::seal(key, sealed::subject(subject.id), &subject.message)?;
        let row = SubjectRow { id: subject.id, request_hash: hash(service, subject)?, code: random_code()?, sealed };
        Ok(New { row, indexes, area: subject.area })
    };
    let mut waiting = people.into_iter().zip(&keys).map(seal).collect::<Result<Vec<New>, Error>>()?;
    let mut stored = Vec::with_capacity(waiting.len());
    for _ in 0..CODE_TRIES {
        let inserted: HashSet<SubjectId> = subjects::insert(transaction, &waiting, now).await?.into_iter().collect();
        let (done, again) = waiting.into_iter().partition(|new| inserted.contains(&new.row.id));
        stored.extend::<Vec<New>>(done);
        waiting = again;
        if waiting.is_empty() {
            return Ok(stored);
        }
        for new in &mut waiting {
            new.row.code = random_code()?;
        }
    }
    Err(Error::corrupt("no free personal code"))
}

/// The two constraints that two equal requests at once run into: the second one begins again, and finds what the first stored.
pub const TWICE: [&str; 2] = ["subjects_pkey", "data_keys_pkey"];

fn random_code() -> Result<String, Error> {
    let random = getrandom::u64().map_err(|_| seal::SealError::Random)? % ShortCode::LIMIT;
    Ok(ShortCode::from_number(random).ok_or(seal::SealError::Random)?.compact())
}

/// The part of a request that counts for "the same again".
pub fn hash(service: &Lab, subject: &Subject) -> Result<Vec<u8>, Error> {
    request::hash::<pb::Subject>(&service.keyring, &subject.message)
}
