//! One more grant for an account. Twice is once.

use audit::Kind;
use chrono::{DateTime, Utc};
use contract::{
    Permission,
    accounts::v1::{AddGrantRequest, AddGrantResponse},
};
use ids::{AccountId, GrantId};
use runtime::{Caller, Transaction};
use vietnam::Era;

use crate::{
    authority::Grant,
    decode::Reader,
    error::Error,
    proto, publish,
    service::{Accounts, Subject},
    store, trail,
    wanted_grant::WantedGrant,
};

pub async fn handle(accounts: &Accounts, caller: Caller, request: AddGrantRequest) -> Result<AddGrantResponse, Error> {
    caller.require(Permission::AccountsAccountsManage)?;
    let (id, grant, wanted) = decode(&request, accounts.era)?;
    let mut tx = accounts.database.begin().await?;
    let now = store::now(&mut tx).await?;
    let mut subject = accounts.subject(&mut tx, &caller, id, now).await?;
    match store::grants::is_same(&mut tx, grant, id, &wanted).await? {
        // Given before: what was asked for is so already, or was and has been revoked since.
        Some(true) => {}
        Some(false) => return Err(Error::IdReused),
        None => {
            let grant = wanted.judged(&mut tx, "grant", grant, now).await?;
            give(&mut tx, &mut subject, request.version, grant, now).await?;
        }
    }
    let account = &subject.account;
    let mut detail = trail::reason(&mut tx, &accounts.keyring, account, &request.reason).await?;
    detail["grant"] = grant.to_string().into();
    detail["role"] = wanted.role.into();
    detail["area"] = wanted.area.to_string().into();
    let permission = Some(Permission::AccountsAccountsManage);
    let row = trail::Row { kind: Kind::Write, action: "accounts.AddGrant", permission, account: Some(account), detail };
    trail::record(&mut tx, &caller, now, row).await?;
    tx.commit().await?;
    Ok(AddGrantResponse { account: Some(proto::account(account)) })
}

async fn give(tx: &mut Transaction, subject: &mut Subject, version: i64, grant: Grant, now: DateTime<Utc>) -> Result<(), Error> {
    subject.administrator.may_give(&grant, now)?;
    let id = subject.account.id;
    let before = store::grants::password_length(tx, id, now).await?;
    store::grants::insert(tx, id, &grant, Some(subject.by), now).await?;
    let longer = store::grants::password_length(tx, id, now).await? > before;
    let happened = subject.account.add_grant(subject.by, grant, version, longer)?;
    store::accounts::save(tx, &subject.account).await?;
    if longer {
        store::accounts::set_password(tx, id, None).await?;
        store::sessions::end_all(tx, id, now).await?;
    }
    publish::append(tx, &subject.account, &happened, now).await
}

fn decode(request: &AddGrantRequest, era: Era) -> Result<(AccountId, GrantId, WantedGrant), Error> {
    let mut reader = Reader::of(request);
    let id = reader.id("account_id", &request.account_id, AccountId::parse);
    let asked = request.grant.clone().unwrap_or_default();
    let grant = reader.id("grant.grant_id", &asked.grant_id, GrantId::parse);
    let wanted = WantedGrant::read(&mut reader, "grant", &asked, era);
    reader.finish((|| Some((id?, grant?, wanted?)))())
}
