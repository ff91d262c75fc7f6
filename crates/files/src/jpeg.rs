//! Whether a JPEG is whole: the decoder fills what is missing with grey and says nothing.

const END: u8 = 0xD9;
const SCAN: u8 = 0xDA;

/// Walks from marker to marker until the one that ends the picture. What follows it is not looked at: it is not decoded either.
pub fn is_whole(bytes: &[u8]) -> bool {
    let Some(mut rest) = bytes.strip_prefix(&[0xFF, 0xD8]) else { return false };
    while let Some((marker, after)) = marker(rest) {
        if marker == END {
            return true;
        }
        let Some(body) = segment(marker, after) else { return false };
        rest = if marker == SCAN { behind_scan(body) } else { body };
    }
    false
}

/// A marker at the very start, which any number of 0xFF may precede.
fn marker(bytes: &[u8]) -> Option<(u8, &[u8])> {
    let filled = bytes.strip_prefix(&[0xFF])?;
    let at = filled.iter().position(|byte| *byte != 0xFF)?;
    Some((filled[at], &filled[at + 1..]))
}

/// What comes behind the marker's segment; a few markers have none.
fn segment(marker: u8, bytes: &[u8]) -> Option<&[u8]> {
    if matches!(marker, 0x01 | 0xD0..=0xD7) {
        return Some(bytes);
    }
    let length = usize::from(u16::from_be_bytes([*bytes.first()?, *bytes.get(1)?]));
    bytes.get(length..)
}

/// Skips coded pixels, in which 0xFF 0x00 stands for 0xFF and restart markers are part of the scan.
fn behind_scan(bytes: &[u8]) -> &[u8] {
    let ends = |pair: &[u8]| pair[0] == 0xFF && !matches!(pair[1], 0x00 | 0xFF | 0xD0..=0xD7);
    let at = bytes.windows(2).position(ends).unwrap_or(bytes.len());
    &bytes[at..]
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHOLE: &[u8] =
        &[0xFF, 0xD8, 0xFF, 0xE1, 0, 6, 0xFF, 0xD8, 0xFF, 0xD9, 0xFF, 0xFF, 0xDA, 0, 3, 1, 0x12, 0xFF, 0x00, 0xFF, 0xD3, 0x34, 0xFF, 0xD9];

    #[test]
    fn a_picture_is_whole_when_its_own_end_is_there() {
        assert!(is_whole(WHOLE));
        assert!(is_whole(&[WHOLE, b"<script>"].concat()));
        for end in 0..WHOLE.len() {
            assert!(!is_whole(&WHOLE[..end]), "the end of the picture inside the first segment is none: {end}");
        }
        assert!(!is_whole(&[0xFF, 0xD8, 0xFF, 0xE0, 0, 0]));
        assert!(!is_whole(b"GIF89a"));
    }
}
