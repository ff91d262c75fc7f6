//! Proof of work (ALTCHA, protocol v2): a browser that computes for about a second before it sends has the larger budget, and nobody is tracked for it.
//! It holds for the one submission that it was made for, so that none counts twice.

use std::collections::BTreeMap;

use altcha::{CreateChallengeOptions, Payload, VerifySolutionOptions, create_challenge, verify_solution};
use base64ct::{Base64, Encoding as _};
use chrono::{DateTime, Duration, Utc};
use ids::SubmissionId;
use seal::{Keyring, SealError};
use serde_json::{Value, json};

use crate::error::Error;

/// Rounds of PBKDF2/SHA-256 a try. With the prefix of one byte that is about 256 tries: less than a second on a desk, a few on an old phone.
const ROUNDS: u32 = 5_000;
const PREFIX: &str = "00";
/// From the last step of the form until it is sent.
const LIFE: Duration = Duration::hours(2);
const SUBMISSION: &str = "submission";
const UNTIL: &str = "until";

/// What has to be solved before this submission is sent, as JSON.
pub fn challenge(keyring: &Keyring, submission: SubmissionId, now: DateTime<Utc>) -> Result<String, Error> {
    let data = BTreeMap::from([
        (SUBMISSION.to_owned(), Value::String(name(keyring, submission)?)),
        (UNTIL.to_owned(), json!((now + LIFE).timestamp())),
    ]);
    let challenge = create_challenge(CreateChallengeOptions {
        cost: ROUNDS,
        key_prefix: PREFIX.to_owned(),
        data: Some(data),
        hmac_signature_secret: Some(secret(keyring)?),
        ..CreateChallengeOptions::default()
    });
    let text = challenge.ok().and_then(|challenge| serde_json::to_string(&challenge).ok());
    text.ok_or(Error::corrupt("the prefix of a proof"))
}

/// What a submission brings as its proof.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Proof {
    /// Nothing, or one that came too late: the form works without script.
    Missing,
    Good,
    /// No solution of a challenge that was made for this submission.
    Forged,
}

impl Proof {
    pub fn read(keyring: &Keyring, text: &str, submission: SubmissionId, now: DateTime<Utc>) -> Result<Self, SealError> {
        if text.is_empty() {
            return Ok(Self::Missing);
        }
        let Some(Payload { challenge, solution }) = Base64::decode_vec(text).ok().and_then(|json| serde_json::from_slice(&json).ok())
        else {
            return Ok(Self::Forged);
        };
        let verified = verify_solution(VerifySolutionOptions::new(&challenge, &solution, secret(keyring)?)).is_ok_and(|it| it.verified);
        let data = challenge.parameters.data.unwrap_or_default();
        if !verified || data.get(SUBMISSION).and_then(Value::as_str) != Some(name(keyring, submission)?.as_str()) {
            return Ok(Self::Forged);
        }
        let in_time = data.get(UNTIL).and_then(Value::as_i64).is_some_and(|until| now.timestamp() < until);
        Ok(if in_time { Self::Good } else { Self::Missing })
    }
}

/// What a challenge says of its submission, whose id stays with who made it.
fn name(keyring: &Keyring, submission: SubmissionId) -> Result<String, SealError> {
    Ok(Base64::encode_string(&keyring.index("reports.proof", &submission.to_string())?))
}

/// Which signs the challenges; it changes with the service's keys.
fn secret(keyring: &Keyring) -> Result<String, SealError> {
    Ok(Base64::encode_string(&keyring.index("reports.proof_secret", "")?))
}

#[cfg(test)]
mod tests {
    use altcha::{Challenge, SolveChallengeOptions, solve_challenge};

    use super::*;

    #[test]
    fn a_proof_holds_for_its_submission_until_it_is_old() {
        let keyring = keyring();
        let now: DateTime<Utc> = "2021-10-18T01:00:00Z".parse().unwrap();
        let (submission, other) = (SubmissionId::mint(now), SubmissionId::mint(now));
        let text = challenge(&keyring, submission, now).unwrap();
        let proof = solved(&text);
        let read = |proof: &str, submission, at| Proof::read(&keyring, proof, submission, at).unwrap();
        assert_eq!(read(&proof, submission, now), Proof::Good);
        assert_eq!(read(&proof, submission, now + LIFE), Proof::Missing);
        assert_eq!(read("", submission, now), Proof::Missing);
        for forged in ["x", "e30=", &proof[..proof.len() - 8], &easier(&text)] {
            assert_eq!(read(forged, submission, now), Proof::Forged, "{forged}");
        }
        assert_eq!(read(&proof, other, now), Proof::Forged, "for another submission");
    }

    fn solved(challenge: &str) -> String {
        let challenge: Challenge = serde_json::from_str(challenge).unwrap();
        let solution = solve_challenge(SolveChallengeOptions::new(&challenge)).unwrap().unwrap();
        Base64::encode_string(&serde_json::to_vec(&Payload { challenge, solution }).unwrap())
    }

    /// Solved with less work than was asked for.
    fn easier(text: &str) -> String {
        solved(&text.replace(&format!("\"cost\":{ROUNDS}"), "\"cost\":1"))
    }

    fn keyring() -> Keyring {
        let folder = tempfile::tempdir().unwrap();
        Keyring::create_missing_links(folder.path()).unwrap();
        Keyring::create_missing(folder.path()).unwrap();
        Keyring::open(folder.path()).unwrap()
    }
}
