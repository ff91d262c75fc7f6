//! Certificates that nobody should have made, each signed with a real key: headers, tags, claims and payloads that issuers and forgers vary.

use std::io::Write as _;

use base64ct::{Base64, Base64UrlUnpadded, Encoding as _};
use certificates::{Outcome, Refusal, TrustList, Verifier};
use ciborium::{Value, cbor};
use coset::{AsCborValue as _, CoseSign1Builder, Header, HeaderBuilder, iana};
use flate2::{Compression, write::ZlibEncoder};
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};

use crate::at;

const KID: &[u8] = b"goodgood";
const NOW: &str = "2021-10-18T09:00:00Z";

struct Forge {
    pair: EcdsaKeyPair,
    trust: TrustList,
}

impl Forge {
    fn new() -> Self {
        let random = ring::rand::SystemRandom::new();
        let document = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).unwrap();
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, document.as_ref(), &random).unwrap();
        let point = pair.public_key().as_ref();
        let key = serde_json::json!({
            "kty": "EC", "crv": "P-256", "alg": "ES256", "use": "sig", "kid": Base64::encode_string(KID), "issuer": "VN",
            "x": Base64UrlUnpadded::encode_string(&point[1..33]), "y": Base64UrlUnpadded::encode_string(&point[33..]),
            "validFrom": "2021-01-01T00:00:00Z", "validUntil": "2023-01-01T00:00:00Z", "certificates": ["test"],
        });
        Self { trust: TrustList::from_json(&serde_json::json!({ "keys": [key] }).to_string()).unwrap(), pair }
    }

    fn message(&self, protected: Header, unprotected: Header, claims: &Value) -> Value {
        let mut payload = Vec::new();
        ciborium::into_writer(claims, &mut payload).unwrap();
        let sign = |data: &[u8]| self.pair.sign(&ring::rand::SystemRandom::new(), data).unwrap().as_ref().to_vec();
        let message = CoseSign1Builder::new().protected(protected).unprotected(unprotected).payload(payload).create_signature(&[], sign);
        message.build().to_cbor_value().unwrap()
    }

    fn verify(&self, message: &Value) -> Outcome {
        self.verify_bytes(&zlib(&bytes(message)))
    }

    fn verify_bytes(&self, bytes: &[u8]) -> Outcome {
        let text = format!("HC1:{}", base45::encode(bytes));
        Verifier { trust: &self.trust, revoked: &[] }.verify(&text, at(NOW))
    }

    fn claims(&self, claims: &Value) -> Outcome {
        self.verify(&self.message(good(), Header::default(), claims))
    }

    fn payload(&self, payload: Value) -> Outcome {
        self.claims(&around(payload))
    }
}

fn good() -> Header {
    HeaderBuilder::new().algorithm(iana::Algorithm::ES256).key_id(KID.to_vec()).build()
}

fn bytes(value: &Value) -> Vec<u8> {
    let mut bytes = Vec::new();
    ciborium::into_writer(value, &mut bytes).unwrap();
    bytes
}

