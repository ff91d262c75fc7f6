//! Rows of `commitment_templates`: which one of each purpose is in force.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::{commitment::Template, error::Error, store::coded::Coded};

/// The last of each purpose that began before `end`.
pub async fn before(conn: &mut PgConnection, end: DateTime<Utc>) -> Result<Vec<Template>, Error> {
    let rows = sqlx::query!(
        "select distinct on (purpose) template_id, version, purpose, valid_from, clauses_vi, clauses_en
         from commitment_templates where valid_from < $1 order by purpose, valid_from desc, version desc",
        end
    );
    let rows = rows.fetch_all(conn).await?;
    rows.into_iter()
        .map(|row| {
            Ok(Template {
                id: row.template_id,
                version: row.version,
                purpose: Coded::read(&row.purpose)?,
                valid_from: row.valid_from,
                clauses_vi: row.clauses_vi,
                clauses_en: row.clauses_en,
            })
        })
        .collect()
}
