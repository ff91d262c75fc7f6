//! Who runs PostgreSQL: ourselves, or the package's user `postgres` when we are root, which PostgreSQL refuses to be.

use std::os::unix::fs::MetadataExt;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;

use crate::ServerError;

/// The user whose processes the server's are.
pub(crate) enum ServerUser {
    Ourselves,
    Package { uid: u32, gid: u32 },
}

impl ServerUser {
    pub(crate) fn current() -> Result<Self, ServerError> {
        if !rustix::process::geteuid().is_root() {
            return Ok(Self::Ourselves);
        }
        Ok(Self::Package { uid: package_id("-u")?, gid: package_id("-g")? })
    }

    /// A command that runs as this user.
    pub(crate) fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command.current_dir("/").env("LC_ALL", "C.UTF-8").env_remove("PGDATA").env_remove("PGPORT");
        if let Self::Package { uid, gid } = *self {
            command.uid(uid).gid(gid);
        }
        command
    }

    /// Makes `path` this user's own.
    pub(crate) fn give(&self, path: &Path) -> std::io::Result<()> {
        match *self {
            Self::Ourselves => Ok(()),
            Self::Package { uid, gid } => std::os::unix::fs::chown(path, Some(uid), Some(gid)),
        }
    }

    /// Fails on the first folder above `path` that this user cannot pass through.
    pub(crate) fn can_reach(&self, path: &Path) -> Result<(), ServerError> {
        let Self::Package { uid, gid } = *self else { return Ok(()) };
        let blocked = path.ancestors().skip(1).filter(|folder| !folder.as_os_str().is_empty()).find(|folder| {
            std::fs::metadata(folder).is_ok_and(|data| {
                let needed = if data.uid() == uid {
                    0o100
                } else if data.gid() == gid {
                    0o010
                } else {
                    0o001
                };
                data.mode() & needed == 0
            })
        });
        blocked.map_or(Ok(()), |folder| Err(ServerError::Untraversable { blocked: folder.to_owned() }))
    }
}

fn package_id(flag: &str) -> Result<u32, ServerError> {
    let output =
        Command::new("id").args([flag, "postgres"]).output().map_err(|cause| ServerError::Run { program: "id".to_owned(), cause })?;
    String::from_utf8_lossy(&output.stdout).trim().parse().map_err(|_| ServerError::NoPostgresUser)
}
