//! ListPassKeys: the public keys with which anybody checks a slip.

use base64ct::{Base64UrlUnpadded, Encoding as _};
use contract::vehicles::v1 as pb;
use requests::hex;
use runtime::Caller;

use crate::{error::Error, service::Vehicles};

pub async fn handle(service: &Vehicles, _caller: &Caller, _request: pb::ListPassKeysRequest) -> Result<pb::ListPassKeysResponse, Error> {
    let keys = service.verifier.keys().map(|(id, key)| pb::PassKey {
        key_id: hex(&id),
        algorithm: "EdDSA".to_owned(),
        public_key: Base64UrlUnpadded::encode_string(&key),
    });
    Ok(pb::ListPassKeysResponse { keys: keys.collect() })
}
