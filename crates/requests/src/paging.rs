//! Page tokens: where the next page begins, bound to the filters of the list that they came from. They say nothing that the page did not.

use chrono::{DateTime, Utc};
use prost::Message;
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use crate::{Invalid, fault::Faults, hex};

/// The last row of a page, in the order of its list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cursor {
    /// Which part of the list, for lists that have several.
    pub rank: i16,
    /// In microseconds, as the database keeps it.
    pub at: DateTime<Utc>,
    pub id: Uuid,
}

impl Cursor {
    /// `filters` is the request without page size and token.
    pub fn token<M: Message>(&self, filters: &M) -> String {
        let mut bytes = self.rank.to_be_bytes().to_vec();
        bytes.extend(self.at.timestamp_micros().to_be_bytes());
        bytes.extend(self.id.as_bytes());
        bytes.extend(print(filters));
        hex(&bytes)
    }

    /// None for the first page; an error for a token of another list or of other filters.
    pub fn read<M: Message>(token: &str, filters: &M) -> Result<Option<Self>, Invalid> {
        if token.is_empty() {
            return Ok(None);
        }
        parse(token, &print(filters)).map(Some).ok_or_else(|| {
            let mut faults = Faults::default();
            faults.add("page_token", "Mở lại danh sách từ trang đầu", "Open the list from its first page again");
            Invalid(faults.0)
        })
    }
}

fn parse(token: &str, print: &[u8; 8]) -> Option<Cursor> {
    let bytes: Option<Vec<u8>> = (0..token.len()).step_by(2).map(|at| u8::from_str_radix(token.get(at..at + 2)?, 16).ok()).collect();
    let bytes = bytes?;
    let (rank, rest) = bytes.split_first_chunk::<2>()?;
    let (at, rest) = rest.split_first_chunk::<8>()?;
    let (id, rest) = rest.split_first_chunk::<16>()?;
    let at = DateTime::from_timestamp_micros(i64::from_be_bytes(*at))?;
    (rest == print).then(|| Cursor { rank: i16::from_be_bytes(*rank), at, id: Uuid::from_bytes(*id) })
}

fn print<M: Message>(filters: &M) -> [u8; 8] {
    let digest: [u8; 32] = Sha256::digest(filters.encode_to_vec()).into();
    let [a, b, c, d, e, f, g, h, ..] = digest;
    [a, b, c, d, e, f, g, h]
}

/// Rows on a page: what was asked for, at most `most`; 0 means `usual`.
pub fn size(asked: i32, usual: usize, most: usize) -> Result<usize, Invalid> {
    match usize::try_from(asked) {
        Ok(0) => Ok(usual),
        Ok(asked) => Ok(asked.min(most)),
        Err(_) => {
            let mut faults = Faults::default();
            faults.add("page_size", "Ghi số dòng từ 1 trở lên", "At least one row");
            Err(Invalid(faults.0))
        }
    }
}

/// Cuts the one row more that was read, and says where the next page begins.
pub fn cut<T, M: Message>(rows: &mut Vec<T>, size: usize, filters: &M, cursor: impl Fn(&T) -> Cursor) -> String {
    if rows.len() <= size {
        return String::new();
    }
    rows.truncate(size);
    rows.last().map(|row| cursor(row).token(filters)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use contract::vehicles::v1::ListPublicTripsRequest;

    use super::*;

    #[test]
    fn a_token_reads_back_for_its_own_filters_alone() {
        let filters = ListPublicTripsRequest { plate: "81C".to_owned(), ..Default::default() };
        let at = DateTime::from_timestamp_micros(1_634_500_000_123_456).unwrap();
        let cursor = Cursor { rank: 3, at, id: Uuid::from_u128(7) };
        let token = cursor.token(&filters);
        assert_eq!(Cursor::read(&token, &filters).unwrap(), Some(cursor));
        assert!(Cursor::read("", &filters).unwrap().is_none());
        let others = ListPublicTripsRequest { plate: "81D".to_owned(), ..Default::default() };
        for (token, filters) in [(&*token, &others), ("00", &filters), ("zz", &filters), ("ế", &filters), (&token[2..], &filters)] {
            assert!(Cursor::read(token, filters).is_err(), "{token}");
        }
    }
}
