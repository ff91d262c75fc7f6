//! The product as its operator starts it: the executable, a state folder of its own, a free port. One for the whole run, and ends with it.

use std::{
    collections::BTreeMap,
    io::{BufRead as _, BufReader},
    net::SocketAddr,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::OnceLock,
};

use tempfile::TempDir;

/// Ends a program when its input ends, which is when the test process ends, however that comes about, and removes the folder named before the
/// program (none: an empty text).
pub const WATCHDOG: &str =
    r#"folder=$1; shift; "$@" & program=$!; read -r _; kill -TERM "$program"; wait "$program"; [ -z "$folder" ] || rm -rf -- "$folder""#;

/// A running system.
pub struct World {
    /// `http://localhost:40123`
    pub url: String,
    /// Passwords by login.
    pub logins: BTreeMap<String, String>,
    /// None: given away.
    home: Option<TempDir>,
    system: Child,
}

/// The state of a system that does not run.
pub struct Stopped {
    pub home: TempDir,
    /// As the targets were told when it ran.
    pub settings: BTreeMap<String, String>,
    pub logins: BTreeMap<String, String>,
}

// Every test of the run meets the same system, each with plates of its own.
static SHARED: OnceLock<World> = OnceLock::new();

impl World {
    /// The system of this run, all targets in one process.
    pub async fn shared() -> &'static World {
        tokio::task::spawn_blocking(|| SHARED.get_or_init(|| World::start(&[], false))).await.unwrap()
    }

    /// A system for one test: `gsvt up` with these arguments.
    pub async fn of_its_own(arguments: &'static [&'static str]) -> World {
        tokio::task::spawn_blocking(|| World::start(arguments, false)).await.unwrap()
    }

    /// What `gsvt up` leaves when it was started once and stopped: databases, keys and logins, with nothing running.
    pub async fn stopped() -> Stopped {
        let stop = || {
            let world = World::start(&[], true);
            let running = std::fs::read_to_string(world.running()).unwrap();
            let settings = running.lines().filter_map(|line| line.split_once('=')).map(|(name, value)| (name.to_owned(), value.to_owned()));
            let (settings, logins) = (settings.collect(), world.logins.clone());
            Stopped { home: world.stop(), settings, logins }
        };
        tokio::task::spawn_blocking(stop).await.unwrap()
    }

    fn start(arguments: &[&str], keep: bool) -> World {
        let home = testing::folder().unwrap();
        let mut system = Command::new("/bin/sh")
            .args(["-c", WATCHDOG, "watchdog"])
            .arg(if keep { Path::new("") } else { home.path() })
            .arg(executable())
            .arg("up")
            .args(arguments)
            .env("GSVT_HOME", home.path())
            .env("GSVT_HTTP", "127.0.0.1:0")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(system.stdout.take().unwrap()).lines().map(Result::unwrap);
        let greeting = lines.find(|line| line.starts_with("GSVT runs at ")).expect("the system greets");
        let url = greeting.split_whitespace().nth(3).unwrap().to_owned();
        let logins = lines
            .by_ref()
            .skip_while(|line| !line.starts_with("  "))
            .take_while(|line| line.starts_with("  "))
            .map(|line| {
                let mut words = line.split_whitespace().map(str::to_owned);
                (words.next().unwrap(), words.next().unwrap())
            })
            .collect();
        World { url, logins, home: Some(home), system }
    }

    /// Stops it and gives its state away.
    fn stop(mut self) -> TempDir {
        let home = self.home.take().unwrap();
        drop(self);
        home
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        let port = self.url.rsplit(':').next().and_then(|port| port.parse().ok()).expect("an address ends with its port");
        SocketAddr::from(([127, 0, 0, 1], port))
    }

    pub fn home(&self) -> &Path {
        self.home.as_ref().unwrap().path()
    }

    /// Where the running system says how it is reached.
    fn running(&self) -> PathBuf {
        self.home().join("keys/running.env")
    }

    /// A setting of the running system, such as `VEHICLES_DATABASE_URL`.
    pub fn setting(&self, name: &str) -> String {
        let running = std::fs::read_to_string(self.running()).unwrap();
        let found = running.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix('=').map(str::to_owned));
        found.unwrap_or_else(|| panic!("the system has no {name}"))
    }
}

impl Drop for World {
    fn drop(&mut self) {
        drop(self.system.stdin.take());
        let _ = self.system.wait();
    }
}

/// `gsvt` as this run built it, beside the tests.
pub fn executable() -> PathBuf {
    let tests = std::env::current_exe().unwrap();
    tests.parent().and_then(Path::parent).unwrap().join("gsvt")
}
