//! The PostgreSQL and the nats-server of one system, and the watch that ends the system when one of them ends.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use anyhow::Context;
use runtime::Process;
use servers::{Access, Cluster, Nats, NatsSettings, Postgres};

use super::home::Home;

const LOOK_EVERY: Duration = Duration::from_millis(250);

/// Two running servers that only holders of their passwords can enter.
#[derive(Debug, Clone)]
pub struct PrivateServers(Arc<Mutex<Option<Running>>>, Addresses);

#[derive(Debug)]
struct Running {
    postgres: Postgres,
    nats: Nats,
    log: String,
}

#[derive(Debug, Clone)]
struct Addresses {
    /// The superuser's, of the database `postgres`.
    postgres: String,
    nats: String,
}

impl PrivateServers {
    pub async fn start(home: &Home) -> anyhow::Result<Self> {
        let cluster = Cluster {
            folder: home.path("postgres"),
            log: home.path("logs").join("postgres.log"),
            password: home.password("postgres")?,
            durable: true,
            port: None,
            scratch: None,
        };
        let access = Access::Password(servers::random_password()?);
        let nats = NatsSettings { folder: home.path("nats"), port: None, access, scratch: None };
        let log = home.path("logs").display().to_string();
        let running = tokio::task::spawn_blocking(move || {
            Ok::<_, servers::ServerError>(Running { postgres: cluster.start()?, nats: nats.start()?, log })
        });
        let running = running.await.context("the servers could not be started")??;
        let addresses = Addresses { postgres: running.postgres.url("postgres"), nats: running.nats.url() };
        Ok(Self(Arc::new(Mutex::new(Some(running))), addresses))
    }

    /// The superuser's way into a database.
    pub fn superuser_database(&self, name: &str) -> String {
        match self.1.postgres.rsplit_once('/') {
            Some((server, _)) => format!("{server}/{name}"),
            None => self.1.postgres.clone(),
        }
    }

    /// A role's way into a database.
    pub fn database(&self, role: &str, password: &str, name: &str) -> String {
        let url = self.superuser_database(name);
        let host = url.rsplit_once('@').map_or(url.as_str(), |(_, host)| host);
        format!("postgresql://{role}:{password}@{host}")
    }

    pub fn nats_url(&self) -> &str {
        &self.1.nats
    }

    /// Stops the process when a server ends by itself.
    pub fn watch(&self, process: &Process) {
        let servers = self.clone();
        process.lifecycle.spawn("servers", |shutdown| async move {
            let mut look = tokio::time::interval(LOOK_EVERY);
            loop {
                tokio::select! {
                    _ = look.tick() => servers.lost().map_or(Ok(()), Err)?,
                    () = shutdown.requested() => return Ok(()),
                }
            }
        });
    }

    fn lost(&self) -> Option<String> {
        let mut running = self.running();
        let running = running.as_mut()?;
        let lost = if running.postgres.has_ended() {
            "PostgreSQL"
        } else if running.nats.has_ended() {
            "nats-server"
        } else {
            return None;
        };
        Some(format!("{lost} ended by itself; read why in {} and start gsvt up again, its state is kept", running.log))
    }

    /// Stops both and waits until they have ended.
    pub async fn stop(self) {
        // Stopping waits for the checkpoint, which may take its time.
        let _ = tokio::task::spawn_blocking(move || drop(self.running().take())).await;
    }

    fn running(&self) -> MutexGuard<'_, Option<Running>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
