//! Signing in. Unknown login, wrong password and too many tries look and last the same whether or not the login exists.

use audit::Kind;
use contract::accounts::v1::{CreateSessionRequest, CreateSessionResponse};
use ids::{AccountId, SessionId};
use runtime::Caller;
use serde_json::json;

use crate::{
    account::Refused,
    decode::Reader,
    error::Error,
    hashing::Verified,
    login::Login,
    password::Password,
    proto,
    service::Accounts,
    store::{self, accounts::Credentials, tries::Keys},
    token::Token,
    trail,
};

pub async fn handle(accounts: &Accounts, caller: Caller, request: CreateSessionRequest) -> Result<CreateSessionResponse, Error> {
    Reader::of(&request).finish(Some(()))?;
    let login = Login::parse(&request.login).ok();
    let keys = keys(accounts, &caller, login.as_ref().map_or(&request.login, |login| login.as_str()))?;

    let credentials = spend_try(accounts, &keys, login.as_ref()).await?;
    let known = credentials.as_ref().map(|found| found.id);
    let stored = credentials.and_then(|found| found.password_hash);
    let verified = accounts.hashing.verify(Password::typed(&request.password), stored.clone()).await?;
    match (known, stored) {
        (Some(id), Some(stored)) if verified != Verified::No => {
            let renewed = match verified {
                Verified::YesButOld => Some(accounts.hashing.hash(Password::typed(&request.password)).await?),
                Verified::Yes | Verified::No => None,
            };
            open_session(accounts, &caller, id, &keys, &stored, renewed).await
        }
        _ => refuse(accounts, &caller, known).await,
    }
}

/// Digests of what was typed and of where it came from.
fn keys(accounts: &Accounts, caller: &Caller, login: &str) -> Result<Keys, Error> {
    let client = caller.client.to_string();
    Ok(Keys {
        login_client: accounts.keyring.index("accounts.sign_in.login_client", &format!("{login}\n{client}"))?,
        login: accounts.keyring.index("accounts.sign_in.login", login)?,
        client: accounts.keyring.index("accounts.sign_in.client", &client)?,
    })
}

/// Counts the try before anything else is done, so that a hundred at once are a hundred tries.
async fn spend_try(accounts: &Accounts, keys: &Keys, login: Option<&Login>) -> Result<Option<Credentials>, Error> {
    let mut tx = accounts.database.begin().await?;
    let now = store::now(&mut tx).await?;
    store::tries::spend(&mut tx, keys, now).await??;
    let credentials = match login {
        Some(login) => store::accounts::credentials(&mut tx, login.as_str()).await?,
        None => None,
    };
    tx.commit().await?;
    Ok(credentials)
}

async fn refuse(accounts: &Accounts, caller: &Caller, known: Option<AccountId>) -> Result<CreateSessionResponse, Error> {
    let mut tx = accounts.database.begin().await?;
    let now = store::now(&mut tx).await?;
    trail::record_refused_sign_in(&mut tx, caller, now, known).await?;
    tx.commit().await?;
    Err(Error::WrongPassword)
}

async fn open_session(
    accounts: &Accounts,
    caller: &Caller,
    id: AccountId,
    keys: &Keys,
    verified: &str,
    renewed: Option<String>,
) -> Result<CreateSessionResponse, Error> {
    let mut tx = accounts.database.begin().await?;
    let now = store::now(&mut tx).await?;
    store::accounts::lock(&mut tx, id).await?;
    let account = store::accounts::own(&mut tx, &accounts.keyring, id, now).await?.ok_or(Error::WrongPassword)?;
    let current = store::accounts::credentials(&mut tx, &account.login).await?.and_then(|found| found.password_hash);
    if current.as_deref() != Some(verified) {
        // Changed while it was being verified.
        return Err(Error::WrongPassword);
    }
    if account.locked {
        // Told only to somebody who knows the password.
        return Err(Refused::Locked.into());
    }
    if let Some(hash) = renewed {
        store::accounts::set_password(&mut tx, id, Some(&hash)).await?;
    }
    store::tries::succeed(&mut tx, keys, id, now).await?;
    let (session, token) = (SessionId::mint(now), Token::random().map_err(Error::internal)?);
    store::sessions::insert(&mut tx, session, id, &token, now).await?;
    let expires_at = store::sessions::expiry(&mut tx, session, now).await?.ok_or(Error::NoSession)?;
    store::accounts::signed_in(&mut tx, id, now).await?;
    let detail = json!({ "session": session.to_string() });
    let row = trail::Row { kind: Kind::Write, action: "accounts.CreateSession", permission: None, account: Some(&account), detail };
    trail::record(&mut tx, caller, now, row).await?;
    tx.commit().await?;
    Ok(CreateSessionResponse { token: token.text(), expires_at: Some(expires_at.into()), account: Some(proto::account(&account)) })
}
