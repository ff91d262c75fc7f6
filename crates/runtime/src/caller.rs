//! Who calls: the caller context that the gateway signs and every service checks itself. What a permission allows belongs to the services.

mod denied;
mod token;

use std::{
    fmt::{Debug, Display},
    net::IpAddr,
};

use contract::Permission;
use hmac::{Hmac, KeyInit, Mac};
use ids::{AccountId, RequestId, SessionId, UnitId};
use serde::{Deserialize, Serialize};
use sha2::Sha256;

pub use denied::Denied;
pub use token::{CallerSigner, CallerVerifier, InvalidToken, KeyError, TOKEN_LIFE};

/// Who makes a request and what he may do, as the gateway knows it at that moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    pub kind: CallerKind,
    /// Each permission with the areas it holds in: keys such as `2021.64.622`, each with everything below it.
    pub permissions: Vec<(Permission, Vec<String>)>,
    pub client: ClientId,
    pub request_id: RequestId,
    pub language: Language,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CallerKind {
    /// A citizen without an account.
    Anonymous,
    Account(AccountCaller),
    /// The gateway on its own behalf: signing in, looking up a session.
    Gateway,
}

/// A person who signed in.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountCaller {
    pub account_id: AccountId,
    pub session_id: SessionId,
    pub unit_id: UnitId,
    /// The area of the unit, `2021.64.622`.
    pub unit_area: AreaKey,
    /// The post that the unit is, `an-khe`.
    pub post: Option<String>,
    /// As it is printed on passes; never in a log.
    pub name: String,
}

impl Debug for AccountCaller {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("AccountCaller")
            .field("account_id", &self.account_id)
            .field("session_id", &self.session_id)
            .field("unit_id", &self.unit_id)
            .field("unit_area", &self.unit_area)
            .field("post", &self.post)
            .finish_non_exhaustive()
    }
}

/// The key of an area in text, as the crate `vietnam` writes it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AreaKey(pub String);

impl Display for AreaKey {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// The language that answers are read in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Language {
    #[default]
    Vi,
    En,
}

impl Language {
    pub const fn as_str(self) -> &'static str {
        match self {
            Language::Vi => "vi",
            Language::En => "en",
        }
    }
}

/// Where a request comes from, as a number that limits can count and nobody can turn back into an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ClientId(u64);

impl ClientId {
    /// The client at `address`, under a key that the gateway keeps. Of an IPv6 address the /64 counts, which one household has to itself.
    pub fn of(address: IpAddr, key: &[u8; 32]) -> Self {
        let network = match address.to_canonical() {
            IpAddr::V4(address) => address.octets().to_vec(),
            IpAddr::V6(address) => address.octets()[..8].to_vec(),
        };
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else { return Self(0) };
        mac.update(&network);
        let digest = mac.finalize().into_bytes();
        Self(digest.iter().take(8).fold(0, |number, byte| number << 8 | u64::from(*byte)))
    }
}

impl Display for ClientId {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{:016x}", self.0)
    }
}

impl Caller {
    /// A citizen.
    pub const fn anonymous(client: ClientId, request_id: RequestId, language: Language) -> Self {
        Self { kind: CallerKind::Anonymous, permissions: Vec::new(), client, request_id, language }
    }

    /// The first statement of every RPC that names a permission.
    pub fn require(&self, permission: Permission) -> Result<(), Denied> {
        self.account()?;
        if self.areas(permission).is_empty() { Err(Denied::Permission(permission)) } else { Ok(()) }
    }

    /// The areas in which the caller has the permission, each with everything below it; empty when he has it nowhere.
    pub fn areas(&self, permission: Permission) -> Vec<String> {
        self.permissions.iter().filter(|(held, _)| *held == permission).flat_map(|(_, areas)| areas.iter().cloned()).collect()
    }

    /// The signed-in person, for RPCs about himself.
    pub const fn account(&self) -> Result<&AccountCaller, Denied> {
        match &self.kind {
            CallerKind::Account(account) => Ok(account),
            CallerKind::Anonymous | CallerKind::Gateway => Err(Denied::NotSignedIn),
        }
    }

    /// The first statement of every RPC that is for the gateway itself.
    pub const fn require_gateway(&self) -> Result<(), Denied> {
        match &self.kind {
            CallerKind::Gateway => Ok(()),
            CallerKind::Anonymous | CallerKind::Account(_) => Err(Denied::NotGateway),
        }
    }
}
