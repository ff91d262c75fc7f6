//! Nothing of an upload but its pixels comes through.

use exif::{Reader, Tag};
use files::Pictures;

use crate::corpus::{SECRET, develop, exif, jpeg, png, scene, webp, with_chunk, with_segment};

/// Every segment of a JPEG before its pixels.
fn segments(jpeg: &[u8]) -> Vec<u8> {
    let (mut found, mut rest) = (Vec::new(), &jpeg[2..]);
    while let [0xFF, marker, high, low, ..] = rest {
        found.push(*marker);
        if *marker == 0xDA {
            break;
        }
        rest = &rest[2 + usize::from(u16::from_be_bytes([*high, *low]))..];
    }
    found
}

fn assert_clean(made: &Pictures, of: &str) {
    for picture in [&made.photo, &made.thumbnail] {
        let found = Reader::new().read_from_container(&mut std::io::Cursor::new(&picture.jpeg));
        assert!(matches!(found, Err(exif::Error::NotFound(_))), "{of}");
        assert!(!String::from_utf8_lossy(&picture.jpeg).contains("0905777888"), "{of}");
        // JFIF, tables, frame, scan: no other application's segment, no comment.
        let known = [0xE0, 0xDB, 0xC0, 0xC4, 0xDA];
        assert!(segments(&picture.jpeg).iter().all(|marker| known.contains(marker)), "{of}: {:x?}", segments(&picture.jpeg));
        assert_eq!(picture.jpeg[picture.jpeg.len() - 2..], [0xFF, 0xD9], "{of}: nothing behind the end");
    }
}

#[tokio::test]
async fn where_and_when_and_by_whom_is_gone() {
    let picture = scene(64, 48);
    for (kind, upload) in
        [("jpeg", jpeg(&picture, Some(exif(1)))), ("png", png(&picture, Some(exif(1)))), ("webp", webp(&picture, Some(exif(1))))]
    {
        let before = Reader::new().read_from_container(&mut std::io::Cursor::new(&upload)).unwrap();
        assert!(before.fields().any(|field| field.tag == Tag::GPSLatitude), "the upload says where: {kind}");
        assert!(String::from_utf8_lossy(&upload).contains(SECRET), "{kind}");
        assert_clean(&develop(&upload).await.unwrap(), kind);
    }
}

#[tokio::test]
async fn other_places_for_words_are_gone_too() {
    let plain = jpeg(&scene(64, 48), None);
    let xmp = format!("http://ns.adobe.com/xap/1.0/\0<x:xmpmeta><rdf:li>{SECRET}</rdf:li></x:xmpmeta>");
    let profile = [b"ICC_PROFILE\0\x01\x01".as_slice(), SECRET.as_bytes()].concat();
    let iptc = [b"Photoshop 3.0\08BIM\x04\x04\0\0\0\0\0\x20\x1c\x02\x50\0\x18".as_slice(), SECRET.as_bytes()].concat();
    let text = [b"Author\0".as_slice(), SECRET.as_bytes()].concat();
    let of_png = png(&scene(64, 48), None);
    for (kind, upload) in [
        ("XMP", with_segment(&plain, 0xE1, xmp.as_bytes())),
        ("comment", with_segment(&plain, 0xFE, SECRET.as_bytes())),
        ("profile", with_segment(&plain, 0xE2, &profile)),
        ("IPTC", with_segment(&plain, 0xED, &iptc)),
        ("a maker's own", with_segment(&plain, 0xEB, SECRET.as_bytes())),
        ("text", with_chunk(&of_png, b"tEXt", &text)),
        ("unknown chunk", with_chunk(&of_png, b"niCe", SECRET.as_bytes())),
    ] {
        assert!(String::from_utf8_lossy(&upload).contains(SECRET), "{kind}");
        assert_clean(&develop(&upload).await.unwrap(), kind);
    }
}

#[tokio::test]
async fn what_hangs_behind_the_picture_is_gone() {
    let page = format!("<script>alert('{SECRET}')</script>");
    for (kind, picture) in [("jpeg", jpeg(&scene(64, 48), None)), ("png", png(&scene(64, 48), None)), ("webp", webp(&scene(64, 48), None))]
    {
        let polyglot = [picture.as_slice(), page.as_bytes(), b"PK\x05\x06", &[0; 18]].concat();
        assert_clean(&develop(&polyglot).await.unwrap(), kind);
    }
}
