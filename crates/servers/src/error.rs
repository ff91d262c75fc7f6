//! What can keep a server from running, each said in one sentence that tells what to do.

use std::path::PathBuf;

/// Why a private server does not run.
#[derive(Debug, thiserror::Error)]
pub enum ServerError {
    #[error("{program} is not installed in a usable version ({wanted}); run deploy/setup, which installs it")]
    Missing { program: &'static str, wanted: &'static str },
    #[error("the user postgres, who runs PostgreSQL for root, does not exist; run deploy/setup, which installs PostgreSQL")]
    NoPostgresUser,
    #[error(
        "{blocked} cannot be entered by the user postgres, who runs PostgreSQL for root; set GSVT_HOME to a folder that everyone can enter, such as /var/lib/gsvt, or start gsvt as an ordinary user"
    )]
    Untraversable { blocked: PathBuf },
    #[error(
        "the state in {folder} belongs to PostgreSQL {made_by}, which is not installed; install postgresql-{made_by} or move the folder away to start anew"
    )]
    OtherVersion { folder: PathBuf, made_by: String },
    #[error("another server (process {pid}) still runs on {folder}; stop it or use another GSVT_HOME")]
    InUse { folder: PathBuf, pid: i32 },
    #[error("{server} does not start: {reason}; its log is {log}")]
    Start { server: &'static str, reason: String, log: PathBuf },
    #[error("{what} {path} failed ({cause}); check that the folder exists and that you may write to it")]
    Folder { what: &'static str, path: PathBuf, cause: std::io::Error },
    #[error("{program} cannot be run ({cause}); run deploy/setup, which installs what is missing")]
    Run { program: String, cause: std::io::Error },
    #[error("the system gives no random numbers: {0}")]
    Random(String),
}

/// Adds what was attempted where, for `map_err`.
pub(crate) fn folder<'a>(what: &'static str, path: &'a std::path::Path) -> impl FnOnce(std::io::Error) -> ServerError + 'a {
    move |cause| ServerError::Folder { what, path: path.to_owned(), cause }
}
