//! Files lie sealed, each in its place; what is deleted is gone.

use files::{File, Files, FilesError};
use seal::Keyring;
use sqlx::Connection as _;
use uuid::Uuid;

const ROW: Uuid = Uuid::from_u128(7);

fn photo(part: &'static str) -> File {
    File { table: "photos", row: ROW, part }
}

#[tokio::test]
async fn what_lies_in_the_folder_opens_with_its_key_in_its_place_alone() {
    let folder = tempfile::tempdir().unwrap();
    let keyring = Keyring::create_missing(folder.path().join("keys")).unwrap();
    let database = testing::database(&[&seal::MIGRATOR]).await;
    let mut conn = sqlx::PgConnection::connect(&database.url).await.unwrap();
    let key = seal::create_key(&mut conn, &keyring, ROW).await.unwrap();
    let other = seal::create_key(&mut conn, &keyring, Uuid::from_u128(8)).await.unwrap();
    let files = Files::open(&folder.path().join("files")).unwrap();
    files.put(&key, photo("original"), b"pixels of a truck").await.unwrap();
    assert_eq!(&**files.get(&key, photo("original")).await.unwrap(), b"pixels of a truck");
    assert!(matches!(files.get(&other, photo("original")).await, Err(FilesError::Seal(_))));
    assert!(matches!(files.get(&key, photo("thumbnail")).await, Err(FilesError::Missing)));
    let found = written(&folder.path().join("files"));
    assert_eq!(found.len(), 1);
    let bytes = std::fs::read(&found[0]).unwrap();
    assert!(!bytes.windows(5).any(|part| part == b"truck"), "the folder alone says nothing");
    let moved = found[0].with_file_name("thumbnail");
    std::fs::copy(&found[0], moved).unwrap();
    assert!(matches!(files.get(&key, photo("thumbnail")).await, Err(FilesError::Seal(_))), "moved to another place");
    for part in ["original", "thumbnail", "original"] {
        files.delete(photo(part)).await.unwrap();
    }
    assert_eq!(written(&folder.path().join("files")), Vec::<std::path::PathBuf>::new());
    assert!(matches!(files.get(&key, photo("original")).await, Err(FilesError::Missing)));
}

#[test]
fn a_folder_is_its_owners_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("files");
    Files::open(&path).unwrap();
    assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o700);
    std::fs::write(folder.path().join("file"), b"").unwrap();
    assert!(matches!(Files::open(&folder.path().join("file")), Err(FilesError::Folder(..))));
}

fn written(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { found.extend(written(&path)) } else { found.push(path) }
    }
    found
}
