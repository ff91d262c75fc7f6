//! Signing out. Twice is once.

use audit::Kind;
use contract::accounts::v1::{DeleteSessionRequest, DeleteSessionResponse};
use runtime::Caller;
use serde_json::json;

use crate::{account::Happened, error::Error, publish, service::Accounts, store, trail};

pub async fn handle(accounts: &Accounts, caller: Caller, _: DeleteSessionRequest) -> Result<DeleteSessionResponse, Error> {
    let me = caller.account()?;
    let mut tx = accounts.database.begin().await?;
    let now = store::now(&mut tx).await?;
    store::accounts::lock(&mut tx, me.account_id).await?;
    if store::sessions::end(&mut tx, me.session_id, now).await? {
        let account = store::accounts::own(&mut tx, &accounts.keyring, me.account_id, now).await?.ok_or(Error::NoSession)?;
        publish::append(&mut tx, &account, &[Happened::SessionEnded(me.session_id)], now).await?;
        let detail = json!({ "session": me.session_id.to_string() });
        let row = trail::Row { kind: Kind::Write, action: "accounts.DeleteSession", permission: None, account: Some(&account), detail };
        trail::record(&mut tx, &caller, now, row).await?;
    }
    tx.commit().await?;
    Ok(DeleteSessionResponse {})
}
