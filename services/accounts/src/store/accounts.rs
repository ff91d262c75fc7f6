//! Accounts. A name is opened only for who may see it: every query that returns one takes the areas of the caller, or is about himself.

use chrono::{DateTime, Utc};
use ids::AccountId;
use seal::{DataKey, Keyring, Place};
use sqlx::PgConnection;
use uuid::Uuid;
use vietnam::AreaKey;

use super::{grants, units::UnitRow};
use crate::{account::Account, authority::Administrator, error::Error, unit::Unit};

/// An account that is about to be made.
pub struct NewAccount<'a> {
    pub id: AccountId,
    pub login: &'a str,
    pub full_name: &'a str,
    pub unit: &'a Unit,
    pub request_digest: [u8; 32],
    /// `None` where a program seeds.
    pub created_by: Option<AccountId>,
    pub now: DateTime<Utc>,
}

/// What signing in needs.
pub struct Credentials {
    pub id: AccountId,
    pub password_hash: Option<String>,
}

struct AccountRow {
    id: Uuid,
    login: String,
    full_name: Vec<u8>,
    locked: bool,
    has_password: bool,
    version: i64,
    created_at: DateTime<Utc>,
    last_signed_in_at: Option<DateTime<Utc>>,
    unit_id: Uuid,
    unit_parent_id: Option<Uuid>,
    unit_name: String,
    unit_kind: i16,
    unit_area: String,
    unit_post_code: Option<String>,
    unit_path: Vec<Uuid>,
}

impl AccountRow {
    fn read(self, key: &DataKey) -> Result<Account, Error> {
        let unit = UnitRow {
            id: self.unit_id,
            parent_id: self.unit_parent_id,
            name: self.unit_name,
            kind: self.unit_kind,
            area: self.unit_area,
            post_code: self.unit_post_code,
            path: self.unit_path,
        };
        Ok(Account {
            full_name: key.open_text(name_of(self.id), &self.full_name)?,
            id: AccountId::from_uuid(self.id),
            login: self.login,
            unit: unit.read()?,
            locked: self.locked,
            has_password: self.has_password,
            grants: Vec::new(),
            version: self.version,
            created_at: self.created_at,
            last_signed_in_at: self.last_signed_in_at,
        })
    }
}

const fn name_of(account: Uuid) -> Place {
    Place { table: "accounts.accounts", column: "full_name", row: account }
}

/// Makes its data key too. [`Error::LoginTaken`] where the database says so; the transaction is lost then.
pub async fn insert(conn: &mut PgConnection, keyring: &Keyring, new: &NewAccount<'_>) -> Result<(), Error> {
    let id = new.id.as_uuid();
    let key = seal::create_key(conn, keyring, id).await?;
    let full_name = key.seal(name_of(id), new.full_name.as_bytes())?;
    sqlx::query!(
        "insert into accounts.accounts (id, login, full_name, unit_id, request_digest, created_by, created_at) values ($1, $2, $3, $4, $5, $6, $7)",
        id,
        new.login,
        full_name,
        new.unit.id.as_uuid(),
        &new.request_digest[..],
        new.created_by.map(AccountId::as_uuid),
        new.now
    )
    .execute(conn)
    .await
    .map_err(|error| match error.as_database_error().and_then(|error| error.constraint()) {
        Some("accounts_login_key") => Error::LoginTaken,
        _ => error.into(),
    })?;
    Ok(())
}

/// Who administers: his unit and his grants, held still until the transaction ends, so that nobody takes them from him halfway. `None` when his
/// account is locked.
pub async fn administrator(conn: &mut PgConnection, id: AccountId, now: DateTime<Utc>) -> Result<Option<Administrator>, Error> {
    let unit = sqlx::query_as!(
        UnitRow,
        "select unit.id, unit.parent_id, unit.name, unit.kind, unit.area, unit.post_code, unit.path
         from accounts.accounts as account join accounts.units as unit on unit.id = account.unit_id
         where account.id = $1 and not account.locked
         for share of account",
        id.as_uuid()
    );
    let Some(unit) = unit.fetch_optional(&mut *conn).await? else { return Ok(None) };
    Ok(Some(Administrator { unit: unit.read()?, grants: grants::of_account(conn, id, now).await? }))
}

