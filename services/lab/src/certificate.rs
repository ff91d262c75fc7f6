//! The certificate of an answer: what of it is certified, and by which keys.

use std::path::PathBuf;

use certificates::{Birth, Finding, Holder, HolderName, Issued, Issuer, KeyPeriods, KeyRing, Method, TestReport, Uvci};
use chrono::Duration;
use contract::lab::v1::{self as pb, PersonOutcome, TestMethod, TubeKind};
use ids::EventId;
use vietnam::time;

use crate::{error::Error, service::Lab, store::certificates::Answer};

const COUNTRY: &str = "VN";
/// How long a certificate can be read; what it is worth is decided by who reads it, from the time of the swab.
const VALIDITY: Duration = Duration::days(30);
const PERIODS: KeyPeriods =
    KeyPeriods { signs: Duration::days(180), published_before: Duration::days(30), certificate: Duration::days(31) };
/// A list is looked for again after a day.
pub const LIST_LASTS: Duration = Duration::days(1);

/// The keys of the service's folder as they should be now.
pub async fn keys(service: &Lab) -> Result<KeyRing, Error> {
    let (folder, now): (PathBuf, _) = (service.certificate_keys.clone(), service.now());
    let kept = tokio::task::spawn_blocking(move || KeyRing::keep(folder, COUNTRY, now, &PERIODS)).await;
    kept.map_err(|_| Error::Certificate)?.map_err(|error| {
        tracing::error!(error = &error as &dyn std::error::Error, "the keys of certificates are not usable");
        Error::Certificate
    })
}

/// Signs what the answer says of this person. The time is read after the keys were, which may have been made for it.
pub async fn issue(service: &Lab, person: &pb::Subject, answer: &Answer) -> Result<Issued, Error> {
    let keys = keys(service).await?;
    let now = service.now();
    let name = holder(&person.full_name)?;
    let birth = Birth::read(&person.birth).ok_or(Error::corrupt("a birth"))?;
    let opaque = EventId::mint(now).as_uuid().simple().to_string().to_uppercase();
    let report = TestReport {
        holder: Holder { name, birth },
        method: method(answer),
        finding: if answer.outcome == PersonOutcome::Positive { Finding::Detected } else { Finding::NotDetected },
        collected_at: time::local(answer.sampled_at),
        centre: Some(answer.laboratory.chars().take(80).collect()),
        uvci: Uvci::from_opaque(COUNTRY, &opaque).map_err(|_| Error::Certificate)?,
    };
    let authority: String = authority(service).chars().take(80).collect();
    Issuer { keys: &keys, authority: &authority }.issue(report, VALIDITY, now).map_err(|error| {
        tracing::error!(error = &error as &dyn std::error::Error, "a certificate was not issued");
        Error::Certificate
    })
}

/// Who answers for the result.
pub fn authority(service: &Lab) -> String {
    format!("Sở Y tế {}", service.profile.name_vi)
}

fn method(answer: &Answer) -> Method {
    let name = match answer.kind {
        TubeKind::FieldPool => "RT-PCR, pooled sample",
        TubeKind::Single | TubeKind::Unspecified => "RT-PCR",
    };
    match answer.method {
        TestMethod::AgRapid | TestMethod::AgAuto => Method::Antigen { device: None },
        TestMethod::RtPcr | TestMethod::Unspecified => Method::Amplification { name: Some(name.to_owned()) },
    }
}

/// The last word is the given name; a name of one word is that.
fn holder(name: &str) -> Result<HolderName, Error> {
    let (family, given) = name.trim().rsplit_once(' ').unwrap_or(("", name.trim()));
    HolderName::parse(family, given).map_err(|_| Error::corrupt("a name"))
}
