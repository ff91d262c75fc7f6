//! The caller himself.

use contract::accounts::v1::{GetCurrentAccountRequest, GetCurrentAccountResponse};
use runtime::Caller;

use crate::{error::Error, proto, service::Accounts, store};

pub async fn handle(accounts: &Accounts, caller: Caller, _: GetCurrentAccountRequest) -> Result<GetCurrentAccountResponse, Error> {
    let me = caller.account()?;
    let mut tx = accounts.database.begin().await?;
    let now = store::now(&mut tx).await?;
    let expires_at = store::sessions::expiry(&mut tx, me.session_id, now).await?.ok_or(Error::NoSession)?;
    let account = store::accounts::own(&mut tx, &accounts.keyring, me.account_id, now).await?.ok_or(Error::NoSession)?;
    let preferences = store::accounts::preferences(&mut tx, account.id).await?;
    let principal = proto::principal(&account, preferences, me.session_id.to_string(), expires_at, now);
    Ok(GetCurrentAccountResponse { principal: Some(principal) })
}
