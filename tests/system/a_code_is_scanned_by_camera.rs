//! An officer holds the phone over a driver's pass, and a photo of a person's card where the camera is no help.

use std::path::{Path, PathBuf};

use fast_qr::QRBuilder;

use crate::{
    a_certificate_is_read_offline::foreign,
    axe,
    browser::{Browser, DARK_DESK, DESK, PHONE},
};
use system::{
    api::Caller,
    truck::{TRA_DA, Truck},
    world::World,
};

/// Picture elements of one module of a code.
const MODULE: usize = 4;
const WIDTH: usize = 640;
const HEIGHT: usize = 480;
/// A citizen card as its QR code says it: number, former number, name, birth, sex, address, issue.
const CARD: &str = "052186004419|231234567|Rơ Châm H’Lan|02091986|Nữ|Làng Ốp, Hoa Lư, Pleiku, Gia Lai|15082021";

#[tokio::test]
async fn and_leads_to_the_trip() {
    let world = World::shared().await;
    let truck = Truck::to("81C-551.01", TRA_DA);
    let declared = truck.declare(&Caller::anybody(world, 51)).await;
    let folder = testing::folder().unwrap();
    let film = film(folder.path(), declared["pass"]["qrText"].as_str().unwrap());
    let officer = Browser::with_camera(world, PHONE, &film).await;
    officer.sign_in(world, "cp3").await;
    officer.go("/posts/CP3").await;
    officer.press("[data-scan=q]").await;
    officer.wait_for("[data-decision]").await;
    assert_eq!(officer.path().await, format!("/posts/CP3/trips/{}", truck.trip));
}

#[tokio::test]
async fn or_is_read_from_a_photo() {
    let world = World::shared().await;
    let officer = Browser::signed_in(world, "cp3", DESK).await;
    officer.go("/posts/CP3").await;
    officer.press("[data-scan=q]").await;
    officer.wait_for("//dialog[@open]//*[@role='status'][contains(., 'Không mở được máy quay')]").await;
    let mut faults = Vec::new();
    for view in [PHONE, DARK_DESK, DESK] {
        officer.look(view).await;
        officer.keep_picture(&format!("camera-{}", view.name)).await;
        faults.extend(axe::violations(&officer).await);
    }
    assert!(faults.is_empty(), "{faults:#?}");
    let folder = testing::folder().unwrap();
    let picker = officer.wait_for("#scan-picture").await;
    picker.send_keys(photo(folder.path(), "nothing.bmp", &vec![255; WIDTH * HEIGHT]).to_str().unwrap()).await.unwrap();
    officer.wait_for("//dialog[@open]//*[@role='status'][contains(., 'Không đọc được mã QR')]").await;
    picker.send_keys(photo(folder.path(), "card.bmp", &picture(CARD)).to_str().unwrap()).await.unwrap();
    officer.wait_for("#found").await;
    officer.press("main section form[action$='/new'] .btn").await;
    officer.wait_for("#people-0-name").await;
    assert_eq!(officer.value("document.querySelector('#people-0-name').value").await, "Rơ Châm H’Lan");
}

#[tokio::test]
async fn and_a_certificate_is_checked_where_it_is_seen() {
    let world = World::shared().await;
    let folder = testing::folder().unwrap();
    let film = film(folder.path(), &foreign("TH").0);
    let verifier = Browser::with_camera(world, PHONE, &film).await;
    verifier.go("/verify").await;
    verifier.wait_for("[data-part=known]:not([hidden])").await;
    verifier.value("window.stayed = true").await;
    verifier.press("[data-scan=scan]").await;
    verifier.wait_for("//*[@data-part='answer'][contains(., 'Không rõ cơ quan cấp')]").await;
    assert_eq!(verifier.value("window.stayed").await, true, "nobody was asked");
}

/// The code in the middle of a white sheet: one byte of brightness for each picture element, row by row.
fn picture(text: &str) -> Vec<u8> {
    let code = QRBuilder::new(text).build().unwrap();
    let (left, top) = ((WIDTH - code.size * MODULE) / 2, (HEIGHT - code.size * MODULE) / 2);
    let mut sheet = vec![255; WIDTH * HEIGHT];
    for y in 0..code.size * MODULE {
        for x in 0..code.size * MODULE {
            if code[y / MODULE][x / MODULE].value() {
                sheet[(top + y) * WIDTH + left + x] = 0;
            }
        }
    }
    sheet
}

/// A film of one picture, in YUV4MPEG2.
fn film(folder: &Path, text: &str) -> PathBuf {
    let mut film = format!("YUV4MPEG2 W{WIDTH} H{HEIGHT} F10:1 Ip A1:1 C420jpeg\nFRAME\n").into_bytes();
    film.extend(picture(text));
    film.extend(vec![128; WIDTH * HEIGHT / 2]);
    let path = folder.join("film.y4m");
    std::fs::write(&path, film).unwrap();
    path
}

/// A Windows bitmap of 8 bits, its rows from the bottom up.
fn photo(folder: &Path, name: &str, sheet: &[u8]) -> PathBuf {
    let number = |value: usize| u32::try_from(value).unwrap().to_le_bytes();
    let start = 14 + 40 + 4 * 256;
    let mut file = b"BM".to_vec();
    file.extend([number(start + sheet.len()), number(0), number(start)].concat());
    file.extend([number(40), number(WIDTH), number(HEIGHT), number(8 << 16 | 1)].concat());
    file.extend(number(0).repeat(6));
    file.extend((0..=255).flat_map(|grey: u8| [grey, grey, grey, 0]));
    file.extend(sheet.chunks(WIDTH).rev().flatten());
    let path = folder.join(name);
    std::fs::write(&path, file).unwrap();
    path
}
