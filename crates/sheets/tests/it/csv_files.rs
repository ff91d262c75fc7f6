//! CSV as spreadsheets, phones and laboratory programs save it.

use sheets::{FileError, read};

use crate::{line, table, template};

#[test]
fn every_delimiter_and_line_end() {
    for delimiter in [",", ";", "\t", "|"] {
        for end in ["\n", "\r\n", "\r"] {
            let text = ["Họ và tên;Ngày sinh;SĐT", "\"Rơ Mah H'Bưm\";18/01/1987;0912345678"].join(end).replace(';', delimiter);
            let table = table(text.as_bytes());
            assert_eq!(line(&table, 0), "2: Rơ Mah H'Bưm | 1987-01-18 | - | 0912345678 | - | - | - | - | -", "{delimiter:?} {end:?}");
            assert_eq!((table.errors.len(), table.header_row, table.encoding_was_guessed), (0, 1, false));
        }
    }
}

#[test]
fn decimal_commas_live_beside_the_delimiter() {
    let semicolons = table("Họ tên;Năm sinh;Ct\nNay;1987;24,5\n".as_bytes());
    assert_eq!(line(&semicolons, 0), "2: Nay | 1987 | - | - | - | - | - | 24.5 | -");
    let quoted = table("Họ tên,Năm sinh,Ct\nNay,1987,\"24,5\"\n".as_bytes());
    assert_eq!(line(&quoted, 0), line(&semicolons, 0));
}

#[test]
fn a_zero_that_excel_dropped_comes_back_where_the_column_says_so() {
    let table = table("Họ tên;Năm sinh;ĐT;CCCD;Mã ống\nNay;1987;912345678;64087001234;0017\n".as_bytes());
    assert_eq!(line(&table, 0), "2: Nay | 1987 | - | 0912345678 | 064087001234 | - | 0017 | - | -");
}

#[test]
fn titles_above_numbers_in_front_brackets_and_asterisks() {
    let text = "SỞ Y TẾ GIA LAI;;;\n;;;\nDANH SÁCH LẤY MẪU NGÀY 18/10/2021;;;\nSTT;1. HỌ VÀ TÊN (*);2. Ngày sinh (dd/mm/yyyy);Ghi chú\n1;Siu Hŏ;1990;x\n;;;\n2;Nay Blă;02/03/1991;\n;;;\n;;;\n";
    let table = table(text.as_bytes());
    assert_eq!(table.header_row, 4);
    assert_eq!(table.unknown_columns, ["STT", "Ghi chú"]);
    assert_eq!(table.rows.iter().map(|row| row.number).collect::<Vec<_>>(), [5, 7]);
    assert_eq!(line(&table, 1), "7: Nay Blă | 1991-03-02 | - | - | - | - | - | - | -");
}

#[test]
fn rows_that_were_only_numbered_and_signatures_are_none() {
    let text = "STT;Họ tên;Năm sinh;Ghi chú\n1;Nay;1987;\n2;;;\n3;Siu;1990;\n4;;;\n;;;Người lập biểu\n";
    let table = table(text.as_bytes());
    assert_eq!(table.rows.iter().map(|row| row.number).collect::<Vec<_>>(), [2, 4]);
    assert!(table.errors.is_empty());
    assert_eq!(read("STT;Họ tên;Năm sinh\n1;;\n".as_bytes(), &template()).unwrap_err(), FileError::NoRows);
}

#[test]
fn decomposed_upper_case_and_english_titles() {
    use unicode_normalization::UnicodeNormalization as _;
    let decomposed: String = "HỌ VÀ TÊN;NĂM SINH\nNguyễn Thị Ễ;1987\n".nfd().collect();
    assert_eq!(line(&table(decomposed.as_bytes()), 0), "2: Nguyễn Thị Ễ | 1987 | - | - | - | - | - | - | -");
    assert_eq!(line(&table(b"Full name,Date of birth,Sex\nNay,1987,female\n"), 0), "2: Nay | 1987 | female | - | - | - | - | - | -");
}

#[test]
fn utf16_and_the_vietnamese_code_page() {
    let text = "Họ và tên\tNăm sinh\r\nRơ Mah H’Bưm\t1987\r\n";
    let utf16: Vec<u8> = [0xff, 0xfe].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    assert_eq!(line(&table(&utf16), 0), "2: Rơ Mah H’Bưm | 1987 | - | - | - | - | - | - | -");
    // "Họ và tên;Năm sinh" and "Đông;1987" in windows-1258.
    let guessed = table(b"H\x6f\xf2 v\xe0 t\xean;N\xe3m sinh\n\xd0\xf4ng;1987\n");
    assert_eq!(line(&guessed, 0), "2: Đông | 1987 | - | - | - | - | - | - | -");
    assert!(guessed.encoding_was_guessed);
}

#[test]
fn each_wrong_cell_names_row_column_value_and_rule() {
    let table = table("Họ tên;Ngày sinh;Giới tính;ĐT\nNay;31/02/1987;nam;12\n;1987;x;\n".as_bytes());
    let sentences: Vec<String> = table.errors.iter().map(|error| error.sentence().vi.into_owned()).collect();
    assert_eq!(
        sentences,
        [
            "Dòng 2, cột Ngày sinh: “31/02/1987” không đúng. Cần ngày dạng 18/01/1987 hoặc năm như 1987.",
            "Dòng 2, cột Số điện thoại: “12” không đúng. Cần từ 10 đến 12 chữ số.",
            "Dòng 3, cột Họ và tên: để trống. Cần chữ, không quá 100 ký tự.",
            "Dòng 3, cột Giới tính: “x” không đúng. Cần một trong: Nam, Nữ.",
        ]
    );
    assert_eq!(table.errors[1].sentence().en, "Row 2, column Telephone: “12” is not right. It needs 10 to 12 digits.");
    assert_eq!(line(&table, 0), "2: Nay | - | male | - | - | - | - | - | -");
    assert_eq!(table.errors_of(&table.rows[1]).len(), 2);
    let shown = format!("{table:?}");
    assert!(!shown.contains("Nay") && !shown.contains("1987"), "{shown}");
}

#[test]
fn a_file_that_cannot_be_read_says_why() {
    let missing = |text: &str| read(text.as_bytes(), &template()).unwrap_err();
    assert_eq!(missing("x;y\n1;2\n"), FileError::NoHeader);
    assert_eq!(missing("Họ tên\nNay\n"), FileError::NoHeader);
    let error = missing("Họ tên;Giới tính\nNay;Nam\n");
    assert_eq!(error.sentence().vi, "Thiếu cột: Ngày sinh.");
    assert_eq!(error.sentence().en, "Columns are missing: Date of birth.");
    assert_eq!(missing("Họ tên;Năm sinh\n").code(), "FILE_NO_ROWS");
    assert_eq!(missing("Họ tên;Năm sinh;Họ và tên\nNay;1987;Siu\n").code(), "FILE_COLUMN_TWICE");
    assert_eq!(missing("<table><tr><td>Họ tên</td></tr></table>"), FileError::NotASpreadsheet);
    assert_eq!(missing(""), FileError::Empty);
}
