//! Certificates that nobody should have made, each signed with a key that is believed: headers, tags, claims and payloads as issuers and forgers vary them.

use std::io::Write as _;

use base64ct::{Base64, Base64UrlUnpadded, Encoding as _};
use certificates::TrustList;
use ciborium::{Value as Cbor, cbor};
use coset::{AsCborValue as _, CoseSign1Builder, Header, HeaderBuilder, iana};
use flate2::{Compression, write::ZlibEncoder};
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use serde_json::json;

use super::{Case, NOW, agree, at, page, uncompressed};

const KID: &[u8] = b"goodgood";

/// Somebody who is believed and writes what he likes.
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
        let key = json!({
            "kty": "EC", "crv": "P-256", "alg": "ES256", "use": "sig", "kid": Base64::encode_string(KID), "issuer": "VN",
            "x": Base64UrlUnpadded::encode_string(&point[1..33]), "y": Base64UrlUnpadded::encode_string(&point[33..]),
            "validFrom": "2021-01-01T00:00:00Z", "validUntil": "2023-01-01T00:00:00Z", "certificates": ["test"],
        });
        Self { trust: TrustList::from_json(&json!({"keys": [key]}).to_string()).unwrap(), pair }
    }

    fn message(&self, protected: Header, unprotected: Header, claims: &Cbor) -> Cbor {
        let sign = |data: &[u8]| self.pair.sign(&ring::rand::SystemRandom::new(), data).unwrap().as_ref().to_vec();
        let message = CoseSign1Builder::new().protected(protected).unprotected(unprotected).payload(bytes(claims));
        message.create_signature(&[], sign).build().to_cbor_value().unwrap()
    }

    fn claims(&self, claims: &Cbor) -> Case {
        self.case(&self.message(good().build(), Header::default(), claims))
    }

    fn case(&self, message: &Cbor) -> Case {
        self.bytes(&zlib(&bytes(message)))
    }

    fn bytes(&self, bytes: &[u8]) -> Case {
        Case { text: uncompressed(bytes), trust: self.trust.clone(), now: at(NOW) }
    }
}

fn good() -> HeaderBuilder {
    HeaderBuilder::new().algorithm(iana::Algorithm::ES256).key_id(KID.to_vec())
}

fn bytes(value: &Cbor) -> Vec<u8> {
    let mut bytes = Vec::new();
    ciborium::into_writer(value, &mut bytes).unwrap();
    bytes
}

