//! A private nats-server with JetStream on a loopback port; every acknowledged message is on disk (`sync_interval: always`).

use std::fs::{File, OpenOptions, Permissions};
use std::io::Write;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};

use crate::error::folder;
use crate::process::Supervised;
use crate::{ServerError, earlier, find};

const READY_WITHIN: Duration = Duration::from_secs(60);

/// Who may connect.
#[derive(Clone, Debug)]
pub enum Access {
    /// The one user `gsvt` with this password.
    Password(String),
    /// That many separate accounts, each with JetStream of its own: users `t1`, `t2`, … with this password.
    Accounts(u32, String),
}

/// Where a nats-server lives and how it is run.
#[derive(Clone, Debug)]
pub struct NatsSettings {
    /// Its folder: configuration, streams and log.
    pub folder: PathBuf,
    /// The port on 127.0.0.1; without one the server takes a free one.
    pub port: Option<u16>,
    pub access: Access,
    /// A folder to remove when the server has ended.
    pub scratch: Option<PathBuf>,
}

/// A running nats-server; dropping it stops it.
#[derive(Debug)]
pub struct Nats {
    process: Supervised,
    settings: NatsSettings,
    port: u16,
}

impl NatsSettings {
    /// Starts the server and waits until it answers.
    pub fn start(&self) -> Result<Nats, ServerError> {
        let program = find::nats_server()?;
        std::fs::create_dir_all(&self.folder).map_err(folder("making the folder", &self.folder))?;
        std::fs::set_permissions(&self.folder, Permissions::from_mode(0o700)).map_err(folder("closing the folder", &self.folder))?;
        earlier::wait_for_end(&self.folder, &self.folder.join("nats.pid"))?;
        self.write_configuration()?;
        let log = self.folder.join("nats.log");
        let output = File::create(&log).map_err(folder("writing", &log))?;
        let errors = output.try_clone().map_err(folder("writing", &log))?;
        let mut command = Command::new(&program);
        command.arg("--config").arg(self.configuration()).current_dir(&self.folder).stdout(output).stderr(errors);
        let process = Supervised::start(command, self.scratch.as_deref())
            .map_err(|cause| ServerError::Run { program: program.display().to_string(), cause })?;
        self.wait_for(process)
    }

    fn wait_for(&self, mut process: Supervised) -> Result<Nats, ServerError> {
        let ports = self.folder.join(format!("nats-server_{}.ports", process.id()));
        let started = Instant::now();
        loop {
            if let Some(port) = std::fs::read_to_string(&ports).ok().and_then(|text| port_in(&text)) {
                let _ = std::fs::remove_file(&ports);
                return Ok(Nats { process, settings: self.clone(), port });
            }
            if process.has_ended() || started.elapsed() > READY_WITHIN {
                return Err(self.start_error());
            }
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    fn start_error(&self) -> ServerError {
        let log = self.folder.join("nats.log");
        let text = std::fs::read_to_string(&log).unwrap_or_default();
        let reason = text.lines().rev().find(|line| line.contains("[FTL]") || line.starts_with("nats-server:")).or(text.lines().last());
        ServerError::Start { server: "nats-server", reason: reason.unwrap_or("it says nothing").to_owned(), log }
    }

    fn configuration(&self) -> PathBuf {
        self.folder.join("nats.conf")
    }

    fn write_configuration(&self) -> Result<(), ServerError> {
        let path = self.configuration();
        let port = self.port.map_or("-1".to_owned(), |port| port.to_string());
        let here = self.folder.display();
        let access = match &self.access {
            Access::Password(password) => format!("authorization {{ user: gsvt, password: \"{password}\" }}\n"),
            Access::Accounts(number, password) => {
                let account = |n| format!("  t{n}: {{ jetstream: enabled, users: [{{ user: t{n}, password: \"{password}\" }}] }}\n");
                format!("accounts {{\n{}}}\n", (1..=*number).map(account).collect::<String>())
            }
        };
        let text = format!(
            "listen: \"127.0.0.1:{port}\"\nports_file_dir: \"{here}\"\npid_file: \"{here}/nats.pid\"\n{access}jetstream {{ store_dir: \"{here}\", sync_interval: always }}\n"
        );
        let mut file =
            OpenOptions::new().create(true).truncate(true).write(true).mode(0o600).open(&path).map_err(folder("writing", &path))?;
        file.write_all(text.as_bytes()).map_err(folder("writing", &path))
    }
}

impl Nats {
    /// `nats://user:password@127.0.0.1:port`; with accounts the user is `t1`.
    pub fn url(&self) -> String {
        let (user, password) = match &self.settings.access {
            Access::Password(password) => ("gsvt", password),
            Access::Accounts(_, password) => ("t1", password),
        };
        format!("nats://{user}:{password}@127.0.0.1:{}", self.port)
    }

    /// Whether the server has ended without being asked.
    pub fn has_ended(&mut self) -> bool {
        self.process.has_ended()
    }

    /// Freezes the server: connections stay open and nothing answers.
    pub fn pause(&self) {
        self.process.pause();
    }

    pub fn resume(&self) {
        self.process.resume();
    }

    /// Ends the server with `kill -9` and says how to start it again on the same port.
    pub fn kill(self) -> NatsSettings {
        self.process.kill();
        NatsSettings { port: Some(self.port), ..self.settings }
    }
}

/// The port in `{"nats":["nats://127.0.0.1:39213"]}`.
fn port_in(ports: &str) -> Option<u16> {
    let (_, rest) = ports.split_once("\"nats://127.0.0.1:")?;
    rest.split_once('"')?.0.parse().ok()
}
