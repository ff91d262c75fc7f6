//! What a browser says of a text is what the laboratory's service says of it: certificates of seven issuers, each of them damaged in every way, certificates
//! that nobody should have made, and lists of revoked ones.

mod forged;

use std::io::Read as _;

use base64ct::{Base64, Encoding as _};
use certificates::{
    Birth, Finding, Fingerprints, Holder, HolderName, Issuer, KeyPeriods, KeyRing, Method, Outcome, Refusal, RevocationCheck,
    RevocationDraft, RevocationList, TestReport, TrustList, TrustedKey, Uvci, Verified, Verifier,
};
use chrono::{DateTime, Duration, Utc};
use flate2::read::ZlibDecoder;
use serde_json::{Value, json};

use crate::browser::{Browser, DESK};
use system::world::World;

const NOW: &str = "2021-10-18T09:00:00Z";
/// As many as a script may take before WebDriver gives up on it.
const AT_ONCE: usize = 400;

/// Imports the module that the page loads and hands each text to it.
const READ: &str = r#"
    const [cases, list] = arguments, done = arguments[arguments.length - 1];
    const read = async () => {
        const page = document.querySelector('script[src*="/verify."]').src;
        const [, name] = (await (await fetch(page)).text()).match(/"\.\/(certificate[^"]+)"/);
        const { Refusal, check, readList } = await import(new URL(name, page));
        const minutes = (at) => Math.floor(at / 60000);
        const said = [];
        for (const { text, keys, now } of cases) {
            const known = list && await readList(list.text, keys, list.known, now);
            try {
                const it = await check(text, keys, known, now);
                said.push([it.finding, it.method, it.name, it.birth, it.issuer, it.authority, it.centre, it.number, minutes(it.sampled),
                    it.issued / 1000, it.expires / 1000, it.revocation].join("|"));
            } catch (error) {
                said.push(error instanceof Refusal ? [error.code, error.field ?? ""].join("|") : `broken: ${error.stack}`);
            }
        }
        return said;
    };
    read().then(done, (error) => done([`broken: ${error.stack}`]));"#;

/// A text, who is believed, and when.
struct Case {
    text: String,
    trust: TrustList,
    now: DateTime<Utc>,
}

impl Case {
    fn of(vector: &Value) -> Self {
        Self { text: vector["prefix"].as_str().unwrap().to_owned(), trust: TrustList::new(vec![signer(vector)]), now: clock(vector) }
    }

    fn with(&self, text: String) -> Self {
        Self { text, trust: self.trust.clone(), now: self.now }
    }

    fn told(&self) -> Value {
        let keys: Value = serde_json::from_str(&self.trust.to_json()).unwrap();
        json!({"text": self.text, "keys": keys["keys"], "now": self.now.timestamp_millis()})
    }
}

/// Both answers to each case are the same; what was answered.
async fn agree(browser: &Browser, cases: &[Case], list: Option<(&str, Option<u64>)>) -> Vec<String> {
    let mut all = Vec::new();
    for cases in cases.chunks(AT_ONCE) {
        let told: Vec<Value> = cases.iter().map(Case::told).collect();
        let list_told = list.map(|(text, known)| json!({"text": text, "known": known.unwrap_or_default()}));
        let said = browser.client.execute_async(READ, vec![json!(told), json!(list_told)]).await.unwrap();
        let said: Vec<String> = serde_json::from_value(said).unwrap();
        assert_eq!(said.len(), cases.len(), "{said:?}");
        for (case, browsers) in cases.iter().zip(said) {
            let list: Vec<RevocationList> =
                list.and_then(|(text, known)| RevocationList::read(text, &case.trust, known, case.now).ok()).into_iter().collect();
            let services = in_short(Verifier { trust: &case.trust, revoked: &list }.verify(&case.text, case.now));
            assert_eq!(browsers, services, "{}", case.text);
            all.push(services);
        }
    }
    all
}

