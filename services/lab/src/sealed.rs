//! Which sealed fields there are and what lies in them: contract messages or text, bound to their table, column and row.

use ids::{CommandId, ResultId, ResultImportId, SubjectId};
use prost::Message;
use seal::{DataKey, Keyring, Place};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::error::Error;

const fn place(table: &'static str, column: &'static str, row: Uuid) -> Place {
    Place { table, column, row }
}

/// Contract message `Subject`.
pub const fn subject(subject: SubjectId) -> Place {
    place("subjects", "sealed", subject.as_uuid())
}

/// The text of a certificate.
pub const fn certificate(subject: SubjectId) -> Place {
    place("certificates", "sealed", subject.as_uuid())
}

/// In whose name an import goes on: text.
pub const fn importer(import: ResultImportId) -> Place {
    place("result_imports", "sealed_importer", import.as_uuid())
}

pub const fn approver(import: ResultImportId) -> Place {
    place("result_imports", "sealed_approver", import.as_uuid())
}

/// Contract message `ImportedRows`, of a run.
pub const fn imported_rows(import: ResultImportId) -> Place {
    place("imported_runs", "sealed", import.as_uuid())
}

/// Contract message `RowAside`.
pub const fn row_aside(import: ResultImportId) -> Place {
    place("imported_rows", "sealed", import.as_uuid())
}

/// Why the rows kept aside need nothing more.
pub const fn settlement(import: ResultImportId) -> Place {
    place("imported_rows", "sealed_settlement", import.as_uuid())
}

const fn note(step: CommandId) -> Place {
    place("tube_steps", "sealed_note", step.as_uuid())
}

const fn reason(result: ResultId) -> Place {
    place("results", "sealed_reason", result.as_uuid())
}

/// Opens a message.
pub fn open<M: Message + Default>(key: &DataKey, place: Place, sealed: &[u8]) -> Result<M, Error> {
    let plain = key.open(place, sealed)?;
    M::decode(plain.as_slice()).map_err(|_| Error::corrupt("sealed message"))
}

pub fn seal<M: Message>(key: &DataKey, place: Place, message: &M) -> Result<Vec<u8>, Error> {
    Ok(key.seal(place, &message.encode_to_vec())?)
}

/// Somebody's words about a tube, under a key of the step's own.
pub async fn seal_note(conn: &mut PgConnection, keyring: &Keyring, step: CommandId, text: &str) -> Result<Option<Vec<u8>>, Error> {
    seal_words(conn, keyring, note(step), text).await
}

/// Why a result was corrected, under a key of the result's own.
pub async fn seal_reason(conn: &mut PgConnection, keyring: &Keyring, result: ResultId, text: &str) -> Result<Option<Vec<u8>>, Error> {
    seal_words(conn, keyring, reason(result), text).await
}

pub async fn open_note(conn: &mut PgConnection, keyring: &Keyring, step: CommandId, sealed: Option<&[u8]>) -> Result<String, Error> {
    open_words(conn, keyring, note(step), sealed).await
}

pub async fn open_reason(conn: &mut PgConnection, keyring: &Keyring, result: ResultId, sealed: Option<&[u8]>) -> Result<String, Error> {
    open_words(conn, keyring, reason(result), sealed).await
}

async fn seal_words(conn: &mut PgConnection, keyring: &Keyring, place: Place, text: &str) -> Result<Option<Vec<u8>>, Error> {
    if text.is_empty() {
        return Ok(None);
    }
    let key = seal::create_key(conn, keyring, place.row).await?;
    Ok(Some(key.seal(place, text.as_bytes())?))
}

async fn open_words(conn: &mut PgConnection, keyring: &Keyring, place: Place, sealed: Option<&[u8]>) -> Result<String, Error> {
    let Some(sealed) = sealed else { return Ok(String::new()) };
    Ok(seal::open_key(conn, keyring, place.row).await?.open_text(place, sealed)?)
}
