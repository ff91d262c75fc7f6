//! The first administrator of a province's police, and that of its health service. Every other account is given by an administrator; this one is given by whoever may run programs beside the
//! database, once.

use audit::{Entry, Kind, Outcome, Who};
use chrono::{DateTime, Utc};
use contract::Permission;
use ids::{AccountId, AuditId, GrantId, LinkId, RequestId};
use runtime::{Env, Transaction};
use serde_json::json;
use vietnam::{PersonName, province::Profile};

use crate::{
    ServeError,
    account::{Account, Happened, State},
    authority::Grant,
    connect,
    error::Error,
    login::Login,
    publish, seed,
    service::Accounts,
    store::{self, accounts::NewAccount},
    token::Token,
    unit::Unit,
};

/// Whose accounts he gives out: neither reaches the other's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Agency {
    Police,
    Health,
}

impl Agency {
    const fn role(self) -> &'static str {
        match self {
            Self::Police => "PROVINCE_POLICE_ADMIN",
            Self::Health => "HEALTH_ADMIN",
        }
    }
}

/// With what the first administrator sets his password: `/password/<token>` at the officers' address, once, until `expires_at`.
pub struct FirstLink {
    pub token: String,
    pub expires_at: DateTime<Utc>,
}

/// Makes the account in the police of the province, or in its department of health, with every right that the administrator's role has; whoever never used his link gets another.
/// Fails with [`ServeError::HasAdministrator`] once one has set a password.
pub async fn first_administrator(
    env: &Env,
    profile: &Profile,
    agency: Agency,
    login: &str,
    full_name: &str,
) -> Result<FirstLink, ServeError> {
    let login = Login::parse(login).map_err(|_| ServeError::Login)?;
    let full_name = PersonName::parse(full_name).map_err(|_| ServeError::FullName)?;
    let accounts = connect(env).await?;
    let link = make(&accounts, profile, agency, &login, &full_name).await;
    accounts.database.close().await;
    link
}

async fn make(
    accounts: &Accounts,
    profile: &Profile,
    agency: Agency,
    login: &Login,
    full_name: &PersonName,
) -> Result<FirstLink, ServeError> {
    let role = agency.role();
    let mut tx = accounts.database.begin().await?;
    store::accounts::reserve_first(&mut tx).await?;
    let now = store::now(&mut tx).await.map_err(Error::from)?;
    let unit = seed::unit_of(&mut tx, profile, agency, now).await?;
    if store::accounts::has_holder(&mut tx, role, profile.area, now).await? {
        return Err(ServeError::HasAdministrator);
    }
    let id = match store::accounts::credentials(&mut tx, login.as_str()).await? {
        Some(earlier) => earlier.id,
        None => insert(&mut tx, accounts, (&unit, role), (login, full_name), now).await?,
    };
    let account = store::accounts::own(&mut tx, &accounts.keyring, id, now).await?.ok_or(Error::NotFound)?;
    // A login that somebody else works with is not raised by this door.
    if account.state() != State::Invited || !account.grants.iter().any(|grant| grant.role == role && grant.area == profile.area) {
        return Err(ServeError::LoginTaken);
    }
    let token = Token::random().map_err(Error::internal)?;
    let expires_at = store::links::replace(&mut tx, LinkId::mint(now), id, &token, now).await?;
    publish::append(&mut tx, &account, &[Happened::Changed], now).await?;
    record(&mut tx, &account, role, now).await?;
    tx.commit().await?;
    Ok(FirstLink { token: token.text(), expires_at })
}

async fn insert(
    tx: &mut Transaction,
    accounts: &Accounts,
    (unit, role): (&Unit, &str),
    (login, full_name): (&Login, &PersonName),
    now: DateTime<Utc>,
) -> Result<AccountId, Error> {
    let id = AccountId::mint(now);
    let request_digest = accounts.keyring.index("accounts.accounts.request", &format!("first {}", login.as_str()))?;
    let new = NewAccount { id, login: login.as_str(), full_name: full_name.as_str(), unit, request_digest, created_by: None, now };
    store::accounts::insert(tx, &accounts.keyring, &new).await?;
    let grant = Grant {
        id: GrantId::mint(now),
        role: role.to_owned(),
        area: unit.area,
        valid_from: now,
        valid_until: None,
        permissions: Vec::new(),
        ever: Vec::new(),
    };
    store::grants::insert(tx, id, &grant, None, now).await?;
    Ok(id)
}

async fn record(tx: &mut Transaction, account: &Account, role: &str, now: DateTime<Utc>) -> Result<(), Error> {
    let (request_id, area) = (RequestId::mint(now).to_string(), account.unit.area.to_string());
    let entry = Entry {
        id: AuditId::mint(now),
        at: now,
        kind: Kind::Write,
        action: "accounts.FirstAdministrator",
        outcome: Outcome::Done,
        who: Who { request_id: &request_id, ..Who::default() },
        permission: Some(Permission::AccountsAccountsManage.as_str()),
        area: Some(&area),
        subject: Some(account.id.as_uuid()),
        reason: None,
        detail: json!({ "role": role }),
    };
    Ok(audit::record(tx, entry).await?)
}
