//! The signed caller context: what is accepted and what is refused.

use std::net::IpAddr;

use base64ct::{Base64UrlUnpadded, Encoding};
use chrono::{DateTime, TimeDelta, Utc};
use contract::Permission;
use ids::{AccountId, RequestId, SessionId, UnitId};
use proptest::prelude::*;
use runtime::{
    AccountCaller, AreaKey, Caller, CallerKind, CallerSigner, CallerVerifier, ClientId, Denied, Env, Language, caller::InvalidToken,
};
use tonic::{Code, Status};

pub fn now() -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::days(18_918)
}

pub fn officer() -> Caller {
    let kind = CallerKind::Account(AccountCaller {
        account_id: AccountId::mint(now()),
        session_id: SessionId::mint(now()),
        unit_id: UnitId::mint(now()),
        unit_area: AreaKey("2021.64.627".into()),
        post: Some("an-khe".into()),
        name: "Rơ Mah H'Bưm".into(),
    });
    let permissions = vec![
        (Permission::VehiclesTripsDecide, vec!["2021.64".to_owned()]),
        (Permission::VehiclesTripsRead, vec!["2021.64.627".to_owned(), "2021.64.622".to_owned()]),
        (Permission::VehiclesStatisticsRead, vec![]),
    ];
    Caller { kind, permissions, ..citizen() }
}

pub fn citizen() -> Caller {
    Caller::anonymous(client("203.0.113.7"), RequestId::mint(now()), Language::En)
}

fn client(address: &str) -> ClientId {
    ClientId::of(address.parse::<IpAddr>().expect("an address"), &[7; 32])
}

#[test]
fn a_caller_comes_through_as_he_was_signed() {
    let signer = CallerSigner::generate().expect("a key");
    for caller in [officer(), citizen(), Caller { kind: CallerKind::Gateway, ..citizen() }] {
        let token = signer.sign(&caller, "vehicles", now());
        assert_eq!(signer.verifier("vehicles").verify(&token, now()), Ok(caller));
    }
}

#[test]
fn a_token_holds_for_its_service_and_thirty_seconds() {
    let signer = CallerSigner::generate().expect("a key");
    let token = signer.sign(&officer(), "vehicles", now());
    for (audience, seconds, expected) in [
        ("vehicles", 29, None),
        ("vehicles", 30, Some(InvalidToken::Time)),
        ("vehicles", -5, None),
        ("vehicles", -6, Some(InvalidToken::Time)),
        ("accounts", 0, Some(InvalidToken::Audience)),
    ] {
        let verified = signer.verifier(audience).verify(&token, now() + TimeDelta::seconds(seconds));
        assert_eq!(verified.err(), expected, "{audience} after {seconds} s");
    }
}

#[test]
fn nobody_elses_token_is_believed() {
    let signer = CallerSigner::generate().expect("a key");
    let verifier = signer.verifier("vehicles");
    let token = signer.sign(&citizen(), "vehicles", now());
    let (signed, signature) = token.rsplit_once('.').expect("three parts");
    let claims = signed.trim_start_matches("v1.");
    let forged = CallerSigner::generate().expect("another key").sign(&officer(), "vehicles", now());
    let encode = |text: &str| Base64UrlUnpadded::encode_string(text.as_bytes());
    for (token, expected) in [
        (forged.as_str(), InvalidToken::Signature),
        ("", InvalidToken::Form),
        ("v1", InvalidToken::Form),
        ("v1..", InvalidToken::Form),
        (signed, InvalidToken::Form),
        (&format!("{signed}."), InvalidToken::Form),
        (&format!("v2.{claims}.{signature}"), InvalidToken::Form),
        (&format!("none.{claims}."), InvalidToken::Form),
        (&format!("{}.{claims}.{signature}", encode("{\"alg\":\"none\"}")), InvalidToken::Form),
        (&format!("v1.{}.{signature}", encode("{}")), InvalidToken::Signature),
        (&format!("{signed}.{}", Base64UrlUnpadded::encode_string(&[0; 64])), InvalidToken::Signature),
    ] {
        assert_eq!(verifier.verify(token, now()).err(), Some(expected), "{token}");
    }
}

