//! No bytes panic, however they were broken: below the archive's checksums too.

use std::io::{Cursor, Read as _, Write as _};

use proptest::prelude::*;
use rust_xlsxwriter::{Formula, Workbook};
use sheets::read;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

use crate::template;

fn sound() -> Vec<u8> {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    sheet.write(0, 0, "Họ tên").unwrap().write(0, 1, "Năm sinh").unwrap().write(1, 0, "Nay").unwrap().write(1, 1, 1987).unwrap();
    sheet.write_formula(2, 0, Formula::new("=A2").set_result("Nay")).unwrap();
    workbook.save_to_buffer().unwrap()
}

type Part = (String, Vec<u8>);

fn parts() -> Vec<Part> {
    let mut archive = ZipArchive::new(Cursor::new(sound())).unwrap();
    let mut read = |place| {
        let mut part = archive.by_index(place).unwrap();
        let mut bytes = Vec::new();
        part.read_to_end(&mut bytes).unwrap();
        (part.name().to_owned(), bytes)
    };
    (0..9).map(&mut read).collect()
}

/// The parts as a workbook whose checksums are right.
fn packed(parts: &[Part]) -> Vec<u8> {
    let mut workbook = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in parts {
        workbook.start_file(name, SimpleFileOptions::default().compression_method(CompressionMethod::Stored)).unwrap();
        workbook.write_all(bytes).unwrap();
    }
    workbook.finish().unwrap().into_inner()
}

#[test]
fn each_number_of_each_part_made_huge_negative_or_nothing() {
    assert!(read(&packed(&parts()), &template()).is_ok());
    for part in 0..parts().len() {
        for huge in ["4294967295", "99999999999999999999", "-1", ""] {
            let digits: Vec<usize> =
                parts()[part].1.iter().enumerate().filter(|(_, byte)| byte.is_ascii_digit()).map(|(place, _)| place).collect();
            let sample = (digits.len() / 6).max(1);
            for digit in digits.into_iter().step_by(sample) {
                let mut changed = parts();
                changed[part].1.splice(digit..=digit, huge.bytes());
                let _ = read(&packed(&changed), &template());
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn changed_parts(part in 0usize..9, place in any::<proptest::sample::Index>(), byte in any::<u8>()) {
        let mut changed = parts();
        let bytes = &mut changed[part].1;
        let place = place.index(bytes.len());
        bytes[place] = byte;
        let _ = read(&packed(&changed), &template());
    }

    #[test]
    fn cut_files(length in any::<proptest::sample::Index>()) {
        let bytes = sound();
        let _ = read(&bytes[..length.index(bytes.len())], &template());
    }

    #[test]
    fn any_text(text in "(Họ tên;Năm sinh\n)?[\\PC\n;\"]{0,80}") {
        let _ = read(text.as_bytes(), &template());
    }

    #[test]
    fn any_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = read(&bytes, &template());
    }
}