fn in_short(outcome: Outcome) -> String {
    let (finding, Verified { issuer, issued_at, expires_at, holder, test, revocation, .. }) = match outcome {
        Outcome::NotDetected(verified) => ("NOT_DETECTED", *verified),
        Outcome::Detected(verified) => ("DETECTED", *verified),
        Outcome::Refused(refusal) => {
            let field = if let Refusal::Schema(field) = refusal { field } else { "" };
            return format!("{}|{field}", refusal.code());
        }
    };
    let method = match test.method {
        Method::Amplification { .. } => "AMPLIFICATION",
        Method::Antigen { .. } => "ANTIGEN",
        Method::Other { .. } => "OTHER",
    };
    let name = format!("{} {}", holder.name.family, holder.name.given);
    let revocation = match revocation {
        RevocationCheck::Fresh { .. } => "FRESH",
        RevocationCheck::Stale { .. } => "STALE",
        RevocationCheck::None => "NONE",
    };
    let sampled = test.collected_at.timestamp().div_euclid(60);
    let (issued, expires) = (issued_at.timestamp(), expires_at.timestamp());
    let parts = [finding, method, name.trim(), &holder.birth.text(), &issuer.unwrap_or_default(), &test.issuer];
    let more = format!("{}|{}|{sampled}|{issued}|{expires}|{revocation}", test.centre.unwrap_or_default(), test.uvci);
    format!("{}|{more}", parts.join("|"))
}

async fn page() -> Browser {
    let browser = Browser::open(World::shared().await, DESK).await;
    browser.go("/verify").await;
    browser
}

fn vectors() -> Vec<Value> {
    serde_json::from_str(include_str!("../../crates/certificates/tests/data/dgc-testdata.json")).unwrap()
}

fn signer(vector: &Value) -> TrustedKey {
    let der = Base64::decode_vec(vector["testctx"]["CERTIFICATE"].as_str().unwrap()).unwrap();
    TrustedKey::from_certificate(&der).unwrap()
}

fn clock(vector: &Value) -> DateTime<Utc> {
    at(vector["testctx"]["VALIDATIONCLOCK"].as_str().unwrap())
}

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

#[tokio::test]
async fn on_the_certificates_of_seven_issuers() {
    let vectors = vectors();
    let mut cases: Vec<Case> = vectors.iter().map(Case::of).collect();
    let everybody = TrustList::new(vectors.iter().map(signer).collect());
    for (place, vector) in vectors.iter().enumerate() {
        let genuine = Case::of(vector);
        let mut other = signer(&vectors[(place + 11) % vectors.len()]);
        let stranger = TrustList::new(vec![other.clone()]);
        other.kid = signer(vector).kid;
        let collided = TrustList::new(vec![other.clone()]);
        let both = TrustList::new(vec![other, signer(vector)]);
        for (trust, now) in [
            (everybody.clone(), genuine.now),
            (stranger, genuine.now),
            (collided, genuine.now),
            (both, genuine.now),
            (genuine.trust.clone(), at("2020-01-01T00:00:00Z")),
            (genuine.trust.clone(), at("2031-01-01T00:00:00Z")),
        ] {
            cases.push(Case { text: genuine.text.clone(), trust, now });
        }
    }
    let said = agree(&page().await, &cases, None).await;
    assert_eq!(said.iter().take(30).filter(|said| said.starts_with("NOT_DETECTED")).count(), 11);
    assert!(said.iter().take(30).all(|said| said.starts_with("NOT_DETECTED") || said.starts_with("CERTIFICATE_OF_")), "{said:#?}");
}

#[tokio::test]
async fn on_everything_that_is_damaged() {
    const ALPHABET: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
    let mut cases = Vec::new();
    for vector in vectors().iter().step_by(4) {
        let genuine = Case::of(vector);
        let text = genuine.text.as_bytes();
        for place in (0..text.len()).step_by(5) {
            let mut changed = text.to_vec();
            changed[place] = ALPHABET[(place * 7 + usize::from(changed[place])) % ALPHABET.len()];
            cases.push(genuine.with(String::from_utf8(changed).unwrap()));
            cases.push(genuine.with(genuine.text[..place].to_owned()));
        }
        // Below the compression, so that the damage reaches who reads CBOR and COSE.
        let mut message = Vec::new();
        let packed = base45::decode(&text[4..]).unwrap();
        ZlibDecoder::new(packed.as_slice()).read_to_end(&mut message).unwrap();
        for place in 0..message.len() {
            let flip = [1, 0x20, 0x80, 0xff][place % 4];
            let mut changed = message.clone();
            changed[place] ^= flip;
            cases.push(genuine.with(uncompressed(&changed)));
        }
        for end in [&packed[..packed.len() - 1], &packed[..packed.len() - 4], &[packed.as_slice(), &[0]].concat()] {
            cases.push(genuine.with(uncompressed(end)));
        }
    }
    for text in ["", "HC1", "HC1:", "HC1:A", "HC1:::", "hc1:ABC", "HC2:ABC", " HC1:ABC\n", "HC1:ăâ", "81C-123.45", "HC1:GGW", "HC1:ZZZ"] {
        cases.push(cases[0].with(text.to_owned()));
    }
    let browser = page().await;
    let whole: Vec<Case> = vectors().iter().map(Case::of).collect();
    let whole = agree(&browser, &whole, None).await;
    let said = agree(&browser, &cases, None).await;
    let refused = said.iter().filter(|said| said.starts_with("CERTIFICATE_")).count();
    // What stands beside the signature may be changed without harm.
    assert!(said.iter().all(|said| said.starts_with("CERTIFICATE_") || whole.contains(said)), "what is damaged says nothing new");
    assert!(refused * 100 > said.len() * 98, "{refused} of {} are refused", said.len());
}

