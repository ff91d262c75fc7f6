//! A private PostgreSQL cluster on a loopback port, entered by the user `postgres` with a password.

mod cluster;
mod user;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use crate::ServerError;
use crate::error::folder;
use crate::process::Supervised;
use user::ServerUser;

const READY_WITHIN: Duration = Duration::from_secs(60);
/// How often another free port is tried when a stranger took the one we had found.
const PORT_TRIES: u32 = 5;

/// Where a cluster lives and how it is run. It is created at the first start.
#[derive(Clone, Debug)]
pub struct Cluster {
    /// The data folder; its parent must exist or be ours to make.
    pub folder: PathBuf,
    pub log: PathBuf,
    /// The password of the superuser `postgres`, fixed when the cluster is created.
    pub password: String,
    /// Whether commits are flushed to disk; without it a power cut loses the cluster, which suits tests.
    pub durable: bool,
    /// The port on 127.0.0.1; without one a free one is taken.
    pub port: Option<u16>,
    /// A folder to remove when the server has ended.
    pub scratch: Option<PathBuf>,
}

/// A running PostgreSQL; dropping it stops it.
#[derive(Debug)]
pub struct Postgres {
    process: Supervised,
    cluster: Cluster,
    port: u16,
}

impl Cluster {
    /// Creates the cluster if there is none, starts its server and waits until it answers.
    pub fn start(&self) -> Result<Postgres, ServerError> {
        let user = ServerUser::current()?;
        let programs = cluster::prepare(self, &user)?;
        let mut tries = 0;
        loop {
            tries += 1;
            match self.run(&programs, &user, self.port.map_or_else(free_port, Ok)?) {
                Err(ServerError::Start { reason, .. }) if self.port.is_none() && tries < PORT_TRIES && is_taken(&reason) => {}
                other => return other,
            }
        }
    }

    fn run(&self, programs: &Path, user: &ServerUser, port: u16) -> Result<Postgres, ServerError> {
        let log = std::fs::File::create(&self.log).map_err(folder("writing", &self.log))?;
        let errors = log.try_clone().map_err(folder("writing", &self.log))?;
        let mut command = user.command(&programs.join("postgres"));
        command.arg("-D").arg(&self.folder).args(self.settings(port)).stdout(log).stderr(errors);
        let process = Supervised::start(command, self.scratch.as_deref())
            .map_err(|cause| ServerError::Run { program: programs.join("postgres").display().to_string(), cause })?;
        self.wait_for(process, port)
    }

    fn settings(&self, port: u16) -> Vec<String> {
        let sync = if self.durable { "on" } else { "off" };
        [
            format!("port={port}"),
            format!("fsync={sync}"),
            format!("synchronous_commit={sync}"),
            format!("full_page_writes={sync}"),
            "listen_addresses=127.0.0.1".to_owned(),
            "unix_socket_directories=".to_owned(),
            "max_connections=300".to_owned(),
            "timezone=UTC".to_owned(),
            // Without it the log would quote the values of a violated constraint, which are persons' data.
            "log_error_verbosity=terse".to_owned(),
        ]
        .into_iter()
        .flat_map(|setting| ["-c".to_owned(), setting])
        .collect()
    }

    fn wait_for(&self, mut process: Supervised, port: u16) -> Result<Postgres, ServerError> {
        let started = Instant::now();
        loop {
            if cluster::is_ready(&self.folder, process.id()) {
                return Ok(Postgres { process, cluster: self.clone(), port });
            }
            if process.has_ended() || started.elapsed() > READY_WITHIN {
                return Err(ServerError::Start { server: "PostgreSQL", reason: last_complaint(&self.log), log: self.log.clone() });
            }
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}

impl Postgres {
    /// `postgresql://postgres:password@127.0.0.1:port/database`, the superuser's way in.
    pub fn url(&self, database: &str) -> String {
        self.url_as("postgres", &self.cluster.password, database)
    }

    /// The address of `database` for another role.
    pub fn url_as(&self, role: &str, password: &str, database: &str) -> String {
        format!("postgresql://{role}:{password}@127.0.0.1:{}/{database}", self.port)
    }

    /// Whether the server has ended without being asked.
    pub fn has_ended(&mut self) -> bool {
        self.process.has_ended()
    }

    /// Freezes the server with all its sessions: connections stay open and nothing answers.
    pub fn pause(&self) {
        self.process.pause();
    }

    pub fn resume(&self) {
        self.process.resume();
    }

    /// Ends the server with `kill -9` and says how to start it again on the same port.
    pub fn kill(self) -> Cluster {
        self.process.kill();
        Cluster { port: Some(self.port), ..self.cluster }
    }
}

fn free_port() -> Result<u16, ServerError> {
    std::net::TcpListener::bind("127.0.0.1:0")
        .and_then(|listener| listener.local_addr())
        .map(|address| address.port())
        .map_err(|cause| ServerError::Run { program: "listening on 127.0.0.1".to_owned(), cause })
}

fn is_taken(reason: &str) -> bool {
    reason.contains("Address already in use") || reason.contains("TCP/IP socket")
}

/// The last line of the log that says what is wrong.
fn last_complaint(log: &Path) -> String {
    let text = std::fs::read_to_string(log).unwrap_or_default();
    let complaint = text
        .lines()
        .find(|line| line.contains("could not bind"))
        .or_else(|| text.lines().rev().find(|line| ["FATAL:", "PANIC:", "ERROR:"].iter().any(|level| line.contains(level))));
    complaint.or(text.lines().last()).unwrap_or("it says nothing").to_owned()
}

/// Runs a program to its end; its complaint is the reason.
fn complete(mut command: Command, log: &Path) -> Result<(), ServerError> {
    let program = command.get_program().to_string_lossy().into_owned();
    let output = command.output().map_err(|cause| ServerError::Run { program, cause })?;
    if output.status.success() {
        return Ok(());
    }
    let complaint = String::from_utf8_lossy(&output.stderr);
    let reason = complaint.lines().find(|line| line.contains("error")).or(complaint.lines().last()).unwrap_or("it says nothing");
    Err(ServerError::Start { server: "PostgreSQL", reason: reason.to_owned(), log: log.to_owned() })
}
