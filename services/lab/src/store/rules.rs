//! The dated data in force at a time, and the laboratories.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use vietnam::AreaKey;

use crate::{error::Error, policy::Policy, store};

pub async fn policy(conn: &mut PgConnection, at: DateTime<Utc>) -> Result<Policy, Error> {
    let row = sqlx::query_scalar!(
        "select policy from testing_policies where valid_from <= $1 order by valid_from desc, version desc limit 1",
        at
    );
    let policy = row.fetch_optional(conn).await?.ok_or(Error::corrupt("no policy is in force"))?;
    serde_json::from_value(policy).map_err(|_| Error::corrupt("testing_policies.policy"))
}

/// All of them, oldest first: what a result means depends on the day of its test.
pub async fn policies(conn: &mut PgConnection) -> Result<Vec<Policy>, Error> {
    let rows = sqlx::query_scalar!("select policy from testing_policies order by valid_from, version").fetch_all(conn).await?;
    rows.into_iter().map(|policy| serde_json::from_value(policy).map_err(|_| Error::corrupt("testing_policies.policy"))).collect()
}

#[derive(Debug, Clone)]
pub struct Laboratory {
    pub id: String,
    pub name: String,
    pub area: AreaKey,
    pub seen_by: Vec<String>,
}

struct Row {
    laboratory_id: String,
    name: String,
    area: String,
    seen_by: Vec<String>,
}

impl TryFrom<Row> for Laboratory {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self, Error> {
        Ok(Self { id: row.laboratory_id, name: row.name, area: store::area(&row.area)?, seen_by: row.seen_by })
    }
}

pub async fn laboratories(conn: &mut PgConnection) -> Result<Vec<Laboratory>, Error> {
    let rows = sqlx::query_as!(Row, "select laboratory_id, name, area, seen_by from laboratories order by laboratory_id");
    rows.fetch_all(conn).await?.into_iter().map(Laboratory::try_from).collect()
}

pub async fn laboratory(conn: &mut PgConnection, id: &str) -> Result<Option<Laboratory>, Error> {
    let row = sqlx::query_as!(Row, "select laboratory_id, name, area, seen_by from laboratories where laboratory_id = $1", id);
    row.fetch_optional(conn).await?.map(Laboratory::try_from).transpose()
}

/// One that lies in the caller's areas.
pub async fn own_laboratory(conn: &mut PgConnection, id: &str, eyes: &[String]) -> Result<Laboratory, Error> {
    let row = sqlx::query_as!(
        Row,
        "select laboratory_id, name, area, seen_by from laboratories where laboratory_id = $1 and seen_by && $2",
        id,
        eyes
    );
    row.fetch_optional(conn).await?.map(Laboratory::try_from).transpose()?.ok_or(Error::not_found())
}