/// Lets one request at a time make the account of this id: a repeated one finds what the first has made.
pub async fn reserve(conn: &mut PgConnection, id: AccountId) -> Result<(), Error> {
    sqlx::query!("select pg_advisory_xact_lock(hashtextextended($1, 0))", id.to_string()).execute(conn).await?;
    Ok(())
}

/// Lets one at a time make a province's first administrator.
pub async fn reserve_first(conn: &mut PgConnection) -> Result<(), Error> {
    sqlx::query!("select pg_advisory_xact_lock(hashtextextended('accounts.first_administrator', 0))").execute(conn).await?;
    Ok(())
}

/// Whether somebody who has set a password holds the role in this very area, locked or not.
pub async fn has_holder(conn: &mut PgConnection, role: &str, area: AreaKey, now: DateTime<Utc>) -> Result<bool, Error> {
    let found = sqlx::query_scalar!(
        r#"select exists (
               select from accounts.grants as given join accounts.accounts as account on account.id = given.account_id
               where given.role_id = $1 and given.area = $2 and given.revoked_at is null
                 and (given.valid_until is null or given.valid_until > $3) and account.password_hash is not null
           ) as "found!""#,
        role,
        area.to_string(),
        now
    );
    Ok(found.fetch_one(conn).await?)
}

/// Waits until nobody else changes the account; whether there is one.
pub async fn lock(conn: &mut PgConnection, id: AccountId) -> Result<bool, Error> {
    let found = sqlx::query_scalar!("select id from accounts.accounts where id = $1 for update", id.as_uuid()).fetch_optional(conn).await?;
    Ok(found.is_some())
}

/// The account with its grants, if its unit lies in one of these areas.
pub async fn visible(
    conn: &mut PgConnection,
    keyring: &Keyring,
    id: AccountId,
    areas: &[String],
    now: DateTime<Utc>,
) -> Result<Option<Account>, Error> {
    find(conn, keyring, id, Some(areas), now).await
}

/// The caller's own account, or one that the service itself changes.
pub async fn own(conn: &mut PgConnection, keyring: &Keyring, id: AccountId, now: DateTime<Utc>) -> Result<Option<Account>, Error> {
    find(conn, keyring, id, None, now).await
}

async fn find(
    conn: &mut PgConnection,
    keyring: &Keyring,
    id: AccountId,
    areas: Option<&[String]>,
    now: DateTime<Utc>,
) -> Result<Option<Account>, Error> {
    let row = sqlx::query_as!(
        AccountRow,
        r#"select account.id, account.login, account.full_name, account.locked, account.password_hash is not null as "has_password!",
                  account.version, account.created_at, account.last_signed_in_at,
                  unit.id as unit_id, unit.parent_id as unit_parent_id, unit.name as unit_name, unit.kind as unit_kind, unit.area as unit_area,
                  unit.post_code as unit_post_code, unit.path as unit_path
           from accounts.accounts as account join accounts.units as unit on unit.id = account.unit_id
           where account.id = $1 and ($2::text[] is null or unit.areas && $2)"#,
        id.as_uuid(),
        areas
    )
    .fetch_optional(&mut *conn)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let key = seal::open_key(conn, keyring, row.id).await?;
    let mut account = row.read(&key)?;
    account.grants = grants::of_account(conn, account.id, now).await?;
    Ok(Some(account))
}

