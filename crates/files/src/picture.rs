//! From bytes that somebody sent to pictures that are safe to show: the header is read and held against the limits before anything is decoded, the
//! pixels are turned the right way up, made small and written anew. Nothing of the file but its pixels comes through: no place, no time, no camera,
//! no colour profile, no bytes behind the end.

use std::io::Cursor;

use image::{
    DynamicImage, GenericImageView as _, ImageDecoder, ImageError, ImageFormat, ImageReader, Limits, RgbImage, codecs::jpeg::JpegEncoder,
    error::ImageError::IoError,
};

use crate::{Refusal, jpeg};

/// Of an upload.
pub const MOST_BYTES: usize = 5 * 1024 * 1024;
/// Width or height of an upload, as its header says it.
pub const MOST_SIDE: u32 = 16_000;
/// Of an upload: what a phone takes, and what fits the memory below.
pub const MOST_PIXELS: u64 = 25_000_000;
/// Eight bytes for each pixel, the most that any kind has, and room for what stands beside the pixels.
const MOST_MEMORY: u64 = MOST_PIXELS * 8 + 16 * 1024 * 1024;
/// The longer side of what is made.
pub const PHOTO_SIDE: u32 = 2048;
pub const THUMBNAIL_SIDE: u32 = 320;
const PHOTO_QUALITY: u8 = 82;
const THUMBNAIL_QUALITY: u8 = 75;

/// A JPEG of our own making.
#[derive(Clone, PartialEq, Eq)]
pub struct Picture {
    pub jpeg: Vec<u8>,
    pub width: u32,
    pub height: u32,
}

impl std::fmt::Debug for Picture {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Picture({} x {})", self.width, self.height)
    }
}

/// What an upload is, by its content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Jpeg,
    Png,
    WebP,
}

impl Kind {
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::WebP => "image/webp",
        }
    }

    /// What the name of such a file ends with.
    pub const fn ending(self) -> &'static str {
        match self {
            Self::Jpeg => "jpg",
            Self::Png => "png",
            Self::WebP => "webp",
        }
    }

    const fn format(self) -> ImageFormat {
        match self {
            Self::Jpeg => ImageFormat::Jpeg,
            Self::Png => ImageFormat::Png,
            Self::WebP => ImageFormat::WebP,
        }
    }
}

/// What is made of one upload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pictures {
    pub photo: Picture,
    pub thumbnail: Picture,
}

/// Long work: not for a thread that others wait for.
pub fn make(bytes: &[u8]) -> Result<Pictures, Refusal> {
    let decoded = decode(bytes)?;
    let photo = shrink(decoded, PHOTO_SIDE);
    let thumbnail = encode(&on_white(&shrink(photo.clone(), THUMBNAIL_SIDE)), THUMBNAIL_QUALITY)?;
    Ok(Pictures { photo: encode(&on_white(&photo), PHOTO_QUALITY)?, thumbnail })
}

/// What can be said of an upload without decoding it.
pub fn kind(bytes: &[u8]) -> Result<Kind, Refusal> {
    if bytes.is_empty() {
        return Err(Refusal::Empty);
    }
    if bytes.len() > MOST_BYTES {
        return Err(Refusal::TooLarge);
    }
    match image::guess_format(bytes) {
        Ok(ImageFormat::Jpeg) if !jpeg::is_whole(bytes) => Err(Refusal::CutOff),
        Ok(ImageFormat::Jpeg) => Ok(Kind::Jpeg),
        Ok(ImageFormat::Png) => Ok(Kind::Png),
        Ok(ImageFormat::WebP) => Ok(Kind::WebP),
        _ => Err(Refusal::UnknownKind),
    }
}

/// The pixels the right way up, at most as large as a photo of ours is.
fn decode(bytes: &[u8]) -> Result<DynamicImage, Refusal> {
    let mut reader = ImageReader::with_format(Cursor::new(bytes), kind(bytes)?.format());
    let mut limits = Limits::no_limits();
    limits.max_image_width = Some(MOST_SIDE);
    limits.max_image_height = Some(MOST_SIDE);
    limits.max_alloc = Some(MOST_MEMORY);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(refusal)?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > MOST_PIXELS || decoder.total_bytes() > MOST_MEMORY {
        return Err(Refusal::TooManyPixels);
    }
    let orientation = decoder.orientation().map_err(refusal)?;
    let mut small = shrink(DynamicImage::from_decoder(decoder).map_err(refusal)?, PHOTO_SIDE);
    small.apply_orientation(orientation);
    Ok(small)
}

fn refusal(error: ImageError) -> Refusal {
    match error {
        ImageError::Limits(_) => Refusal::TooManyPixels,
        IoError(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => Refusal::CutOff,
        _ => Refusal::Broken,
    }
}

fn shrink(picture: DynamicImage, side: u32) -> DynamicImage {
    let (width, height) = picture.dimensions();
    if width.max(height) <= side { picture } else { picture.thumbnail(side, side) }
}

/// What shows through is paper, not whatever colour the transparent pixels happen to have.
fn on_white(picture: &DynamicImage) -> RgbImage {
    if !picture.color().has_alpha() {
        return picture.to_rgb8();
    }
    let source = picture.to_rgba8();
    RgbImage::from_fn(source.width(), source.height(), |x, y| {
        let [red, green, blue, alpha] = source.get_pixel(x, y).0.map(u32::from);
        let mix = |colour: u32| u8::try_from((colour * alpha + 255 * (255 - alpha)) / 255).unwrap_or(u8::MAX);
        image::Rgb([mix(red), mix(green), mix(blue)])
    })
}

fn encode(picture: &RgbImage, quality: u8) -> Result<Picture, Refusal> {
    let mut jpeg = Vec::new();
    JpegEncoder::new_with_quality(&mut jpeg, quality).encode_image(picture).map_err(refusal)?;
    Ok(Picture { jpeg, width: picture.width(), height: picture.height() })
}
