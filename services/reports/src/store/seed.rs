//! Puts the shipped dated data into its tables. What is there already stays: an administrator may have changed it.

use chrono::{DateTime, Utc};
use serde::Serialize;
use sqlx::PgConnection;

use crate::{error::Error, seed::Seed, store::rules::Kind};

pub async fn write(conn: &mut PgConnection, seed: &Seed) -> Result<(), Error> {
    for (position, form) in (1_i16..).zip(&seed.forms) {
        let whole = serde_json::to_value(form).map_err(|_| Error::corrupt("category_forms.form"))?;
        sqlx::query!(
            "insert into category_forms (category_id, version, valid_from, position, form) values ($1, $2, $3, $4, $5) on conflict do nothing",
            form.category_id,
            form.version,
            form.valid_from,
            position,
            whole
        )
        .execute(&mut *conn)
        .await?;
    }
    for rules in &seed.rules {
        let whole = serde_json::to_value(rules).map_err(|_| Error::corrupt("routing_rules.rules"))?;
        sqlx::query!(
            "insert into routing_rules (version, valid_from, rules) values ($1, $2, $3) on conflict do nothing",
            rules.version,
            rules.valid_from,
            whole
        )
        .execute(&mut *conn)
        .await?;
    }
    for rules in &seed.agencies {
        handling(conn, Kind::Agencies, rules.version, rules.valid_from, rules).await?;
    }
    for rules in &seed.escalation {
        handling(conn, Kind::Escalation, rules.version, rules.valid_from, rules).await?;
    }
    for rules in &seed.retention {
        handling(conn, Kind::Retention, rules.version, rules.valid_from, rules).await?;
    }
    Ok(())
}

async fn handling(
    conn: &mut PgConnection,
    kind: Kind,
    version: i32,
    valid_from: DateTime<Utc>,
    rules: &impl Serialize,
) -> Result<(), Error> {
    let rules = serde_json::to_value(rules).map_err(|_| Error::corrupt("handling_rules.rules"))?;
    sqlx::query!(
        "insert into handling_rules (kind, version, valid_from, rules) values ($1, $2, $3, $4) on conflict do nothing",
        kind.code(),
        version,
        valid_from,
        rules
    )
    .execute(conn)
    .await?;
    Ok(())
}