/// Every account of units in these areas (and of one unit, if named), names opened, without grants and in no order. A province has some
/// thousand accounts: opening them all costs milliseconds, keeps every part of a name searchable, and leaves no index from which a stolen
/// copy of the database would tell names.
pub async fn all_visible(conn: &mut PgConnection, keyring: &Keyring, areas: &[String], unit: Option<Uuid>) -> Result<Vec<Account>, Error> {
    let rows = sqlx::query_as!(
        AccountRow,
        r#"select account.id, account.login, account.full_name, account.locked, account.password_hash is not null as "has_password!",
                  account.version, account.created_at, account.last_signed_in_at,
                  unit.id as unit_id, unit.parent_id as unit_parent_id, unit.name as unit_name, unit.kind as unit_kind, unit.area as unit_area,
                  unit.post_code as unit_post_code, unit.path as unit_path
           from accounts.accounts as account join accounts.units as unit on unit.id = account.unit_id
           where unit.areas && $1 and ($2::uuid is null or unit.id = $2)"#,
        areas,
        unit
    )
    .fetch_all(&mut *conn)
    .await?;
    let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
    let keys = seal::open_keys(conn, keyring, &ids).await?;
    // An erased account has no key: it is nobody's any more.
    rows.into_iter().filter_map(|row| keys.get(&row.id).map(|key| row.read(key))).collect()
}

/// Digest of the request that made the account and who sent it, if the id is taken.
pub async fn made_by(conn: &mut PgConnection, id: AccountId) -> Result<Option<(Vec<u8>, Option<AccountId>)>, Error> {
    let row =
        sqlx::query!("select request_digest, created_by from accounts.accounts where id = $1", id.as_uuid()).fetch_optional(conn).await?;
    Ok(row.map(|row| (row.request_digest, row.created_by.map(AccountId::from_uuid))))
}

pub async fn credentials(conn: &mut PgConnection, login: &str) -> Result<Option<Credentials>, Error> {
    let row = sqlx::query!("select id, password_hash from accounts.accounts where login = $1", login).fetch_optional(conn).await?;
    Ok(row.map(|row| Credentials { id: AccountId::from_uuid(row.id), password_hash: row.password_hash }))
}

/// Stores lock and version as the domain decided them.
pub async fn save(conn: &mut PgConnection, account: &Account) -> Result<(), Error> {
    sqlx::query!(
        "update accounts.accounts set locked = $2, version = $3 where id = $1",
        account.id.as_uuid(),
        account.locked,
        account.version
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// `None` takes the password away.
pub async fn set_password(conn: &mut PgConnection, id: AccountId, hash: Option<&str>) -> Result<(), Error> {
    sqlx::query!("update accounts.accounts set password_hash = $2 where id = $1", id.as_uuid(), hash).execute(conn).await?;
    Ok(())
}

pub async fn signed_in(conn: &mut PgConnection, id: AccountId, now: DateTime<Utc>) -> Result<(), Error> {
    sqlx::query!("update accounts.accounts set last_signed_in_at = $2 where id = $1", id.as_uuid(), now).execute(conn).await?;
    Ok(())
}

/// Language, theme and glove mode of an owner's pages.
pub struct Preferences {
    pub language: String,
    pub theme: String,
    pub gloves: bool,
}

pub async fn preferences(conn: &mut PgConnection, id: AccountId) -> Result<Preferences, Error> {
    let row = sqlx::query_as!(Preferences, "select language, theme, gloves from accounts.accounts where id = $1", id.as_uuid());
    Ok(row.fetch_one(conn).await?)
}

pub async fn set_preferences(conn: &mut PgConnection, id: AccountId, chosen: &Preferences) -> Result<(), Error> {
    sqlx::query!(
        "update accounts.accounts set language = $2, theme = $3, gloves = $4 where id = $1",
        id.as_uuid(),
        chosen.language,
        chosen.theme,
        chosen.gloves
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Where a seeded account works, in the province's present profile.
pub async fn move_to(conn: &mut PgConnection, id: AccountId, unit: &Unit) -> Result<(), Error> {
    sqlx::query!("update accounts.accounts set unit_id = $2 where id = $1 and unit_id <> $2", id.as_uuid(), unit.id.as_uuid())
        .execute(conn)
        .await?;
    Ok(())
}
