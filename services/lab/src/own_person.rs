//! Who a personal code and a birth stand for, for what a person does about himself. A code that nobody has and a wrong birth cost the same and are told the
//! same.

use runtime::{Caller, Transaction};
use vietnam::{PartialDate, ShortCode, time};

use crate::{
    error::Error,
    service::Lab,
    store::lookups::{self, Known},
    subject,
};

pub async fn open(service: &Lab, caller: &Caller, code: &str, birth: &str) -> Result<(Transaction, Known), Error> {
    let now = service.now();
    let code = ShortCode::parse(code).map(ShortCode::compact).unwrap_or_default();
    let birth = PartialDate::parse(birth, time::day_of(now)).ok();
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
