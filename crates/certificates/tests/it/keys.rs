//! Keys over a year: who signs, who is believed, what is on disk.

use std::os::unix::fs::PermissionsExt as _;

use certificates::{Finding, FolderError, IssueError, Issuer, KeyError, KeyRing, Outcome, Refusal, SigningKey, TrustList, Verifier};
use chrono::Duration;

use crate::{AUTHORITY, PERIODS, at, issued, keys, report};

#[test]
fn the_new_key_signs_and_the_old_one_is_believed_until_its_certificates_end() {
    let mut keys = keys();
    let old = issued(&keys, Finding::NotDetected);
    assert!(!keys.rotate(at("2021-11-18T00:00:00Z"), &PERIODS).unwrap(), "nothing to do yet");
    assert!(keys.rotate(at("2022-01-10T00:00:00Z"), &PERIODS).unwrap(), "the next is published a week ahead");
    assert!(!keys.rotate(at("2022-01-11T00:00:00Z"), &PERIODS).unwrap());
    let kids: Vec<_> = keys.public().keys().iter().map(|key| key.kid).collect();
    assert_eq!(kids.len(), 2);

    let issue = |now: &str| {
        let issued = Issuer { keys: &keys, authority: AUTHORITY }.issue(report(Finding::NotDetected), Duration::days(30), at(now)).unwrap();
        let outcome = Verifier { trust: &keys.public(), revoked: &[] }.verify(&issued.text, at(now));
        let Outcome::NotDetected(verified) = outcome else { panic!("{outcome:?}") };
        verified.kid
    };
    assert_eq!(issue("2022-01-15T23:59:59Z"), kids[0], "the old key to its end");
    assert_eq!(issue("2022-01-16T00:00:00Z"), kids[1], "then the new one");

    let last = Issuer { keys: &keys, authority: AUTHORITY };
    let last = last.issue(report(Finding::NotDetected), Duration::days(30), at("2022-01-15T23:59:58Z")).unwrap();
    let at_its_end = Verifier { trust: &keys.public(), revoked: &[] }.verify(&last.text, at("2022-02-14T23:59:58Z"));
    assert!(matches!(at_its_end, Outcome::NotDetected(_)), "{at_its_end:?}");

    keys.rotate(at("2022-02-15T00:00:00Z"), &PERIODS).unwrap();
    assert_eq!(keys.public().keys().iter().map(|key| key.kid).collect::<Vec<_>>(), kids[1..], "then it is forgotten");
    let forgotten = Verifier { trust: &keys.public(), revoked: &[] }.verify(&old.text, at("2021-10-19T00:00:00Z"));
    assert_eq!(forgotten, Outcome::Refused(Refusal::UnknownIssuer));
}

#[test]
fn a_key_made_for_a_certificate_is_not_younger_than_it() {
    let mut keys = KeyRing::new("VN");
    let now = at("2021-10-18T09:00:00.600Z");
    keys.rotate(now, &PERIODS).unwrap();
    let issued = Issuer { keys: &keys, authority: AUTHORITY }.issue(report(Finding::NotDetected), Duration::days(30), now).unwrap();
    let outcome = Verifier { trust: &keys.public(), revoked: &[] }.verify(&issued.text, issued.issued_at);
    assert!(matches!(outcome, Outcome::NotDetected(_)), "{outcome:?}");
}

#[test]
fn a_key_that_nobody_renewed_signs_nothing() {
    let keys = keys();
    let late =
        Issuer { keys: &keys, authority: AUTHORITY }.issue(report(Finding::NotDetected), Duration::hours(72), at("2022-03-01T00:00:00Z"));
    assert_eq!(late.err(), Some(IssueError::Key(KeyError::NoneCurrent)));
    let mut renewed = keys;
    renewed.rotate(at("2022-03-01T00:00:00Z"), &PERIODS).unwrap();
    let issued = Issuer { keys: &renewed, authority: AUTHORITY };
    assert!(issued.issue(report(Finding::NotDetected), Duration::hours(72), at("2022-03-01T00:00:00Z")).is_ok());
}

