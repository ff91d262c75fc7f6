//! Locking the caller's session. Twice is once.

use audit::Kind;
use contract::accounts::v1::{LockSessionRequest, LockSessionResponse};
use runtime::Caller;
use serde_json::json;

use crate::{error::Error, service::Accounts, store, trail};

pub async fn handle(accounts: &Accounts, caller: Caller, _: LockSessionRequest) -> Result<LockSessionResponse, Error> {
    let me = caller.account()?;
    let mut tx = accounts.database.begin().await?;
    let now = store::now(&mut tx).await?;
    if store::sessions::lock(&mut tx, me.session_id, now).await? {
        let account = store::accounts::own(&mut tx, &accounts.keyring, me.account_id, now).await?.ok_or(Error::NoSession)?;
        let detail = json!({ "session": me.session_id.to_string() });
        let row = trail::Row { kind: Kind::Write, action: "accounts.LockSession", permission: None, account: Some(&account), detail };
        trail::record(&mut tx, &caller, now, row).await?;
    }
    tx.commit().await?;
    Ok(LockSessionResponse {})
}
