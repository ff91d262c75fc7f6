//! Workbooks between us and other people's code in Python, both ways.

use std::io::Write as _;
use std::process::{Command, Stdio};

use base64ct::{Base64, Encoding as _};
use serde_json::{Value, json};
use sheets::{write_result, write_template};

use crate::{line, table, template};

fn python(task: &str, workbook: &[u8]) -> Value {
    let mut child = Command::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/python"))
        .args([concat!(env!("CARGO_MANIFEST_DIR"), "/tests/second_implementation.py"), task])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    // A task that needs no workbook may have ended already.
    let _ = input.write_all(workbook);
    drop(input);
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "run deploy/setup --tests, which installs what this test needs");
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn we_read_what_others_write_in_both_calendars() {
    for task in ["write", "write-1904"] {
        let made = python(task, &[]);
        let table = table(&Base64::decode_vec(made.as_str().unwrap()).unwrap());
        assert_eq!(table.sheet.as_deref(), Some("Danh sách"), "{task}");
        assert_eq!(table.unread_sheets, ["Ghi chú"]);
        assert_eq!(table.header_row, 4);
        assert_eq!(line(&table, 0), "5: Rơ Mah H’Bưm | 1987-01-18 | female | 0912345678 | - | - | - | - | -", "{task}");
        assert_eq!(line(&table, 1), "6: Siu Hŏ | 1990-05-02 | male | 0912345679 | - | - | - | - | -", "{task}");
        assert_eq!(line(&table, 2), "7: - | 1991-01-02 | male | - | - | - | - | - | -");
        assert_eq!(line(&table, 3), "9: Nay Blă | 1992 | - | - | - | - | - | - | -");
        let errors: Vec<(u32, &str)> = table.errors.iter().map(|error| (error.row, error.key)).collect();
        assert_eq!(errors, [(7, "name"), (9, "sex"), (9, "phone")], "a formula never computed, a truth value, an error");
    }
}

#[test]
fn others_read_the_template() {
    let read = python("read", &write_template(&template()).unwrap());
    assert_eq!(read["title"], "Danh sách lấy mẫu");
    assert_eq!(read["frozen"], "A6");
    assert_eq!(read["rows"][4][0], json!(["s", "Họ và tên / Full name (*)", "General"]));
    assert_eq!(read["rows"][5][3][2], "@", "a telephone's cell is text before anybody types");
    assert_eq!(read["rows"][5][1][2], "General");
    assert_eq!(read["lists"], json!([["C6:C2005", "\"Nam,Nữ\""]]));
}

#[test]
fn others_see_no_formula_in_a_result() {
    let sent = "Họ tên;Năm sinh;Ghi chú;=1+1\n=cmd|' /C calc'!A0;1987;@SUM(A1);0012\n";
    let bytes = write_result(&table(sent.as_bytes()), |_| Some("=2+2".to_owned())).unwrap();
    let read = python("read", &bytes);
    for row in read["rows"].as_array().unwrap() {
        for cell in row.as_array().unwrap() {
            assert!(cell[0] == "s" || cell[1] == "", "{cell}");
            assert!(!cell[1].as_str().unwrap().starts_with(['=', '@', '+', '-']), "{cell}");
        }
    }
    assert_eq!(read["rows"][1][3], json!(["s", "0012", "@"]));
}
