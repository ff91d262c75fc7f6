//! Bringing the databases of the targets up to date.

use anyhow::Context;
use runtime::Env;

use crate::say;
use crate::targets::Target;

/// Migrates every target that has a database, at the address in `<TARGET>_DATABASE_URL`, whose role must own the database.
pub async fn migrate(env: &Env, targets: &'static [Target]) -> anyhow::Result<()> {
    for target in targets {
        if let Some(store) = &target.store {
            (store.migrate)(env).await.with_context(|| format!("the database of {} cannot be migrated", target.name))?;
            say::line(format_args!("{}: migrated", target.name));
        }
    }
    Ok(())
}
