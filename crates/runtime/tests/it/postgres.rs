//! The database of a test.

use runtime::{Database, DatabaseConfig};
use testing::TestDatabase;

/// An empty database of this test's own, and how to reach it as the application `name`. It goes when the first of both is dropped.
pub async fn database(name: &str) -> (TestDatabase, DatabaseConfig) {
    let database = testing::database(&[]).await;
    let config = DatabaseConfig::new(database.url.clone(), name);
    (database, config)
}

/// The same, connected.
pub async fn connected(name: &str) -> (TestDatabase, Database) {
    let (kept, config) = database(name).await;
    (kept, Database::connect(&config).await.expect("connected"))
}
