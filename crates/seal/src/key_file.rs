//! Key files: readable by their owner alone, made once and never overwritten.

use std::{
    fs::{self, OpenOptions},
    io::{ErrorKind, Write as _},
    os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _},
    path::Path,
};

use zeroize::Zeroizing;

use crate::SealError;

/// Text of the file; refuses one that its group or others may open.
pub(crate) fn read_secret(path: &Path) -> Result<Zeroizing<String>, SealError> {
    let mode = fs::metadata(path).map_err(failed(path))?.permissions().mode() & 0o777;
    if mode & 0o077 != 0 {
        return Err(SealError::TooOpen { path: path.to_path_buf(), mode });
    }
    read_public(path)
}

pub(crate) fn read_public(path: &Path) -> Result<Zeroizing<String>, SealError> {
    fs::read_to_string(path).map(Zeroizing::new).map_err(failed(path))
}

/// Writes the file unless it is there. Two processes that start together end with one key: the file appears whole or not at all.
pub(crate) fn write_missing(path: &Path, text: &str, mode: u32) -> Result<(), SealError> {
    let Some((folder, name)) = path.parent().zip(path.file_name()) else { return Err(SealError::BadFile(path.to_path_buf())) };
    fs::create_dir_all(folder).map_err(failed(folder))?;
    if path.exists() {
        return Ok(());
    }
    let mut suffix = [0; 8];
    getrandom::fill(&mut suffix).map_err(|_| SealError::Random)?;
    let draft = folder.join(format!(".{}.{:016x}", name.to_string_lossy(), u64::from_be_bytes(suffix)));
    let written = write_draft(&draft, text, mode).and_then(|()| match fs::hard_link(&draft, path) {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
        linked => linked,
    });
    let removed = fs::remove_file(&draft);
    written.and(removed).map_err(failed(path))
}

fn write_draft(draft: &Path, text: &str, mode: u32) -> std::io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).mode(mode).open(draft)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

fn failed(path: &Path) -> impl FnOnce(std::io::Error) -> SealError {
    let path = path.to_path_buf();
    move |source| SealError::File { path, source }
}
