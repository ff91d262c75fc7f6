//! Finds the installed servers: PostgreSQL where Debian puts it, nats-server in the path or where `deploy/setup` put it.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::ServerError;

const POSTGRES_OLDEST: u32 = 15;
const NATS_OLDEST: [u32; 3] = [2, 12, 6];
/// The version that `deploy/setup` installs where the system has none.
const NATS_PINNED: &str = "2.15.1";

/// The folder of PostgreSQL's programs: of `major` if given, else of the newest version.
pub(crate) fn postgres_programs(major: Option<&str>) -> Option<PathBuf> {
    let mut found: Vec<(u32, PathBuf)> = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| Some((entry.file_name().to_str()?.parse().ok()?, entry.path().join("bin"))))
        .chain(in_path("initdb").filter_map(|file| Some((postgres_version(&file)?, file.parent()?.to_owned()))))
        .filter(|(version, folder)| *version >= POSTGRES_OLDEST && folder.join("initdb").is_file() && folder.join("postgres").is_file())
        .collect();
    found.sort();
    match major {
        Some(major) => found.into_iter().find(|(version, _)| version.to_string() == major),
        None => found.pop(),
    }
    .map(|(_, folder)| folder)
}

/// The nats-server to run.
pub(crate) fn nats_server() -> Result<PathBuf, ServerError> {
    in_path("nats-server")
        .chain(pinned_nats())
        .find(|file| nats_version(file).is_some_and(|version| version >= NATS_OLDEST))
        .ok_or(ServerError::Missing { program: "nats-server", wanted: "2.12.6 or newer" })
}

fn pinned_nats() -> Option<PathBuf> {
    let cache = std::env::var_os("XDG_CACHE_HOME")
        .filter(|folder| !folder.is_empty())
        .map(PathBuf::from)
        .or_else(|| std::env::home_dir().map(|home| home.join(".cache")))?;
    let file = cache.join(format!("gsvt/tools/nats-server-{NATS_PINNED}/nats-server"));
    file.is_file().then_some(file)
}

fn in_path(program: &'static str) -> impl Iterator<Item = PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).map(|folder| folder.join(program)).filter(|file| file.is_file()).collect::<Vec<_>>().into_iter()
}

/// `initdb (PostgreSQL) 15.18 (Debian …)` is 15.
fn postgres_version(initdb: &Path) -> Option<u32> {
    version_text(initdb)?.split_whitespace().nth(2)?.split('.').next()?.parse().ok()
}

/// `nats-server: v2.15.1` is [2, 15, 1].
fn nats_version(file: &Path) -> Option<[u32; 3]> {
    let text = version_text(file)?;
    let mut parts = text.trim().rsplit('v').next()?.split(['.', '-']).map(str::parse);
    let mut part = || parts.next()?.ok();
    Some([part()?, part()?, part()?])
}

fn version_text(file: &Path) -> Option<String> {
    String::from_utf8(Command::new(file).arg("--version").output().ok()?.stdout).ok()
}
