//! The caller context on the wire: `v1.<claims>.<signature>`, both base64url, claims in JSON, signature Ed25519 over `v1.<claims>`. There is no choice of
//! algorithm, so nobody can choose a weaker one.

use std::time::Duration;

use base64ct::{Base64UrlUnpadded, Encoding};
use chrono::{DateTime, Utc};
use contract::Permission;
use ed25519_dalek::{
    Signature, Signer, SigningKey, VerifyingKey,
    pkcs8::{DecodePrivateKey, DecodePublicKey, EncodePrivateKey, EncodePublicKey, spki::der::pem::LineEnding},
};
use ids::RequestId;
use serde::{Deserialize, Serialize};

use super::{Caller, CallerKind, ClientId, Language};
use crate::{ConfigError, Env, Secret};

/// How long a token is good. The gateway makes one per call.
pub const TOKEN_LIFE: Duration = Duration::from_secs(30);
/// How far the clocks of two machines may differ.
const SKEW_SECONDS: i64 = 5;
const VERSION: &str = "v1";

/// Signs caller contexts; the gateway alone has one.
#[derive(Clone)]
pub struct CallerSigner(SigningKey);

/// Checks caller contexts, for one service.
#[derive(Debug, Clone)]
pub struct CallerVerifier {
    keys: Vec<VerifyingKey>,
    audience: &'static str,
}

/// A key file that holds no Ed25519 key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no Ed25519 key in PEM form can be read or made")]
pub struct KeyError;

/// Why a token is not believed. Callers are told no more than that.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidToken {
    #[error("the caller context is not of this form")]
    Form,
    #[error("the caller context is signed by nobody we know")]
    Signature,
    #[error("the caller context is for another service")]
    Audience,
    #[error("the caller context is not valid at this time")]
    Time,
}

#[derive(Serialize, Deserialize)]
struct Claims {
    aud: String,
    /// Seconds since 1970, as `exp`.
    iat: i64,
    exp: i64,
    kind: CallerKind,
    permissions: Vec<(String, Vec<String>)>,
    client: ClientId,
    request_id: RequestId,
    language: Language,
}

impl CallerSigner {
    /// A new key, for the first start of a system.
    pub fn generate() -> Result<Self, KeyError> {
        let mut seed = [0; 32];
        getrandom::fill(&mut seed).map_err(|_| KeyError)?;
        Ok(Self(SigningKey::from_bytes(&seed)))
    }

    /// The key as `GATEWAY_CALLER_KEY` keeps it.
    pub fn private_pem(&self) -> Result<Secret<String>, KeyError> {
        self.0.to_pkcs8_pem(LineEnding::LF).map(|pem| Secret::new(pem.to_string())).map_err(|_| KeyError)
    }

    /// The key as `CALLER_PUBLIC_KEY` keeps it.
    pub fn public_pem(&self) -> Result<String, KeyError> {
        self.0.verifying_key().to_public_key_pem(LineEnding::LF).map_err(|_| KeyError)
    }

    /// Who checks this signer's tokens for the service `audience`.
    pub fn verifier(&self, audience: &'static str) -> CallerVerifier {
        CallerVerifier { keys: vec![self.0.verifying_key()], audience }
    }

    /// From an Ed25519 private key in PKCS#8 PEM.
    pub fn from_pem(pem: &str) -> Result<Self, KeyError> {
        SigningKey::from_pkcs8_pem(pem).map(Self).map_err(|_| KeyError)
    }

    /// From the file that `GATEWAY_CALLER_KEY` names.
    pub fn from_env(env: &Env) -> Result<Self, ConfigError> {
        const NAME: &str = "GATEWAY_CALLER_KEY";
        Self::from_pem(env.file(NAME)?.expose()).map_err(|error| not_a_key(env, NAME, error))
    }

    /// A token for the service `audience`, good for [`TOKEN_LIFE`].
    pub fn sign(&self, caller: &Caller, audience: &str, now: DateTime<Utc>) -> String {
        let iat = now.timestamp();
        let claims = Claims {
            aud: audience.to_owned(),
            iat,
            exp: iat + i64::try_from(TOKEN_LIFE.as_secs()).unwrap_or(0),
            kind: caller.kind.clone(),
            permissions: caller.permissions.iter().map(|(held, areas)| (held.as_str().to_owned(), areas.clone())).collect(),
            client: caller.client,
            request_id: caller.request_id,
            language: caller.language,
        };
        // Claims are strings and numbers under string keys, which JSON always holds.
        let claims = serde_json::to_vec(&claims).unwrap_or_default();
        let signed = format!("{VERSION}.{}", Base64UrlUnpadded::encode_string(&claims));
        let signature = Base64UrlUnpadded::encode_string(&self.0.sign(signed.as_bytes()).to_bytes());
        format!("{signed}.{signature}")
    }
}

impl CallerVerifier {
    /// From one or, while keys change, several Ed25519 public keys in PEM. `audience` is the service's name.
    pub fn from_pem(pem: &str, audience: &'static str) -> Result<Self, KeyError> {
        let keys = pem
            .split_inclusive("-----END PUBLIC KEY-----")
            .filter(|part| !part.trim().is_empty())
            .map(|part| VerifyingKey::from_public_key_pem(part.trim()).map_err(|_| KeyError))
            .collect::<Result<Vec<_>, _>>()?;
        if keys.is_empty() { Err(KeyError) } else { Ok(Self { keys, audience }) }
    }

    /// From the file that `CALLER_PUBLIC_KEY` names.
    pub fn from_env(env: &Env, audience: &'static str) -> Result<Self, ConfigError> {
        const NAME: &str = "CALLER_PUBLIC_KEY";
        Self::from_pem(env.file(NAME)?.expose(), audience).map_err(|error| not_a_key(env, NAME, error))
    }

    /// The caller whom the token vouches for.
    pub fn verify(&self, token: &str, now: DateTime<Utc>) -> Result<Caller, InvalidToken> {
        let (signed, signature) = token.rsplit_once('.').ok_or(InvalidToken::Form)?;
        let payload = signed.strip_prefix(VERSION).and_then(|rest| rest.strip_prefix('.')).ok_or(InvalidToken::Form)?;
        let signature = Base64UrlUnpadded::decode_vec(signature).map_err(|_| InvalidToken::Form)?;
        let signature = Signature::from_slice(&signature).map_err(|_| InvalidToken::Form)?;
        if !self.keys.iter().any(|key| key.verify_strict(signed.as_bytes(), &signature).is_ok()) {
            return Err(InvalidToken::Signature);
        }
        let payload = Base64UrlUnpadded::decode_vec(payload).map_err(|_| InvalidToken::Form)?;
        let claims: Claims = serde_json::from_slice(&payload).map_err(|_| InvalidToken::Form)?;
        if claims.aud != self.audience {
            return Err(InvalidToken::Audience);
        }
        let now = now.timestamp();
        if now >= claims.exp || claims.iat > now + SKEW_SECONDS {
            return Err(InvalidToken::Time);
        }
        Ok(claims.into())
    }
}

impl From<Claims> for Caller {
    fn from(claims: Claims) -> Self {
        // A permission that only a newer gateway knows guards nothing here.
        let permissions = claims.permissions.into_iter().filter_map(|(name, areas)| Some((Permission::parse(&name)?, areas))).collect();
        Self { kind: claims.kind, permissions, client: claims.client, request_id: claims.request_id, language: claims.language }
    }
}

fn not_a_key(env: &Env, name: &str, error: KeyError) -> ConfigError {
    ConfigError::File { name: name.to_owned(), path: env.text_or(name, "").into(), fault: error.to_string() }
}
