//! Serving targets in this process until it is told to stop.

use std::time::Duration;

use anyhow::Context;
use runtime::{Clock, Env, Outcome, Process, admin, telemetry};
use telemetry::Telemetry;
use tokio::net::TcpListener;

use crate::targets::Target;

/// How long tasks may take to finish what they have begun.
const GRACE: Duration = Duration::from_secs(15);

/// The process ended in another way than by being told to.
#[derive(Debug, thiserror::Error)]
pub enum Unclean {
    #[error("{task} failed: {cause}")]
    Failed { task: &'static str, cause: String, exit_code: u8 },
    #[error("{} did not finish within {} s and was cut off", tasks.join(", "), GRACE.as_secs())]
    CutOff { tasks: Vec<&'static str>, exit_code: u8 },
}

impl Unclean {
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Failed { exit_code, .. } | Self::CutOff { exit_code, .. } => *exit_code,
        }
    }
}

/// Serves `targets` at the addresses that the environment says.
pub async fn serve(env: &Env, targets: &'static [Target]) -> anyhow::Result<()> {
    check(env, targets)?;
    let telemetry = telemetry::init(env)?;
    let process = Process::new(env.clone(), Clock::system());
    process.lifecycle.stop_on_signals()?;
    for target in targets {
        let address = env.text(&target.address_variable())?;
        start(&process, target, bind(&target.address_variable(), &address).await?).await?;
        serve_admin(&process, target, &telemetry).await?;
    }
    let ended = finish(&process).await;
    telemetry.finish().await;
    ended
}

/// Every setting of the targets is read before anything starts, so that a wrong one is told by its name.
pub fn check(env: &Env, targets: &'static [Target]) -> anyhow::Result<()> {
    targets.iter().try_for_each(|target| Ok(target.check_config(env)?))
}

pub async fn start(process: &Process, target: &'static Target, listener: TcpListener) -> anyhow::Result<()> {
    (target.serve)(process, listener).await.with_context(|| format!("{} does not start", target.name))
}

/// Listens at an address that the setting `name` says.
pub async fn bind(name: &str, address: &str) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address)
        .await
        .with_context(|| format!("{name}={address} cannot be listened on; stop the program that has it or set {name} to another address"))
}

async fn serve_admin(process: &Process, target: &'static Target, telemetry: &Telemetry) -> anyhow::Result<()> {
    let name = target.variable("ADMIN");
    if let Some(address) = process.env.optional(&name) {
        admin::serve(process, bind(&name, &address).await?, "admin", telemetry.metrics());
    }
    Ok(())
}

/// Waits until the process is told to stop and has stopped.
pub async fn finish(process: &Process) -> anyhow::Result<()> {
    let outcome = process.lifecycle.drained(GRACE).await;
    let exit_code = outcome.exit_code();
    match outcome {
        Outcome::Clean => Ok(()),
        Outcome::Failed(failure) => Err(Unclean::Failed { task: failure.task, cause: failure.cause, exit_code }.into()),
        Outcome::CutOff(tasks) => Err(Unclean::CutOff { tasks, exit_code }.into()),
    }
}