fn uncompressed(message: &[u8]) -> String {
    format!("HC1:{}", base45::encode(message))
}

#[tokio::test]
async fn on_lists_of_revoked_ones() {
    let browser = page().await;
    let (start, day) = (at("2021-10-18T00:00:00Z"), Duration::days(1));
    let periods = KeyPeriods { signs: day * 90, published_before: day * 7, certificate: day * 30 };
    let mut keys = KeyRing::new("VN");
    keys.rotate(start, &periods).unwrap();
    let [one, other] = [issued(&keys, "7K3M2Q9G"), issued(&keys, "7K3M2Q9H")];
    let nobody = Fingerprints { uci: [0; 16], country_uci: [1; 16], signature: [2; 16] };
    let now = at("2021-10-19T00:00:00Z");
    let sign =
        |revoked: Fingerprints| RevocationDraft { version: 3, next_update: now + day, revoked: vec![revoked] }.sign(&keys, now).unwrap();
    let trust = keys.public();
    let mut foreign = trust.keys().to_vec();
    foreign[0].issuer = None;
    let cases: Vec<Case> = [(&one, now), (&other, now), (&one, now + day), (&other, now + day)]
        .into_iter()
        .flat_map(|(text, now)| [trust.clone(), TrustList::new(foreign.clone())].map(|trust| Case { text: text.text.clone(), trust, now }))
        .collect();
    let revoked = one.fingerprints;
    let mut said = Vec::new();
    for named in [
        revoked,
        Fingerprints { uci: revoked.uci, ..nobody },
        Fingerprints { country_uci: revoked.country_uci, ..nobody },
        Fingerprints { signature: revoked.signature, ..nobody },
    ] {
        said.extend(agree(&browser, &cases, Some((&sign(named), Some(3)))).await);
    }
    let list = sign(revoked);
    assert_eq!(said.iter().filter(|said| said.starts_with("CERTIFICATE_REVOKED")).count(), 8, "{said:#?}");
    for revocation in ["FRESH", "STALE", "NONE"] {
        assert!(said.iter().any(|said| said.ends_with(revocation)), "no {revocation}");
    }
    let mut forged: Value = serde_json::from_str(&list).unwrap();
    let empty: Value = serde_json::from_str(&sign(nobody)).unwrap();
    forged["payload"] = empty["payload"].clone();
    for list in [(forged.to_string(), None), (list.clone(), Some(4)), ("{}".to_owned(), None), (list.replace("payload", "pay"), None)] {
        let said = agree(&browser, &cases, Some((&list.0, list.1))).await;
        assert!(said.iter().all(|said| said.ends_with("NONE")), "a list that is not to be believed: {said:#?}");
    }
}

fn issued(keys: &KeyRing, number: &str) -> certificates::Issued {
    let report = TestReport {
        holder: Holder { name: HolderName::parse("Rơ Mah", "H’Bưm").unwrap(), birth: Birth::Year(1987) },
        method: Method::Amplification { name: None },
        finding: Finding::NotDetected,
        collected_at: "2021-10-18T07:30:00+07:00".parse().unwrap(),
        centre: Some("CDC Gia Lai".to_owned()),
        uvci: Uvci::from_opaque("VN", number).unwrap(),
    };
    Issuer { keys, authority: "Sở Y tế Gia Lai" }.issue(report, Duration::days(3), at(NOW)).unwrap()
}
