//! The letters of a text file: a byte order mark first, then UTF-8 and UTF-16 by their form, else windows-1258, Vietnam's code page.

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1258};
use unicode_normalization::UnicodeNormalization as _;

use crate::FileError;

/// The text, and whether its encoding was a guess.
pub(crate) fn decode(bytes: &[u8]) -> Result<(String, bool), FileError> {
    let (encoding, guessed) = Encoding::for_bom(bytes).map_or_else(|| by_form(bytes), |(encoding, _)| (encoding, false));
    let (text, _, damaged) = encoding.decode(bytes);
    // No spreadsheet writes control characters: what has them is another kind of file.
    if text.chars().any(|letter| letter.is_control() && !matches!(letter, '\t' | '\n' | '\r')) {
        return Err(FileError::NotASpreadsheet);
    }
    if damaged {
        return Err(FileError::Damaged);
    }
    // windows-1258 writes most tones behind their letter.
    Ok((text.nfc().collect(), guessed))
}

fn by_form(bytes: &[u8]) -> (&'static Encoding, bool) {
    let head = &bytes[..bytes.len().min(4_000)];
    // In UTF-16 each separator, digit and line end has a zero byte on one side.
    let zeros = |parity: usize| head.iter().enumerate().filter(|(place, byte)| place % 2 == parity && **byte == 0).count();
    match (zeros(0), zeros(1)) {
        (0, odd) if odd * 20 > head.len() => (UTF_16LE, false),
        (even, 0) if even * 20 > head.len() => (UTF_16BE, false),
        _ if std::str::from_utf8(bytes).is_ok() => (UTF_8, false),
        _ => (WINDOWS_1258, true),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "Họ và tên;Năm sinh\nRơ Mah H’Bưm;1987\nNguyễn Thị Ễ;01/02/1990\n";

    fn utf16(text: &str, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(bytes).collect()
    }

    #[test]
    fn every_encoding_of_the_same_text() {
        let marked = |mark: &[u8], bytes: Vec<u8>| [mark, &bytes].concat();
        for bytes in [
            TEXT.as_bytes().to_vec(),
            marked(b"\xef\xbb\xbf", TEXT.as_bytes().to_vec()),
            utf16(TEXT, u16::to_le_bytes),
            utf16(TEXT, u16::to_be_bytes),
            marked(b"\xff\xfe", utf16(TEXT, u16::to_le_bytes)),
            marked(b"\xfe\xff", utf16(TEXT, u16::to_be_bytes)),
        ] {
            assert_eq!(decode(&bytes), Ok((TEXT.to_owned(), false)));
        }
        let decomposed: String = TEXT.nfd().collect();
        assert_eq!(decode(decomposed.as_bytes()), Ok((TEXT.to_owned(), false)));
    }

    #[test]
    fn the_vietnamese_code_page_is_a_guess() {
        // "Họ và tên" with the tone of ọ (0xF2) behind its letter.
        let bytes = b"H\x6f\xf2 v\xe0 t\xean;\xd0\xf4ng";
        assert_eq!(decode(bytes), Ok(("Họ và tên;Đông".to_owned(), true)));
    }

    #[test]
    fn what_is_no_text_is_refused() {
        assert_eq!(decode(b"abc\x01def"), Err(FileError::NotASpreadsheet));
        assert_eq!(decode(b"\xff\xfea\0\x00\xd8b\0"), Err(FileError::Damaged));
    }
}
