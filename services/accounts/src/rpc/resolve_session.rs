//! Whose session a token is, and what he may do at this moment: grants that began or ended a second ago count.

use contract::accounts::v1::{Principal, ResolveSessionRequest, ResolveSessionResponse};
use runtime::Caller;

use crate::{error::Error, proto, service::Accounts, store, token::Token};

pub async fn handle(accounts: &Accounts, caller: Caller, request: ResolveSessionRequest) -> Result<ResolveSessionResponse, Error> {
    caller.require_gateway()?;
    let token = Token::parse(&request.token).ok_or(Error::NoSession)?;
    let mut tx = accounts.database.begin().await?;
    let now = store::now(&mut tx).await?;
    let session = store::sessions::resolve(&mut tx, &token, now).await?.ok_or(Error::NoSession)?;
    let account = store::accounts::own(&mut tx, &accounts.keyring, session.account, now).await?.ok_or(Error::NoSession)?;
    let preferences = store::accounts::preferences(&mut tx, account.id).await?;
    tx.commit().await?;
    let principal = proto::principal(&account, preferences, session.id.to_string(), session.expires_at, now);
    let principal = Principal { locked: session.locked, ..principal };
    Ok(ResolveSessionResponse { principal: Some(principal) })
}
