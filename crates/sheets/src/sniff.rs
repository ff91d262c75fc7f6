//! Which kind of file the bytes are, whatever its name says.

use crate::FileError;
use crate::limits::MOST_BYTES;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    Workbook,
    /// CSV in one of its dialects.
    Text,
}

const ZIP: &[u8] = b"PK\x03\x04";
/// Microsoft's compound file: .xls, and the envelope of a workbook with a password.
const COMPOUND: &[u8] = &[0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];
/// What no spreadsheet begins with: PDF, pictures, RTF, and the HTML and XML that some programs save as .xls.
const OTHERS: &[&[u8]] = &[b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"{\\rtf", b"<", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b"];

pub(crate) fn format(bytes: &[u8]) -> Result<Format, FileError> {
    if bytes.len() > MOST_BYTES {
        return Err(FileError::TooLarge);
    }
    if bytes.starts_with(ZIP) {
        return Ok(Format::Workbook);
    }
    if bytes.starts_with(COMPOUND) {
        let name: Vec<u8> = "EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let protected = bytes.windows(name.len()).any(|window| window == name);
        return Err(if protected { FileError::Protected } else { FileError::OldWorkbook });
    }
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).trim_ascii_start();
    if text.is_empty() {
        return Err(FileError::Empty);
    }
    if OTHERS.iter().any(|other| text.starts_with(other)) { Err(FileError::NotASpreadsheet) } else { Ok(Format::Text) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_decides() {
        for (bytes, format_or_error) in [
            (&b"PK\x03\x04..."[..], Ok(Format::Workbook)),
            (b"a;b", Ok(Format::Text)),
            (b"\xef\xbb\xbfa;b", Ok(Format::Text)),
            (b"\xff\xfea\0;\0", Ok(Format::Text)),
            (b"", Err(FileError::Empty)),
            (b" \r\n\t", Err(FileError::Empty)),
            (b"\xef\xbb\xbf", Err(FileError::Empty)),
            (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", Err(FileError::OldWorkbook)),
            (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1..E\0n\0c\0r\0y\0p\0t\0e\0d\0P\0a\0c\0k\0a\0g\0e\0", Err(FileError::Protected)),
            (b"%PDF-1.7", Err(FileError::NotASpreadsheet)),
            (b"  <html><table>", Err(FileError::NotASpreadsheet)),
        ] {
            assert_eq!(format(bytes), format_or_error, "{bytes:?}");
        }
        assert_eq!(format(&vec![b'a'; MOST_BYTES + 1]), Err(FileError::TooLarge));
    }
}
