//! Adds the shipped dated data that is not there yet. What an administrator changed stays.

use sqlx::PgConnection;

use crate::{access, error::Error, seed::Seed, store};

pub async fn write(conn: &mut PgConnection, seed: &Seed) -> Result<(), Error> {
    for policy in &seed.policies {
        let value = serde_json::to_value(policy).map_err(|_| Error::corrupt("a shipped policy"))?;
        sqlx::query!(
            "insert into testing_policies (version, valid_from, policy) values ($1, $2, $3) on conflict on constraint testing_policies_pkey do nothing",
            policy.version,
            policy.valid_from,
            value
        )
        .execute(&mut *conn)
        .await?;
    }
    for laboratory in &seed.laboratories {
        sqlx::query!(
            "insert into laboratories (laboratory_id, name, area, seen_by) values ($1, $2, $3, $4)
             on conflict on constraint laboratories_pkey do nothing",
            laboratory.laboratory_id,
            laboratory.name,
            laboratory.area,
            &access::seen_by(store::area(&laboratory.area)?)
        )
        .execute(&mut *conn)
        .await?;
    }
    Ok(())
}
