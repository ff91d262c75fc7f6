//! Whose a session token is: asked of accounts, remembered for at most a second, and never guessed when accounts does not answer.
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use contract::{
    Permission,
    accounts::v1::{Principal, ResolveSessionRequest, account_service_client::AccountServiceClient},
};
use ids::{AccountId, InvalidId, RequestId, SessionId, UnitId};
use runtime::{AccountCaller, AreaKey, Caller, CallerKind, ClientId, Language, grpc::Client};
use sha2::{Digest, Sha256};
use tokio::time::Instant;
use tonic::Status;
use vietnam::{Era, areas};

/// A revocation reaches every process in under 2 s, also while no event can: no answer is older than this.
const FRESH: Duration = Duration::from_secs(1);
/// Above this many remembered sessions the stale ones are thrown away.
const CROWD: usize = 1024;

type Remembered = HashMap<[u8; 32], (Instant, Arc<Principal>)>;

/// Sessions that were seen within the last second.
#[derive(Clone)]
pub struct Principals {
    accounts: Client,
    // The token itself is kept nowhere.
    seen: Arc<Mutex<Remembered>>,
}

/// What every call tells of its sender besides who he is.
#[derive(Clone, Copy, Debug)]
pub struct Sender {
    pub client: ClientId,
    pub request_id: RequestId,
    pub language: Language,
}

impl Principals {
    pub fn new(accounts: Client) -> Principals {
        Principals { accounts, seen: Arc::default() }
    }

    /// The principal of a session token.
    ///
    /// # Errors
    /// UNAUTHENTICATED when the session is unknown or over; whatever accounts says, or that it says nothing. A failure is not remembered.
    pub async fn resolve(&self, token: &str, sender: Sender) -> Result<Arc<Principal>, Status> {
        let key: [u8; 32] = Sha256::digest(token).into();
        if let Some(principal) = self.remembered(&key) {
            return Ok(principal);
        }
        let asked = Instant::now();
        let caller = Caller { kind: CallerKind::Gateway, ..anonymous(sender) };
        let mut accounts = AccountServiceClient::new(self.accounts.on_behalf_of(caller));
        let answer = accounts.resolve_session(ResolveSessionRequest { token: token.to_owned() }).await?;
        let principal = answer.into_inner().principal.map(Arc::new).ok_or_else(|| Status::internal("a session without a principal"))?;
        self.remember(key, asked, Arc::clone(&principal));
        Ok(principal)
    }

    /// Forgets a session at once, as after signing out here.
    pub fn forget(&self, token: &str) {
        let key: [u8; 32] = Sha256::digest(token).into();
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).remove(&key);
    }

    fn remembered(&self, key: &[u8; 32]) -> Option<Arc<Principal>> {
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.get(key).filter(|(asked, _)| asked.elapsed() < FRESH).map(|(_, principal)| Arc::clone(principal))
    }

    fn remember(&self, key: [u8; 32], asked: Instant, principal: Arc<Principal>) {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if seen.len() >= CROWD {
            seen.retain(|_, (asked, _)| asked.elapsed() < FRESH);
        }
        seen.insert(key, (asked, principal));
    }
}

/// The caller context of somebody without an account.
pub fn anonymous(sender: Sender) -> Caller {
    Caller::anonymous(sender.client, sender.request_id, sender.language)
}

/// The caller context of a signed-in person. Permissions that this version does not know are left out.
///
/// # Errors
/// INTERNAL when accounts sent an id or an area that is none.
pub fn account(principal: &Principal, sender: Sender) -> Result<Caller, Status> {
    let unit = principal.unit.clone().unwrap_or_default();
    let area = unit.area.unwrap_or_default();
    let wrong_id = |_: InvalidId| Status::internal("a principal with an id that is none");
    let area = areas::resolve(&area.code, &area.valid_from, Era::Y2021).map_err(|_| Status::internal("a principal of an unknown area"))?;
    let kind = CallerKind::Account(AccountCaller {
        account_id: AccountId::parse(&principal.account_id).map_err(wrong_id)?,
        session_id: SessionId::parse(&principal.session_id).map_err(wrong_id)?,
        unit_id: UnitId::parse(&unit.unit_id).map_err(wrong_id)?,
        unit_area: AreaKey(area.key.to_string()),
        post: Some(unit.post_code).filter(|code| !code.is_empty()),
        name: principal.full_name.clone(),
    });
    let known = |name: &str| Permission::parse(name);
    let permissions =
        principal.permissions.iter().filter_map(|grant| known(&grant.permission).map(|held| (held, grant.areas.clone()))).collect();
    Ok(Caller { kind, permissions, ..anonymous(sender) })
}
