//! Files that would eat the memory or the day.

use std::io::{Cursor, Write};

use rust_xlsxwriter::Workbook;
use sheets::{FileError, MOST_BYTES, MOST_COLUMNS, MOST_ROWS, read};
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

use crate::template;

fn refused(bytes: &[u8]) -> FileError {
    read(bytes, &template()).unwrap_err()
}

/// A sound workbook with one part more or in place of its own.
fn with_part(name: &str, write: impl Fn(&mut dyn Write)) -> Vec<u8> {
    let mut workbook = Workbook::new();
    workbook.add_worksheet().write(0, 0, "Họ tên").unwrap().write(0, 1, "Năm sinh").unwrap();
    let sound = workbook.save_to_buffer().unwrap();
    let mut archive = ZipArchive::new(Cursor::new(sound)).unwrap();
    let mut changed = ZipWriter::new(Cursor::new(Vec::new()));
    for place in 0..archive.len() {
        let part = archive.by_index_raw(place).unwrap();
        if part.name() != name {
            changed.raw_copy_file(part).unwrap();
        }
    }
    changed.start_file(name, SimpleFileOptions::default()).unwrap();
    write(&mut changed);
    changed.finish().unwrap().into_inner()
}

fn sheet(cells: &str) -> Vec<u8> {
    let part = format!(
        "<?xml version=\"1.0\"?><worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><dimension ref=\"A1:XFD1048576\"/><sheetData>{cells}</sheetData></worksheet>"
    );
    with_part("xl/worksheets/sheet1.xml", |target| target.write_all(part.as_bytes()).unwrap())
}

fn cell(reference: &str, text: &str) -> String {
    format!("<c r=\"{reference}\" t=\"inlineStr\"><is><t>{text}</t></is></c>")
}

#[test]
fn bytes_rows_and_columns() {
    assert_eq!(refused(&vec![b'a'; MOST_BYTES + 1]), FileError::TooLarge);
    let rows = format!("Họ tên;Năm sinh\n{}", "a;1987\n".repeat(MOST_ROWS));
    assert_eq!(refused(rows.as_bytes()), FileError::TooManyRows);
    let fitting = format!("Họ tên;Năm sinh\n{}", "a;1987\n".repeat(MOST_ROWS - 1));
    assert_eq!(read(fitting.as_bytes(), &template()).unwrap().rows.len(), MOST_ROWS - 1);
    let columns = format!("Họ tên;Năm sinh{}\na;1987\n", ";x".repeat(MOST_COLUMNS));
    assert_eq!(refused(columns.as_bytes()).code(), "FILE_NO_HEADER");
    let wide_row = format!("Họ tên;Năm sinh\n{}a;1987{}\n", "a;1987\n".repeat(100), ";x".repeat(MOST_COLUMNS));
    assert_eq!(refused(wide_row.as_bytes()), FileError::TooManyColumns);
    assert_eq!(refused(&sheet(&format!("<row r=\"1\">{}</row>", cell("XFD1", "x")))), FileError::TooManyColumns);
}

#[test]
fn what_a_sheet_says_of_its_size_is_not_believed() {
    let header = format!("<row r=\"1\">{}{}</row>", cell("A1", "Họ tên"), cell("B1", "Năm sinh"));
    let far = format!("<row r=\"1048576\">{}{}</row>", cell("A1048576", "Nay"), cell("B1048576", "1987"));
    let table = read(&sheet(&(header + &far)), &template()).unwrap();
    assert_eq!((table.rows.len(), table.rows[0].number), (1, 1_048_576));
}

#[test]
fn a_formula_that_nobody_computed_is_named() {
    let header = format!("<row r=\"1\">{}{}{}</row>", cell("A1", "Họ tên"), cell("B1", "Năm sinh"), cell("C1", "Số người"));
    let row = format!("<row r=\"2\">{}{}<c r=\"C2\"><f>1+1</f></c></row>", cell("A2", "Nay"), cell("B2", "1987"));
    let table = read(&sheet(&(header + &row)), &template()).unwrap();
    let errors: Vec<_> = table.errors.iter().map(|error| (error.row, error.key, error.rule.vi.as_ref())).collect();
    assert_eq!(errors, [(2, "count", "giá trị thay cho công thức lỗi hoặc chưa tính")]);
}

#[test]
fn bombs_are_refused_before_they_go_off() {
    let zeros = vec![0; 1_000_000];
    let bomb = with_part("xl/media/image1.png", |target| (0..200).for_each(|_| target.write_all(&zeros).unwrap()));
    assert!(bomb.len() < MOST_BYTES);
    assert_eq!(refused(&bomb), FileError::UnpacksTooLarge);
    let mut many = ZipWriter::new(Cursor::new(Vec::new()));
    for number in 0..2_001 {
        many.start_file(format!("xl/{number}"), SimpleFileOptions::default()).unwrap();
    }
    assert_eq!(refused(&many.finish().unwrap().into_inner()), FileError::UnpacksTooLarge);
}

#[test]
fn archives_of_other_programs_are_none() {
    let mut document = ZipWriter::new(Cursor::new(Vec::new()));
    document.start_file("word/document.xml", SimpleFileOptions::default()).unwrap();
    assert_eq!(refused(&document.finish().unwrap().into_inner()), FileError::NotASpreadsheet);
    assert_eq!(refused(b"PK\x03\x04 broken"), FileError::Damaged);
}

#[test]
fn entities_that_grow_are_not_expanded() {
    let part = "<?xml version=\"1.0\"?><!DOCTYPE x [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;\">]><worksheet><sheetData><row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>&b;</t></is></c></row></sheetData></worksheet>";
    let bytes = with_part("xl/worksheets/sheet1.xml", |target| target.write_all(part.as_bytes()).unwrap());
    assert!(matches!(refused(&bytes), FileError::Damaged | FileError::NoHeader | FileError::Empty));
}
