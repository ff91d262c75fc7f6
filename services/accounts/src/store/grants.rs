//! Roles and grants.

use chrono::{DateTime, Utc};
use contract::Permission;
use ids::{AccountId, GrantId};
use sqlx::PgConnection;
use vietnam::AreaKey;

use crate::{authority::Grant, error::Error, wanted_grant::WantedGrant};

/// A role in force.
pub struct Role {
    pub id: String,
    pub name_vi: String,
    pub name_en: String,
    pub permissions: Vec<String>,
}

/// What a role gives: now, and at any time until some end.
pub struct Powers {
    pub now: Vec<Permission>,
    pub ever: Vec<Permission>,
}

pub async fn roles(conn: &mut PgConnection, now: DateTime<Utc>) -> Result<Vec<Role>, Error> {
    let roles = sqlx::query_as!(
        Role,
        "select distinct on (id) id, name_vi, name_en, permissions from accounts.roles where valid_from <= $1 order by id, valid_from desc",
        now
    );
    Ok(roles.fetch_all(conn).await?)
}

/// `None` when no version of the role is in force.
pub async fn powers(
    conn: &mut PgConnection,
    role: &str,
    now: DateTime<Utc>,
    until: Option<DateTime<Utc>>,
) -> Result<Option<Powers>, Error> {
    let versions = sqlx::query!(
        "select valid_from, permissions from accounts.roles
         where id = $1 and ($3::timestamptz is null or valid_from < $3)
           and valid_from >= (select max(valid_from) from accounts.roles where id = $1 and valid_from <= $2)
         order by valid_from",
        role,
        now,
        until
    )
    .fetch_all(conn)
    .await?;
    let Some(first) = versions.first() else { return Ok(None) };
    let current = permissions(&first.permissions);
    let mut ever: Vec<Permission> = versions.iter().flat_map(|version| permissions(&version.permissions)).collect();
    ever.sort_unstable();
    ever.dedup();
    Ok(Some(Powers { now: current, ever }))
}

/// A name that this build does not know gives nothing.
fn permissions(names: &[String]) -> Vec<Permission> {
    names.iter().filter_map(|name| Permission::parse(name)).collect()
}

/// Grants of an account that are neither revoked nor over, by beginning.
pub async fn of_account(conn: &mut PgConnection, account: AccountId, now: DateTime<Utc>) -> Result<Vec<Grant>, Error> {
    let rows = sqlx::query!(
        "select id, role_id, area, valid_from, valid_until from accounts.grants
         where account_id = $1 and revoked_at is null and (valid_until is null or valid_until > $2)
         order by valid_from, id",
        account.as_uuid(),
        now
    )
    .fetch_all(&mut *conn)
    .await?;
    let mut grants = Vec::with_capacity(rows.len());
    for row in rows {
        let powers = powers(conn, &row.role_id, now, row.valid_until).await?.unwrap_or(Powers { now: Vec::new(), ever: Vec::new() });
        grants.push(Grant {
            id: GrantId::from_uuid(row.id),
            area: AreaKey::parse(&row.area).map_err(|_| Error::broken("grants.area"))?,
            role: row.role_id,
            valid_from: row.valid_from,
            valid_until: row.valid_until,
            permissions: powers.now,
            ever: powers.ever,
        });
    }
    Ok(grants)
}

/// `by` is `None` where a program seeds.
pub async fn insert(
    conn: &mut PgConnection,
    account: AccountId,
    grant: &Grant,
    by: Option<AccountId>,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    sqlx::query!(
        "insert into accounts.grants (id, account_id, role_id, area, valid_from, valid_until, created_by, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
        grant.id.as_uuid(),
        account.as_uuid(),
        grant.role,
        grant.area.to_string(),
        grant.valid_from,
        grant.valid_until,
        by.map(AccountId::as_uuid),
        now
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Whether the grant of this id is the one that is wanted for this account; `None` when there is none.
pub async fn is_same(conn: &mut PgConnection, grant: GrantId, account: AccountId, wanted: &WantedGrant) -> Result<Option<bool>, Error> {
    let same = sqlx::query_scalar!(
        r#"select account_id = $2 and role_id = $3 and area = $4 and valid_until is not distinct from $5
                  and ($6::timestamptz is null or valid_from >= $6) as "same!"
           from accounts.grants where id = $1"#,
        grant.as_uuid(),
        account.as_uuid(),
        wanted.role,
        wanted.area.to_string(),
        wanted.until,
        wanted.from
    );
    Ok(same.fetch_optional(conn).await?)
}

pub async fn revoke(conn: &mut PgConnection, grant: GrantId, now: DateTime<Utc>) -> Result<(), Error> {
    sqlx::query!("update accounts.grants set revoked_at = $2 where id = $1 and revoked_at is null", grant.as_uuid(), now)
        .execute(conn)
        .await?;
    Ok(())
}

/// Whether the account has or had this grant.
pub async fn belongs(conn: &mut PgConnection, grant: GrantId, account: AccountId) -> Result<bool, Error> {
    let found = sqlx::query_scalar!(
        r#"select exists (select from accounts.grants where id = $1 and account_id = $2) as "found!""#,
        grant.as_uuid(),
        account.as_uuid()
    );
    Ok(found.fetch_one(conn).await?)
}

/// Characters that a password of this account needs: the most that one of its roles asks for.
pub async fn password_length(conn: &mut PgConnection, account: AccountId, now: DateTime<Utc>) -> Result<usize, Error> {
    let length = sqlx::query_scalar!(
        "select max(role.password_length) from accounts.grants as given join accounts.roles as role on role.id = given.role_id
         where given.account_id = $1 and given.revoked_at is null and (given.valid_until is null or given.valid_until > $2)",
        account.as_uuid(),
        now
    )
    .fetch_one(conn)
    .await?;
    Ok(length.and_then(|length| usize::try_from(length).ok()).unwrap_or_default().max(crate::password::SHORTEST))
}
