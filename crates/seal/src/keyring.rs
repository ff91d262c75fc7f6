//! The keys of one service, read from its key folder:
//!
//! - `kek.keys`: key-encryption keys, one a line, `<id, 16 hex digits> <base64>`; the first wraps, all unwrap (rotation = a new first line);
//! - `index.key`: root of the blind indexes and other derived keys;
//! - `person-link.key`, `plate-link.key`: the province's linking keys, only where a service may join people or vehicles with another's.

use std::path::{Path, PathBuf};

use base64ct::{Base64, Encoding as _};
use zeroize::Zeroizing;

use crate::{SealError, SecretBytes, index, key_file};

const KEK: &str = "kek.keys";
const INDEX: &str = "index.key";
const PERSON_LINK: &str = "person-link.key";
const PLATE_LINK: &str = "plate-link.key";

pub(crate) struct Kek {
    pub(crate) id: [u8; 8],
    pub(crate) key: SecretBytes,
}

/// Keys in memory, wiped when dropped.
pub struct Keyring {
    folder: PathBuf,
    keks: Vec<Kek>,
    index: SecretBytes,
    person_link: Option<SecretBytes>,
    plate_link: Option<SecretBytes>,
}

impl Keyring {
    /// Reads the key folder. Refuses key files that others than their owner may read.
    pub fn open(folder: impl AsRef<Path>) -> Result<Self, SealError> {
        let folder = folder.as_ref();
        Ok(Self {
            folder: folder.to_path_buf(),
            keks: read_keks(&folder.join(KEK))?,
            index: read_key(&folder.join(INDEX))?,
            person_link: read_optional(&folder.join(PERSON_LINK))?,
            plate_link: read_optional(&folder.join(PLATE_LINK))?,
        })
    }

    /// Makes the keys of a service that are not there (not the province's linking keys), then opens the folder.
    pub fn create_missing(folder: impl AsRef<Path>) -> Result<Self, SealError> {
        let folder = folder.as_ref();
        let mut id = [0; 8];
        getrandom::fill(&mut id).map_err(|_| SealError::Random)?;
        let line = Zeroizing::new(format!("{:016x} {}\n", u64::from_be_bytes(id), *encode(&SecretBytes::random()?)));
        key_file::write_missing(&folder.join(KEK), &line, 0o600)?;
        write_key(&folder.join(INDEX))?;
        Self::open(folder)
    }

    /// Makes the province's linking keys where they are missing. Services that join people or plates hold copies of the same files.
    pub fn create_missing_links(folder: impl AsRef<Path>) -> Result<(), SealError> {
        let folder = folder.as_ref();
        write_key(&folder.join(PERSON_LINK))?;
        write_key(&folder.join(PLATE_LINK))
    }

    /// Blind index of a normalised text. The label names the column: `vehicles.people.id_number`.
    pub fn index(&self, label: &str, text: &str) -> Result<[u8; 32], SealError> {
        Ok(index::hmac(&self.derive(label)?, text))
    }

    /// A key of its own for one use, such as the pepper of passwords.
    pub fn derive(&self, label: &str) -> Result<SecretBytes, SealError> {
        index::derive(&self.index, label)
    }

    /// The province's key of a person, from one normalised number with its kind: equal in every service that holds the linking key.
    pub fn person_key(&self, text: &str) -> Result<[u8; 32], SealError> {
        self.link(self.person_link.as_ref(), PERSON_LINK, text)
    }

    /// The province's key of a vehicle, from country, kind and compact plate.
    pub fn plate_key(&self, text: &str) -> Result<[u8; 32], SealError> {
        self.link(self.plate_link.as_ref(), PLATE_LINK, text)
    }

    fn link(&self, key: Option<&SecretBytes>, file: &str, text: &str) -> Result<[u8; 32], SealError> {
        key.map(|key| index::hmac(key, text)).ok_or_else(|| SealError::LinkingKeyMissing(self.folder.join(file)))
    }

    /// The one that wraps new data keys.
    pub(crate) fn current(&self) -> Result<&Kek, SealError> {
        self.keks.first().ok_or_else(|| SealError::BadFile(self.folder.join(KEK)))
    }

    pub(crate) fn kek(&self, id: [u8; 8]) -> Option<&Kek> {
        self.keks.iter().find(|kek| kek.id == id)
    }
}

