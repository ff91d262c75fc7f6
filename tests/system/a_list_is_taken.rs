//! A village's list as somebody saved it: the planner looks at it on a phone without script and takes it without choosing it again; the same file is one
//! list, and a wrong one is taken back. The sampler prints labels for the tubes.

use std::path::Path;

use base64ct::{Base64, Encoding as _};
use serde_json::{Value, json};

use crate::{
    browser::{Browser, DARK_DESK, DESK, ENLARGED, PHONE},
    every_page_is_accessible::{assert_none, check, open},
};
use system::{lab::Lab, world::World};

const LIST: &str = "\u{feff}DANH SÁCH LẤY MẪU TỔ 5;;;\r\nSTT;Họ tên;Năm sinh;SĐT\r\n1;Nguyễn Thị Hoà;1986;905 111 001\r\n\
    2;Ksor H’Lan;18/01/1990;905 111 002\r\n3;Trần Văn Bảy;31/02/1987;905 111 003\r\n";
/// The same people once more and one besides, saved another time.
const LONGER: &str = "\u{feff}Họ tên;Năm sinh;SĐT\r\nKsor H’Lan;18/01/1990;0905111002\r\nNguyễn Thị Hoà;1986;0905111001\r\n\
    Rơ̆ Mah H’Bưm;1999;0905111004\r\nTrần Văn Bảy;31/02/1987;0905111003\r\nAn 5;1990;0905111005\r\nSiu Blưk;;0905111006\r\n";

#[tokio::test]
async fn looked_at_taken_once_and_taken_back() {
    let world = World::shared().await;
    Lab::of_today(world, 26).await;
    let folder = testing::folder().unwrap();
    let [list, longer] = [("to-5.csv", LIST), ("to-5-moi.csv", LONGER)].map(|(name, text)| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    });
    let plain = Browser::without_script(world, PHONE).await;
    plain.sign_in(world, "cdc").await;
    plain.go("/sampling").await;
    plain.press("//tr[contains(., 'Đợt 26')]//a[contains(., 'Danh sách người')]").await;
    plain.wait_for("#file").await;
    let lists = plain.path().await;
    without_script(&plain, &list).await;

    let planner = Browser::signed_in(world, "cdc", PHONE).await;
    let mut faults = Vec::new();
    for page in ["/sampling", &lists] {
        open(&planner, page).await;
        check(&planner, &[PHONE, DARK_DESK, ENLARGED], &mut faults).await;
    }
    let template = fetched(&planner, "GET", "/sampling/roster-template", "").await;
    assert_eq!((&template[0], &template[2]), (&json!(200), &json!("PK\u{3}\u{4}")), "{template}");
    assert!(template[1].as_str().unwrap().contains("danh-sach-lay-mau.xlsx"), "{template}");
    same_file(&planner, &lists, &list, &mut faults).await;
    longer_file(&planner, &lists, &longer, &mut faults).await;
    taken_back(&planner, &lists, &mut faults).await;

    plain.go(&lists).await;
    plain.press("a[data-confirm]").await;
    plain.wait_for("//h1[contains(., 'Thu hồi danh sách nhận lúc')]").await;
    plain.press("form .btn.bad").await;
    let said = plain.wait_for(".note.good").await.text().await.unwrap();
    assert!(said.contains("xóa 2 người, giữ 0 người"), "{said}");
    assert_none(&faults);
}

async fn look(planner: &Browser, file: &Path) {
    planner.fill("#file", file.to_str().unwrap()).await;
    planner.press("button[value=look]").await;
    planner.wait_for("#answer").await;
}

async fn without_script(planner: &Browser, list: &Path) {
    planner.press("button[value=look]").await;
    planner.wait_for("#file-error").await;
    look(planner, list).await;
    planner.keep_picture("looked").await;
    let said = planner.text("main").await;
    for part in ["Xem trước, chưa ghi gì", "31/02/1987", "Nhận 2 dòng đúng", "Chưa nhận danh sách nào"] {
        assert!(said.contains(part), "{part}: {said}");
    }
    planner.press("button[value=take]").await;
    planner.wait_for("a[download]").await;
    planner.keep_picture("taken").await;
    let workbook = planner.value("document.querySelector('a[download]').href.split(';base64,')[1]").await;
    assert!(Base64::decode_vec(workbook.as_str().unwrap()).unwrap().starts_with(b"PK"), "a workbook with what became of each row");
    let counts = planner.value("[...document.querySelectorAll('.sums b')].map((it) => it.textContent)").await;
    assert_eq!(counts, json!(["3", "2", "0", "1"]));
}

