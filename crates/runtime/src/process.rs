//! What every service is handed: settings, time, tasks, health.

use crate::{Clock, Env, Health, Lifecycle};

/// One process and what its parts share. Clones are the same process.
#[derive(Debug, Clone)]
pub struct Process {
    pub env: Env,
    pub clock: Clock,
    pub lifecycle: Lifecycle,
    pub health: Health,
}

impl Process {
    pub fn new(env: Env, clock: Clock) -> Self {
        Self { env, clock, lifecycle: Lifecycle::default(), health: Health::default() }
    }
}
