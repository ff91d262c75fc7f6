//! A system of the bench's own: our own program with `up`, in a folder that goes with it.

use std::{
    io::{BufRead as _, BufReader},
    path::PathBuf,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, ensure};
use runtime::Env;
use rustix::process::{Pid, Signal, kill_process};
use sqlx::{Connection as _, PgConnection};
use tempfile::TempDir;

use crate::up::home;

pub struct System {
    process: Child,
    folder: TempDir,
    /// As the commands that look for a running system find it.
    pub env: Env,
    /// `http://127.0.0.1:port`
    pub gateway: String,
    /// From the start of the targets, servers being up, until all of them were ready.
    pub ready_after: Duration,
}

impl System {
    /// Starts it and waits until it answers.
    pub async fn start(env: &Env, arguments: &[&str]) -> Result<Self> {
        let folder = TempDir::with_prefix("gsvt-bench-")?;
        let program = std::env::current_exe().context("our own program is not found; start it by its full path")?;
        let mut command = Command::new(program);
        command.arg("up").args(arguments).env("GSVT_HOME", folder.path()).env("GSVT_HTTP", "127.0.0.1:0");
        command.env("GSVT_LOG", "warn").stdout(Stdio::piped()).stdin(Stdio::null());
        let process = command.spawn().context("a system for the bench does not start")?;
        let mut starting = Self {
            process,
            env: env.with("GSVT_HOME", folder.path().display().to_string()),
            folder,
            gateway: String::new(),
            ready_after: Duration::ZERO,
        };
        starting.wait()?;
        starting.env = home::with_running_system(&starting.env)?;
        starting.gateway = format!("http://{}", starting.env.text("GATEWAY_HTTP")?);
        Ok(starting)
    }

    fn wait(&mut self) -> Result<()> {
        let output = self.process.stdout.take().context("the system says nothing")?;
        let mut lines = BufReader::new(output).lines();
        let mut serving = Instant::now();
        loop {
            let line = lines.next().context("the system of the bench ended early")??;
            if line == crate::up::SERVING {
                serving = Instant::now();
            }
            if line.starts_with("GSVT runs at ") {
                self.ready_after = serving.elapsed();
                break;
            }
        }
        // Nobody reads the rest, and nobody may wait for a reader.
        std::thread::spawn(move || lines.for_each(drop));
        Ok(())
    }

    /// What the targets hold resident, in MiB: all processes of ours, without the servers. A page that they share, such as the program itself, counts once
    /// (PSS of `smaps_rollup(5)`).
    pub fn memory(&self) -> Result<f64> {
        let mut kilobytes = 0.0;
        for entry in std::fs::read_dir("/proc")? {
            let process = entry?.path();
            let Ok(status) = std::fs::read_to_string(process.join("status")) else { continue };
            let field = |name: &str| status.lines().find_map(|line| line.strip_prefix(name)).map(str::trim).unwrap_or_default();
            let ours = field("Name:") == "gsvt" && [field("Pid:"), field("PPid:")].contains(&self.process.id().to_string().as_str());
            if ours {
                let pages = std::fs::read_to_string(process.join("smaps_rollup"))?;
                let share = pages.lines().find_map(|line| line.strip_prefix("Pss:")).context("the kernel counts no shared pages")?;
                kilobytes += share.trim_end_matches("kB").trim().parse::<f64>()?;
            }
        }
        Ok(kilobytes / 1024.0)
    }

    /// The superuser's way into the database that `setting` names.
    pub async fn superuser(&self, setting: &str) -> Result<PgConnection> {
        PgConnection::connect(&self.superuser_url(setting)?).await.context("the superuser is not let in")
    }

    pub fn superuser_url(&self, setting: &str) -> Result<String> {
        let password = std::fs::read_to_string(self.folder.path().join("keys/postgres.password"))?;
        let url = self.env.text(setting)?;
        let place = url.rsplit_once('@').map(|(_, place)| place.to_owned()).with_context(|| format!("{setting} names no server"))?;
        Ok(format!("postgresql://postgres:{}@{place}", password.trim()))
    }

    pub fn database_log(&self) -> PathBuf {
        self.folder.path().join("logs/postgres.log")
    }

    pub fn scratch(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Ends it in good order.
    pub async fn stop(mut self) -> Result<()> {
        let ended = tokio::task::spawn_blocking(move || {
            self.ask_to_stop();
            self.process.wait()
        });
        let status = ended.await??;
        ensure!(status.success(), "the system of the bench ended with {status}");
        Ok(())
    }

    fn ask_to_stop(&self) {
        if let Some(pid) = Pid::from_raw(self.process.id().cast_signed()) {
            let _ = kill_process(pid, Signal::INT);
        }
    }
}

impl Drop for System {
    fn drop(&mut self) {
        if matches!(self.process.try_wait(), Ok(None)) {
            self.ask_to_stop();
            let _ = self.process.wait();
        }
    }
}