/// Known again before anything is taken, and said where it was.
async fn same_file(planner: &Browser, lists: &str, list: &Path, faults: &mut Vec<String>) {
    open(planner, lists).await;
    look(planner, list).await;
    assert!(planner.text("main").await.contains("Tệp này đã được nhận lúc"));
    assert_eq!(planner.value("document.querySelectorAll('button[value=take]').length").await, 0);
    check(planner, &[PHONE, DARK_DESK], faults).await;
}

async fn longer_file(planner: &Browser, lists: &str, longer: &Path, faults: &mut Vec<String>) {
    open(planner, lists).await;
    look(planner, longer).await;
    planner.keep_picture("looked-longer").await;
    check(planner, &[PHONE, DARK_DESK, ENLARGED], faults).await;
    planner.press("button[value=take]").await;
    planner.wait_for("a[download]").await;
    check(planner, &[PHONE, DARK_DESK, ENLARGED], faults).await;
    let counts = planner.value("[...document.querySelectorAll('.sums b')].map((it) => it.textContent)").await;
    assert_eq!(counts, json!(["6", "1", "2", "3"]));
}

/// The list of the top, in a dialog: its own person goes, those of the other list stay.
async fn taken_back(planner: &Browser, lists: &str, faults: &mut Vec<String>) {
    open(planner, lists).await;
    planner.press("a[data-confirm]").await;
    planner.wait_for("dialog[open] .btn.bad").await;
    planner.keep_picture("dialog").await;
    check(planner, &[PHONE, DARK_DESK], faults).await;
    let undo = planner.value("document.querySelector('dialog form').getAttribute('action')").await;
    planner.press("dialog .btn.bad").await;
    let said = planner.wait_for(".note.good").await.text().await.unwrap();
    assert!(said.contains("xóa 1 người, giữ 2 người"), "{said}");
    planner.keep_picture("taken-back").await;
    check(planner, &[PHONE, DESK, DARK_DESK], faults).await;
    planner.go(undo.as_str().unwrap()).await;
    assert_eq!(planner.path().await, lists, "taken back once");
    planner.press("a[data-confirm]").await;
    let other = planner.wait_for("dialog form").await.attr("action").await.unwrap().unwrap();
    open(planner, &other).await;
    check(planner, &[PHONE, DARK_DESK], faults).await;
}

/// Status, name and first four bytes of a file that a page gives.
async fn fetched(browser: &Browser, method: &str, address: &str, form: &str) -> Value {
    let body =
        if form.is_empty() { "null".to_owned() } else { format!("new URLSearchParams(new FormData(document.querySelector('{form}')))") };
    let script = format!(
        "(() => {{ const ask = new XMLHttpRequest(); ask.open('{method}', '{address}', false);
          ask.overrideMimeType('text/plain; charset=x-user-defined'); ask.send({body});
          return [ask.status, ask.getResponseHeader('content-disposition'), ask.responseText.slice(0, 4)]; }})()"
    );
    browser.value(&script).await
}

#[tokio::test]
async fn labels_are_printed_for_the_shift() {
    let world = World::shared().await;
    let mut faults = Vec::new();
    let sampler = Browser::signed_in(world, "laymau", PHONE).await;
    open(&sampler, "/sampling").await;
    check(&sampler, &[PHONE, DARK_DESK], &mut faults).await;
    sampler.press("a[href='/sampling/labels']").await;
    sampler.wait_for("#layout").await;
    check(&sampler, &[PHONE, DARK_DESK, ENLARGED], &mut faults).await;
    sampler.choose("#layout", "a4-3x8").await;
    sampler.set("#labels", "nhiều").await;
    sampler.press("main form .btn.main").await;
    sampler.wait_for(".errors").await;
    check(&sampler, &[PHONE, DARK_DESK], &mut faults).await;
    sampler.set("#labels", "24").await;
    let sheet = fetched(&sampler, "POST", "/sampling/labels", "main form").await;
    assert_eq!((&sheet[0], &sheet[2]), (&json!(200), &json!("%PDF")), "{sheet}");
    assert!(sheet[1].as_str().unwrap().starts_with("attachment; filename=\"nhan-ong-"), "{sheet}");
    assert_none(&faults);
}
