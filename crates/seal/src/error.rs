//! What can go wrong with keys and sealed fields. Never says what was inside.

use std::path::PathBuf;

use uuid::Uuid;

#[derive(Debug, thiserror::Error)]
pub enum SealError {
    /// The record was erased, its fields are unreadable for ever.
    #[error("record {0} was erased")]
    Erased(Uuid),
    /// No key was ever made for the record.
    #[error("record {0} has no data key")]
    NoKey(Uuid),
    /// The bytes were changed, moved from another place, or sealed with another key.
    #[error("a sealed value does not open: it was changed or belongs elsewhere")]
    DoesNotOpen,
    /// The data key was wrapped with a key-encryption key that the key file no longer holds.
    #[error("record {0} needs a key-encryption key that the key file does not hold")]
    UnknownKey(Uuid),
    #[error("the key folder has no file {}; make it with a linking key of the province", .0.display())]
    LinkingKeyMissing(PathBuf),
    #[error("the key file {} cannot be read or written", path.display())]
    File { path: PathBuf, source: std::io::Error },
    #[error("the key file {} may be read by others than its owner (mode {mode:o}): set it to 600", path.display())]
    TooOpen { path: PathBuf, mode: u32 },
    #[error("the key file {} does not hold what its name says", .0.display())]
    BadFile(PathBuf),
    #[error("the system gives no random bytes")]
    Random,
    #[error("the database refused")]
    Database(#[from] sqlx::Error),
}
