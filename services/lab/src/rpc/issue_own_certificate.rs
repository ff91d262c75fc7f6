//! IssueOwnCertificate: the newest answer that a person may read, so that he can prove it. The same answer has one certificate.

use chrono::{DateTime, Utc};
use contract::lab::v1::{self as pb, IssueOwnCertificateRequest, IssueOwnCertificateResponse};
use ids::SubjectId;
use runtime::{Caller, Transaction};
use seal::DataKey;

use crate::{
    certificate,
    error::Error,
    own_person, request, sealed,
    service::Lab,
    store::{
        certificates::{self, Answer, Kept},
        lookups::Known,
    },
    trail::{self, Act},
};

pub async fn handle(service: &Lab, caller: &Caller, request: IssueOwnCertificateRequest) -> Result<IssueOwnCertificateResponse, Error> {
    request::check(&request)?;
    match issue(service, caller, &request.code, &request.birth).await {
        // Asked for twice at once: the second finds what the first stored.
        Err(error) if error.is_on(&["certificates_pkey"]) => issue(service, caller, &request.code, &request.birth).await,
        other => other,
    }
}

async fn issue(service: &Lab, caller: &Caller, code: &str, birth: &str) -> Result<IssueOwnCertificateResponse, Error> {
    let (mut transaction, known) = own_person::open(service, caller, code, birth).await?;
    let proved = prove(service, &mut transaction, &known).await?;
    trail::record_own(&mut transaction, caller, Act::read("lab.IssueOwnCertificate", known.subject.as_uuid(), None), service.now()).await?;
    let replaces_another = certificates::replaces(&mut transaction, &proved.answer).await?;
    transaction.commit().await?;
    Ok(IssueOwnCertificateResponse {
        text: proved.text,
        issued_at: Some(proved.issued_at.into()),
        expires_at: Some(proved.expires_at.into()),
        replaces_another,
    })
}

/// An answer with its certificate.
pub struct Proved {
    pub answer: Answer,
    pub person: pb::Subject,
    pub text: String,
    pub issued_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
}

/// The certificate of the newest answer: the one that was issued, or a new one.
pub async fn prove(service: &Lab, transaction: &mut Transaction, known: &Known) -> Result<Proved, Error> {
    let answer = certificates::newest(transaction, known.subject).await?.ok_or(Error::NothingToCertify)?;
    let key = seal::open_key(transaction, &service.keyring, known.subject.as_uuid()).await?;
    let person: pb::Subject = sealed::open(&key, sealed::subject(known.subject), &known.sealed)?;
    if let Some(kept) = certificates::of_answer(transaction, &answer).await? {
        let text = key.open_text(sealed::certificate(known.subject), &kept.sealed)?;
        return Ok(Proved { answer, person, text, issued_at: kept.issued_at, expires_at: kept.expires_at });
    }
    let issued = certificate::issue(service, &person, &answer).await?;
    let kept = Kept { sealed: seal_text(&key, known.subject, &issued.text)?, issued_at: issued.issued_at, expires_at: issued.expires_at };
    certificates::insert(transaction, &answer, &kept, &issued.fingerprints).await?;
    Ok(Proved { answer, person, text: issued.text, issued_at: kept.issued_at, expires_at: kept.expires_at })
}

fn seal_text(key: &DataKey, subject: SubjectId, text: &str) -> Result<Vec<u8>, Error> {
    Ok(key.seal(sealed::certificate(subject), text.as_bytes())?)
}
