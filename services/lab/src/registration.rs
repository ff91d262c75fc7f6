//! A person is registered, once: by the desk or by himself. The code is random, and comes again to who sends the same again.

use chrono::{DateTime, Utc};
use contract::lab::v1 as pb;
use runtime::Transaction;
use vietnam::ShortCode;

use crate::{
    error::Error,
    request, sealed,
    service::Lab,
    store::subjects::{self, SubjectRow},
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
    let key = seal::create_key(transaction, &service.keyring, subject.id.as_uuid()).await?;
    let sealed = sealed::seal(&key, sealed::subject(subject.id), &subject.message)?;
    let mut row = SubjectRow { id: subject.id, request_hash, code: String::new(), sealed };
    for _ in 0..CODE_TRIES {
        row.code = random_code()?;
        if subjects::insert(transaction, &row, &indexes, subject.area, now).await? {
            return Ok((row, indexes, true));
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
