//! Whether a workbook is what it seems: every part is unpacked once into nothing, because what an archive says of its sizes may be a lie, and
//! the number of texts that a workbook announces is held against what it may have, because the parser reserves memory for it.

use std::io::{Cursor, Read};

use memchr::memmem;
use zip::ZipArchive;

use crate::FileError;
use crate::limits::{MOST_CELLS, MOST_INFLATED, MOST_PARTS};

pub(crate) fn check(bytes: &[u8]) -> Result<(), FileError> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| FileError::Damaged)?;
    if archive.len() > MOST_PARTS {
        return Err(FileError::UnpacksTooLarge);
    }
    if archive.index_for_name("xl/workbook.xml").is_none() {
        // A document, a text of OpenDocument or just an archive.
        return Err(FileError::NotASpreadsheet);
    }
    let mut left = MOST_INFLATED;
    for place in 0..archive.len() {
        let part = archive.by_index(place).map_err(|_| FileError::Damaged)?;
        if part.encrypted() {
            return Err(FileError::Protected);
        }
        left = unpack(part, left)?;
    }
    Ok(())
}

const ANNOUNCED: &[u8] = b"uniqueCount";
/// More than the attribute's name, its sign of equality and a number that fits.
const OVERLAP: usize = 64;
/// How far behind the name the number begins at most.
const FARTHEST: usize = 16;

/// What is left of the allowance behind this part.
fn unpack(mut part: impl Read, mut left: u64) -> Result<u64, FileError> {
    let mut buffer = vec![0; 64 * 1024];
    let mut kept = 0;
    loop {
        let read = part.read(&mut buffer[kept..]).map_err(|_| FileError::Damaged)?;
        left = left.checked_sub(read as u64).ok_or(FileError::UnpacksTooLarge)?;
        let filled = kept + read;
        if announces_too_much(&buffer[..filled]) {
            return Err(FileError::UnpacksTooLarge);
        }
        if read == 0 {
            return Ok(left);
        }
        // What lies across the border of two pieces is seen whole in the next one.
        kept = filled.min(OVERLAP);
        buffer.copy_within(filled - kept..filled, 0);
    }
}

fn announces_too_much(piece: &[u8]) -> bool {
    memmem::find_iter(piece, ANNOUNCED).any(|place| {
        let rest = &piece[place + ANNOUNCED.len()..];
        let before = |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b'=' | b'"' | b'\'' | b'+' | b'0');
        let skipped = rest.iter().take_while(|byte| before(byte)).count();
        let digits = rest.iter().skip(skipped).take_while(|byte| byte.is_ascii_digit()).take(20);
        let number = digits.fold(0_usize, |number, digit| number.saturating_mul(10).saturating_add(usize::from(digit - b'0')));
        // No program writes so many blanks there: they would push the number out of sight.
        number > MOST_CELLS || skipped > FARTHEST
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn announcements_are_seen_wherever_they_lie() {
        for (text, too_much) in [
            ("<sst uniqueCount=\"12\"/>", false),
            ("<sst uniqueCount=\"4294967295\"/>", true),
            ("<sst count='1' uniqueCount = '000099999999999999999999'/>", true),
            ("<sst uniqueCount=\"1\"/><sst uniqueCount=\"9999999\"/>", true),
            ("<sst uniqueCount=                                        '9999999'/>", true),
            ("uniqueCount", false),
        ] {
            for before in [0, 1, 65_500, 65_530, 65_536, 131_050] {
                let part = format!("{}{text}", " ".repeat(before));
                assert_eq!(unpack(part.as_bytes(), 1_000_000).is_err(), too_much, "{text} behind {before}");
            }
        }
        assert_eq!(unpack(&[0; 100][..], 100), Ok(0));
        assert_eq!(unpack(&[0; 101][..], 100), Err(FileError::UnpacksTooLarge));
    }
}
