//! A key ring on disk: `keys.json` with the times, and one PKCS#8 PEM per key that its owner alone may read.

use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::keys::OwnKey;
use crate::{KeyError, KeyPeriods, KeyRing, SigningKey};

const INDEX: &str = "keys.json";
const LOCK: &str = "keys.lock";

/// Why the keys of a folder cannot be read or written.
#[derive(Debug, thiserror::Error)]
pub enum FolderError {
    #[error("cannot use {path}")]
    File { path: PathBuf, source: std::io::Error },
    #[error("{0} is no index of keys")]
    Index(PathBuf),
    #[error("{path} is no key of this ring")]
    Key { path: PathBuf, source: KeyError },
    #[error("the keys of {folder} cannot be rotated")]
    Rotation { folder: PathBuf, source: KeyError },
    #[error("{folder} has the keys of {country}")]
    Country { folder: PathBuf, country: String },
}

#[derive(Serialize, Deserialize)]
struct Index {
    country: String,
    keys: Vec<Entry>,
}

#[derive(Serialize, Deserialize)]
struct Entry {
    kid: String,
    signs_from: DateTime<Utc>,
    signs_until: DateTime<Utc>,
    valid_until: DateTime<Utc>,
}

impl KeyRing {
    /// The ring of a folder as it should be now: made where there is none, rotated and stored where it is time. Processes that share the folder
    /// wait for each other, so that none signs with a key that another one drops.
    pub fn keep(folder: impl AsRef<Path>, country: &str, now: DateTime<Utc>, periods: &KeyPeriods) -> Result<Self, FolderError> {
        let folder = folder.as_ref();
        let failed = |source| FolderError::File { path: folder.to_owned(), source };
        std::fs::create_dir_all(folder).map_err(failed)?;
        let lock = std::fs::File::create(folder.join(LOCK)).map_err(failed)?;
        // Let go when the file is closed, also by a crash.
        lock.lock().map_err(failed)?;
        let mut keys = Self::open(folder)?.unwrap_or_else(|| Self::new(country));
        if keys.country != country {
            return Err(FolderError::Country { folder: folder.to_owned(), country: keys.country });
        }
        if keys.rotate(now, periods).map_err(|source| FolderError::Rotation { folder: folder.to_owned(), source })? {
            keys.store(folder)?;
        }
        Ok(keys)
    }

    /// Reads what [`Self::store`] wrote; `None` where nothing was stored.
    pub fn open(folder: impl AsRef<Path>) -> Result<Option<Self>, FolderError> {
        let folder = folder.as_ref();
        let path = folder.join(INDEX);
        let text = match std::fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(source) => return Err(FolderError::File { path, source }),
        };
        let index: Index = serde_json::from_str(&text).map_err(|_| FolderError::Index(path))?;
        let keys = index.keys.into_iter().map(|entry| entry.key(folder)).collect::<Result<_, _>>()?;
        Ok(Some(Self { country: index.country, keys }))
    }

    /// Writes missing keys, then the index in one step; the files of dropped keys go last, so that a crash loses no key that is still named.
    pub fn store(&self, folder: impl AsRef<Path>) -> Result<(), FolderError> {
        let folder = folder.as_ref();
        std::fs::create_dir_all(folder).map_err(|source| FolderError::File { path: folder.to_owned(), source })?;
        for own in &self.keys {
            let path = pem_file(folder, &own.key.kid().to_string());
            let pem = own.key.to_pem().map_err(|source| FolderError::Key { path: path.clone(), source })?;
            if !path.exists() {
                write(&path, pem.as_bytes(), 0o600)?;
            }
        }
        let path = folder.join(INDEX);
        let index = Index { country: self.country.clone(), keys: self.keys.iter().map(Entry::of).collect() };
        let text = serde_json::to_vec_pretty(&index).map_err(|_| FolderError::Index(path.clone()))?;
        write(&path, &text, 0o600)?;
        self.remove_dropped(folder)
    }

    fn remove_dropped(&self, folder: &Path) -> Result<(), FolderError> {
        let failed = |source| FolderError::File { path: folder.to_owned(), source };
        let kept: Vec<PathBuf> = self.keys.iter().map(|own| pem_file(folder, &own.key.kid().to_string())).collect();
        for entry in std::fs::read_dir(folder).map_err(failed)? {
            let path = entry.map_err(failed)?.path();
            if path.extension().is_some_and(|extension| extension == "pem") && !kept.contains(&path) {
                std::fs::remove_file(&path).map_err(|source| FolderError::File { path, source })?;
            }
        }
        Ok(())
    }
}

impl Entry {
    fn of(own: &OwnKey) -> Self {
        let OwnKey { key, signs_from, signs_until, valid_until } = own;
        Self { kid: key.kid().to_string(), signs_from: *signs_from, signs_until: *signs_until, valid_until: *valid_until }
    }

    fn key(self, folder: &Path) -> Result<OwnKey, FolderError> {
        let path = pem_file(folder, &self.kid);
        let pem = std::fs::read_to_string(&path).map_err(|source| FolderError::File { path: path.clone(), source })?;
        let key = SigningKey::from_pem(&pem).map_err(|source| FolderError::Key { path: path.clone(), source })?;
        // A file under another key's name would sign with what nobody published.
        if key.kid().to_string() != self.kid {
            return Err(FolderError::Key { path, source: KeyError::Malformed });
        }
        Ok(OwnKey { key, signs_from: self.signs_from, signs_until: self.signs_until, valid_until: self.valid_until })
    }
}

fn pem_file(folder: &Path, kid: &str) -> PathBuf {
    folder.join(format!("{kid}.pem"))
}

/// Through a file beside it, so that a crash leaves the old one or the new one.
fn write(path: &Path, bytes: &[u8], mode: u32) -> Result<(), FolderError> {
    let failed = |source| FolderError::File { path: path.to_owned(), source };
    let beside = path.with_extension("new");
    let mut options = std::fs::OpenOptions::new();
    let mut file = options.write(true).create(true).truncate(true).mode(mode).open(&beside).map_err(failed)?;
    file.write_all(bytes).and_then(|()| file.sync_all()).map_err(failed)?;
    std::fs::rename(&beside, path).map_err(failed)?;
    // A key that signed must still be there after the power went.
    let folder = path.parent().map_or(Path::new("."), |folder| folder);
    std::fs::File::open(folder).and_then(|folder| folder.sync_all()).map_err(failed)
}