#[test]
fn a_certificate_outside_its_keys_validity_is_refused() {
    let keys = keys();
    let issued = issued(&keys, Finding::NotDetected);
    let mut public = keys.public().keys().to_vec();
    public[0].valid_until = at("2021-10-19T00:00:00Z");
    let outcome = Verifier { trust: &TrustList::new(public), revoked: &[] }.verify(&issued.text, at("2021-10-19T00:00:00Z"));
    assert_eq!(outcome, Outcome::Refused(Refusal::KeyNotValid));
}

#[test]
fn a_ring_is_kept_on_disk_for_its_owner_alone() {
    let folder = tempfile::tempdir().unwrap();
    assert!(KeyRing::open(folder.path()).unwrap().is_none());
    let mut keys = keys();
    keys.store(folder.path()).unwrap();
    let issued = issued(&keys, Finding::NotDetected);
    let read = KeyRing::open(folder.path()).unwrap().unwrap();
    assert_eq!(read.public(), keys.public());
    assert!(matches!(
        Verifier { trust: &read.public(), revoked: &[] }.verify(&issued.text, at("2021-10-19T00:00:00Z")),
        Outcome::NotDetected(_)
    ));
    for entry in std::fs::read_dir(folder.path()).unwrap() {
        assert_eq!(entry.unwrap().metadata().unwrap().permissions().mode() & 0o077, 0);
    }

    keys.rotate(at("2022-01-10T00:00:00Z"), &PERIODS).unwrap();
    keys.rotate(at("2022-02-15T00:00:00Z"), &PERIODS).unwrap();
    keys.store(folder.path()).unwrap();
    let pems = std::fs::read_dir(folder.path()).unwrap().filter(|entry| entry.as_ref().unwrap().path().extension().unwrap() == "pem");
    assert_eq!(pems.count(), 1, "the private key of the forgotten one is gone");
}

#[test]
fn another_key_under_a_keys_name_is_found_out() {
    let folder = tempfile::tempdir().unwrap();
    let keys = keys();
    keys.store(folder.path()).unwrap();
    let file = folder.path().join(format!("{}.pem", keys.public().keys()[0].kid));
    std::fs::write(&file, SigningKey::generate().unwrap().to_pem().unwrap().as_bytes()).unwrap();
    assert!(matches!(KeyRing::open(folder.path()), Err(FolderError::Key { .. })));
    std::fs::write(&file, "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n").unwrap();
    assert!(matches!(KeyRing::open(folder.path()), Err(FolderError::Key { .. })));
    std::fs::write(folder.path().join("keys.json"), "{}").unwrap();
    assert!(matches!(KeyRing::open(folder.path()), Err(FolderError::Index(_))));
}

#[test]
fn a_key_made_elsewhere_is_taken() {
    let pem = SigningKey::generate().unwrap().to_pem().unwrap();
    let mut keys = KeyRing::new("VN");
    keys.insert(SigningKey::from_pem(&pem).unwrap(), at("2021-10-18T00:00:00Z"), &PERIODS);
    assert!(!issued(&keys, Finding::NotDetected).text.is_empty());
    assert!(matches!(SigningKey::from_pem(&pem.replace("PRIVATE", "PUBLIC")), Err(KeyError::Malformed)));
}

#[test]
fn processes_that_share_a_folder_have_the_same_keys() {
    let folder = tempfile::tempdir().unwrap();
    for now in ["2021-10-18T00:00:00Z", "2022-01-10T00:00:00Z", "2022-02-15T00:00:00Z"] {
        let rings: Vec<TrustList> = std::thread::scope(|threads| {
            let keep = || KeyRing::keep(folder.path(), "VN", at(now), &PERIODS).unwrap().public();
            let started: Vec<_> = (0..4).map(|_| threads.spawn(keep)).collect();
            started.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        assert!(rings.iter().all(|ring| *ring == rings[0]), "{now}");
    }
    let other = KeyRing::keep(folder.path(), "LA", at("2022-02-15T00:00:00Z"), &PERIODS);
    assert!(matches!(other, Err(FolderError::Country { .. })));
}
