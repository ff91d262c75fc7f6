//! The units of a province, from its profile and the list of areas; and the people of a demonstration. Both may be repeated and change nothing then.

mod demo_logins;
mod people;
mod units;

use chrono::{DateTime, Utc};
use ids::{AccountId, GrantId};
use runtime::Env;
use sqlx::PgConnection;
use vietnam::province::Profile;

use self::{
    demo_logins::DemoLogins,
    people::{PEOPLE, Person},
};
use crate::{
    ServeError,
    authority::Grant,
    connect,
    error::Error,
    first_administrator::Agency,
    login::Login,
    password::Password,
    service::Accounts,
    store::{self, accounts::NewAccount},
    unit::Unit,
};

/// How somebody signs in to a demonstration.
pub struct DemoLogin {
    pub login: String,
    pub password: String,
    /// His unit, in Vietnamese.
    pub whose: String,
}

/// The root of an agency's units, made with every other unit there is by law and profile.
pub async fn unit_of(conn: &mut PgConnection, profile: &Profile, agency: Agency, now: DateTime<Utc>) -> Result<Unit, Error> {
    let units = units::ensure(conn, profile, now).await?;
    Ok(match agency {
        Agency::Police => units.province_police,
        Agency::Health => units.health_department,
    })
}

/// Adds units and demonstration accounts that are missing and says how to sign in. Passwords are random, made once, and kept in the file
/// `demo-logins` of the folder `ACCOUNTS_KEYS`, for its owner alone; a password that somebody changed since is left alone.
pub async fn seed_demo(env: &Env, profile: &Profile) -> Result<Vec<DemoLogin>, ServeError> {
    let accounts = connect(env).await?;
    let logins = DemoLogins::open(&env.text("ACCOUNTS_KEYS")?, PEOPLE.iter().map(|person| person.login))?;
    let mut tx = accounts.database.begin().await?;
    let now = store::now(&mut tx).await.map_err(Error::from)?;
    let units = units::ensure(&mut tx, profile, now).await?;
    tx.commit().await?;
    let mut made = Vec::new();
    for person in &PEOPLE {
        let Some(unit) = person.unit(profile, &units) else { continue };
        let password = logins.password(person.login);
        ensure(&accounts, person, &unit, password, logins.are_new()).await?;
        made.push(DemoLogin { login: person.login.to_owned(), password: password.to_owned(), whose: unit.name });
    }
    accounts.database.close().await;
    Ok(made)
}

async fn ensure(accounts: &Accounts, person: &Person, unit: &Unit, password: &str, new_passwords: bool) -> Result<(), Error> {
    let mut tx = accounts.database.begin().await?;
    let now = store::now(&mut tx).await?;
    let earlier = store::accounts::credentials(&mut tx, person.login).await?;
    let id = match &earlier {
        Some(earlier) => earlier.id,
        None => make(&mut tx, accounts, person, unit, now).await?,
    };
    store::accounts::move_to(&mut tx, id, unit).await?;
    for role in person.roles {
        ensure_grant(&mut tx, id, role, unit, now).await?;
    }
    if new_passwords || earlier.is_none_or(|earlier| earlier.password_hash.is_none()) {
        let login = Login::parse(person.login).map_err(|_| Error::broken("demo login"))?;
        let chosen = Password::choose(password, &login, crate::password::SHORTEST).map_err(Error::internal)?;
        let hash = accounts.hashing.hash(chosen).await?;
        store::accounts::set_password(&mut tx, id, Some(&hash)).await?;
        store::sessions::end_all(&mut tx, id, now).await?;
    }
    tx.commit().await?;
    Ok(())
}

async fn make(conn: &mut PgConnection, accounts: &Accounts, person: &Person, unit: &Unit, now: DateTime<Utc>) -> Result<AccountId, Error> {
    let id = AccountId::mint(now);
    let request_digest = accounts.keyring.index("accounts.accounts.request", &format!("demo {}", person.login))?;
    let new = NewAccount { id, login: person.login, full_name: person.full_name, unit, request_digest, created_by: None, now };
    store::accounts::insert(conn, &accounts.keyring, &new).await?;
    Ok(id)
}

/// The grant in the unit's area, unless there is one: another province profile on the same database adds its own.
async fn ensure_grant(conn: &mut PgConnection, id: AccountId, role: &str, unit: &Unit, now: DateTime<Utc>) -> Result<(), Error> {
    let held = store::grants::of_account(conn, id, now).await?;
    if held.iter().any(|grant| grant.role == role && grant.area == unit.area) {
        return Ok(());
    }
    let (grant, role) = (GrantId::mint(now), role.to_owned());
    let grant = Grant { id: grant, role, area: unit.area, valid_from: now, valid_until: None, permissions: Vec::new(), ever: Vec::new() };
    store::grants::insert(conn, id, &grant, None, now).await
}
