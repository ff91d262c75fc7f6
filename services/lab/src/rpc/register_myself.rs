//! RegisterMyself: before one comes, for oneself or for somebody one speaks for. The answer is the personal code and nothing else, so that nobody learns here
//! whether a person is known.

use contract::lab::v1::{RegisterMyselfRequest, RegisterMyselfResponse};
use runtime::Caller;

use crate::{
    error::Error,
    people, registration, request,
    service::Lab,
    subject,
    trail::{self, Act},
};

pub async fn handle(service: &Lab, caller: &Caller, request: RegisterMyselfRequest) -> Result<RegisterMyselfResponse, Error> {
    match register(service, caller, &request).await {
        Err(error) if error.is_on(&registration::TWICE) => register(service, caller, &request).await,
        other => other,
    }
}

async fn register(service: &Lab, caller: &Caller, request: &RegisterMyselfRequest) -> Result<RegisterMyselfResponse, Error> {
    let now = service.now();
    let message = request.subject.clone().unwrap_or_default();
    let subject = request::check_with(request, subject::parse(&message, &service.profile, now))?;
    let hash = registration::hash(service, &subject)?;
    let mut transaction = service.begin().await?;
    let (row, ..) = registration::register(service, &mut transaction, &subject, hash, now).await?;
    trail::record_own(&mut transaction, caller, Act::write("lab.RegisterMyself", row.id.as_uuid(), subject.area), now).await?;
    transaction.commit().await?;
    Ok(RegisterMyselfResponse { code: people::shown(&row.code) })
}
