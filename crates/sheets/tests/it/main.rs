//! What the crate promises as a whole: files as people make them are read, others are refused by name, and what we write reads back.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so by panicking")]

mod csv_files;
mod damaged;
mod limits;
mod second_implementation;
mod workbooks;
mod written;

use sheets::{Choice, Column, Kind, Table, Template, Value, Words, read};

const SEX: &[Choice] =
    &[Choice { key: "male", vi: "Nam", en: "Male", synonyms: &[] }, Choice { key: "female", vi: "Nữ", en: "Female", synonyms: &["gái"] }];

/// A list of people to be sampled, as health stations send them.
fn template() -> Template {
    let column =
        |key, vi, en, synonyms, required, kind, example| Column { key, title: Words::fixed(vi, en), synonyms, required, kind, example };
    Template {
        title: Words::fixed("Danh sách lấy mẫu", "Sampling list"),
        instructions: Words::fixed("Mỗi người một dòng.", "One row for each person."),
        columns: vec![
            column("name", "Họ và tên", "Full name", &["Họ tên", "Tên"], true, Kind::Text { longest: 100 }, "Rơ Mah H’Bưm"),
            column("birth", "Ngày sinh", "Date of birth", &["Năm sinh", "Ngày tháng năm sinh"], true, Kind::YearOrDate, "18/01/1987"),
            column("sex", "Giới tính", "Sex", &["Phái"], false, Kind::Choice(SEX), "Nữ"),
            column(
                "phone",
                "Số điện thoại",
                "Telephone",
                &["SĐT", "ĐT", "Điện thoại"],
                false,
                Kind::Digits { shortest: 10, longest: 12, zero_to: Some(10) },
                "0912345678",
            ),
            column(
                "card",
                "Số CCCD",
                "Identity number",
                &["CCCD", "CMND/CCCD"],
                false,
                Kind::Digits { shortest: 9, longest: 12, zero_to: Some(12) },
                "064087001234",
            ),
            column("commune", "Xã", "Commune", &["Địa chỉ xã", "Xã phường"], false, Kind::Text { longest: 60 }, "Trà Đa"),
            column("tube", "Mã ống", "Tube", &["Barcode"], false, Kind::Code { longest: 20 }, "GL21-00017"),
            column("ct", "Ct", "Ct value", &[], false, Kind::Decimal { least: 5.0, greatest: 45.0 }, "24,5"),
            column("count", "Số người", "People", &[], false, Kind::Integer { least: 1, greatest: 10 }, "1"),
        ],
    }
}

fn table(bytes: &[u8]) -> Table {
    read(bytes, &template()).unwrap()
}

/// The row as a line of text, to compare.
fn line(table: &Table, place: usize) -> String {
    let row = &table.rows[place];
    let shown = |key| match table.get(row, key) {
        None => "-".to_owned(),
        Some(Value::Text(text)) => text.clone(),
        Some(Value::Date(day)) => day.to_string(),
        Some(Value::Year(year)) => year.to_string(),
        Some(Value::Decimal(number)) => number.to_string(),
        Some(Value::Integer(number)) => number.to_string(),
    };
    let keys = ["name", "birth", "sex", "phone", "card", "commune", "tube", "ct", "count"];
    format!("{}: {}", row.number, keys.map(shown).join(" | "))
}
