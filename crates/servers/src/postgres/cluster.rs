//! The data folder: made once, checked before each start, and freed from what a killed server left behind.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use super::{Cluster, ServerUser, complete};
use crate::error::folder;
use crate::{ServerError, earlier, find};

/// Leaves a cluster in `cluster.folder` that a server may be started on; returns the folder of the programs to start.
pub(crate) fn prepare(cluster: &Cluster, user: &ServerUser) -> Result<PathBuf, ServerError> {
    let parent = cluster.folder.parent().unwrap_or(Path::new("/"));
    std::fs::create_dir_all(parent).map_err(folder("making the folder", parent))?;
    user.can_reach(&cluster.folder)?;
    match std::fs::read_to_string(cluster.folder.join("PG_VERSION")) {
        Ok(version) => {
            earlier::wait_for_end(&cluster.folder, &cluster.folder.join("postmaster.pid"))?;
            let made_by = version.trim().to_owned();
            find::postgres_programs(Some(&made_by)).ok_or_else(|| ServerError::OtherVersion { folder: cluster.folder.clone(), made_by })
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            let programs = find::postgres_programs(None).ok_or(ServerError::Missing { program: "PostgreSQL", wanted: "15 or newer" })?;
            create(cluster, user, &programs)?;
            Ok(programs)
        }
        Err(error) => Err(folder("reading the state in", &cluster.folder)(error)),
    }
}

/// Creates the cluster beside its place and moves it there, so that a half-made one is never taken for whole.
fn create(cluster: &Cluster, user: &ServerUser, programs: &Path) -> Result<(), ServerError> {
    let half_made = cluster.folder.with_extension("new");
    if half_made.exists() {
        std::fs::remove_dir_all(&half_made).map_err(folder("removing", &half_made))?;
    }
    std::fs::create_dir(&half_made).map_err(folder("making the folder", &half_made))?;
    let data = half_made.join("data");
    let password = half_made.join("password");
    std::fs::write(&password, &cluster.password).map_err(folder("writing", &password))?;
    std::fs::set_permissions(&password, Permissions::from_mode(0o600)).map_err(folder("closing", &password))?;
    for path in [&half_made, &password] {
        user.give(path).map_err(folder("giving to the user postgres", path))?;
    }
    let mut command = user.command(&programs.join("initdb"));
    command.arg("-D").arg(&data).arg(format!("--pwfile={}", password.display()));
    command.args(["--username=postgres", "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C.UTF-8"]);
    if !cluster.durable {
        command.arg("--no-sync");
    }
    complete(command, &cluster.log)?;
    std::fs::rename(&data, &cluster.folder).map_err(folder("moving the new cluster to", &cluster.folder))?;
    std::fs::remove_dir_all(&half_made).map_err(folder("removing", &half_made))
}

/// Whether the server with this process number says that it accepts connections.
pub(crate) fn is_ready(data: &Path, pid: u32) -> bool {
    let Ok(lock) = std::fs::read_to_string(data.join("postmaster.pid")) else { return false };
    let mut lines = lock.lines();
    lines.next() == Some(pid.to_string().as_str()) && lines.nth(6).is_some_and(|status| status.trim() == "ready")
}