impl std::fmt::Debug for Keyring {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Keyring").field("folder", &self.folder).finish_non_exhaustive()
    }
}

fn read_keks(path: &Path) -> Result<Vec<Kek>, SealError> {
    let text = key_file::read_secret(path)?;
    let keks: Option<Vec<Kek>> = text.lines().filter(|line| !line.trim().is_empty()).map(read_kek).collect();
    keks.filter(|keks| !keks.is_empty()).ok_or_else(|| SealError::BadFile(path.to_path_buf()))
}

fn read_kek(line: &str) -> Option<Kek> {
    let (id, key) = line.trim().split_once(' ')?;
    let id = u64::from_str_radix(id, 16).ok().filter(|_| id.len() == 16)?.to_be_bytes();
    Some(Kek { id, key: decode(key)? })
}

fn read_key(path: &Path) -> Result<SecretBytes, SealError> {
    decode(key_file::read_secret(path)?.trim()).ok_or_else(|| SealError::BadFile(path.to_path_buf()))
}

fn read_optional(path: &Path) -> Result<Option<SecretBytes>, SealError> {
    if path.exists() { read_key(path).map(Some) } else { Ok(None) }
}

fn write_key(path: &Path) -> Result<(), SealError> {
    let text = Zeroizing::new(format!("{}\n", *encode(&SecretBytes::random()?)));
    key_file::write_missing(path, &text, 0o600)
}

fn encode(key: &SecretBytes) -> Zeroizing<String> {
    Zeroizing::new(Base64::encode_string(key.expose()))
}

fn decode(text: &str) -> Option<SecretBytes> {
    SecretBytes::copy_of(&Zeroizing::new(Base64::decode_vec(text).ok()?))
}

#[cfg(test)]
mod tests {
    use std::{fs, os::unix::fs::PermissionsExt as _};

    use super::*;

    #[test]
    fn keys_are_made_once_and_for_their_owner_alone() {
        let folder = tempfile::tempdir().unwrap();
        let first = Keyring::create_missing(folder.path()).unwrap().index("t.c", "x").unwrap();
        assert_eq!(Keyring::create_missing(folder.path()).unwrap().index("t.c", "x").unwrap(), first);
        assert_eq!(fs::metadata(folder.path().join(KEK)).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2, "no draft is left behind");
        fs::set_permissions(folder.path().join(INDEX), fs::Permissions::from_mode(0o640)).unwrap();
        assert!(matches!(Keyring::open(folder.path()), Err(SealError::TooOpen { mode: 0o640, .. })));
    }

    #[test]
    fn an_index_is_the_same_for_one_column_and_another_for_each_other() {
        let folder = tempfile::tempdir().unwrap();
        let keyring = Keyring::create_missing(folder.path()).unwrap();
        let here = keyring.index("vehicles.people.id_number", "064093000123").unwrap();
        assert_eq!(here, keyring.index("vehicles.people.id_number", "064093000123").unwrap());
        assert_ne!(here, keyring.index("vehicles.people.phone", "064093000123").unwrap());
        assert_ne!(here, keyring.index("vehicles.people.id_number", "064093000124").unwrap());
        assert!(matches!(keyring.person_key("x"), Err(SealError::LinkingKeyMissing(_))));
    }

    #[test]
    fn linking_keys_join_two_services() {
        let (one, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        Keyring::create_missing_links(one.path()).unwrap();
        for file in [PERSON_LINK, PLATE_LINK] {
            fs::copy(one.path().join(file), other.path().join(file)).unwrap();
        }
        let (one, other) = (Keyring::create_missing(one.path()).unwrap(), Keyring::create_missing(other.path()).unwrap());
        assert_eq!(one.person_key("CCCD:064093000123").unwrap(), other.person_key("CCCD:064093000123").unwrap());
        assert_ne!(one.person_key("x").unwrap(), one.plate_key("x").unwrap());
        assert_ne!(one.index("t.c", "x").unwrap(), other.index("t.c", "x").unwrap());
    }

    #[test]
    fn nothing_prints_a_key() {
        let folder = tempfile::tempdir().unwrap();
        let keyring = Keyring::create_missing(folder.path()).unwrap();
        let key = fs::read_to_string(folder.path().join(INDEX)).unwrap();
        assert!(!format!("{keyring:?} {:?}", keyring.derive("x").unwrap()).contains(key.trim()));
    }
}
