//! ListCertificateKeys: the public keys of certificates, our own with those to come, and those of others whom the province trusts.

use certificates::TrustList;
use contract::lab::v1::{ListCertificateKeysRequest, ListCertificateKeysResponse};
use runtime::Caller;

use crate::{certificate, error::Error, service::Lab};

pub async fn handle(service: &Lab, _: &Caller, _: ListCertificateKeysRequest) -> Result<ListCertificateKeysResponse, Error> {
    let own = certificate::keys(service).await?.public();
    Ok(ListCertificateKeysResponse { jwks: own.to_json(), trusted_jwks: others(service).await?.to_json() })
}

/// What the province put beside our own keys.
pub async fn others(service: &Lab) -> Result<TrustList, Error> {
    let file = service.certificate_keys.join("trusted.json");
    let Ok(text) = tokio::fs::read_to_string(&file).await else { return Ok(TrustList::default()) };
    TrustList::from_json(&text).map_err(|error| {
        tracing::error!(error = &error as &dyn std::error::Error, "trusted.json does not read");
        Error::Certificate
    })
}
