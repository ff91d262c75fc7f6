//! Our own keys over time: a new one is published before it signs, signs for its period, and is believed until its last certificate has expired.

use chrono::{DateTime, Duration, SubsecRound as _, Utc};
use serde::{Deserialize, Serialize};

use crate::{KeyError, SigningKey, TrustList, TrustedKey};

/// What a key is good for; the gateways' extended key usages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum KeyUse {
    Test,
    Vaccination,
    Recovery,
}

/// The rhythm of the rotation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyPeriods {
    /// For how long a key signs.
    pub signs: Duration,
    /// How long before it signs a key is in the public list, so that verifiers without a network have it in time.
    pub published_before: Duration,
    /// The longest validity of a certificate.
    pub certificate: Duration,
}

/// A key with its times.
#[derive(Debug)]
pub(crate) struct OwnKey {
    pub key: SigningKey,
    pub signs_from: DateTime<Utc>,
    pub signs_until: DateTime<Utc>,
    pub valid_until: DateTime<Utc>,
}

/// The keys of one issuer.
#[derive(Debug)]
pub struct KeyRing {
    pub(crate) country: String,
    pub(crate) keys: Vec<OwnKey>,
}

impl KeyRing {
    /// Without a key: [`Self::rotate`] makes the first one.
    pub fn new(country: impl Into<String>) -> Self {
        Self { country: country.into(), keys: Vec::new() }
    }

    /// The issuer's country, ISO 3166-1.
    pub fn country(&self) -> &str {
        &self.country
    }

    /// Drops keys whose last certificate has expired and makes the next key when the newest is about to end. Says whether anything changed; to be
    /// called daily.
    pub fn rotate(&mut self, now: DateTime<Utc>, periods: &KeyPeriods) -> Result<bool, KeyError> {
        let before = self.keys.len();
        self.keys.retain(|own| now < own.valid_until);
        let dropped = self.keys.len() < before;
        let second = now.trunc_subsecs(0);
        let last_end = self.keys.iter().map(|own| own.signs_until).max().unwrap_or(second);
        if last_end - now > periods.published_before {
            return Ok(dropped);
        }
        // After a pause the key is needed at once, published or not. Certificates are dated in whole seconds, and none is older than its key.
        let signs_from = last_end.max(second);
        let signs_until = signs_from + periods.signs;
        self.keys.push(OwnKey { key: SigningKey::generate()?, signs_from, signs_until, valid_until: signs_until + periods.certificate });
        Ok(true)
    }

    /// Takes a key that was made elsewhere.
    pub fn insert(&mut self, key: SigningKey, signs_from: DateTime<Utc>, periods: &KeyPeriods) {
        let signs_until = signs_from + periods.signs;
        self.keys.push(OwnKey { key, signs_from, signs_until, valid_until: signs_until + periods.certificate });
    }

    /// The key that signs now.
    pub(crate) fn signing(&self, now: DateTime<Utc>) -> Result<&OwnKey, KeyError> {
        let current = self.keys.iter().filter(|own| own.signs_from <= now && now < own.signs_until);
        current.max_by_key(|own| own.signs_from).ok_or(KeyError::NoneCurrent)
    }

    /// What everyone may have: the public keys with their validity, the coming one included.
    pub fn public(&self) -> TrustList {
        let public = |own: &OwnKey| TrustedKey {
            kid: own.key.kid(),
            issuer: Some(self.country.clone()),
            material: own.key.material(),
            valid_from: own.signs_from,
            valid_until: own.valid_until,
            uses: vec![KeyUse::Test],
        };
        TrustList::new(self.keys.iter().map(public).collect())
    }
}