proptest! {
    #[test]
    fn no_byte_of_a_token_can_be_changed(at in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let signer = CallerSigner::generate().expect("a key");
        let token = signer.sign(&citizen(), "vehicles", now());
        let mut bytes = token.clone().into_bytes();
        let at = at.index(bytes.len());
        bytes[at] = byte;
        let changed = String::from_utf8_lossy(&bytes).into_owned();
        prop_assume!(changed != token);
        prop_assert!(signer.verifier("vehicles").verify(&changed, now()).is_err());
    }

    #[test]
    fn anything_may_be_sent_as_a_token(text in any::<String>()) {
        prop_assert!(CallerSigner::generate().expect("a key").verifier("vehicles").verify(&text, now()).is_err());
    }
}

#[test]
fn keys_come_from_files_and_two_hold_while_they_change() {
    let (old, new) = (CallerSigner::generate().expect("a key"), CallerSigner::generate().expect("a key"));
    let both = format!("{}\n{}", old.public_pem().expect("written"), new.public_pem().expect("written"));
    let folder = std::env::temp_dir();
    let (public, private) =
        (folder.join(format!("{}.pub.pem", RequestId::mint(now()))), folder.join(format!("{}.pem", RequestId::mint(now()))));
    std::fs::write(&public, both).expect("written");
    std::fs::write(&private, new.private_pem().expect("written").expose()).expect("written");
    let path = |path: &std::path::Path| path.to_str().expect("unicode").to_owned();
    let env = Env::from_pairs([("CALLER_PUBLIC_KEY", path(&public)), ("GATEWAY_CALLER_KEY", path(&private))]);
    let verifier = CallerVerifier::from_env(&env, "vehicles").expect("two keys");
    let read = CallerSigner::from_env(&env).expect("a key");
    for signer in [old, new, read] {
        assert!(verifier.verify(&signer.sign(&citizen(), "vehicles", now()), now()).is_ok());
    }
    std::fs::write(&public, "no key").expect("written");
    let error = CallerVerifier::from_env(&env, "vehicles").expect_err("no key").to_string();
    assert!(error.starts_with("CALLER_PUBLIC_KEY names ") && error.ends_with("; write the path of a PEM file"), "{error}");
    let _ = (std::fs::remove_file(public), std::fs::remove_file(private));
}

#[test]
fn permissions_hold_in_their_areas_and_only_for_people() {
    let gateway = Caller { kind: CallerKind::Gateway, ..officer() };
    for (caller, permission, expected) in [
        (officer(), Permission::VehiclesTripsDecide, Ok(())),
        (officer(), Permission::VehiclesStatisticsRead, Err(Denied::Permission(Permission::VehiclesStatisticsRead))),
        (officer(), Permission::AccountsAccountsManage, Err(Denied::Permission(Permission::AccountsAccountsManage))),
        (citizen(), Permission::VehiclesTripsDecide, Err(Denied::NotSignedIn)),
        (gateway, Permission::VehiclesTripsDecide, Err(Denied::NotSignedIn)),
    ] {
        assert_eq!(caller.require(permission), expected, "{permission}");
    }
    assert_eq!(officer().areas(Permission::VehiclesTripsRead), ["2021.64.627", "2021.64.622"]);
    assert_eq!(officer().areas(Permission::AccountsAccountsManage), Vec::<String>::new());
    assert_eq!(officer().require_gateway(), Err(Denied::NotGateway));
    assert_eq!(Status::from(Denied::NotSignedIn).code(), Code::Unauthenticated);
    assert_eq!(Status::from(Denied::NotGateway).code(), Code::PermissionDenied);
}

#[test]
fn nothing_that_is_printed_names_a_person() {
    let printed = format!("{:?}", officer());
    assert!(printed.contains("an-khe") && !printed.contains("Rơ Mah"), "{printed}");
}

#[test]
fn a_client_is_an_address_or_an_ipv6_network() {
    for (one, other, same) in [
        ("203.0.113.7", "203.0.113.7", true),
        ("203.0.113.7", "::ffff:203.0.113.7", true),
        ("203.0.113.7", "203.0.113.8", false),
        ("2001:db8:1:2:3::4", "2001:db8:1:2:ffff::9", true),
        ("2001:db8:1:2::4", "2001:db8:1:3::4", false),
    ] {
        assert_eq!(client(one) == client(other), same, "{one} {other}");
    }
    assert_ne!(client("203.0.113.7"), ClientId::of("203.0.113.7".parse().expect("an address"), &[8; 32]));
}
