//! A new one-time link. Whoever holds it can become the account, so it takes what giving the account's authority would take.

use audit::Kind;
use contract::{
    Permission,
    accounts::v1::{CreatePasswordLinkRequest, CreatePasswordLinkResponse},
};
use ids::{AccountId, LinkId};
use runtime::Caller;
use serde_json::json;

use crate::{decode::Reader, error::Error, publish, service::Accounts, store, token::Token, trail};

pub async fn handle(accounts: &Accounts, caller: Caller, request: CreatePasswordLinkRequest) -> Result<CreatePasswordLinkResponse, Error> {
    caller.require(Permission::AccountsAccountsManage)?;
    let mut reader = Reader::of(&request);
    let id = reader.id("account_id", &request.account_id, AccountId::parse);
    let id = reader.finish(id)?;
    let mut tx = accounts.database.begin().await?;
    let now = store::now(&mut tx).await?;
    let mut subject = accounts.subject(&mut tx, &caller, id, now).await?;
    subject.administrator.may_hand_out(&subject.account.unit, &subject.account.grants, now)?;
    let happened = subject.account.renew_password(subject.by)?;
    let account = &subject.account;
    store::accounts::save(&mut tx, account).await?;
    store::accounts::set_password(&mut tx, id, None).await?;
    store::sessions::end_all(&mut tx, id, now).await?;
    let token = Token::random().map_err(Error::internal)?;
    let link_expires_at = store::links::replace(&mut tx, LinkId::mint(now), id, &token, now).await?;
    publish::append(&mut tx, account, &happened, now).await?;
    let permission = Some(Permission::AccountsAccountsManage);
    let detail = json!({ "version": account.version });
    let row = trail::Row { kind: Kind::Write, action: "accounts.CreatePasswordLink", permission, account: Some(account), detail };
    trail::record(&mut tx, &caller, now, row).await?;
    tx.commit().await?;
    Ok(CreatePasswordLinkResponse { link_token: token.text(), link_expires_at: Some(link_expires_at.into()) })
}
