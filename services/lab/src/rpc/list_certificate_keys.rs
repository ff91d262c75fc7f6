//! ListCertificateKeys: the public keys of certificates, those to come included.

use contract::lab::v1::{ListCertificateKeysRequest, ListCertificateKeysResponse};
use runtime::Caller;

use crate::{certificate, error::Error, service::Lab};

pub async fn handle(service: &Lab, _: &Caller, _: ListCertificateKeysRequest) -> Result<ListCertificateKeysResponse, Error> {
    Ok(ListCertificateKeysResponse { jwks: certificate::keys(service).await?.public().to_json() })
}
