//! A photo as a phone takes it: with the place, the time and somebody's name in it, which nobody may find again.

use std::io::Cursor;

use exif::{Field, In, Rational, Tag, Value, experimental::Writer};
use image::{ExtendedColorType, ImageEncoder as _, Rgb, RgbImage, codecs::jpeg::JpegEncoder};

/// Stands in the photo as its artist.
pub const PHOTOGRAPHER: &str = "Phan Thi Giau 0905777888";

/// A JPEG of 640 by 480, another one for each `shade`.
pub fn photo(shade: u8) -> Vec<u8> {
    let scene = RgbImage::from_fn(640, 480, |x, y| if x < 320 && y < 240 { Rgb([220, shade, 20]) } else { Rgb([20, shade, 220]) });
    let mut bytes = Vec::new();
    let mut encoder = JpegEncoder::new_with_quality(&mut bytes, 85);
    encoder.set_exif_metadata(exif(1)).expect("taken");
    encoder.write_image(scene.as_raw(), scene.width(), scene.height(), ExtendedColorType::Rgb8).expect("encoded");
    bytes
}

/// Where it was taken, when, with what and by whom; `orientation` as cameras number it.
pub fn exif(orientation: u16) -> Vec<u8> {
    let part = |num: u32| Rational { num, denom: 1 };
    let degrees = |whole: u32| Value::Rational(vec![part(whole), part(58), part(52)]);
    let text = |text: &str| Value::Ascii(vec![text.as_bytes().to_vec()]);
    let field = |tag, value| Field { tag, ifd_num: In::PRIMARY, value };
    let fields = [
        field(Tag::Orientation, Value::Short(vec![orientation])),
        field(Tag::Make, text("Samsung")),
        field(Tag::Artist, text(PHOTOGRAPHER)),
        field(Tag::DateTimeOriginal, text("2021:10:18 07:12:00")),
        field(Tag::GPSLatitudeRef, text("N")),
        field(Tag::GPSLatitude, degrees(13)),
        field(Tag::GPSLongitudeRef, text("E")),
        field(Tag::GPSLongitude, degrees(108)),
    ];
    let mut writer = Writer::new();
    fields.iter().for_each(|field| writer.push_field(field));
    let mut bytes = Cursor::new(Vec::new());
    writer.write(&mut bytes, false).expect("written");
    bytes.into_inner()
}
