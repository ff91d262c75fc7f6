//! Every target as a process of its own, as production runs them.

use std::net::SocketAddr;
use std::process::Command;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::Context;
use runtime::Process;
use servers::Supervised;

use super::Settings;
use crate::targets::TARGETS;

const LOOK_EVERY: Duration = Duration::from_millis(100);

/// The processes; they end before this is gone.
#[derive(Debug, Clone)]
pub struct Processes {
    running: Arc<Mutex<Vec<(&'static str, Supervised)>>>,
    admin: Vec<SocketAddr>,
}

impl Processes {
    /// Starts `gsvt serve` for every target, with `settings` over our environment, and watches that none ends by itself.
    pub fn start(process: &Process, settings: &Settings) -> anyhow::Result<Self> {
        let program = std::env::current_exe().context("our own program is not found; start it by its full path")?;
        let mut processes = Self { running: Arc::default(), admin: Vec::new() };
        for target in TARGETS {
            let admin = free_address()?;
            let mut command = Command::new(&program);
            command.arg("serve").arg(format!("--target={}", target.name)).envs(settings.iter().cloned());
            command.env(target.variable("ADMIN"), admin.to_string());
            let child = Supervised::start(command, None).with_context(|| format!("the process of {} does not start", target.name))?;
            processes.lock().push((target.name, child));
            processes.admin.push(admin);
        }
        processes.watch(process);
        Ok(processes)
    }

    /// Returns when every process says that it is ready.
    pub async fn ready(&self) {
        for admin in &self.admin {
            let url = format!("http://{admin}/ready");
            while !reqwest::get(&url).await.is_ok_and(|answer| answer.status().is_success()) {
                tokio::time::sleep(LOOK_EVERY).await;
            }
        }
    }

    /// Asks every process to stop and waits for it, the front first.
    pub async fn stop(self) {
        let _ = tokio::task::spawn_blocking(move || {
            while let Some(last) = { self.lock().pop() } {
                drop(last);
            }
        })
        .await;
    }

    fn watch(&self, process: &Process) {
        let processes = self.clone();
        process.lifecycle.spawn("processes", |shutdown| async move {
            let mut look = tokio::time::interval(LOOK_EVERY);
            loop {
                tokio::select! {
                    _ = look.tick() => processes.lost().map_or(Ok(()), Err)?,
                    () = shutdown.requested() => return Ok(()),
                }
            }
        });
    }

    fn lost(&self) -> Option<String> {
        let mut running = self.lock();
        let name = running.iter_mut().find_map(|(name, child)| child.has_ended().then_some(*name))?;
        Some(format!("the process of {name} ended by itself; its last lines above say why"))
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<(&'static str, Supervised)>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn free_address() -> anyhow::Result<SocketAddr> {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").context("no port is free on 127.0.0.1")?;
    Ok(listener.local_addr()?)
}
