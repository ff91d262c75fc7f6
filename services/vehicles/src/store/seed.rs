//! Puts the shipped dated data into its tables. What is there already stays: an administrator may have changed it.

use sqlx::PgConnection;

use crate::{error::Error, seed::Seed};

pub async fn write(conn: &mut PgConnection, seed: &Seed) -> Result<(), Error> {
    for row in &seed.policies {
        let rules = serde_json::to_value(&row.rules).map_err(|_| Error::corrupt("policies.rules"))?;
        sqlx::query!(
            "insert into policies (policy_id, version, valid_from, rules) values ($1, $2, $3, $4) on conflict do nothing",
            row.policy_id,
            row.version,
            row.valid_from,
            rules
        )
        .execute(&mut *conn)
        .await?;
    }
    for row in &seed.levels {
        sqlx::query!(
            "insert into area_levels (area, valid_from, level, source) values ($1, $2, $3, $4) on conflict do nothing",
            row.area,
            row.valid_from,
            row.level,
            row.source
        )
        .execute(&mut *conn)
        .await?;
    }
    for row in &seed.templates {
        sqlx::query!(
            "insert into commitment_templates (template_id, version, purpose, valid_from, clauses_vi, clauses_en)
             values ($1, $2, $3, $4, $5, $6) on conflict do nothing",
            row.template_id,
            row.version,
            row.purpose,
            row.valid_from,
            &row.clauses_vi,
            &row.clauses_en
        )
        .execute(&mut *conn)
        .await?;
    }
    for row in &seed.settings {
        sqlx::query!(
            "insert into settings (name, valid_from, value) values ($1, $2, $3) on conflict do nothing",
            row.name,
            row.valid_from,
            row.value
        )
        .execute(&mut *conn)
        .await?;
    }
    Ok(())
}
