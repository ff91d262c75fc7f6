//! The file to fill in: what it is for, what each column takes, an example, the titles. All of that stands above the titles, where the reader
//! looks for none of it.

use rust_xlsxwriter::{Color, DataValidation, Format, FormatAlign, FormatBorder, Workbook, Worksheet};

use crate::{Column, Kind, Template, Words, WriteError, neutral, rule};

const INSTRUCTIONS: u32 = 1;
const RULES: u32 = 2;
const EXAMPLE: u32 = 3;
const TITLES: u32 = 4;
/// How many rows below the titles are prepared.
const PREPARED: u32 = 2_000;
/// Excel keeps a drop-down list of at most so many characters in the sheet itself.
const LONGEST_LIST: usize = 255;

/// Writes the template as XLSX; both languages stand in it.
pub fn write_template(template: &Template) -> Result<Vec<u8>, WriteError> {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    sheet.set_name(sheet_name(&template.title.vi))?;
    let wrapped = Format::new().set_text_wrap().set_align(FormatAlign::Top);
    let quiet = wrapped.clone().set_font_color(Color::RGB(0x59_59_59));
    let required = wrapped.clone().set_bold().set_border_bottom(FormatBorder::Medium);
    let optional = wrapped.clone().set_border_bottom(FormatBorder::Medium);
    sheet.write_with_format(0, 0, template.title.both(), &Format::new().set_bold().set_font_size(14))?;
    sheet.write_with_format(INSTRUCTIONS, 0, template.instructions.both(), &Format::new())?;
    for (place, column) in (0_u16..).zip(&template.columns) {
        let width = if matches!(column.kind, Kind::Text { .. }) { 28.0 } else { 20.0 };
        sheet.set_column_width(place, width)?;
        sheet.write_with_format(RULES, place, rule_of(column).both(), &quiet)?;
        let example = if place == 0 { format!("Ví dụ / Example: {}", column.example) } else { column.example.to_owned() };
        sheet.write_string_with_format(EXAMPLE, place, neutral::made(&example), &quiet.clone().set_italic())?;
        let title = if column.required { format!("{} (*)", column.title.both()) } else { column.title.both() };
        sheet.write_with_format(TITLES, place, title, if column.required { &required } else { &optional })?;
        prepare(sheet, place, column)?;
    }
    sheet.set_freeze_panes(TITLES + 1, 0)?;
    Ok(workbook.save_to_buffer()?)
}

/// Cells of text, so that no zero and no digit is lost, and lists to choose from.
fn prepare(sheet: &mut Worksheet, place: u16, column: &Column) -> Result<(), WriteError> {
    let (first, last) = (TITLES + 1, TITLES + PREPARED);
    match column.kind {
        Kind::Text { .. } | Kind::Code { .. } | Kind::Digits { .. } => {
            let text = Format::new().set_num_format("@");
            for row in first..=last {
                sheet.write_blank(row, place, &text)?;
            }
        }
        Kind::Choice(choices) => {
            let words: Vec<&str> = choices.iter().map(|choice| choice.vi).collect();
            if words.join(",").chars().count() <= LONGEST_LIST {
                sheet.add_data_validation(first, place, last, place, &DataValidation::new().allow_list_strings(&words)?)?;
            }
        }
        Kind::Date | Kind::YearOrDate | Kind::Decimal { .. } | Kind::Integer { .. } => {}
    }
    Ok(())
}

fn rule_of(column: &Column) -> Words {
    let rule = rule::of(column.kind);
    if column.required {
        Words::made(format!("Bắt buộc: {}", rule.vi), format!("Required: {}", rule.en))
    } else {
        Words::made(format!("Nếu có: {}", rule.vi), format!("If known: {}", rule.en))
    }
}

/// What Excel allows as the name of a sheet.
fn sheet_name(title: &str) -> String {
    let allowed: String = title.chars().filter(|letter| !matches!(letter, '[' | ']' | ':' | '*' | '?' | '/' | '\\' | '\'')).collect();
    let short: String = allowed.chars().take(31).collect();
    if short.trim().is_empty() { "Sheet1".to_owned() } else { short.trim().to_owned() }
}
