//! What every RPC of a running service works with.

use std::{path::PathBuf, sync::Arc};

use chrono::{DateTime, Utc};
use runtime::{Clock, Database, Transaction};
use seal::Keyring;
use vietnam::province::Profile;

use crate::error::Error;

/// One running service. Clones share it.
#[derive(Debug, Clone)]
pub struct Lab(Arc<Parts>);

#[derive(Debug)]
pub struct Parts {
    pub database: Database,
    pub clock: Clock,
    pub keyring: Keyring,
    pub profile: Profile,
    /// The folder of the keys that sign certificates.
    pub certificate_keys: PathBuf,
    pub jetstream: async_nats::jetstream::Context,
}

impl Lab {
    pub fn new(parts: Parts) -> Self {
        Self(Arc::new(parts))
    }

    pub fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    pub async fn begin(&self) -> Result<Transaction, Error> {
        Ok(self.database.begin().await?)
    }
}

impl std::ops::Deref for Lab {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}
