//! The table of targets: what can be served, one line each. A new service adds its line and nothing else in this crate.

use std::net::SocketAddr;

use futures::future::{BoxFuture, LocalBoxFuture};
use runtime::{CallerVerifier, ConfigError, DatabaseConfig, Env, Process};
use tokio::net::TcpListener;
use vietnam::province::Profile;

const GRPC: &str = "GRPC";
const HTTP: &str = "HTTP";

/// What a process can serve.
#[derive(Debug)]
pub struct Target {
    pub name: &'static str,
    /// The last part of the variable that says where it listens.
    listens_on: &'static str,
    pub store: Option<Store>,
    check_own: fn(&Env) -> Result<(), ConfigError>,
    pub serve: for<'a> fn(&'a Process, TcpListener) -> BoxFuture<'a, anyhow::Result<()>>,
}

/// What a target keeps: a database `<TARGET>_DATABASE_URL`, keys `<TARGET>_KEYS`, and perhaps a folder of files `<TARGET>_FILES`.
#[derive(Debug)]
pub struct Store {
    pub migrate: for<'a> fn(&'a Env) -> LocalBoxFuture<'a, anyhow::Result<()>>,
    pub keys: &'static [Keys],
    pub files: bool,
}

/// What lies in a target's folder of keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keys {
    /// Its own keys of sealing and of blind indexes.
    Own,
    /// Copies of the province's linking keys.
    Links,
    /// The key pair of passes.
    Passes,
}

impl Target {
    /// `VEHICLES_ADMIN` for `ADMIN`.
    pub fn variable(&self, ending: &str) -> String {
        format!("{}_{ending}", self.name.to_uppercase())
    }

    /// The variable that says where it listens.
    pub fn address_variable(&self) -> String {
        self.variable(self.listens_on)
    }

    /// Whether people reach it, not only the other targets.
    pub fn is_front(&self) -> bool {
        self.listens_on == HTTP
    }

    /// Reads every setting that serving it needs; the first wrong one is the error.
    pub fn check_config(&self, env: &Env) -> Result<(), ConfigError> {
        env.parsed::<SocketAddr>(&self.address_variable())?;
        province(env)?;
        env.text("NATS_URL")?;
        (self.check_own)(env)
    }
}

/// What every gRPC service with a database reads.
fn check_service(env: &Env, name: &'static str, files: bool) -> Result<(), ConfigError> {
    DatabaseConfig::from_env(env, name)?;
    env.text(&format!("{}_KEYS", name.to_uppercase()))?;
    if files {
        env.text(&format!("{}_FILES", name.to_uppercase()))?;
    }
    CallerVerifier::from_env(env, name).map(drop)
}

/// The province that `GSVT_PROVINCE` names.
pub fn province(env: &Env) -> Result<Profile, ConfigError> {
    const NAME: &str = "GSVT_PROVINCE";
    let value = env.text_or(NAME, "gia-lai-2021");
    Profile::load(&value).map_err(|error| ConfigError::Invalid { name: NAME.to_owned(), value, fault: error.to_string() })
}

/// A gRPC service with a database and keys, and a folder of files where it says so.
macro_rules! service {
    ($service:ident, keys: $keys:expr) => {
        service!($service, keys: $keys, files: false)
    };
    ($service:ident, keys: $keys:expr, files: $files:expr) => {
        Target {
            name: $service::NAME,
            listens_on: GRPC,
            store: Some(Store { migrate: |env| Box::pin(async move { Ok($service::migrate(env).await?) }), keys: $keys, files: $files }),
            check_own: |env| check_service(env, $service::NAME, $files),
            serve: |process, listener| Box::pin(async move { Ok($service::serve(process, listener).await?) }),
        }
    };
}

/// An HTTP front without a state of its own.
macro_rules! front {
    ($front:ident) => {
        Target {
            name: $front::NAME,
            listens_on: HTTP,
            store: None,
            check_own: $front::check_config,
            serve: |process, listener| Box::pin(async move { Ok($front::serve(process, listener).await?) }),
        }
    };
}

/// In the order in which they start.
pub static TARGETS: &[Target] = &[
    service!(accounts, keys: &[Keys::Own]),
    service!(vehicles, keys: &[Keys::Own, Keys::Links, Keys::Passes]),
    service!(reports, keys: &[Keys::Own, Keys::Links], files: true),
    service!(lab, keys: &[Keys::Own, Keys::Links]),
    front!(gateway),
];
