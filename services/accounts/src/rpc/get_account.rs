//! One account of the caller's area.

use audit::Kind;
use contract::{
    Permission,
    accounts::v1::{GetAccountRequest, GetAccountResponse},
};
use ids::AccountId;
use runtime::Caller;
use serde_json::json;

use crate::{decode::Reader, error::Error, proto, service::Accounts, store, trail};

pub async fn handle(accounts: &Accounts, caller: Caller, request: GetAccountRequest) -> Result<GetAccountResponse, Error> {
    caller.require(Permission::AccountsAccountsRead)?;
    let mut reader = Reader::of(&request);
    let id = reader.id("account_id", &request.account_id, AccountId::parse);
    let id = reader.finish(id)?;
    let mut tx = accounts.database.begin().await?;
    let now = store::now(&mut tx).await?;
    let areas = caller.areas(Permission::AccountsAccountsRead);
    let account = store::accounts::visible(&mut tx, &accounts.keyring, id, &areas, now).await?.ok_or(Error::NotFound)?;
    let permission = Some(Permission::AccountsAccountsRead);
    let row = trail::Row { kind: Kind::Read, action: "accounts.GetAccount", permission, account: Some(&account), detail: json!({}) };
    trail::record(&mut tx, &caller, now, row).await?;
    tx.commit().await?;
    Ok(GetAccountResponse { account: Some(proto::account(&account)) })
}
