//! What is no photo, or does harm, is not taken; and what decodes all the same is clean.

use files::{MOST_BYTES, Refusal};

use crate::corpus::{develop, exif, jpeg, jpeg_claiming, png, png_claiming, scene, webp, webp_claiming};

#[tokio::test]
async fn other_kinds_are_refused_whatever_they_are_called() {
    let kinds: [(&str, &[u8]); 9] = [
        ("gif", b"GIF89a\x01\0\x01\0\0\0\0;"),
        ("svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"),
        ("html", b"<!doctype html><script>alert(1)</script>"),
        ("pdf", b"%PDF-1.7\n"),
        ("heic", b"\0\0\0\x18ftypheic\0\0\0\0mif1heic"),
        ("avif", b"\0\0\0\x1cftypavif\0\0\0\0avifmif1miaf"),
        ("bmp", b"BM\x3a\0\0\0\0\0\0\0\x36\0\0\0"),
        ("tiff", b"II*\0\x08\0\0\0"),
        ("zip", b"PK\x03\x04\x14\0\0\0"),
    ];
    for (kind, upload) in kinds {
        assert_eq!(develop(upload).await.unwrap_err(), Refusal::UnknownKind, "{kind}");
    }
    assert_eq!(develop(b"").await.unwrap_err(), Refusal::Empty);
    let large = [jpeg(&scene(64, 48), None), vec![0; MOST_BYTES]].concat();
    assert_eq!(develop(&large).await.unwrap_err(), Refusal::TooLarge);
}

#[tokio::test]
async fn a_name_without_a_picture_behind_it_is_refused() {
    for start in [&b"\x89PNG\r\n\x1a\n"[..], b"\xff\xd8\xff\xe0", b"RIFF\x20\0\0\0WEBPVP8 "] {
        for behind in [&b""[..], b"<script>alert(1)</script>", &[0xFF; 64], &[0; 64]] {
            let refused = develop(&[start, behind].concat()).await.unwrap_err();
            assert!(matches!(refused, Refusal::CutOff | Refusal::Broken), "{start:x?}: {refused:?}");
        }
    }
}

#[tokio::test]
async fn what_broke_off_on_the_way_is_refused() {
    let picture = scene(320, 240);
    for (kind, whole) in [("jpeg", jpeg(&picture, Some(exif(1)))), ("png", png(&picture, None)), ("webp", webp(&picture, None))] {
        for tenth in 1..10 {
            let upload = &whole[..whole.len() * tenth / 10];
            let refused = develop(upload).await.expect_err(kind);
            assert!(matches!(refused, Refusal::CutOff | Refusal::Broken), "{kind} {tenth}: {refused:?}");
        }
    }
}

#[tokio::test]
async fn headers_that_promise_too_much_are_refused_before_anything_is_decoded() {
    let small = jpeg(&scene(64, 48), None);
    for (kind, upload) in [
        ("jpeg of 65,535", jpeg_claiming(&small, 65_535, 65_535, 0xC0)),
        ("a jpeg wide as 65,535", jpeg_claiming(&small, 65_535, 1, 0xC0)),
        ("jpeg above the pixels", jpeg_claiming(&small, 5001, 5000, 0xC0)),
        ("png of 65,535", png_claiming(65_535, 65_535, 1 << 20)),
        ("png of two thousand million", png_claiming(i32::MAX.unsigned_abs(), i32::MAX.unsigned_abs(), 1 << 20)),
        ("a png that unpacks", png_claiming(15_000, 15_000, 15_000 * 1876)),
        ("webp", webp_claiming(16_383, 16_383)),
        ("wide webp", webp_claiming(1 << 24, 1)),
    ] {
        let refused = develop(&upload).await.expect_err(kind);
        assert!(matches!(refused, Refusal::TooManyPixels | Refusal::Broken), "{kind}: {refused:?}");
    }
}

/// Bits that tipped over on the way, or were made to: refused or a picture, never a panic that anybody hears of.
#[tokio::test]
async fn damage_is_refused_or_clean() {
    let picture = scene(96, 64);
    for whole in [jpeg(&picture, Some(exif(6))), png(&picture, Some(exif(1))), webp(&picture, Some(exif(1)))] {
        let mut state = 7_u32;
        for _ in 0..120 {
            let mut upload = whole.clone();
            for _ in 0..3 {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                let at = usize::try_from(state >> 8).unwrap() % upload.len();
                upload[at] ^= 1 << (state & 7);
            }
            if let Ok(made) = develop(&upload).await {
                assert!(made.photo.width.max(made.photo.height) <= files::PHOTO_SIDE);
            }
        }
    }
}
