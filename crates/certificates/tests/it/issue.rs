//! A certificate from the laboratory's report to the verifier's answer.

use certificates::{Finding, IssueError, Issuer, Method, Outcome, Refusal, RevocationCheck, TestReport, TrustList, Verifier};
use chrono::Duration;

use crate::{AUTHORITY, at, issued, keys, report};

#[test]
fn what_was_issued_is_verified() {
    let keys = keys();
    let issued = issued(&keys, Finding::NotDetected);
    let trust = TrustList::from_json(&keys.public().to_json()).unwrap();
    let verifier = Verifier { trust: &trust, revoked: &[] };
    let text = format!(" {}\n", issued.text);
    let Outcome::NotDetected(verified) = verifier.verify(&text, at("2021-10-19T00:00:00Z")) else { panic!("refused") };
    let name = &verified.holder.name;
    assert_eq!((name.family_transliterated.as_str(), name.given_transliterated.as_str()), ("RO<MAH", "HBUM"));
    assert_eq!(verified.holder, report(Finding::NotDetected).holder);
    assert_eq!(verified.test.issuer, AUTHORITY);
    assert_eq!(verified.test.uvci, "URN:UVCI:01:VN:7K3M2Q9G#".to_owned() + &verified.test.uvci[verified.test.uvci.len() - 1..]);
    assert_eq!(verified.issuer.as_deref(), Some("VN"));
    assert_eq!(verified.revocation, RevocationCheck::None);
    assert_eq!((verified.issued_at, verified.expires_at), (issued.issued_at, issued.expires_at));
    assert_eq!(verified.expires_at, at("2021-10-21T09:00:00Z"));
}

#[test]
fn a_detected_infection_is_never_the_other_answer() {
    let keys = keys();
    let issued = issued(&keys, Finding::Detected);
    let outcome = Verifier { trust: &keys.public(), revoked: &[] }.verify(&issued.text, at("2021-10-19T00:00:00Z"));
    assert!(matches!(outcome, Outcome::Detected(verified) if verified.test.finding == Finding::Detected));
}

#[test]
fn it_ends_with_its_last_second() {
    let keys = keys();
    let issued = issued(&keys, Finding::NotDetected);
    let trust = keys.public();
    let verify = |now| Verifier { trust: &trust, revoked: &[] }.verify(&issued.text, at(now));
    assert!(matches!(verify("2021-10-21T09:00:00.900Z"), Outcome::NotDetected(_)));
    assert_eq!(verify("2021-10-21T09:00:01Z"), Outcome::Refused(Refusal::Expired));
    assert!(matches!(verify("2021-10-18T08:55:00Z"), Outcome::NotDetected(_)), "five minutes of skew");
    assert_eq!(verify("2021-10-18T08:54:59Z"), Outcome::Refused(Refusal::NotYetValid));
}

#[test]
fn a_report_that_the_schema_forbids_is_not_signed() {
    let keys = keys();
    let issue = |report| Issuer { keys: &keys, authority: AUTHORITY }.issue(report, Duration::hours(72), at("2021-10-18T09:00:00Z"));
    let good = || report(Finding::NotDetected);
    for (report, error) in [
        (TestReport { centre: None, ..good() }, IssueError::Centre),
        (TestReport { centre: Some("a".repeat(81)), ..good() }, IssueError::TooLong("tc")),
        (TestReport { method: Method::Other { code: "x".to_owned() }, ..good() }, IssueError::Method),
        (TestReport { collected_at: "2021-10-18T16:00:01+07:00".parse().unwrap(), ..good() }, IssueError::Collected),
    ] {
        assert_eq!(issue(report).err(), Some(error));
    }
    let antigen = TestReport { method: Method::Antigen { device: Some("1232".to_owned()) }, centre: None, ..good() };
    assert!(issue(antigen).is_ok());
    let long = Issuer { keys: &keys, authority: AUTHORITY }.issue(good(), Duration::days(400), at("2021-10-18T09:00:00Z"));
    assert_eq!(long.err(), Some(IssueError::Validity));
}

#[test]
fn it_fits_a_code_that_phones_read() {
    let issued = issued(&keys(), Finding::NotDetected);
    // Version 20 with error correction Q holds 702 characters; the specification asks for Q and for at most 0.5 mm modules on a card.
    assert!(issued.text.len() < 702, "{}", issued.text.len());
}

#[test]
fn nothing_of_a_person_shows_in_debug() {
    let keys = keys();
    let issued = issued(&keys, Finding::NotDetected);
    let outcome = Verifier { trust: &keys.public(), revoked: &[] }.verify(&issued.text, at("2021-10-19T00:00:00Z"));
    let shown = format!("{issued:?} {outcome:?} {:?} {keys:?}", report(Finding::NotDetected));
    for secret in ["Bưm", "HBUM", "1987", "7K3M2Q9G", &issued.text] {
        assert!(!shown.contains(secret), "{secret}: {shown}");
    }
}

#[test]
fn each_refusal_has_a_code_and_both_languages() {
    let refusals = [
        Refusal::NotACertificate,
        Refusal::TooLarge,
        Refusal::Malformed,
        Refusal::UnsupportedAlgorithm,
        Refusal::UnknownIssuer,
        Refusal::BadSignature,
        Refusal::IssuerNotEntitled,
        Refusal::KeyNotValid,
        Refusal::NotYetValid,
        Refusal::Expired,
        Refusal::Revoked,
        Refusal::NotATest(certificates::Kind::Vaccination),
        Refusal::NotATest(certificates::Kind::Recovery),
        Refusal::Schema("tr"),
    ];
    let mut codes: Vec<&str> = refusals.iter().map(Refusal::code).collect();
    codes.sort_unstable();
    codes.dedup();
    assert_eq!(codes.len(), refusals.len());
    for refusal in &refusals {
        assert_ne!(refusal.vi(), refusal.en());
    }
    assert!(Refusal::Schema("tr").vi().ends_with("(tr)"));
}
