//! The 30 certificates of seven European issuers, each against the certificate of its signer, at the moment its test names.

use base64ct::{Base64, Encoding as _};
use certificates::{Kind, Outcome, Refusal, TrustList, TrustedKey, Verifier};
use chrono::{DateTime, Utc};
use serde_json::Value;

pub fn all() -> Vec<Value> {
    serde_json::from_str(include_str!("../data/dgc-testdata.json")).unwrap()
}

pub fn signer(vector: &Value) -> TrustedKey {
    let der = Base64::decode_vec(vector["testctx"]["CERTIFICATE"].as_str().unwrap()).unwrap();
    TrustedKey::from_certificate(&der).unwrap()
}

pub fn clock(vector: &Value) -> DateTime<Utc> {
    vector["testctx"]["VALIDATIONCLOCK"].as_str().unwrap().parse().unwrap()
}

fn verify(vector: &Value, trust: &TrustList, now: DateTime<Utc>) -> Outcome {
    Verifier { trust, revoked: &[] }.verify(vector["prefix"].as_str().unwrap(), now)
}

#[test]
fn every_vector_is_what_its_issuer_says() {
    for vector in all() {
        let trust = TrustList::new(vec![signer(&vector)]);
        let group = |name: &str| vector["json"][name].as_array().is_some_and(|entries| !entries.is_empty());
        let outcome = verify(&vector, &trust, clock(&vector));
        let name = vector["name"].as_str().unwrap();
        assert_ne!(vector["expected"]["EXPECTEDVERIFY"], false, "{name}");
        match outcome {
            Outcome::NotDetected(verified) => {
                let entry = &vector["json"]["t"][0];
                assert_eq!(verified.test.uvci, entry["ci"].as_str().unwrap(), "{name}");
                assert_eq!(verified.test.method.code(), entry["tt"].as_str().unwrap(), "{name}");
                assert_eq!(verified.test.collected_at, DateTime::parse_from_rfc3339(entry["sc"].as_str().unwrap()).unwrap(), "{name}");
                assert_eq!(verified.holder.name.family_transliterated, vector["json"]["nam"]["fnt"].as_str().unwrap(), "{name}");
            }
            Outcome::Refused(Refusal::NotATest(Kind::Vaccination)) => assert!(group("v"), "{name}"),
            Outcome::Refused(Refusal::NotATest(Kind::Recovery)) => assert!(group("r"), "{name}"),
            other => panic!("{name}: {other:?}"),
        }
    }
}

#[test]
fn all_issuers_fit_into_one_list_that_reads_back() {
    let trust = TrustList::new(all().iter().map(signer).collect());
    let read = TrustList::from_json(&trust.to_json()).unwrap();
    assert_eq!(read, trust);
    for vector in all() {
        assert_eq!(verify(&vector, &read, clock(&vector)), verify(&vector, &trust, clock(&vector)));
    }
}

#[test]
fn a_signature_of_another_issuer_never_passes() {
    let vectors = all();
    for vector in &vectors {
        for other in vectors.iter().map(signer).filter(|other| other.kid != signer(vector).kid) {
            let strangers = TrustList::new(vec![other.clone()]);
            assert_eq!(verify(vector, &strangers, clock(vector)), Outcome::Refused(Refusal::UnknownIssuer));
            // A collision of key ids: the wrong key is tried, and the right one after it.
            let mut colliding = other;
            colliding.kid = signer(vector).kid;
            let collided = TrustList::new(vec![colliding.clone()]);
            assert_eq!(verify(vector, &collided, clock(vector)), Outcome::Refused(Refusal::BadSignature));
            let both = TrustList::new(vec![colliding, signer(vector)]);
            let alone = TrustList::new(vec![signer(vector)]);
            assert_eq!(verify(vector, &both, clock(vector)), verify(vector, &alone, clock(vector)));
        }
    }
}

#[test]
fn times_before_and_after_are_refused_by_name() {
    for vector in all() {
        let trust = TrustList::new(vec![signer(&vector)]);
        let far = |text: &str| text.parse().unwrap();
        assert_eq!(verify(&vector, &trust, far("2020-01-01T00:00:00Z")), Outcome::Refused(Refusal::NotYetValid));
        assert_eq!(verify(&vector, &trust, far("2031-01-01T00:00:00Z")), Outcome::Refused(Refusal::Expired));
    }
}
