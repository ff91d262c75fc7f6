//! Servers of one test alone, durable as in production, to be killed, frozen and started again on the same port.

use servers::{Access, Cluster, Nats, NatsSettings, Postgres};
use tempfile::TempDir;

use crate::shared::folder;

const LOG: &str = "postgres.log";

/// A PostgreSQL of one test; its databases are the test's to create.
#[derive(Debug)]
pub struct PrivatePostgres {
    server: Option<Postgres>,
    stopped: Option<Cluster>,
    url: String,
    folder: TempDir,
}

/// A nats-server of one test.
#[derive(Debug)]
pub struct PrivateNats {
    server: Option<Nats>,
    stopped: Option<NatsSettings>,
    url: String,
    _folder: TempDir,
}

/// Starts a durable PostgreSQL.
pub async fn private_postgres() -> PrivatePostgres {
    blocking(|| {
        let home = folder()?;
        let cluster = Cluster {
            folder: home.path().join("postgres"),
            log: home.path().join(LOG),
            password: servers::random_password()?,
            durable: true,
            port: None,
            scratch: Some(home.path().to_owned()),
        };
        let server = cluster.start()?;
        Ok(PrivatePostgres { url: server.url("postgres"), server: Some(server), stopped: None, folder: home })
    })
    .await
}

/// Starts a nats-server.
pub async fn private_nats() -> PrivateNats {
    blocking(|| {
        let home = folder()?;
        let access = Access::Password(servers::random_password()?);
        let settings = NatsSettings { folder: home.path().join("nats"), port: None, access, scratch: Some(home.path().to_owned()) };
        let server = settings.start()?;
        Ok(PrivateNats { url: server.url(), server: Some(server), stopped: None, _folder: home })
    })
    .await
}

impl PrivatePostgres {
    /// The superuser's address of the database `postgres`; the same after a restart.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// What the server said since it was started last.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.folder.path().join(LOG)).expect("the server's log is read")
    }

    /// Ends the server with `kill -9`.
    pub fn kill(&mut self) {
        self.stopped = self.server.take().map(Postgres::kill);
    }

    /// Starts the killed server again.
    pub async fn restart(&mut self) {
        let cluster = self.stopped.take().expect("the server was killed before");
        self.server = Some(blocking(move || Ok(cluster.start()?)).await);
    }

    /// Freezes the server with all its sessions.
    pub fn pause(&self) {
        self.server.as_ref().expect("the server runs").pause();
    }

    pub fn resume(&self) {
        self.server.as_ref().expect("the server runs").resume();
    }
}

impl PrivateNats {
    /// The server's address with its user; the same after a restart.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Ends the server with `kill -9`.
    pub fn kill(&mut self) {
        self.stopped = self.server.take().map(Nats::kill);
    }

    /// Starts the killed server again.
    pub async fn restart(&mut self) {
        let settings = self.stopped.take().expect("the server was killed before");
        self.server = Some(blocking(move || Ok(settings.start()?)).await);
    }

    /// Freezes the server: connections stay open and nothing answers.
    pub fn pause(&self) {
        self.server.as_ref().expect("the server runs").pause();
    }

    pub fn resume(&self) {
        self.server.as_ref().expect("the server runs").resume();
    }
}

async fn blocking<T: Send + 'static>(start: impl FnOnce() -> anyhow::Result<T> + Send + 'static) -> T {
    tokio::task::spawn_blocking(start).await.expect("no panic").expect("a server of the test's own starts")
}
