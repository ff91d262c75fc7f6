//! What is made: the right way up, small enough, and on white where the upload is transparent.

use image::{DynamicImage, GenericImageView as _, ImageFormat, Rgba, RgbaImage};

use crate::corpus::{develop, exif, jpeg, png, read, scene, webp};

fn is_red(picture: &DynamicImage, x: u32, y: u32) -> bool {
    let [red, _, blue, _] = picture.get_pixel(x, y).0;
    red > 150 && blue < 100
}

/// By the number that a camera writes: the corner in which the top left of the sensor belongs.
#[tokio::test]
async fn a_phone_held_upright_gives_an_upright_photo() {
    for (orientation, turned, corner) in
        [(1, false, (2, 2)), (3, false, (93, 61)), (6, true, (61, 2)), (8, true, (2, 93)), (2, false, (93, 2)), (5, true, (2, 2))]
    {
        for upload in [jpeg(&scene(96, 64), Some(exif(orientation))), webp(&scene(96, 64), Some(exif(orientation)))] {
            let photo = develop(&upload).await.unwrap().photo;
            assert_eq!((photo.width, photo.height), if turned { (64, 96) } else { (96, 64) }, "{orientation}");
            let seen = read(&photo.jpeg);
            let corners = [(2, 2), (photo.width - 3, 2), (2, photo.height - 3), (photo.width - 3, photo.height - 3)];
            let red: Vec<_> = corners.into_iter().filter(|(x, y)| is_red(&seen, *x, *y)).collect();
            assert_eq!(red, [corner], "{orientation}");
        }
    }
}

#[tokio::test]
async fn a_large_photo_becomes_small_and_a_small_one_stays() {
    let made = develop(&jpeg(&scene(4000, 3000), None)).await.unwrap();
    assert_eq!((made.photo.width, made.photo.height), (2048, 1536));
    assert_eq!((made.thumbnail.width, made.thumbnail.height), (320, 240));
    assert!(made.thumbnail.jpeg.len() < 32 * 1024);
    let made = develop(&png(&scene(5, 7), None)).await.unwrap();
    assert_eq!((made.photo.width, made.photo.height, made.thumbnail.width), (5, 7, 5));
    let seen = read(&made.photo.jpeg);
    assert_eq!(seen.dimensions(), (5, 7));
    let made = develop(&png(&scene(12_000, 3), None)).await.unwrap();
    assert_eq!((made.photo.width, made.photo.height), (2048, 1), "a strip keeps its shape");
}

#[tokio::test]
async fn what_is_transparent_shows_white() {
    let mut bytes = std::io::Cursor::new(Vec::new());
    let clear = RgbaImage::from_fn(32, 32, |x, _| if x < 16 { Rgba([200, 0, 0, 0]) } else { Rgba([0, 0, 0, 255]) });
    DynamicImage::from(clear).write_to(&mut bytes, ImageFormat::Png).unwrap();
    let made = develop(&bytes.into_inner()).await.unwrap();
    let seen = read(&made.photo.jpeg);
    assert!(seen.get_pixel(2, 16).0[0] > 240 && seen.get_pixel(2, 16).0[1] > 240);
    assert!(seen.get_pixel(29, 16).0[0] < 20);
}
