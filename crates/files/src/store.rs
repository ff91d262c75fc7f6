//! Where files lie: in a folder of this machine, each sealed for its place, so that whoever has the folder or a backup of it has nothing. Nothing is
//! acknowledged before it is on the disk.

use std::{
    os::unix::fs::DirBuilderExt as _,
    path::{Path, PathBuf},
    sync::Arc,
};

use object_store::{ObjectStore, ObjectStoreExt as _, PutPayload, local::LocalFileSystem};
use seal::{DataKey, Place, SealError};
use uuid::Uuid;
use zeroize::Zeroizing;

/// One file: of which row in which table, and which of its parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct File {
    pub table: &'static str,
    pub row: Uuid,
    pub part: &'static str,
}

#[derive(Debug, thiserror::Error)]
pub enum FilesError {
    #[error("the folder of files {} cannot be used; make it writable for this user alone", .0.display())]
    Folder(PathBuf, #[source] std::io::Error),
    #[error("there is no such file")]
    Missing,
    #[error("a file could not be read or written")]
    Store(#[source] object_store::Error),
    #[error("a file does not open")]
    Seal(#[from] SealError),
}

/// Clones share it.
#[derive(Debug, Clone)]
pub struct Files(Arc<dyn ObjectStore>);

impl Files {
    /// Opens the folder, which is made, for its owner alone, where it is not there.
    pub fn open(folder: &Path) -> Result<Self, FilesError> {
        let fault = |error| FilesError::Folder(folder.to_owned(), error);
        std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(fault)?;
        let store = LocalFileSystem::new_with_prefix(folder).map_err(FilesError::Store)?;
        Ok(Self(Arc::new(store.with_fsync(true).with_automatic_cleanup(true))))
    }

    /// Stores it, in the place of what was there.
    pub async fn put(&self, key: &DataKey, file: File, plain: &[u8]) -> Result<(), FilesError> {
        let sealed = key.seal(file.place(), plain)?;
        self.0.put(&file.path(), PutPayload::from(sealed)).await.map(drop).map_err(FilesError::Store)
    }

    pub async fn get(&self, key: &DataKey, file: File) -> Result<Zeroizing<Vec<u8>>, FilesError> {
        let found = self.0.get(&file.path()).await.map_err(missing)?;
        let sealed = found.bytes().await.map_err(missing)?;
        Ok(key.open(file.place(), &sealed)?)
    }

    /// Deletes it; what is not there is as good as deleted.
    pub async fn delete(&self, file: File) -> Result<(), FilesError> {
        match self.0.delete(&file.path()).await.map_err(missing) {
            Err(FilesError::Missing) => Ok(()),
            done => done,
        }
    }
}

fn missing(error: object_store::Error) -> FilesError {
    match error {
        object_store::Error::NotFound { .. } => FilesError::Missing,
        error => FilesError::Store(error),
    }
}

impl File {
    fn path(self) -> object_store::path::Path {
        let row = self.row.simple().to_string();
        // The end of the id is random: the folders fill evenly.
        [self.table, &row[30..], &row, self.part].into_iter().collect()
    }

    const fn place(self) -> Place {
        Place { table: self.table, column: self.part, row: self.row }
    }
}
