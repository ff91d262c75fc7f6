//! Unlocking gives the account's authority back, so it takes what giving it would take.

use audit::Kind;
use contract::{
    Permission,
    accounts::v1::{UnlockAccountRequest, UnlockAccountResponse},
};
use ids::AccountId;
use runtime::Caller;

use crate::{decode::Reader, error::Error, proto, publish, service::Accounts, store, trail};

pub async fn handle(accounts: &Accounts, caller: Caller, request: UnlockAccountRequest) -> Result<UnlockAccountResponse, Error> {
    caller.require(Permission::AccountsAccountsManage)?;
    let mut reader = Reader::of(&request);
    let id = reader.id("account_id", &request.account_id, AccountId::parse);
    let id = reader.finish(id)?;
    let mut tx = accounts.database.begin().await?;
    let now = store::now(&mut tx).await?;
    let mut subject = accounts.subject(&mut tx, &caller, id, now).await?;
    subject.administrator.may_hand_out(&subject.account.unit, &subject.account.grants, now)?;
    if let Some(happened) = subject.account.unlock(subject.by, request.version)? {
        store::accounts::save(&mut tx, &subject.account).await?;
        publish::append(&mut tx, &subject.account, &happened, now).await?;
    }
    let account = &subject.account;
    let detail = trail::reason(&mut tx, &accounts.keyring, account, &request.reason).await?;
    let permission = Some(Permission::AccountsAccountsManage);
    let row = trail::Row { kind: Kind::Write, action: "accounts.UnlockAccount", permission, account: Some(account), detail };
    trail::record(&mut tx, &caller, now, row).await?;
    tx.commit().await?;
    Ok(UnlockAccountResponse { account: Some(proto::account(account)) })
}
