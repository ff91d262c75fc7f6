//! ListRevokedCertificates: those whose answer has changed since, by hashes alone, signed.

use certificates::RevocationDraft;
use contract::lab::v1::{ListRevokedCertificatesRequest, ListRevokedCertificatesResponse};
use runtime::Caller;

use crate::{
    certificate::{self, LIST_LASTS},
    error::Error,
    service::Lab,
    store::certificates::revoked,
};

pub async fn handle(service: &Lab, _: &Caller, _: ListRevokedCertificatesRequest) -> Result<ListRevokedCertificatesResponse, Error> {
    Ok(ListRevokedCertificatesResponse { jws: signed(service).await? })
}

/// The list as it is published.
pub async fn signed(service: &Lab) -> Result<String, Error> {
    let keys = certificate::keys(service).await?;
    let now = service.now();
    let mut conn = service.database.acquire().await?;
    let revoked = revoked(&mut conn, now).await?;
    // Seconds only grow, and no two lists of one second differ in what a verifier may do.
    let version = u64::try_from(now.timestamp()).unwrap_or_default();
    let list = RevocationDraft { version, next_update: now + LIST_LASTS, revoked }.sign(&keys, now);
    list.map_err(|_| Error::Certificate)
}
