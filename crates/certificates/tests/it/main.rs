//! What the crate promises as a whole: others' certificates read, ours read by others, and no text that breaks the verifier.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so by panicking")]

mod forged;
mod issue;
mod keys;
mod mutations;
mod revocation;
mod second_implementation;
mod vectors;

use certificates::{Birth, Finding, Holder, HolderName, Issued, Issuer, KeyPeriods, KeyRing, Method, TestReport, Uvci};
use chrono::{DateTime, Duration, Utc};

const AUTHORITY: &str = "Sở Y tế Gia Lai";

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

/// A ring whose first key signs from 18 October 2021.
fn keys() -> KeyRing {
    let mut keys = KeyRing::new("VN");
    keys.rotate(at("2021-10-18T00:00:00Z"), &PERIODS).unwrap();
    keys
}

const PERIODS: KeyPeriods = KeyPeriods { signs: Duration::days(90), published_before: Duration::days(7), certificate: Duration::days(30) };

fn report(finding: Finding) -> TestReport {
    TestReport {
        holder: Holder { name: HolderName::parse("Rơ Mah", "H’Bưm").unwrap(), birth: Birth::Year(1987) },
        method: Method::Amplification { name: Some("Real-time RT-PCR".to_owned()) },
        finding,
        collected_at: "2021-10-18T07:30:00+07:00".parse().unwrap(),
        centre: Some("CDC Gia Lai".to_owned()),
        uvci: Uvci::from_opaque("VN", "7K3M2Q9G").unwrap(),
    }
}

fn issued(keys: &KeyRing, finding: Finding) -> Issued {
    let issuer = Issuer { keys, authority: AUTHORITY };
    issuer.issue(report(finding), Duration::hours(72), at("2021-10-18T09:00:00Z")).unwrap()
}
