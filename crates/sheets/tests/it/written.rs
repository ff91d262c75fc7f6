//! The template and the result, as the reader and an independent reader see them.

use std::io::Cursor;

use calamine::{Data, Reader as _, Xlsx};
use sheets::{FileError, read, write_result, write_template};

use crate::{line, table, template};

fn cells(bytes: &[u8]) -> Vec<Vec<String>> {
    let mut workbook: Xlsx<_> = Xlsx::new(Cursor::new(bytes.to_vec())).unwrap();
    let range = workbook.worksheet_range_at(0).unwrap().unwrap();
    range.rows().map(|row| row.iter().map(Data::to_string).collect()).collect()
}

#[test]
fn the_template_is_its_own_header_and_its_example_is_no_row() {
    let bytes = write_template(&template()).unwrap();
    assert_eq!(read(&bytes, &template()), Err(FileError::NoRows));
    let cells = cells(&bytes);
    assert_eq!(cells[0][0], "Danh sách lấy mẫu / Sampling list");
    assert_eq!(cells[1][0], "Mỗi người một dòng. / One row for each person.");
    assert_eq!(cells[2][0], "Bắt buộc: chữ, không quá 100 ký tự / Required: text of at most 100 characters");
    assert_eq!(cells[2][7], "Nếu có: số từ 5 đến 45 / If known: a number from 5 to 45");
    assert_eq!(cells[3][..2], ["Ví dụ / Example: Rơ Mah H’Bưm", "18/01/1987"]);
    assert_eq!(cells[4][0], "Họ và tên / Full name (*)");
    assert_eq!(cells[4][3], "Số điện thoại / Telephone");
}

#[test]
fn a_filled_template_is_read() {
    let titles: Vec<String> = cells(&write_template(&template()).unwrap())[4].clone();
    let text = format!("{}\nRơ Mah H’Bưm;18/01/1987;Nữ;0912345678;064087001234;Trà Đa;gl21-00017;24,5;3\n", titles.join(";"));
    let table = table(text.as_bytes());
    assert!(table.errors.is_empty());
    assert_eq!(line(&table, 0), "2: Rơ Mah H’Bưm | 1987-01-18 | female | 0912345678 | 064087001234 | Trà Đa | GL21-00017 | 24.5 | 3");
}

#[test]
fn the_result_has_the_persons_rows_and_what_became_of_them() {
    let sent = "STT;Họ tên;Năm sinh;Ghi chú;ĐT\n1;Nay;1987;=HYPERLINK(\"x\");0912345678\n2;Siu;1/1;@SUM(A1);+84 912 345 678\n";
    let table = table(sent.as_bytes());
    let bytes = write_result(&table, |row| table.errors_of(row).is_empty().then(|| "Đã nhận / Accepted".to_owned())).unwrap();
    let cells = cells(&bytes);
    assert_eq!(cells[0], ["STT", "Họ tên", "Năm sinh", "Ghi chú", "ĐT", "Kết quả / Result"]);
    assert_eq!(cells[1], ["1", "Nay", "1987", "'=HYPERLINK(\"x\")", "0912345678", "Đã nhận / Accepted"]);
    assert_eq!(cells[2][3..5], ["'@SUM(A1)", "+84 912 345 678"]);
    assert!(cells[2][5].starts_with("Dòng 3, cột Ngày sinh: “1/1” không đúng."), "{}", cells[2][5]);
    // Sent in again, it means the same.
    let again = read(&bytes, &template()).unwrap();
    assert_eq!(line(&again, 0), line(&table, 0));
    assert_eq!(again.errors.len(), table.errors.len());
    assert_eq!(again.unknown_columns, ["STT", "Ghi chú", "Kết quả / Result"]);
}
