//! What a cell had to be and was not, in words for the person who filled it in.

use crate::{Kind, Words};

/// One wrong cell.
#[derive(Clone, PartialEq, Eq)]
pub struct CellError {
    /// As the person sees it beside the sheet.
    pub row: u32,
    /// The key of the template's column.
    pub key: &'static str,
    pub title: Words,
    /// What stands there.
    pub value: String,
    /// What should.
    pub rule: Words,
}

impl CellError {
    /// `Dòng 12, cột Ngày sinh: “31/02/1987” không đúng. Cần ngày dạng 18/01/1987.`
    pub fn sentence(&self) -> Words {
        let Self { row, title, value, rule, .. } = self;
        if value.is_empty() {
            return Words::made(
                format!("Dòng {row}, cột {}: để trống. Cần {}.", title.vi, rule.vi),
                format!("Row {row}, column {}: empty. It needs {}.", title.en, rule.en),
            );
        }
        Words::made(
            format!("Dòng {row}, cột {}: “{value}” không đúng. Cần {}.", title.vi, rule.vi),
            format!("Row {row}, column {}: “{value}” is not right. It needs {}.", title.en, rule.en),
        )
    }
}

/// The value is of a person and must reach no log by accident.
impl std::fmt::Debug for CellError {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("CellError").field("row", &self.row).field("key", &self.key).finish_non_exhaustive()
    }
}

/// What a kind asks for, to stand behind “Cần” and “It needs”.
pub(crate) fn of(kind: Kind) -> Words {
    match kind {
        Kind::Text { longest } => Words::made(format!("chữ, không quá {longest} ký tự"), format!("text of at most {longest} characters")),
        Kind::Code { longest } => Words::made(
            format!("mã gồm chữ không dấu và số, không quá {longest} ký tự"),
            format!("a code of at most {longest} plain letters and digits"),
        ),
        Kind::Digits { shortest, longest, .. } if shortest == longest => {
            Words::made(format!("đúng {longest} chữ số"), format!("exactly {longest} digits"))
        }
        Kind::Digits { shortest, longest, .. } => {
            Words::made(format!("từ {shortest} đến {longest} chữ số"), format!("{shortest} to {longest} digits"))
        }
        Kind::Date => Words::fixed("ngày dạng 18/01/1987", "a date such as 18/01/1987"),
        Kind::YearOrDate => Words::fixed("ngày dạng 18/01/1987 hoặc năm như 1987", "a date such as 18/01/1987 or a year such as 1987"),
        Kind::Decimal { least, greatest } => {
            Words::made(format!("số từ {} đến {}", comma(least), comma(greatest)), format!("a number from {least} to {greatest}"))
        }
        Kind::Integer { least, greatest } => {
            Words::made(format!("số nguyên từ {least} đến {greatest}"), format!("a whole number from {least} to {greatest}"))
        }
        Kind::Choice(choices) => {
            let list = |word: fn(&crate::Choice) -> &'static str| choices.iter().map(word).collect::<Vec<_>>().join(", ");
            Words::made(format!("một trong: {}", list(|choice| choice.vi)), format!("one of: {}", list(|choice| choice.en)))
        }
    }
}

pub(crate) const LOST_DIGITS: Words = Words::fixed(
    "số được định dạng Văn bản (Text) rồi nhập lại, vì bảng tính đã làm mất chữ số",
    "a cell formatted as text and typed again, because the spreadsheet lost digits",
);
pub(crate) const FORMULA: Words =
    Words::fixed("giá trị thay cho công thức lỗi hoặc chưa tính", "a value in place of a formula that failed or was never computed");
pub(crate) const TWO_DIGIT_YEAR: Words = Words::fixed("năm đủ bốn chữ số, như 1987", "a year of four digits, such as 1987");

fn comma(number: f64) -> String {
    number.to_string().replace('.', ",")
}
