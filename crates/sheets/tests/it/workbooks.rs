//! Workbooks as people make them: letterheads, merged titles, hidden sheets, formulas, dates of every kind.

use rust_xlsxwriter::{ExcelDateTime, Format, Formula, Workbook, XlsxError};
use sheets::FileError;

use crate::{line, table, template};

fn workbook(make: impl FnOnce(&mut Workbook) -> Result<(), XlsxError>) -> Vec<u8> {
    let mut workbook = Workbook::new();
    make(&mut workbook).unwrap();
    workbook.save_to_buffer().unwrap()
}

#[test]
fn a_letterhead_and_titles_merged_over_two_rows() {
    let bytes = workbook(|workbook| {
        let sheet = workbook.add_worksheet();
        let plain = Format::new();
        sheet.merge_range(0, 0, 0, 5, "TRUNG TÂM Y TẾ PLEIKU", &plain)?;
        sheet.merge_range(2, 0, 2, 5, "DANH SÁCH", &plain)?;
        sheet.merge_range(4, 0, 5, 0, "STT", &plain)?;
        sheet.merge_range(4, 1, 5, 1, "Họ và tên", &plain)?;
        sheet.merge_range(4, 2, 5, 2, "Năm sinh", &plain)?;
        sheet.merge_range(4, 3, 4, 4, "Địa chỉ", &plain)?;
        sheet.write(5, 3, "Làng")?.write(5, 4, "xã")?;
        sheet.merge_range(4, 5, 5, 5, "Điện thoại", &plain)?;
        sheet.write(6, 0, 1)?.write(6, 1, "Rơ Mah H’Bưm")?.write(6, 2, 1987)?.write(6, 3, "Plei Ốp")?.write(6, 4, "Trà Đa")?;
        sheet.write(6, 5, 912_345_678)?;
        Ok(())
    });
    let table = table(&bytes);
    assert_eq!(table.header_row, 6);
    assert_eq!(line(&table, 0), "7: Rơ Mah H’Bưm | 1987 | - | 0912345678 | - | Trà Đa | - | - | -");
    assert_eq!(table.unknown_columns, ["STT", "Làng"]);
}

#[test]
fn dates_serials_years_and_texts_in_one_column() {
    let bytes = workbook(|workbook| {
        let sheet = workbook.add_worksheet();
        sheet.write(0, 0, "Họ tên")?.write(0, 1, "Ngày sinh")?.write(0, 2, "Ct")?;
        let names = ["a", "b", "c", "d", "e", "f"];
        for (row, name) in (1..).zip(names) {
            sheet.write(row, 0, name)?;
        }
        let date = Format::new().set_num_format("dd/mm/yyyy");
        sheet.write_with_format(1, 1, &ExcelDateTime::from_ymd(1987, 1, 18)?, &date)?;
        sheet.write(2, 1, 31_795)?;
        sheet.write(3, 1, 1987)?;
        sheet.write(4, 1, "18/1/1987")?;
        sheet.write(5, 1, "'18/01/1987")?;
        sheet.write(6, 1, 18_011_987)?;
        sheet.write(1, 2, 24.5)?.write(2, 2, "24,5")?;
        Ok(())
    });
    let table = table(&bytes);
    let births: Vec<String> = (0..6).map(|place| line(&table, place).split(" | ").nth(1).unwrap().to_owned()).collect();
    assert_eq!(births, ["1987-01-18", "1987-01-18", "1987", "1987-01-18", "-", "1987-01-18"]);
    assert_eq!(table.errors.iter().map(|error| (error.row, error.key)).collect::<Vec<_>>(), [(6, "birth")]);
    assert!(line(&table, 0).contains("24.5") && line(&table, 1).contains("24.5"));
}

#[test]
fn hidden_sheets_are_not_read_and_others_are_named() {
    let bytes = workbook(|workbook| {
        let hidden = workbook.add_worksheet().set_name("ẩn")?;
        hidden.set_hidden(true).write(0, 0, "Họ tên")?.write(0, 1, "Năm sinh")?.write(0, 2, "CCCD")?.write(1, 0, "Wrong")?;
        let guide = workbook.add_worksheet().set_name("Hướng dẫn")?;
        guide.write(0, 0, "Cách điền")?;
        let data = workbook.add_worksheet().set_name("Dữ liệu")?;
        data.set_active(true).write(0, 0, "Họ tên")?.write(0, 1, "Năm sinh")?.write(1, 0, "Nay")?.write(1, 1, 1987)?;
        workbook.add_worksheet().set_name("trống")?;
        Ok(())
    });
    let table = table(&bytes);
    assert_eq!(table.sheet.as_deref(), Some("Dữ liệu"));
    assert_eq!(table.unread_sheets, ["Hướng dẫn"]);
    assert_eq!(table.rows.len(), 1);
}

#[test]
fn formulas_give_their_cached_values() {
    let bytes = workbook(|workbook| {
        let sheet = workbook.add_worksheet();
        sheet.write(0, 0, "Họ tên")?.write(0, 1, "Năm sinh")?.write(0, 2, "Số người")?;
        sheet.write_formula(1, 0, Formula::new("=A9&\"y\"").set_result("Nay"))?;
        sheet.write_formula(1, 1, Formula::new("=2021-34").set_result("1987"))?;
        sheet.write_formula(1, 2, Formula::new("=1/0").set_result("#DIV/0!"))?;
        Ok(())
    });
    let table = table(&bytes);
    assert_eq!(line(&table, 0), "2: Nay | 1987 | - | - | - | - | - | - | -");
    let failed: Vec<(u32, &str, &str)> = table.errors.iter().map(|error| (error.row, error.key, error.rule.en.as_ref())).collect();
    let rule = "a value in place of a formula that failed or was never computed";
    assert_eq!(failed, [(2, "count", rule)]);
}

#[test]
fn formatted_blank_rows_far_below_are_none() {
    let bytes = workbook(|workbook| {
        let sheet = workbook.add_worksheet();
        sheet.write(0, 0, "Họ tên")?.write(0, 1, "Năm sinh")?.write(1, 0, "Nay")?.write(1, 1, 1987)?;
        let border = Format::new().set_border_bottom(rust_xlsxwriter::FormatBorder::Thin);
        for row in 2..3_000 {
            sheet.write_blank(row, 0, &border)?.write_string(row, 1, "  ")?;
        }
        sheet.write_blank(1_048_575, 16_383, &border)?;
        Ok(())
    });
    assert_eq!(table(&bytes).rows.len(), 1);
}

#[test]
fn a_workbook_without_a_list_says_so() {
    let empty = workbook(|workbook| workbook.add_worksheet().write(0, 0, " ").map(drop));
    assert_eq!(sheets::read(&empty, &template()).unwrap_err(), FileError::Empty);
    let other = workbook(|workbook| workbook.add_worksheet().write(0, 0, "xin chào").map(drop));
    assert_eq!(sheets::read(&other, &template()).unwrap_err(), FileError::NoHeader);
}
