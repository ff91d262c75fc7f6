//! `gsvt up`: the whole system on one machine, with a PostgreSQL and a nats-server of its own, until it is told to stop.

mod banner;
mod databases;
pub mod home;
mod keys;
mod private_servers;
mod processes;
mod targets_here;

use runtime::{Clock, Env, Process, telemetry};
use tokio::net::TcpListener;
use vietnam::province::Profile;

use crate::targets::{self, TARGETS};
use crate::{migrate, say, serve};
use home::Home;
use private_servers::PrivateServers;
use processes::Processes;

/// Said when the servers are up and the targets are started.
pub const SERVING: &str = "gsvt: starting the targets";

/// What `up` decided for the targets, by variable.
type Settings = Vec<(String, String)>;

/// Runs everything until Ctrl-C, then stops everything it started. State stays in `GSVT_HOME`.
pub async fn up(env: &Env, by_processes: bool) -> anyhow::Result<()> {
    let profile = targets::province(env)?;
    let front = serve::bind("GSVT_HTTP", &env.text_or("GSVT_HTTP", "127.0.0.1:8080")).await?;
    let home = Home::open(env)?;
    let telemetry = telemetry::init(env)?;
    let process = Process::new(env.clone(), Clock::system());
    process.lifecycle.stop_on_signals()?;
    say::line(format_args!("gsvt: starting PostgreSQL and nats-server in {}", home.folder().display()));
    let servers = PrivateServers::start(&home).await?;
    let system = System { home, servers, profile, process, by_processes };
    let ended = system.run(front).await;
    telemetry.finish().await;
    say::line("gsvt: stopping PostgreSQL and nats-server");
    system.servers.stop().await;
    ended
}

/// One system with its servers, which outlive its targets.
struct System {
    home: Home,
    servers: PrivateServers,
    profile: Profile,
    process: Process,
    by_processes: bool,
}

impl System {
    async fn run(&self, front: TcpListener) -> anyhow::Result<()> {
        let address = front.local_addr()?;
        let mut settings = keys::create_missing(&self.home)?;
        settings.push(("NATS_URL".to_owned(), self.servers.nats_url().to_owned()));
        settings.extend(databases::prepare(&self.servers, &self.home).await?);
        let (listeners, addresses) = targets_here::listeners(front).await?;
        settings.extend(addresses);
        let env = settings.iter().fold(self.process.env.clone(), |env, (name, value)| env.with(name, value));
        let process = Process { env, ..self.process.clone() };
        self.servers.watch(&process);

        migrate::migrate(&databases::as_owners(&process.env, &self.servers), TARGETS).await?;
        let logins = accounts::seed_demo(&process.env, &self.profile).await?;
        self.home.remember(&settings)?;
        say::line(SERVING);
        let processes = self.start(&process, listeners, &settings).await?;
        tokio::select! {
            () = ready(&process, processes.as_ref()) => banner::greet(address, &logins),
            () = async { process.lifecycle.shutdown_signal().requested().await } => {}
        }
        let ended = serve::finish(&process).await;
        if let Some(processes) = processes {
            processes.stop().await;
        }
        ended
    }

    async fn start(&self, process: &Process, listeners: Vec<TcpListener>, settings: &Settings) -> anyhow::Result<Option<Processes>> {
        if self.by_processes {
            // The processes listen for themselves, where we found the ports to be free.
            drop(listeners);
            return Processes::start(process, settings).map(Some);
        }
        targets_here::start(process, listeners).await?;
        Ok(None)
    }
}

async fn ready(process: &Process, processes: Option<&Processes>) {
    match processes {
        Some(processes) => processes.ready().await,
        None => process.health.ready().await,
    }
}
