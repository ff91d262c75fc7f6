//! Puts the shipped dated data into its tables. What is there already stays: an administrator may have changed it.

use sqlx::PgConnection;

use crate::{error::Error, seed::Seed};

pub async fn write(conn: &mut PgConnection, seed: &Seed) -> Result<(), Error> {
    for (position, form) in (1_i16..).zip(&seed.forms) {
        let whole = serde_json::to_value(form).map_err(|_| Error::Corrupt("category_forms.form"))?;
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
        let whole = serde_json::to_value(rules).map_err(|_| Error::Corrupt("routing_rules.rules"))?;
        sqlx::query!(
            "insert into routing_rules (version, valid_from, rules) values ($1, $2, $3) on conflict do nothing",
            rules.version,
            rules.valid_from,
            whole
        )
        .execute(&mut *conn)
        .await?;
    }
    Ok(())
}