fn zlib(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn around(payload: Cbor) -> Vec<(Cbor, Cbor)> {
    vec![
        (1.into(), "VN".into()),
        (4.into(), 1_634_600_000.into()),
        (6.into(), 1_634_500_000.into()),
        ((-260).into(), Cbor::Map(vec![(1.into(), payload)])),
    ]
}

fn payload() -> Cbor {
    cbor!({"ver" => "1.3.3", "nam" => {"fnt" => "NAY"}, "dob" => "1987", "t" => [{
        "tg" => "840539006", "tt" => "LP217198-3", "sc" => "2021-10-18T07:30:00+07:00", "tr" => "260415000",
        "co" => "VN", "is" => "CDC", "ci" => "URN:UVCI:01:VN:A",
    }]})
    .unwrap()
}

/// The payload with one field of the map below the path set, or taken away where it is null.
fn with(path: &str, value: Cbor) -> Cbor {
    fn change(map: &mut Cbor, path: &[&str], value: Cbor) {
        if let Cbor::Array(items) = map {
            return change(&mut items[0], path, value);
        }
        let fields = map.as_map_mut().unwrap();
        if let [key, rest @ ..] = path
            && !rest.is_empty()
        {
            let field = fields.iter_mut().find(|(name, _)| name.as_text() == Some(key)).unwrap();
            return change(&mut field.1, rest, value);
        }
        fields.retain(|(name, _)| name.as_text() != Some(path[0]));
        fields.push((path[0].into(), value));
    }
    let mut payload = payload();
    change(&mut payload, &path.split('.').collect::<Vec<_>>(), value);
    payload
}

#[tokio::test]
async fn on_what_nobody_should_have_made() {
    let forge = Forge::new();
    let mut cases = headers(&forge);
    cases.extend(claims(&forge));
    cases.extend(payloads().into_iter().map(|payload| forge.claims(&Cbor::Map(around(payload)))));
    let bare = forge.message(good().build(), Header::default(), &Cbor::Map(around(payload())));
    let tagged = |tag, value: &Cbor| Cbor::Tag(tag, Box::new(value.clone()));
    for message in [
        bare.clone(),
        tagged(18, &bare),
        tagged(61, &bare),
        tagged(61, &tagged(18, &bare)),
        tagged(17, &bare),
        tagged(18, &tagged(61, &bare)),
    ] {
        cases.extend([forge.case(&message), forge.bytes(&bytes(&message))]);
    }
    for (place, value) in [(0, Cbor::Null), (1, Cbor::Null), (2, Cbor::Null), (3, "text".into())] {
        let mut parts = bare.clone().into_array().unwrap();
        parts[place] = value;
        cases.push(forge.case(&Cbor::Array(parts)));
    }
    let nested = |deep: usize| [vec![0x81; deep], vec![0]].concat();
    let raw: [&[u8]; 9] = [
        &zlib(&[0; 20_000]),
        &zlib(&[0x81; 10_000]),
        &zlib(&vec![0; 16 * 1024]),
        &[0x9b, 255, 255, 255, 255, 255, 255, 255, 255],
        &[0x5b, 127, 255, 255, 255, 255, 255, 255, 255],
        &nested(15),
        &nested(17),
        &[],
        &[&bytes(&bare)[..], &[0]].concat(),
    ];
    cases.extend(raw.map(|raw| forge.bytes(raw)));
    cases.push(cases[0].with(format!("HC1:{}", "0".repeat(5_000))));
    let said = agree(&page().await, &cases, None).await;
    for code in [
        "TOO_LARGE",
        "MALFORMED",
        "ALGORITHM",
        "UNKNOWN_ISSUER",
        "BAD_SIGNATURE",
        "ISSUER_NOT_ENTITLED",
        "NOT_YET_VALID",
        "EXPIRED",
        "SCHEMA|sc",
    ] {
        assert!(said.iter().any(|said| said.contains(code)), "no {code}");
    }
    assert!(said.iter().any(|said| said.starts_with("DETECTED")));
}

fn headers(forge: &Forge) -> Vec<Case> {
    let claims = Cbor::Map(around(payload()));
    let kid = |kid: &[u8]| HeaderBuilder::new().key_id(kid.to_vec());
    let algorithm = |algorithm| HeaderBuilder::new().algorithm(algorithm);
    let es256 = || algorithm(iana::Algorithm::ES256);
    let none = HeaderBuilder::new;
    [
        (good(), none()),
        (es256(), kid(KID)),
        (kid(KID), es256()),
        (none(), good()),
        (es256().key_id(b"badbadba".to_vec()), kid(KID)),
        (good(), kid(b"badbadba")),
        (es256(), none()),
        (kid(KID), none()),
        (kid(b"short"), es256()),
        (algorithm(iana::Algorithm::EdDSA), kid(KID)),
        (algorithm(iana::Algorithm::HMAC_256_256), kid(KID)),
        (algorithm(iana::Algorithm::PS256), kid(KID)),
        (good().value(99, Cbor::Null), none().text_value("more".to_owned(), Cbor::from(1))),
        (good().add_critical(iana::HeaderParameter::Alg), none()),
        (good(), none().add_critical(iana::HeaderParameter::Kid)),
    ]
    .into_iter()
    .map(|(protected, unprotected)| forge.case(&forge.message(protected.build(), unprotected.build(), &claims)))
    .collect()
}

fn claims(forge: &Forge) -> Vec<Case> {
    let tag = |value: Cbor| Cbor::Tag(1, Box::new(value));
    let mut all = vec![Cbor::Null, Cbor::Map(Vec::new()), Cbor::Array(Vec::new())];
    for (key, value) in [
        (1, Cbor::from("LA")),
        (1, Cbor::Null),
        (1, 7.into()),
        (1, "V".repeat(81).into()),
        (4, Cbor::Float(1_634_600_000.9)),
        (4, Cbor::Float(f64::NAN)),
        (4, Cbor::Float(f64::INFINITY)),
        (4, tag(tag(1_634_600_000.into()))),
        (4, 1_634_547_600.into()),
        (4, 1_634_547_599.into()),
        (4, i64::MAX.into()),
        (4, "2021".into()),
        (6, 1_634_547_900.into()),
        (6, 1_634_547_901.into()),
        (6, Cbor::Null),
        (6, Cbor::Float(-0.5)),
        (-260, Cbor::Null),
        (-260, Cbor::Map(Vec::new())),
        (-260, Cbor::Map(vec![(1.into(), Cbor::Null)])),
        (-260, Cbor::Map(vec![(2.into(), payload())])),
        (-260, Cbor::Map(vec![(1.into(), payload()), (1.into(), payload())])),
    ] {
        let mut claims = around(payload());
        claims.retain(|(name, _)| *name != Cbor::from(key));
        all.push(Cbor::Map(claims.clone()));
        claims.push((key.into(), value.clone()));
        all.push(Cbor::Map(claims.clone()));
        claims.push((key.into(), value));
        all.push(Cbor::Map(claims));
    }
    let mut odd = around(payload());
    odd.push((Cbor::Bool(true), Cbor::Null));
    all.push(Cbor::Map(odd));
    all.push(Cbor::Map((0..33).map(|key| (key.into(), Cbor::Null)).collect()));
    all.iter().map(|claims| forge.claims(claims)).collect()
}

/// Fields as issuers and forgers vary them.
fn payloads() -> Vec<Cbor> {
    let text = |path: &str, texts: &[&str]| -> Vec<Cbor> { texts.iter().map(|text| with(path, (*text).into())).collect() };
    let mut all = vec![payload(), Cbor::Null, Cbor::Array(Vec::new())];
    for field in ["ver", "nam", "nam.fnt", "dob", "t", "t.tg", "t.tt", "t.tr", "t.sc", "t.co", "t.is", "t.ci", "t.tc", "t.ma", "v", "r"] {
        for value in [Cbor::Null, 7.into(), "".into(), "ễ".repeat(81).into(), Cbor::Tag(0, Box::new("x".into())), Cbor::Array(Vec::new())]
        {
            all.push(with(field, value));
        }
    }
    all.extend(text("ver", &["1.0.0", "2.0.0", "1.12345678", "1.123456789"]));
    all.extend(text("nam.fnt", &["Nay", "NAY<<B", "NAY\n"]));
    all.extend(text("nam.fn", &["Nay", "Rơ Mah", "😀"]));
    all.push(with("nam.fn", "😀".repeat(80).into()));
    all.extend(text(
        "dob",
        &["1899", "1900", "2100-01-01", "1987-13", "1987-12", "1987-02-30", "1987-02-28", "1970-01-01", "1988-02-29", "1987-1-18"],
    ));
    all.extend(text("dob", &["1978-01-26T00:00:00", "T00:00", "18/01/1987", "1987-00", "1987-01-00", "-1987"]));
    all.extend(text("t.sc", &["2021-10-18", "2021-10-18T07:30:00Z", "2021-10-18t07:30:00z", "2021-10-18 07:30:60.123456789012-07:00"]));
    all.extend(text(
        "t.sc",
        &["2021-10-18T07:30:00", "2021-10-18T24:30:00Z", "2021-10-18T07:60:00Z", "2021-10-18T07:30:61Z", "2021-02-29T07:30:00Z"],
    ));
    all.extend(text(
        "t.sc",
        &["2021-10-18T07:30:00+24:00", "2021-10-18T07:30:00+23:59", "2021-10-18T07:30:00−07:00", "2021-10-18T07:30:00.Z"],
    ));
    all.extend(text("t.sc", &["2021-10-18T07:30:00+07:60", "2021-10-18T07:30:00+0700", "2021-10-18T07:30:00Z ", "+2021-10-18T07:30:00Z"]));
    all.extend(text("t.tr", &["260373001", "260415000", "260373009", "constructor"]));
    all.extend(text("t.tt", &["LP6464-4", "LP217198-3", "94309-2", "constructor"]));
    all.extend(text("t.co", &["vn", "VN", "VNM", "VIETNAMESE", "VIETNAMESES", "V N"]));
    let entry = payload().into_map().unwrap().pop().unwrap().1;
    all.push(with("t", Cbor::Array([entry.clone(), entry.clone()].map(|it| it.into_array().unwrap().remove(0)).into())));
    for group in ["v", "r"] {
        all.push(with(group, entry.clone()));
        let mut alone = with(group, Cbor::Array(vec![Cbor::Map(Vec::new())]));
        alone.as_map_mut().unwrap().retain(|(name, _)| name.as_text() != Some("t"));
        all.push(alone);
    }
    let mut twice = payload();
    twice.as_map_mut().unwrap().push(("dob".into(), "1988".into()));
    all.push(twice);
    all
}
