//! The dated data in force at a time.

use chrono::{DateTime, Utc};
use serde::de::DeserializeOwned;
use sqlx::PgConnection;

use crate::{
    error::Error,
    form::Form,
    routing::Rules,
    transfer::{Agencies, Agency},
};

/// A kind of `handling_rules`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Agencies,
    Escalation,
    Retention,
}

impl Kind {
    pub const fn code(self) -> &'static str {
        match self {
            Self::Agencies => "AGENCIES",
            Self::Escalation => "ESCALATION",
            Self::Retention => "RETENTION",
        }
    }
}

/// The categories in force, in their order.
pub async fn forms(conn: &mut PgConnection, at: DateTime<Utc>) -> Result<Vec<Form>, Error> {
    let rows = sqlx::query_scalar!(
        "select form from (
             select distinct on (category_id) category_id, position, form from category_forms where valid_from <= $1
             order by category_id, valid_from desc, version desc
         ) forms order by position, category_id",
        at
    );
    rows.fetch_all(conn).await?.into_iter().map(read_form).collect()
}

/// A category in the version that was filled in; 0 is the one in force.
pub async fn form(conn: &mut PgConnection, category: &str, version: i32, at: DateTime<Utc>) -> Result<Option<Form>, Error> {
    let row = sqlx::query_scalar!(
        "select form from category_forms where category_id = $1 and ($2 = 0 or version = $2) and valid_from <= $3
         order by valid_from desc, version desc limit 1",
        category,
        version,
        at
    );
    row.fetch_optional(conn).await?.map(read_form).transpose()
}

pub async fn routing(conn: &mut PgConnection, at: DateTime<Utc>) -> Result<Rules, Error> {
    let row =
        sqlx::query_scalar!("select rules from routing_rules where valid_from <= $1 order by valid_from desc, version desc limit 1", at);
    match row.fetch_optional(conn).await? {
        Some(rules) => serde_json::from_value(rules).map_err(|_| Error::corrupt("routing_rules.rules")),
        // Before the first rules everything goes to the province.
        None => Ok(Rules { version: 0, valid_from: at, rules: Vec::new() }),
    }
}

/// The version of a kind in force; none before the first one.
pub async fn handling<T: DeserializeOwned>(conn: &mut PgConnection, kind: Kind, at: DateTime<Utc>) -> Result<Option<T>, Error> {
    let rules = sqlx::query_scalar!(
        "select rules from handling_rules where kind = $1 and valid_from <= $2 order by valid_from desc, version desc limit 1",
        kind.code(),
        at
    );
    let rules = rules.fetch_optional(conn).await?;
    rules.map(|rules| serde_json::from_value(rules).map_err(|_| Error::corrupt("handling_rules.rules"))).transpose()
}

/// The agencies in force, in their order.
pub async fn agencies(conn: &mut PgConnection, at: DateTime<Utc>) -> Result<Vec<Agency>, Error> {
    let found: Option<Agencies> = handling(conn, Kind::Agencies, at).await?;
    Ok(found.map(|found| found.agencies).unwrap_or_default())
}

fn read_form(form: serde_json::Value) -> Result<Form, Error> {
    serde_json::from_value(form).map_err(|_| Error::corrupt("category_forms.form"))
}
