//! A revoked certificate fails without anybody learning its number, and only a list that is signed, new and ours is believed.

use certificates::{Finding, Outcome, Refusal, RevocationCheck, RevocationDraft, RevocationError, RevocationList, TrustList, Verifier};

use crate::{at, issued, keys};

const NOW: &str = "2021-10-19T00:00:00Z";

fn draft(version: u64, revoked: Vec<certificates::Fingerprints>) -> RevocationDraft {
    RevocationDraft { version, next_update: at("2021-10-20T00:00:00Z"), revoked }
}

#[test]
fn a_revoked_certificate_is_refused_and_the_others_are_not() {
    let keys = keys();
    let (revoked, kept) = (issued(&keys, Finding::Detected), issued(&keys, Finding::NotDetected));
    let trust = keys.public();
    let by_signature = certificates::Fingerprints { uci: [0; 16], country_uci: [1; 16], ..revoked.fingerprints };
    let text = draft(3, vec![by_signature]).sign(&keys, at(NOW)).unwrap();
    let list = RevocationList::read(&text, &trust, None, at(NOW)).unwrap();
    let lists = [list];
    let verifier = Verifier { trust: &trust, revoked: &lists };
    assert_eq!(verifier.verify(&revoked.text, at(NOW)), Outcome::Refused(Refusal::Revoked));
    let Outcome::NotDetected(fresh) = verifier.verify(&kept.text, at(NOW)) else { panic!("refused") };
    assert_eq!(fresh.revocation, RevocationCheck::Fresh { version: 3 });
    let Outcome::NotDetected(stale) = verifier.verify(&kept.text, at("2021-10-20T00:00:00Z")) else { panic!("refused") };
    assert_eq!(stale.revocation, RevocationCheck::Stale { version: 3 });

    let by_number = draft(4, vec![certificates::Fingerprints { signature: [2; 16], ..kept.fingerprints }]).sign(&keys, at(NOW)).unwrap();
    let lists = [RevocationList::read(&by_number, &trust, Some(3), at(NOW)).unwrap()];
    assert_eq!(Verifier { trust: &trust, revoked: &lists }.verify(&kept.text, at(NOW)), Outcome::Refused(Refusal::Revoked));
}

#[test]
fn the_list_names_no_certificate() {
    let keys = keys();
    let text = draft(1, vec![issued(&keys, Finding::NotDetected).fingerprints]).sign(&keys, at(NOW)).unwrap();
    let jws: serde_json::Value = serde_json::from_str(&text).unwrap();
    let payload = <base64ct::Base64UrlUnpadded as base64ct::Encoding>::decode_vec(jws["payload"].as_str().unwrap()).unwrap();
    let content: serde_json::Value = serde_json::from_slice(&payload).unwrap();
    assert_eq!(content["hashes"].as_array().unwrap().len(), 3);
    assert!(!String::from_utf8(payload).unwrap().contains("7K3M2Q9G"));
}

#[test]
fn a_list_is_believed_only_when_it_is_ours_and_new() {
    let keys = keys();
    let trust = keys.public();
    let text = draft(7, Vec::new()).sign(&keys, at(NOW)).unwrap();
    let read = |text: &str, known| RevocationList::read(text, &trust, known, at(NOW));
    assert_eq!(read(&text, Some(7)).unwrap().version(), 7);
    assert_eq!(read(&text, Some(8)), Err(RevocationError::Older));
    assert_eq!(read("{}", None), Err(RevocationError::Malformed));
    assert_eq!(RevocationList::read(&text, &TrustList::default(), None, at(NOW)), Err(RevocationError::UnknownKey));
    assert_eq!(RevocationList::read(&text, &trust, None, at("2025-01-01T00:00:00Z")), Err(RevocationError::UnknownKey));

    let mut jws: serde_json::Value = serde_json::from_str(&text).unwrap();
    let other: serde_json::Value = serde_json::from_str(&draft(8, Vec::new()).sign(&keys, at(NOW)).unwrap()).unwrap();
    jws["payload"] = other["payload"].clone();
    assert_eq!(read(&jws.to_string(), None), Err(RevocationError::BadSignature));

    let mut foreign = trust.keys().to_vec();
    foreign[0].issuer = Some("LA".to_owned());
    assert_eq!(RevocationList::read(&text, &TrustList::new(foreign), None, at(NOW)), Err(RevocationError::UnknownKey));
}
