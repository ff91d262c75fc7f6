//! Pictures to upload, made by hand where no encoder would make them.

use std::io::Write as _;

use files::{Darkroom, Pictures, Refusal};
use flate2::{Compression, write::ZlibEncoder};
use image::{
    DynamicImage, ExtendedColorType, ImageEncoder, Rgb, RgbImage,
    codecs::{jpeg::JpegEncoder, png::PngEncoder, webp::WebPEncoder},
};

/// Stands in every kind of metadata, and must be nowhere afterwards.
pub use testing::PHOTOGRAPHER as SECRET;
pub use testing::exif;

pub async fn develop(upload: &[u8]) -> Result<Pictures, Refusal> {
    Darkroom::default().develop(upload.to_vec().into()).await
}

/// Red at the top left, blue elsewhere.
pub fn scene(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, y| if x < width / 2 && y < height / 2 { Rgb([220, 20, 20]) } else { Rgb([20, 20, 220]) })
}

fn encoded(picture: &RgbImage, exif: Option<Vec<u8>>, mut encoder: impl ImageEncoder) {
    if let Some(exif) = exif {
        encoder.set_exif_metadata(exif).expect("taken");
    }
    encoder.write_image(picture.as_raw(), picture.width(), picture.height(), ExtendedColorType::Rgb8).expect("encoded");
}

pub fn jpeg(picture: &RgbImage, exif: Option<Vec<u8>>) -> Vec<u8> {
    let mut bytes = Vec::new();
    encoded(picture, exif, JpegEncoder::new_with_quality(&mut bytes, 90));
    bytes
}

pub fn png(picture: &RgbImage, exif: Option<Vec<u8>>) -> Vec<u8> {
    let mut bytes = Vec::new();
    encoded(picture, exif, PngEncoder::new(&mut bytes));
    bytes
}

pub fn webp(picture: &RgbImage, exif: Option<Vec<u8>>) -> Vec<u8> {
    let mut bytes = Vec::new();
    encoded(picture, exif, WebPEncoder::new_lossless(&mut bytes));
    bytes
}

/// A segment right behind the first marker of a JPEG.
pub fn with_segment(jpeg: &[u8], marker: u8, body: &[u8]) -> Vec<u8> {
    let length = u16::try_from(body.len() + 2).expect("fits").to_be_bytes();
    [&jpeg[..2], &[0xFF, marker], &length, body, &jpeg[2..]].concat()
}

pub fn chunk(kind: &[u8; 4], body: &[u8]) -> Vec<u8> {
    let mut sum = flate2::Crc::new();
    sum.update(kind);
    sum.update(body);
    let length = u32::try_from(body.len()).expect("fits").to_be_bytes();
    [&length[..], kind, body, &sum.sum().to_be_bytes()].concat()
}

/// A chunk right behind the header of a PNG.
pub fn with_chunk(png: &[u8], kind: &[u8; 4], body: &[u8]) -> Vec<u8> {
    let (header, rest) = png.split_at(33);
    [header, &chunk(kind, body), rest].concat()
}

/// A PNG of which the header promises `width` and `height` in bits, over `pixels` bytes that are all nought.
pub fn png_claiming(width: u32, height: u32, pixels: usize) -> Vec<u8> {
    let header = [&width.to_be_bytes()[..], &height.to_be_bytes(), &[1, 0, 0, 0, 0]].concat();
    let signature = [0x89, b'P', b'N', b'G', 0x0D, 0x0A, 0x1A, 0x0A];
    [&signature[..], &chunk(b"IHDR", &header), &chunk(b"IDAT", &noughts(pixels)), &chunk(b"IEND", &[])].concat()
}

/// Very few bytes that unpack to very many.
pub fn noughts(count: usize) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
    let block = vec![0; 1 << 20];
    let mut left = count;
    while left > 0 {
        let now = left.min(block.len());
        encoder.write_all(&block[..now]).expect("packed");
        left -= now;
    }
    encoder.finish().expect("packed")
}

/// The frame header of a JPEG says another size, and perhaps another way of coding.
pub fn jpeg_claiming(jpeg: &[u8], width: u16, height: u16, frame: u8) -> Vec<u8> {
    let mut bytes = jpeg.to_vec();
    let at = bytes.windows(4).position(|four| four == [0xFF, 0xC0, 0, 17]).expect("a frame of three colours");
    bytes[at + 1] = frame;
    bytes[at + 5..at + 7].copy_from_slice(&height.to_be_bytes());
    bytes[at + 7..at + 9].copy_from_slice(&width.to_be_bytes());
    bytes
}

/// The canvas of a WebP says another size.
pub fn webp_claiming(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = webp(&scene(8, 8), Some(exif(1)));
    let at = bytes.windows(4).position(|four| four == b"VP8X").expect("an extended file") + 12;
    bytes[at..at + 3].copy_from_slice(&(width - 1).to_le_bytes()[..3]);
    bytes[at + 3..at + 6].copy_from_slice(&(height - 1).to_le_bytes()[..3]);
    bytes
}

pub fn read(jpeg: &[u8]) -> DynamicImage {
    image::load_from_memory_with_format(jpeg, image::ImageFormat::Jpeg).expect("a picture of ours")
}
