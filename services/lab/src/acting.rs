//! In whose name an import goes on after its request was answered: the caller as he was then, sealed with the import.

use contract::Permission;
use ids::RequestId;
use runtime::{Caller, CallerKind, ClientId, Language};
use seal::{DataKey, Place};
use serde::{Deserialize, Serialize};

use crate::error::Error;

#[derive(Serialize, Deserialize)]
struct Acting {
    kind: CallerKind,
    /// Where he held the permission.
    areas: Vec<String>,
    client: ClientId,
    request_id: RequestId,
    language: Language,
}

pub fn seal(key: &DataKey, place: Place, caller: &Caller, permission: Permission) -> Result<Vec<u8>, Error> {
    let acting = Acting {
        kind: caller.kind.clone(),
        areas: caller.areas(permission),
        client: caller.client,
        request_id: caller.request_id,
        language: caller.language,
    };
    let text = serde_json::to_vec(&acting).map_err(|_| Error::corrupt("a caller"))?;
    Ok(key.seal(place, &text)?)
}

/// With this permission alone.
pub fn open(key: &DataKey, place: Place, permission: Permission, sealed: &[u8]) -> Result<Caller, Error> {
    let text = key.open(place, sealed)?;
    let Acting { kind, areas, client, request_id, language } =
        serde_json::from_slice(&text).map_err(|_| Error::corrupt("a sealed caller"))?;
    Ok(Caller { kind, permissions: vec![(permission, areas)], client, request_id, language })
}
