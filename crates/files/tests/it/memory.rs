//! However hostile the upload, the process stays within a bound, and no crowd of uploads adds up.

use files::{Darkroom, Refusal};
use image::RgbImage;

use crate::corpus::{jpeg, jpeg_claiming, noughts, png, png_claiming, scene, with_chunk};

const MEBIBYTE: u64 = 1024 * 1024;

/// The most memory that the process ever had.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("a process");
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).expect("a peak");
    line.split_whitespace().nth(1).and_then(|number| number.parse::<u64>().ok()).expect("a number") * 1024
}

#[tokio::test]
async fn the_worst_that_is_decoded_stays_within_the_bound() {
    let small = jpeg(&scene(64, 48), None);
    let uploads = [
        // As large as is allowed, in the ways of coding that take the most memory.
        jpeg(&RgbImage::new(5000, 5000), None),
        jpeg_claiming(&small, 5000, 5000, 0xC2),
        png_claiming(16_000, 1_562, 1_562 * 2001),
        // Few bytes beside the pixels that unpack to very many.
        with_chunk(&png(&scene(64, 48), None), b"zTXt", &[b"Comment\0\0".as_slice(), &noughts(1 << 28)].concat()),
        with_chunk(&png(&scene(64, 48), None), b"iCCP", &[b"profile\0\0".as_slice(), &noughts(1 << 28)].concat()),
        png_claiming(65_535, 65_535, 1 << 24),
    ];
    let darkroom = Darkroom::default();
    let all = futures::future::join_all(uploads.iter().map(|upload| darkroom.develop(upload.clone().into()))).await;
    assert!(all[0].is_ok() && all[5].is_err());
    assert!(peak() < 384 * MEBIBYTE, "{} MiB", peak() / MEBIBYTE);
}

#[tokio::test]
async fn a_crowd_waits_or_is_sent_away() {
    let darkroom = Darkroom::default();
    let upload = bytes::Bytes::from(jpeg(&scene(1200, 900), None));
    let crowd = futures::future::join_all((0..40).map(|_| darkroom.develop(upload.clone()))).await;
    let busy = crowd.iter().filter(|one| matches!(one, Err(Refusal::Busy))).count();
    assert_eq!(busy, 40 - 13, "one inside and twelve who wait");
    assert_eq!(crowd.iter().filter(|one| one.is_ok()).count(), 13);
    assert!(darkroom.develop(upload).await.is_ok(), "the places are free again");
}
