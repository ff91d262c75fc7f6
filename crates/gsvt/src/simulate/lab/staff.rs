//! Those who plan, swab, carry, test and approve, each at the desk of his own.

use std::sync::Arc;

use anyhow::Result;
use chrono::{DateTime, Utc};
use ids::CommandId;
use runtime::Clock;
use serde::{Serialize, de::DeserializeOwned};

use crate::simulate::person::{Desks, Stopwatch};

pub const CDC: &str = "cdc";
pub const SAMPLER: &str = "laymau";
pub const COURIER: &str = "giaomau";
pub const TECHNICIAN: &str = "xetnghiem";
pub const APPROVER: &str = "duyet";

/// Where everything is tested.
pub const LABORATORY: &str = "CDC-GL";

#[derive(Clone)]
pub struct Staff {
    desks: Arc<Desks>,
    pub watch: Arc<Stopwatch>,
    clock: Clock,
}

impl Staff {
    pub fn new(desks: Arc<Desks>, watch: Arc<Stopwatch>, clock: Clock) -> Self {
        Self { desks, watch, clock }
    }

    pub async fn say<A: DeserializeOwned>(&self, login: &str, operation: &'static str, path: &str, request: &impl Serialize) -> Result<A> {
        self.desks.officer(login)?.post(operation, path, request, &self.watch).await
    }

    pub async fn ask<A: DeserializeOwned>(&self, login: &str, operation: &'static str, path: &str) -> Result<A> {
        self.desks.officer(login)?.get(operation, path, &self.watch).await
    }

    pub fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    /// The id of one command.
    pub fn command(&self) -> String {
        CommandId::mint(self.now()).to_string()
    }
}
