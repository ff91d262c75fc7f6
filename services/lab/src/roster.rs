//! The columns of a list of people, and a row of it as a person to register.

use chrono::{DateTime, Utc};
use contract::lab::v1::{self as pb, SubjectSex};
use ids::SubjectId;
use sheets::{Choice, Column, Kind, Row, Table, Template, Value, Words};

const SEX: &[Choice] = &[
    Choice { key: "MALE", vi: "Nam", en: "Male", synonyms: &["m", "trai"] },
    Choice { key: "FEMALE", vi: "Nữ", en: "Female", synonyms: &["f", "gái"] },
];

pub fn template() -> Template {
    let column =
        |key, vi, en, synonyms, required, kind, example| Column { key, title: Words::fixed(vi, en), synonyms, required, kind, example };
    Template {
        title: Words::fixed("Danh sách lấy mẫu", "People to be sampled"),
        instructions: Words::fixed(
            "Mỗi dòng một người. Cột có dấu * phải ghi. Ngày sinh ghi 18/01/1986, hoặc chỉ năm sinh.",
            "One person a row. Columns with * are needed. Write a birth as 18/01/1986, or the year alone.",
        ),
        columns: vec![
            column("name", "Họ và tên", "Full name", &["họ tên", "tên", "name"], true, Kind::Text { longest: 100 }, "Nguyễn Thị Hoà"),
            column("birth", "Ngày sinh", "Birth", &["năm sinh", "ngày tháng năm sinh", "ns"], true, Kind::YearOrDate, "18/01/1986"),
            column("sex", "Giới tính", "Sex", &["giới", "nam/nữ"], false, Kind::Choice(SEX), "Nữ"),
            column(
                "id",
                "CCCD/CMND",
                "Identity number",
                &["số cccd", "số cmnd", "cccd", "cmnd", "căn cước", "số giấy tờ"],
                false,
                Kind::Digits { shortest: 9, longest: 12, zero_to: Some(12) },
                "064186000123",
            ),
            column(
                "phone",
                "Điện thoại",
                "Phone",
                &["số điện thoại", "sđt", "đt", "di động"],
                false,
                Kind::Digits { shortest: 9, longest: 12, zero_to: Some(10) },
                "0905123456",
            ),
            column("health_card", "Thẻ BHYT", "Health card", &["bhyt", "số thẻ bhyt"], false, Kind::Code { longest: 15 }, ""),
            column(
                "address",
                "Địa chỉ",
                "Address",
                &["nơi ở", "chỗ ở", "nơi cư trú"],
                false,
                Kind::Text { longest: 200 },
                "Thôn 5, xã Trà Đa",
            ),
            column("workplace", "Nơi làm việc", "Workplace", &["cơ quan", "đơn vị", "trường"], false, Kind::Text { longest: 120 }, ""),
        ],
    }
}

/// The person of a row, as a desk would write him down.
pub fn subject(table: &Table, row: &Row, now: DateTime<Utc>) -> pb::Subject {
    let text = |key: &str| table.get(row, key).and_then(Value::as_text).unwrap_or_default().to_owned();
    let birth = match table.get(row, "birth") {
        Some(Value::Date(day)) => day.to_string(),
        Some(Value::Year(year)) => year.to_string(),
        _ => String::new(),
    };
    let sex = match text("sex").as_str() {
        "MALE" => SubjectSex::Male,
        "FEMALE" => SubjectSex::Female,
        _ => SubjectSex::Unspecified,
    };
    pb::Subject {
        subject_id: SubjectId::mint(now).to_string(),
        full_name: text("name"),
        birth,
        sex: sex.into(),
        id_number: text("id"),
        phone: text("phone"),
        health_card: text("health_card"),
        address: text("address"),
        workplace: text("workplace"),
        ..pb::Subject::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_as_people_have_it_becomes_people() {
        let file = "\u{feff}DANH SÁCH LẤY MẪU;;;;\nSTT;Họ tên;Năm sinh;SĐT;Số CCCD\n1;Nguyễn Thị Hoà;1986;905123456;64186000123\n2;Ksor H’Lan;18/01/1990;;\n";
        let table = sheets::read(file.as_bytes(), &template()).unwrap();
        assert!(table.errors.is_empty(), "{:?}", table.errors);
        let now = DateTime::from_timestamp(1_634_540_400, 0).unwrap();
        let people: Vec<pb::Subject> = table.rows.iter().map(|row| subject(&table, row, now)).collect();
        let read: Vec<_> = people.iter().map(|it| (&*it.full_name, &*it.birth, &*it.phone, &*it.id_number)).collect();
        assert_eq!(read, [("Nguyễn Thị Hoà", "1986", "0905123456", "064186000123"), ("Ksor H’Lan", "1990-01-18", "", "")]);
    }
}
