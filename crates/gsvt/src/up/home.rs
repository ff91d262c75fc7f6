//! The state folder of one system: who has it, where things are in it, and how other commands find the system that runs on it.

use std::fs::{DirBuilder, File, OpenOptions};
use std::io::Write;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use runtime::Env;

use super::Settings;

const RUNNING: &str = "running.env";

/// A state folder that nobody else uses while this value lives.
#[derive(Debug)]
pub struct Home {
    folder: PathBuf,
    _lock: File,
}

impl Home {
    /// Takes the folder `GSVT_HOME` (`.gsvt`), which is made if it is not there.
    pub fn open(env: &Env) -> anyhow::Result<Self> {
        let folder = folder(env)?;
        // Everybody may pass through it, because PostgreSQL may run as another user; what is in it is closed.
        make_folder(&folder, 0o755)?;
        let advice =
            || format!("the state folder {} cannot be used; make it writable for you or set GSVT_HOME to another folder", folder.display());
        let lock = OpenOptions::new().create(true).truncate(false).write(true).open(folder.join("lock")).with_context(advice)?;
        if lock.try_lock().is_err() {
            bail!("another gsvt runs on {}; stop it, or set GSVT_HOME and GSVT_HTTP to run a second system beside it", folder.display());
        }
        let home = Self { folder, _lock: lock };
        for closed in [home.keys(), home.path("logs")] {
            make_folder(&closed, 0o700)?;
        }
        Ok(home)
    }

    pub fn folder(&self) -> &Path {
        &self.folder
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// Where keys and passwords are, for their owner alone.
    pub fn keys(&self) -> PathBuf {
        self.path("keys")
    }

    /// The password `name`, made when it is asked for first.
    pub fn password(&self, name: &str) -> anyhow::Result<String> {
        let path = self.keys().join(format!("{name}.password"));
        if let Ok(password) = std::fs::read_to_string(&path) {
            return Ok(password.trim().to_owned());
        }
        let password = servers::random_password()?;
        write_closed(&path, &password)?;
        Ok(password)
    }

    /// Tells other commands how to reach this system while it runs.
    pub fn remember(&self, settings: &Settings) -> anyhow::Result<()> {
        let lines: String = settings.iter().map(|(name, value)| format!("{name}={value}\n")).collect();
        write_closed(&self.keys().join(RUNNING), &lines)
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(self.keys().join(RUNNING));
    }
}

/// The environment, and for what it does not say the settings of the system that runs in `GSVT_HOME`.
pub fn with_running_system(env: &Env) -> anyhow::Result<Env> {
    let running = std::fs::read_to_string(folder(env)?.join("keys").join(RUNNING)).unwrap_or_default();
    let missing = running.lines().filter_map(|line| line.split_once('=')).filter(|(name, _)| env.optional(name).is_none());
    Ok(missing.fold(env.clone(), |env, (name, value)| env.with(name, value)))
}

fn folder(env: &Env) -> anyhow::Result<PathBuf> {
    let name = env.text_or("GSVT_HOME", ".gsvt");
    std::path::absolute(&name).with_context(|| format!("GSVT_HOME={name} is no folder; set it to a folder for the state"))
}

fn make_folder(folder: &Path, mode: u32) -> anyhow::Result<()> {
    if folder.is_dir() {
        return Ok(());
    }
    let advice =
        || format!("the folder {} cannot be made; make its parent writable for you or set GSVT_HOME to another folder", folder.display());
    DirBuilder::new().recursive(true).mode(mode).create(folder).with_context(advice)
}

fn write_closed(path: &Path, text: &str) -> anyhow::Result<()> {
    let advice = || format!("{} cannot be written; make it writable for you or set GSVT_HOME to another folder", path.display());
    let mut file = OpenOptions::new().create(true).truncate(true).write(true).mode(0o600).open(path).with_context(advice)?;
    file.write_all(text.as_bytes()).with_context(advice)
}
