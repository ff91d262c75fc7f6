//! Certificates between us and other people's code in Python, both ways.

use std::io::Write as _;
use std::process::{Command, Stdio};

use base64ct::{Base64, Encoding as _};
use certificates::{Finding, Outcome, TrustList, TrustedKey, Verifier};
use serde_json::{Value, json};

use crate::{AUTHORITY, at, issued, keys};

fn python(task: &str, request: &Value) -> Value {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/second_implementation.py");
    let mut child =
        Command::new(format!("{root}/tests/python")).args([script, task]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(request.to_string().as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "run deploy/setup --tests, which installs what this test needs");
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn others_read_what_we_issue() {
    let keys = keys();
    let issued = issued(&keys, Finding::NotDetected);
    let public: Value = serde_json::from_str(&keys.public().to_json()).unwrap();
    let read = python("read", &json!({ "keys": public, "text": issued.text }));
    let kid: String = keys.public().keys()[0].kid.to_string();
    assert_eq!(read["tag"], 18);
    assert_eq!(read["protected"], json!({ "1": -7, "4": kid }));
    assert_eq!(read["unprotected"], 0);
    assert_eq!((&read["iss"], read["iat"].as_i64(), read["exp"].as_i64()), (&json!("VN"), Some(1_634_547_600), Some(1_634_806_800)));
    let hcert = &read["hcert"];
    assert_eq!(hcert["ver"], "1.3.3");
    assert_eq!(hcert["dob"], "1987");
    assert_eq!(hcert["nam"], json!({ "fn": "Rơ Mah", "fnt": "RO<MAH", "gn": "H’Bưm", "gnt": "HBUM" }));
    let test = &hcert["t"][0];
    assert_eq!((&test["tr"], &test["tt"], &test["is"]), (&json!("260415000"), &json!("LP6464-4"), &json!(AUTHORITY)));
    assert_eq!(test["sc"], "2021-10-18T07:30:00+07:00");
}

#[test]
fn we_read_what_others_issue_with_either_algorithm() {
    let hcert = json!({
        "ver": "1.3.0", "nam": { "fnt": "SOMSAK", "fn": "ສົມສັກ" }, "dob": "",
        "t": [{ "tg": "840539006", "tt": "LP6464-4", "sc": "2021-10-18T01:00:00Z", "tr": "260373001", "tc": "Lab", "co": "VN", "is": "CDC", "ci": "X" }],
    });
    let made = python("write", &json!({ "hcert": hcert, "now": 1_634_547_600 }));
    let trust = TrustList::from_json(&made["keys"].to_string()).unwrap();
    let signers = made["signers"].as_array().unwrap().iter().map(|der| Base64::decode_vec(der.as_str().unwrap()).unwrap());
    assert_eq!(
        TrustList::new(signers.map(|der| TrustedKey::from_certificate(&der).unwrap()).collect()),
        trust,
        "the same keys out of X.509"
    );
    for name in ["ES256", "PS256"] {
        let outcome = Verifier { trust: &trust, revoked: &[] }.verify(made[name].as_str().unwrap(), at("2021-10-18T09:10:00Z"));
        let Outcome::Detected(verified) = outcome else { panic!("{name}: {outcome:?}") };
        assert_eq!(verified.holder.name.family, "ສົມສັກ");
    }
}
