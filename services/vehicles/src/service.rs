//! What every RPC of a running service works with.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use ids::TripId;
use runtime::{Clock, Database, Group, Transaction};
use seal::{
    Keyring,
    pass::{PassSigner, PassVerifier},
};
use vietnam::province::Profile;

use crate::{
    deciding::{Answer, Asked},
    error::Error,
};

/// One running service. Clones share it.
#[derive(Debug, Clone)]
pub struct Vehicles(Arc<Parts>);

#[derive(Debug)]
pub struct Parts {
    pub database: Database,
    pub clock: Clock,
    pub keyring: Keyring,
    pub signer: PassSigner,
    pub verifier: PassVerifier,
    pub profile: Profile,
    pub jetstream: async_nats::jetstream::Context,
    /// Decisions that wait to be made together.
    pub decisions: Group<TripId, Asked, Answer>,
}

impl Vehicles {
    pub fn new(parts: Parts) -> Self {
        Self(Arc::new(parts))
    }

    pub fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    pub async fn begin(&self) -> Result<Transaction, Error> {
        Ok(self.database.begin().await?)
    }

    /// For what is about trips whose ids are known.
    pub async fn begin_keyed(&self) -> Result<Transaction, Error> {
        Ok(self.database.begin_keyed().await?)
    }
}

impl std::ops::Deref for Vehicles {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}
