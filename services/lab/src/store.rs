//! Every SQL statement of the service, by noun. The caller holds the transaction.

pub mod certificates;
pub mod commands;
pub mod evidence;
pub mod imported_wells;
pub mod lookups;
pub mod members;
pub mod outcomes;
pub mod positives;
pub mod readings;
pub mod result_imports;
pub mod rosters;
pub mod rules;
pub mod runs;
pub mod seed;
pub mod sessions;
pub mod shipments;
pub mod statistics;
pub mod steps;
pub mod subjects;
pub mod tasks;
pub mod tubes;

/// A column's area key.
pub fn area(text: &str) -> Result<vietnam::AreaKey, crate::error::Error> {
    vietnam::AreaKey::parse(text).map_err(|_| crate::error::Error::corrupt("area"))
}

/// Until the end of the transaction each statement is planned for what it is asked and for the tables as they are: a morning's plan, made when there were
/// few tubes, reads all results of an evening for each plate.
pub async fn plan_anew(conn: &mut sqlx::PgConnection) -> Result<(), crate::error::Error> {
    sqlx::query!("select set_config('plan_cache_mode', 'force_custom_plan', true) as done").fetch_one(conn).await?;
    Ok(())
}
