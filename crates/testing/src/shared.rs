//! The two servers of a test run, found in the environment or started here.

use std::os::unix::fs::PermissionsExt;
use std::sync::OnceLock;

use servers::{Access, Cluster, Nats, NatsSettings, Postgres};
use tempfile::TempDir;

/// `postgresql://user:password@host:port`, without a database.
pub const POSTGRES: &str = "GSVT_TEST_POSTGRES";
/// `nats://t1:password@host:port`, where `t1` stands for any of the accounts.
pub const NATS: &str = "GSVT_TEST_NATS";
/// How many tests of one run may ask for an account.
pub(crate) const NATS_ACCOUNTS: u32 = 2_000;

/// The addresses of a run's servers, and the servers where this process started them.
#[derive(Debug)]
pub struct Shared {
    pub postgres: String,
    pub nats: String,
    _started: Option<(Postgres, Nats)>,
}

// A process has one run: every test in it must meet the same two servers.
static SHARED: OnceLock<Shared> = OnceLock::new();

impl Shared {
    /// Starts a PostgreSQL without durability and a nats-server in a new folder under `/tmp`; they end with this value or process.
    pub fn start() -> anyhow::Result<Self> {
        let scratch = folder()?.keep();
        let cluster = Cluster {
            folder: scratch.join("postgres"),
            log: scratch.join("postgres.log"),
            password: servers::random_password()?,
            durable: false,
            port: None,
            scratch: Some(scratch.clone()),
        };
        let postgres = cluster.start().inspect_err(|_| drop(std::fs::remove_dir_all(&scratch)))?;
        let access = Access::Accounts(NATS_ACCOUNTS, servers::random_password()?);
        let nats = NatsSettings { folder: scratch.join("nats"), port: None, access, scratch: Some(scratch) }.start()?;
        let address = postgres.url("");
        Ok(Self { postgres: address.trim_end_matches('/').to_owned(), nats: nats.url(), _started: Some((postgres, nats)) })
    }

    /// The servers of this run.
    pub(crate) async fn get() -> &'static Self {
        tokio::task::spawn_blocking(|| {
            SHARED.get_or_init(|| Self::given().unwrap_or_else(|| Self::start().expect("the servers of the tests start")))
        })
        .await
        .expect("the servers of the tests start")
    }

    fn given() -> Option<Self> {
        let text = |name| std::env::var_os(name)?.into_string().ok();
        Some(Self { postgres: text(POSTGRES)?, nats: text(NATS)?, _started: None })
    }

    /// The address of one of the run's databases.
    pub(crate) fn database(&self, name: &str) -> String {
        format!("{}/{name}", self.postgres)
    }
}

/// A new folder under `/tmp` that the user `postgres` can enter; removed when dropped.
pub fn folder() -> std::io::Result<TempDir> {
    tempfile::Builder::new().prefix("gsvt-test-").permissions(std::fs::Permissions::from_mode(0o755)).tempdir_in("/tmp")
}
