//! The server that ran here before: when its owner was killed, its watchdog is still ending it.

use std::path::Path;
use std::time::{Duration, Instant};

use crate::ServerError;
use crate::error::folder;

/// How long a server that lost its owner may take to end before we call its folder taken.
const ENDS_WITHIN: Duration = Duration::from_secs(30);

/// Waits until no server works in `works_in`, whose process number is in `pid_file`; removes the file of one that is gone.
pub(crate) fn wait_for_end(works_in: &Path, pid_file: &Path) -> Result<(), ServerError> {
    let started = Instant::now();
    while let Some(pid) = number_in(pid_file) {
        if !is_at_work(pid, works_in) {
            return remove(pid_file);
        }
        if started.elapsed() > ENDS_WITHIN {
            return Err(ServerError::InUse { folder: works_in.to_owned(), pid });
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    Ok(())
}

fn number_in(pid_file: &Path) -> Option<i32> {
    std::fs::read_to_string(pid_file).ok()?.lines().next()?.trim().parse().ok()
}

/// Our servers work inside their folders; another process that got the same number does not.
fn is_at_work(pid: i32, works_in: &Path) -> bool {
    let at = std::fs::read_link(format!("/proc/{pid}/cwd"));
    at.is_ok_and(|at| std::fs::canonicalize(works_in).is_ok_and(|folder| folder == at))
}

fn remove(pid_file: &Path) -> Result<(), ServerError> {
    match std::fs::remove_file(pid_file) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(folder("removing", pid_file)(error)),
        _ => Ok(()),
    }
}
