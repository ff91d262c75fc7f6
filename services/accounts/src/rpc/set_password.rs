//! The owner sets his password with a one-time link; the link, earlier sessions and the old password are gone.

use audit::Kind;
use contract::accounts::v1::{SetPasswordRequest, SetPasswordResponse};
use ids::AccountId;
use runtime::Caller;
use serde_json::json;

use crate::{
    account::Account,
    decode::Reader,
    error::Error,
    login::Login,
    password::{Password, Weak},
    publish,
    service::Accounts,
    store,
    token::Token,
    trail,
};

pub async fn handle(accounts: &Accounts, caller: Caller, request: SetPasswordRequest) -> Result<SetPasswordResponse, Error> {
    Reader::of(&request).finish(Some(()))?;
    let token = Token::parse(&request.link_token).ok_or(Error::NotFound)?;
    let password = chosen(accounts, &token, &request.password).await?;
    let hash = accounts.hashing.hash(password).await?;

    let mut tx = accounts.database.begin().await?;
    let now = store::now(&mut tx).await?;
    let id = owner(accounts, &mut tx, &token).await?.id;
    store::accounts::lock(&mut tx, id).await?;
    // Again, now that nobody else can use the link at the same time.
    let mut account = owner(accounts, &mut tx, &token).await?;
    let happened = account.set_password()?;
    store::accounts::save(&mut tx, &account).await?;
    store::accounts::set_password(&mut tx, id, Some(&hash)).await?;
    store::links::end_all(&mut tx, id, now).await?;
    store::sessions::end_all(&mut tx, id, now).await?;
    publish::append(&mut tx, &account, &happened, now).await?;
    let detail = json!({ "version": account.version });
    let row = trail::Row { kind: Kind::Write, action: "accounts.SetPassword", permission: None, account: Some(&account), detail };
    trail::record(&mut tx, &caller, now, row).await?;
    tx.commit().await?;
    Ok(SetPasswordResponse { login: account.login })
}

/// The account whose link it is; not found once it was used, replaced, or three days old.
async fn owner(accounts: &Accounts, tx: &mut runtime::Transaction, token: &Token) -> Result<Account, Error> {
    let now = store::now(tx).await?;
    let id: AccountId = store::links::find(tx, token, now).await?.ok_or(Error::NotFound)?;
    store::accounts::own(tx, &accounts.keyring, id, now).await?.ok_or(Error::NotFound)
}

/// The password, if it is good enough for this account. No hash is computed for a link that is none.
async fn chosen(accounts: &Accounts, token: &Token, text: &str) -> Result<Password, Error> {
    let mut tx = accounts.database.begin().await?;
    let account = owner(accounts, &mut tx, token).await?;
    let now = store::now(&mut tx).await?;
    let shortest = store::grants::password_length(&mut tx, account.id, now).await?;
    tx.rollback().await?;
    let login = Login::parse(&account.login).map_err(|_| Error::broken("accounts.login"))?;
    Password::choose(text, &login, shortest).map_err(weak)
}

fn weak(weak: Weak) -> Error {
    let (code, vi, en) = match weak {
        Weak::TooShort(least) => ("TOO_SHORT", format!("Cần ít nhất {least} ký tự."), format!("At least {least} characters are needed.")),
        Weak::TooLong => ("TOO_LONG", "Không được quá 128 ký tự.".to_owned(), "At most 128 characters are allowed.".to_owned()),
        Weak::ContainsLogin => {
            ("CONTAINS_LOGIN", "Mật khẩu không được chứa tên đăng nhập.".to_owned(), "The password must not contain the login.".to_owned())
        }
        Weak::Common => (
            "TOO_COMMON",
            "Mật khẩu này quá dễ đoán. Hãy dùng một câu chỉ bạn biết.".to_owned(),
            "This password is easy to guess. Use a phrase that only you know.".to_owned(),
        ),
    };
    let mut reader = Reader::of_nothing();
    reader.refuse("password", code, vi, en);
    reader.refused()
}