fn zlib(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn around(payload: Value) -> Value {
    Value::Map(vec![
        (1.into(), "VN".into()),
        (4.into(), 1_634_600_000.into()),
        (6.into(), 1_634_500_000.into()),
        (Value::from(-260), Value::Map(vec![(1.into(), payload)])),
    ])
}

fn payload() -> Value {
    cbor!({
        "ver" => "1.3.3",
        "nam" => { "fnt" => "NAY" },
        "dob" => "1987",
        "t" => [test()],
    })
    .unwrap()
}

fn test() -> Value {
    cbor!({
        "tg" => "840539006", "tt" => "LP217198-3", "sc" => "2021-10-18T07:30:00+07:00", "tr" => "260415000",
        "co" => "VN", "is" => "CDC", "ci" => "URN:UVCI:01:VN:A",
    })
    .unwrap()
}

/// The payload with one field of the map below the path set or taken away.
fn with(path: &[&str], value: Option<Value>) -> Value {
    fn change(map: &mut Value, path: &[&str], value: Option<Value>) {
        let (first, rest) = path.split_first().unwrap();
        if let Value::Array(items) = map {
            return change(&mut items[0], path, value);
        }
        let fields = map.as_map_mut().unwrap();
        let place = fields.iter().position(|(key, _)| key.as_text() == Some(first));
        match (rest.is_empty(), place, value) {
            (false, Some(place), value) => change(&mut fields[place].1, rest, value),
            (true, Some(place), Some(value)) => fields[place].1 = value,
            (true, None, Some(value)) => fields.push(((*first).into(), value)),
            (true, Some(place), None) => drop(fields.remove(place)),
            (_, None, _) => panic!("no {first}"),
        }
    }
    let mut payload = payload();
    change(&mut payload, path, value);
    payload
}

fn passes(outcome: &Outcome) -> bool {
    matches!(outcome, Outcome::NotDetected(_))
}

#[test]
fn the_protected_key_id_wins() {
    let forge = Forge::new();
    let claims = around(payload());
    let algorithm = || HeaderBuilder::new().algorithm(iana::Algorithm::ES256);
    let kid = |kid: &[u8]| HeaderBuilder::new().key_id(kid.to_vec()).build();
    let good_below = forge.message(algorithm().build(), kid(KID), &claims);
    assert!(passes(&forge.verify(&good_below)), "in the unprotected header alone");
    let wrong_above = forge.message(algorithm().key_id(b"badbadba".to_vec()).build(), kid(KID), &claims);
    assert_eq!(forge.verify(&wrong_above), Outcome::Refused(Refusal::UnknownIssuer), "as the vector CO22");
    let wrong_alone = forge.message(algorithm().key_id(b"badbadba".to_vec()).build(), Header::default(), &claims);
    assert_eq!(forge.verify(&wrong_alone), Outcome::Refused(Refusal::UnknownIssuer), "as the vector CO23");
    let wrong_below = forge.message(good(), kid(b"badbadba"), &claims);
    assert!(passes(&forge.verify(&wrong_below)));
    let none = forge.message(algorithm().build(), Header::default(), &claims);
    assert_eq!(forge.verify(&none), Outcome::Refused(Refusal::UnknownIssuer));
}

#[test]
fn any_of_the_tags_will_do() {
    let forge = Forge::new();
    let bare = forge.message(good(), Header::default(), &around(payload()));
    let tagged = |tag, value: &Value| Value::Tag(tag, Box::new(value.clone()));
    for message in [bare.clone(), tagged(18, &bare), tagged(61, &bare), tagged(61, &tagged(18, &bare))] {
        assert!(passes(&forge.verify(&message)));
        assert!(passes(&forge.verify_bytes(&bytes(&message))), "uncompressed");
    }
    assert_eq!(forge.verify(&tagged(17, &bare)), Outcome::Refused(Refusal::Malformed));
    assert_eq!(forge.verify(&tagged(18, &tagged(18, &bare))), Outcome::Refused(Refusal::Malformed));
}

#[test]
fn other_algorithms_are_named_as_such() {
    let forge = Forge::new();
    let claims = around(payload());
    for (algorithm, refusal) in [
        (iana::Algorithm::EdDSA, Refusal::UnsupportedAlgorithm),
        (iana::Algorithm::HMAC_256_256, Refusal::UnsupportedAlgorithm),
        (iana::Algorithm::PS256, Refusal::BadSignature),
    ] {
        let header = HeaderBuilder::new().algorithm(algorithm).key_id(KID.to_vec()).build();
        assert_eq!(forge.verify(&forge.message(header, Header::default(), &claims)), Outcome::Refused(refusal));
    }
}

#[test]
fn claims_are_needed_and_the_issuer_must_be_the_keys() {
    let forge = Forge::new();
    let mut claims = around(payload()).into_map().unwrap();
    claims[0].1 = "LA".into();
    assert_eq!(forge.claims(&Value::Map(claims.clone())), Outcome::Refused(Refusal::IssuerNotEntitled));
    claims.remove(0);
    assert!(passes(&forge.claims(&Value::Map(claims.clone()))), "without an issuer of its own");
    for (place, field) in [(0, "exp"), (1, "iat"), (2, "hcert")] {
        let mut without = claims.clone();
        without.remove(place);
        assert_eq!(forge.claims(&Value::Map(without)), Outcome::Refused(Refusal::Schema(field)));
    }
    claims[0].1 = Value::Float(1_634_600_000.9);
    claims[1].1 = Value::Tag(1, Box::new(1_634_500_000.into()));
    assert!(passes(&forge.claims(&Value::Map(claims.clone()))), "dates as fractions and with a tag");
    claims[0].1 = Value::Float(f64::NAN);
    assert_eq!(forge.claims(&Value::Map(claims)), Outcome::Refused(Refusal::Schema("exp")));
}

#[test]
fn a_key_for_tests_signs_nothing_else() {
    let forge = Forge::new();
    let mut vaccination = with(&["t"], None);
    vaccination.as_map_mut().unwrap().push(("v".into(), Value::Array(vec![Value::Map(Vec::new())])));
    assert_eq!(forge.payload(vaccination), Outcome::Refused(Refusal::IssuerNotEntitled));
}

#[test]
fn each_field_that_breaks_the_schema_is_named() {
    let forge = Forge::new();
    assert!(passes(&forge.payload(payload())));
    for (path, value, field) in [
        (&["ver"][..], Some("2.0.0".into()), "ver"),
        (&["nam"], None, "nam"),
        (&["nam", "fnt"], None, "fnt"),
        (&["nam", "fnt"], Some("Nay".into()), "fnt"),
        (&["nam", "fn"], Some("ễ".repeat(81).into()), "fn"),
        (&["dob"], Some("18/01/1987".into()), "dob"),
        (&["dob"], None, "dob"),
        (&["t"], Some(Value::Array(vec![test(), test()])), "t"),
        (&["t"], Some(Value::Array(Vec::new())), "t"),
        (&["v"], Some(Value::Array(vec![test()])), "t"),
        (&["t", "tr"], Some("260373009".into()), "tr"),
        (&["t", "tr"], None, "tr"),
        (&["t", "tg"], Some("1".into()), "tg"),
        (&["t", "tt"], None, "tt"),
        (&["t", "sc"], Some("2021-10-18".into()), "sc"),
        (&["t", "co"], Some("vn".into()), "co"),
        (&["t", "ci"], Some(7.into()), "ci"),
        (&["t", "is"], None, "is"),
        (&["t", "tc"], Some("x".repeat(81).into()), "tc"),
    ] {
        assert_eq!(forge.payload(with(path, value)), Outcome::Refused(Refusal::Schema(field)), "{path:?}");
    }
    let mut twice = payload();
    twice.as_map_mut().unwrap().push(("dob".into(), "1988".into()));
    assert_eq!(forge.payload(twice), Outcome::Refused(Refusal::Schema("hcert")), "a field twice");
}

#[test]
fn sizes_and_depths_are_bounded() {
    let forge = Forge::new();
    let verifier = Verifier { trust: &forge.trust, revoked: &[] };
    assert_eq!(verifier.verify(&format!("HC1:{}", "0".repeat(5_000)), at(NOW)), Outcome::Refused(Refusal::TooLarge));
    assert_eq!(forge.verify_bytes(&zlib(&vec![0; 20_000])), Outcome::Refused(Refusal::TooLarge), "a bomb");
    assert_eq!(forge.verify_bytes(&zlib(&vec![0x81; 10_000])), Outcome::Refused(Refusal::Malformed), "arrays in arrays");
    assert_eq!(
        forge.verify_bytes(&[0x9b, 255, 255, 255, 255, 255, 255, 255, 255]),
        Outcome::Refused(Refusal::Malformed),
        "an array without end"
    );
    assert_eq!(
        forge.verify_bytes(&[0x5b, 127, 255, 255, 255, 255, 255, 255, 255]),
        Outcome::Refused(Refusal::Malformed),
        "a text without end"
    );
    assert_eq!(verifier.verify("HC1:", at(NOW)), Outcome::Refused(Refusal::Malformed));
    assert_eq!(verifier.verify("GL1:ABC", at(NOW)), Outcome::Refused(Refusal::NotACertificate));
    let packed = zlib(&bytes(&forge.message(good(), Header::default(), &around(payload()))));
    assert!(passes(&forge.verify_bytes(&packed)));
    for damaged in [&packed[..packed.len() - 1], &[packed.as_slice(), &[0]].concat()] {
        assert_eq!(
            forge.verify_bytes(damaged),
            Outcome::Refused(Refusal::Malformed),
            "without the end of its checksum, or with more behind it"
        );
    }
    assert_eq!(verifier.verify("HC1:::", at(NOW)), Outcome::Refused(Refusal::Malformed), "more than a byte in two characters");
    let mut behind = bytes(&forge.message(good(), Header::default(), &around(payload())));
    behind.push(0);
    assert_eq!(forge.verify_bytes(&zlib(&behind)), Outcome::Refused(Refusal::Malformed), "something behind the message");
}
