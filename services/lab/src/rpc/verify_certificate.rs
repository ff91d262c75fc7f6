//! VerifyCertificate: what a scanned certificate says, and who answers for it.

use certificates::{Finding, Method, Outcome, RevocationCheck, RevocationList, Verified, Verifier};
use chrono::Utc;
use contract::lab::v1::{self as pb, TestMethod, TestOutcome, VerifyCertificateRequest, VerifyCertificateResponse};
use runtime::{Caller, Language};

use crate::{
    certificate,
    error::Error,
    request,
    rpc::{list_certificate_keys, list_revoked_certificates},
    service::Lab,
    trail::{self, Act},
};

pub async fn handle(service: &Lab, caller: &Caller, request: VerifyCertificateRequest) -> Result<VerifyCertificateResponse, Error> {
    request::check(&request)?;
    let mut trust = certificate::keys(service).await?.public();
    trust.extend(list_certificate_keys::others(service).await?.keys().iter().cloned());
    let revoked = list_revoked_certificates::signed(service).await?;
    let now = service.now();
    let revoked: Vec<RevocationList> = RevocationList::read(&revoked, &trust, None, now).into_iter().collect();
    let outcome = Verifier { trust: &trust, revoked: &revoked }.verify(&request.text, now);
    let mut transaction = service.begin().await?;
    trail::record_own(&mut transaction, caller, Act::read("lab.VerifyCertificate", None, None), now).await?;
    transaction.commit().await?;
    Ok(match outcome {
        Outcome::NotDetected(verified) | Outcome::Detected(verified) => {
            VerifyCertificateResponse { certificate: Some(message(*verified)), ..VerifyCertificateResponse::default() }
        }
        Outcome::Refused(refusal) => VerifyCertificateResponse {
            certificate: None,
            refusal: refusal.code().to_owned(),
            refusal_words: match caller.language {
                Language::Vi => refusal.vi(),
                Language::En => refusal.en(),
            },
        },
    })
}

fn message(verified: Verified) -> pb::VerifiedCertificate {
    let finding = match verified.test.finding {
        Finding::NotDetected => TestOutcome::Negative,
        Finding::Detected => TestOutcome::Positive,
    };
    let method = match verified.test.method {
        Method::Antigen { .. } => TestMethod::AgRapid,
        Method::Amplification { .. } => TestMethod::RtPcr,
        Method::Other { .. } => TestMethod::Unspecified,
    };
    let name = [verified.holder.name.family, verified.holder.name.given].join(" ");
    pb::VerifiedCertificate {
        finding: finding.into(),
        full_name: name.trim().to_owned(),
        birth: verified.holder.birth.text(),
        method: method.into(),
        sampled_at: Some(verified.test.collected_at.with_timezone(&Utc).into()),
        centre: verified.test.centre.unwrap_or_default(),
        authority: verified.test.issuer,
        country: verified.issuer.unwrap_or_default(),
        issued_at: Some(verified.issued_at.into()),
        expires_at: Some(verified.expires_at.into()),
        revocation_known: matches!(verified.revocation, RevocationCheck::Fresh { .. }),
    }
}
