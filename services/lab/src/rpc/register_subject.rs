//! RegisterSubject: a person at the desk. Somebody who may be the same is named, and never blocks.

use audit::Kind;
use contract::{
    Permission,
    lab::v1::{self as pb, RegisterSubjectRequest, RegisterSubjectResponse},
};
use runtime::Caller;

use crate::{
    error::Error,
    people, registration, request,
    service::Lab,
    store::subjects,
    subject,
    trail::{self, Act},
};

const PERMISSION: Permission = Permission::LabSamplingTake;

pub async fn handle(service: &Lab, caller: &Caller, request: RegisterSubjectRequest) -> Result<RegisterSubjectResponse, Error> {
    caller.require(PERMISSION)?;
    match register(service, caller, &request).await {
        Err(error) if error.is_on(&registration::TWICE) => register(service, caller, &request).await,
        other => other,
    }
}

async fn register(service: &Lab, caller: &Caller, request: &RegisterSubjectRequest) -> Result<RegisterSubjectResponse, Error> {
    let now = service.now();
    let message = request.subject.clone().unwrap_or_default();
    let subject = request::check_with(request, subject::parse(&message, &service.profile, now))?;
    let hash = registration::hash(service, &subject)?;
    let mut transaction = service.begin().await?;
    let (row, indexes, new) = registration::register(service, &mut transaction, &subject, hash, now).await?;
    let others = subjects::matches(&mut transaction, row.id, &indexes).await?;
    let matches = people::matches(service, &mut transaction, others).await?;
    let act = Act { kind: if new { Kind::Write } else { Kind::Read }, ..Act::write("lab.RegisterSubject", row.id.as_uuid(), subject.area) };
    let found: Vec<&str> = matches.iter().map(|found| found.subject_id.as_str()).collect();
    trail::record(&mut transaction, caller, PERMISSION, act.with(serde_json::json!({ "matches": found })), now).await?;
    transaction.commit().await?;
    let subject = pb::Subject { code: people::shown(&row.code), ..subject.message };
    Ok(RegisterSubjectResponse { subject: Some(subject), matches })
}
