//! What every RPC of the service shares.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use contract::Permission;
use ids::AccountId;
use runtime::{Caller, Database, Denied};
use seal::Keyring;
use sqlx::PgConnection;
use vietnam::Era;

use crate::{account::Account, authority::Administrator, error::Error, hashing::Hashing, store};

#[derive(Clone)]
pub struct Accounts {
    pub database: Database,
    pub keyring: Arc<Keyring>,
    pub hashing: Hashing,
    /// The state of the map that an area without `valid_from` means.
    pub era: Era,
}

/// An account that the caller is about to change: both held still until the transaction ends.
pub struct Subject {
    pub by: AccountId,
    pub administrator: Administrator,
    pub account: Account,
}

impl Accounts {
    /// The caller as an administrator, by his grants now, not by those of some seconds ago in his caller context.
    pub async fn administrator(
        &self,
        conn: &mut PgConnection,
        caller: &Caller,
        now: DateTime<Utc>,
    ) -> Result<(AccountId, Administrator), Error> {
        let id = caller.account()?.account_id;
        let administrator = store::accounts::administrator(conn, id, now).await?.ok_or(Denied::NotSignedIn)?;
        Ok((id, administrator))
    }

    /// The account that the caller wants to change: not found outside his area, beyond him outside his unit.
    pub async fn subject(&self, conn: &mut PgConnection, caller: &Caller, id: AccountId, now: DateTime<Utc>) -> Result<Subject, Error> {
        if !store::accounts::lock(conn, id).await? {
            return Err(Error::NotFound);
        }
        let (by, administrator) = self.administrator(conn, caller, now).await?;
        let areas = caller.areas(Permission::AccountsAccountsManage);
        let account = store::accounts::visible(conn, &self.keyring, id, &areas, now).await?.ok_or(Error::NotFound)?;
        administrator.reaches(&account.unit, now)?;
        Ok(Subject { by, administrator, account })
    }
}
