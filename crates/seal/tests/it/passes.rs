//! What a pass says survives the QR code, and nothing else passes for one.

use chrono::{DateTime, Duration, Utc};
use ids::TripId;
use proptest::prelude::*;
use seal::pass::{self, PassClaims, PassError, PassSigner, PassVerifier, Purpose, Standing};

fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_634_540_400, 0).unwrap()
}

fn claims(standing: Standing) -> PassClaims {
    PassClaims {
        trip: TripId::mint(now()),
        short_code: "7K3M2Q9X".into(),
        plate: "81C-123.45".into(),
        purpose: Purpose::Transit,
        standing,
        entry_post: Some("CP3".into()),
        exit_post: None,
        issued_at: now(),
        valid_until: now() + Duration::hours(24),
    }
}

fn keys() -> (tempfile::TempDir, PassSigner, PassVerifier) {
    let folder = tempfile::tempdir().unwrap();
    pass::create_missing(folder.path()).unwrap();
    let (signer, verifier) = (PassSigner::open(folder.path()).unwrap(), PassVerifier::open(folder.path()).unwrap());
    (folder, signer, verifier)
}

#[test]
fn every_standing_is_read_back_and_only_one_admits() {
    let (_folder, signer, verifier) = keys();
    for &standing in Standing::ALL {
        let text = signer.sign(&claims(standing));
        assert!(text.starts_with("GL1:"), "{text}");
        assert!(
            text.chars().all(|letter| " $%*+-./:".contains(letter) || letter.is_ascii_uppercase() || letter.is_ascii_digit()),
            "QR alphanumeric: {text}"
        );
        let read = verifier.verify(&text, now()).unwrap();
        assert_eq!(read.standing, standing);
        assert_eq!(read.standing.admits(), standing == Standing::Admitted);
    }
}

#[test]
fn a_pass_ends_at_its_hour_and_still_names_its_trip() {
    let (_folder, signer, verifier) = keys();
    let claims = claims(Standing::Admitted);
    let text = signer.sign(&claims);
    assert_eq!(verifier.verify(&format!(" {text}\r\n"), claims.valid_until - Duration::seconds(1)), Ok(claims.clone()));
    assert_eq!(verifier.verify(&text, claims.valid_until), Err(PassError::Expired(Box::new(claims))));
}

#[test]
fn another_provinces_key_is_unknown_and_a_borrowed_name_is_forged() {
    let (_folder, signer, _) = keys();
    let (_other_folder, other_signer, other) = keys();
    let text = signer.sign(&claims(Standing::Admitted));
    assert_eq!(other.verify(&text, now()), Err(PassError::UnknownKey));

    let genuine = decode(&other_signer.sign(&claims(Standing::Declared)));
    let mut forged = decode(&other_signer.sign(&claims(Standing::Admitted)));
    let signature = genuine.len() - 64;
    forged.truncate(forged.len() - 64);
    forged.extend_from_slice(&genuine[signature..]);
    assert_eq!(other.verify(&format!("GL1:{}", base45::encode(forged)), now()), Err(PassError::Forged));
}

#[test]
fn keys_rotate_and_old_passes_stay_valid() {
    let (folder, signer, _) = keys();
    let old = signer.sign(&claims(Standing::Admitted));
    std::fs::rename(folder.path().join("pass.pub"), folder.path().join("pass-2021.pub")).unwrap();
    std::fs::remove_file(folder.path().join("pass.key")).unwrap();
    pass::create_missing(folder.path()).unwrap();
    let verifier = PassVerifier::open(folder.path()).unwrap();
    let new = PassSigner::open(folder.path()).unwrap().sign(&claims(Standing::Refused));
    assert_eq!(verifier.verify(&old, now()).unwrap().standing, Standing::Admitted);
    assert_eq!(verifier.verify(&new, now()).unwrap().standing, Standing::Refused);
    assert!(!format!("{signer:?}").contains("SigningKey"), "a signer prints no key");
}

#[test]
fn other_texts_are_malformed() {
    let (_folder, _, verifier) = keys();
    for text in [
        "",
        "GL1:",
        "GL1:???",
        "HC1:6BF",
        "GL1:6BF",
        "gl1:6BF",
        "064093000123|NGUYEN|1987-01-18|0|1|",
        &format!("GL1:{}", "A".repeat(3_000)),
    ] {
        assert_eq!(verifier.verify(text, now()), Err(PassError::Malformed), "{text:.40}");
    }
}

fn decode(text: &str) -> Vec<u8> {
    base45::decode(text.strip_prefix("GL1:").unwrap()).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]
    #[test]
    fn a_changed_pass_never_verifies(at in 0usize..10_000, bit in 0u8..8) {
        let (_folder, signer, verifier) = keys();
        let mut bytes = decode(&signer.sign(&claims(Standing::TurnedBack)));
        let at = at % bytes.len();
        bytes[at] ^= 1 << bit;
        let changed = format!("GL1:{}", base45::encode(bytes));
        prop_assert!(verifier.verify(&changed, now()).is_err());
    }

    #[test]
    fn no_text_makes_the_reader_panic(text in "\\PC{0,60}", body in "[0-9A-Z $%*+./:-]{0,400}") {
        let (_folder, _, verifier) = keys();
        prop_assert!(verifier.verify(&text, now()).is_err());
        let body = format!("GL1:{body}");
        prop_assert!(verifier.verify(&body, now()).is_err());
    }
}
