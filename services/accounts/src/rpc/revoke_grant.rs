//! Taking a grant away, from now on. Twice is once.

use audit::Kind;
use contract::{
    Permission,
    accounts::v1::{RevokeGrantRequest, RevokeGrantResponse},
};
use ids::{AccountId, GrantId};
use runtime::Caller;

use crate::{account::Refused, decode::Reader, error::Error, proto, publish, service::Accounts, store, trail};

pub async fn handle(accounts: &Accounts, caller: Caller, request: RevokeGrantRequest) -> Result<RevokeGrantResponse, Error> {
    caller.require(Permission::AccountsAccountsManage)?;
    let (id, grant) = decode(&request)?;
    let mut tx = accounts.database.begin().await?;
    let now = store::now(&mut tx).await?;
    let mut subject = accounts.subject(&mut tx, &caller, id, now).await?;
    match subject.account.revoke_grant(subject.by, grant, request.version) {
        Ok(happened) => {
            store::accounts::save(&mut tx, &subject.account).await?;
            store::grants::revoke(&mut tx, grant, now).await?;
            store::sessions::end_all(&mut tx, id, now).await?;
            publish::append(&mut tx, &subject.account, &happened, now).await?;
        }
        // Revoked before, or over: what was asked for is so already.
        Err(Refused::NoGrant) if store::grants::belongs(&mut tx, grant, id).await? => {}
        Err(refused) => return Err(refused.into()),
    }
    let account = &subject.account;
    let mut detail = trail::reason(&mut tx, &accounts.keyring, account, &request.reason).await?;
    detail["grant"] = grant.to_string().into();
    let permission = Some(Permission::AccountsAccountsManage);
    let row = trail::Row { kind: Kind::Write, action: "accounts.RevokeGrant", permission, account: Some(account), detail };
    trail::record(&mut tx, &caller, now, row).await?;
    tx.commit().await?;
    Ok(RevokeGrantResponse { account: Some(proto::account(account)) })
}

fn decode(request: &RevokeGrantRequest) -> Result<(AccountId, GrantId), Error> {
    let mut reader = Reader::of(request);
    let id = reader.id("account_id", &request.account_id, AccountId::parse);
    let grant = reader.id("grant_id", &request.grant_id, GrantId::parse);
    reader.finish(id.zip(grant))
}
