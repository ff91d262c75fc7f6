//! Which sealed fields there are and what lies in them: contract messages or text, bound to their table, column and row.

use ids::{CommandId, PhotoId, ReportId};
use prost::Message;
use seal::{DataKey, Place};
use uuid::Uuid;

use crate::error::Error;

const fn place(table: &'static str, column: &'static str, row: Uuid) -> Place {
    Place { table, column, row }
}

/// Contract message `Report`: text, place, answers.
pub const fn report(report: ReportId) -> Place {
    place("reports", "sealed", report.as_uuid())
}

pub const fn rating(report: ReportId) -> Place {
    place("reports", "sealed_rating", report.as_uuid())
}

pub const fn detail(entry: CommandId) -> Place {
    place("report_history", "sealed_detail", entry.as_uuid())
}

pub const fn message(message: CommandId) -> Place {
    place("messages", "sealed", message.as_uuid())
}

pub const fn internal(answer: CommandId) -> Place {
    place("answers", "sealed_internal", answer.as_uuid())
}

pub const fn withheld(withheld: CommandId) -> Place {
    place("withheld", "sealed", withheld.as_uuid())
}

pub const fn photo_digest(photo: PhotoId) -> Place {
    place("photos", "sealed_digest", photo.as_uuid())
}

pub const fn photo_key(photo: PhotoId) -> Place {
    place("photos", "sealed_key", photo.as_uuid())
}

pub const fn transfer_reason(transfer: CommandId) -> Place {
    place("transfers", "sealed_reason", transfer.as_uuid())
}

pub const fn transfer_answer(transfer: CommandId) -> Place {
    place("transfers", "sealed_answer", transfer.as_uuid())
}

/// Opens a message.
pub fn open<M: Message + Default>(key: &DataKey, place: Place, sealed: &[u8]) -> Result<M, Error> {
    let plain = key.open(place, sealed)?;
    M::decode(plain.as_slice()).map_err(|_| Error::corrupt("sealed message"))
}

pub fn seal<M: Message>(key: &DataKey, place: Place, message: &M) -> Result<Vec<u8>, Error> {
    Ok(key.seal(place, &message.encode_to_vec())?)
}

/// A text, when there is one.
pub fn seal_text(key: &DataKey, place: Place, text: &str) -> Result<Option<Vec<u8>>, Error> {
    if text.is_empty() { Ok(None) } else { Ok(Some(key.seal(place, text.as_bytes())?)) }
}

pub fn open_text(key: &DataKey, place: Place, sealed: Option<&[u8]>) -> Result<String, Error> {
    sealed.map_or(Ok(String::new()), |sealed| Ok(key.open_text(place, sealed)?))
}
