//! The data key of a record and its row in `seal.data_keys`. Every statement of the schema `seal` is here.
//!
//! Wrapped key: id of the key-encryption key (8 bytes) | the sealed 32 bytes.

use std::collections::HashMap;

use sqlx::PgConnection;
use uuid::Uuid;
use zeroize::Zeroizing;

use crate::{Keyring, Place, SealError, SecretBytes, cipher};

/// Seals and opens the fields of one record. Live only for a request; wiped when dropped.
#[derive(Debug)]
pub struct DataKey {
    record: Uuid,
    key: SecretBytes,
}

impl DataKey {
    pub fn seal(&self, place: Place, plain: &[u8]) -> Result<Vec<u8>, SealError> {
        cipher::seal(&self.key, self.record.as_bytes(), place, plain)
    }

    pub fn open(&self, place: Place, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, SealError> {
        cipher::open(&self.key, self.record.as_bytes(), place, sealed).map(Zeroizing::new)
    }

    /// [`DataKey::open`] for what was text when it was sealed.
    pub fn open_text(&self, place: Place, sealed: &[u8]) -> Result<String, SealError> {
        String::from_utf8(self.open(place, sealed)?.to_vec()).map_err(|_| SealError::DoesNotOpen)
    }

    /// This key, sealed with that of the record which its own belongs to from now on. Once its row is erased, whoever erases the other erases both.
    pub fn entrust(&self, to: &Self, place: Place) -> Result<Vec<u8>, SealError> {
        to.seal(place, self.key.expose())
    }

    /// The key of `record` that was entrusted to this one.
    pub fn entrusted(&self, record: Uuid, place: Place, sealed: &[u8]) -> Result<Self, SealError> {
        let bytes = self.open(place, sealed)?;
        Ok(Self { record, key: SecretBytes::copy_of(&bytes).ok_or(SealError::DoesNotOpen)? })
    }

    fn wrap(&self, keyring: &Keyring) -> Result<Vec<u8>, SealError> {
        let kek = keyring.current()?;
        let sealed = cipher::seal(&kek.key, &kek.id, place(self.record), self.key.expose())?;
        Ok([&kek.id[..], &sealed].concat())
    }

    fn unwrap(keyring: &Keyring, record: Uuid, wrapped: &[u8]) -> Result<Self, SealError> {
        let (id, sealed) = wrapped.split_first_chunk::<8>().ok_or(SealError::DoesNotOpen)?;
        let kek = keyring.kek(*id).ok_or(SealError::UnknownKey(record))?;
        let bytes = Zeroizing::new(cipher::open(&kek.key, id, place(record), sealed)?);
        Ok(Self { record, key: SecretBytes::copy_of(&bytes).ok_or(SealError::DoesNotOpen)? })
    }
}

fn place(record: Uuid) -> Place {
    Place { table: "seal.data_keys", column: "wrapped", row: record }
}

/// Makes and stores the key of a new record. A second key for the same record is a database error (`data_keys_pkey`), also after it was erased.
pub async fn create_key(conn: &mut PgConnection, keyring: &Keyring, record: Uuid) -> Result<DataKey, SealError> {
    create_keys(conn, keyring, &[record]).await?.pop().ok_or(SealError::NoKey(record))
}

/// The keys of many new records, in their order and in one statement; all or none.
pub async fn create_keys(conn: &mut PgConnection, keyring: &Keyring, records: &[Uuid]) -> Result<Vec<DataKey>, SealError> {
    let make = |record: &Uuid| Ok(DataKey { record: *record, key: SecretBytes::random()? });
    let keys: Vec<DataKey> = records.iter().map(make).collect::<Result<_, SealError>>()?;
    let wrapped: Vec<Vec<u8>> = keys.iter().map(|key| key.wrap(keyring)).collect::<Result<_, _>>()?;
    sqlx::query!("insert into seal.data_keys (record_id, wrapped) select * from unnest($1::uuid[], $2::bytea[])", records, &wrapped)
        .execute(conn)
        .await?;
    Ok(keys)
}

/// The key of a record; [`SealError::Erased`] when it was destroyed.
pub async fn open_key(conn: &mut PgConnection, keyring: &Keyring, record: Uuid) -> Result<DataKey, SealError> {
    let wrapped = sqlx::query_scalar!("select wrapped from seal.data_keys where record_id = $1", record)
        .fetch_optional(conn)
        .await?
        .ok_or(SealError::NoKey(record))?
        .ok_or(SealError::Erased(record))?;
    DataKey::unwrap(keyring, record, &wrapped)
}

/// The keys of a page of records in one statement. Erased and unknown records are absent.
pub async fn open_keys(conn: &mut PgConnection, keyring: &Keyring, records: &[Uuid]) -> Result<HashMap<Uuid, DataKey>, SealError> {
    let rows = sqlx::query!(
        r#"select record_id, wrapped as "wrapped!" from seal.data_keys where record_id = any($1) and wrapped is not null"#,
        records
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter().map(|row| Ok((row.record_id, DataKey::unwrap(keyring, row.record_id, &row.wrapped)?))).collect()
}

/// Which of the records have been erased.
pub async fn erased(conn: &mut PgConnection, records: &[Uuid]) -> Result<Vec<Uuid>, SealError> {
    let rows = sqlx::query_scalar!("select record_id from seal.data_keys where record_id = any($1) and wrapped is null", records);
    Ok(rows.fetch_all(conn).await?)
}

/// Destroys the key: every field sealed with it is unreadable from the commit on (in backups from the day they expire). Harmless when repeated.
pub async fn erase(conn: &mut PgConnection, record: Uuid) -> Result<(), SealError> {
    erase_all(conn, &[record]).await
}

/// The keys of many records, each once, in one statement.
pub async fn erase_all(conn: &mut PgConnection, records: &[Uuid]) -> Result<(), SealError> {
    sqlx::query!(
        "insert into seal.data_keys (record_id, wrapped, erased_at) select record_id, null, now() from unnest($1::uuid[]) as gone (record_id)
         on conflict on constraint data_keys_pkey do update set wrapped = null, erased_at = coalesce(seal.data_keys.erased_at, now())",
        records
    )
    .execute(conn)
    .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_unwrapped_by_its_keyring_for_its_record_only() {
        let folder = tempfile::tempdir().unwrap();
        let keyring = Keyring::create_missing(folder.path()).unwrap();
        let (record, other) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let key = DataKey { record, key: SecretBytes::random().unwrap() };
        let wrapped = key.wrap(&keyring).unwrap();
        let field = Place { table: "trips", column: "note", row: record };
        let sealed = key.seal(field, "xe hỏng".as_bytes()).unwrap();
        assert_eq!(DataKey::unwrap(&keyring, record, &wrapped).unwrap().open_text(field, &sealed).unwrap(), "xe hỏng");
        assert!(matches!(DataKey::unwrap(&keyring, other, &wrapped), Err(SealError::DoesNotOpen)));
        let strange = tempfile::tempdir().unwrap();
        let strange = Keyring::create_missing(strange.path()).unwrap();
        assert!(matches!(DataKey::unwrap(&strange, record, &wrapped), Err(SealError::UnknownKey(_))));
    }

    #[test]
    fn an_entrusted_key_opens_with_the_other_alone() {
        let keys = [1, 2, 3].map(|record| DataKey { record: Uuid::from_u128(record), key: SecretBytes::random().unwrap() });
        let [photo, report, other] = &keys;
        let place = Place { table: "photos", column: "sealed_key", row: photo.record };
        let entrusted = photo.entrust(report, place).unwrap();
        let sealed = photo.seal(place, b"pixels").unwrap();
        assert_eq!(&*report.entrusted(photo.record, place, &entrusted).unwrap().open(place, &sealed).unwrap(), b"pixels");
        assert!(matches!(other.entrusted(photo.record, place, &entrusted), Err(SealError::DoesNotOpen)));
        let elsewhere = Place { row: other.record, ..place };
        assert!(matches!(report.entrusted(photo.record, elsewhere, &entrusted), Err(SealError::DoesNotOpen)));
    }

    #[test]
    fn a_new_first_key_wraps_and_the_old_one_still_unwraps() {
        let folder = tempfile::tempdir().unwrap();
        let before = Keyring::create_missing(folder.path()).unwrap();
        let key = DataKey { record: Uuid::from_u128(1), key: SecretBytes::random().unwrap() };
        let wrapped = key.wrap(&before).unwrap();
        let fresh = tempfile::tempdir().unwrap();
        Keyring::create_missing(fresh.path()).unwrap();
        let file = folder.path().join("kek.keys");
        let new_line = std::fs::read_to_string(fresh.path().join("kek.keys")).unwrap();
        std::fs::write(&file, format!("{new_line}{}", std::fs::read_to_string(&file).unwrap())).unwrap();
        let after = Keyring::open(folder.path()).unwrap();
        assert!(DataKey::unwrap(&after, key.record, &wrapped).is_ok());
        assert_ne!(key.wrap(&after).unwrap()[..8], wrapped[..8]);
    }
}
