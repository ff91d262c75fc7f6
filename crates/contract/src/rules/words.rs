//! What a broken limit is called: a stable code, and a sentence in both languages.
use super::{FieldViolation, Path, limits::Format};

/// The codes of the limits, stable for ever.
pub mod code {
    pub const REQUIRED: &str = "REQUIRED";
    pub const TOO_SHORT: &str = "TOO_SHORT";
    pub const TOO_LONG: &str = "TOO_LONG";
    pub const CONTROL_CHARACTER: &str = "CONTROL_CHARACTER";
    pub const MALFORMED: &str = "MALFORMED";
    pub const UNKNOWN_VALUE: &str = "UNKNOWN_VALUE";
    pub const OUT_OF_RANGE: &str = "OUT_OF_RANGE";
    pub const TOO_FEW: &str = "TOO_FEW";
    pub const TOO_MANY: &str = "TOO_MANY";
}

fn violation(at: &Path<'_>, code: &'static str, vi: impl Into<String>, en: impl Into<String>) -> FieldViolation {
    FieldViolation { field_path: at.to_string(), code, description_vi: vi.into(), description_en: en.into() }
}

pub fn required(at: &Path<'_>) -> FieldViolation {
    violation(at, code::REQUIRED, "Cần điền mục này.", "This is required.")
}

pub fn too_short(at: &Path<'_>, min: usize) -> FieldViolation {
    violation(at, code::TOO_SHORT, format!("Cần ít nhất {min} ký tự."), format!("At least {min} characters are needed."))
}

pub fn too_long(at: &Path<'_>, max: usize) -> FieldViolation {
    violation(at, code::TOO_LONG, format!("Không được quá {max} ký tự."), format!("At most {max} characters are allowed."))
}

pub fn control_character(at: &Path<'_>) -> FieldViolation {
    violation(at, code::CONTROL_CHARACTER, "Có ký tự không in được.", "It contains a character that cannot be printed.")
}

pub fn malformed(at: &Path<'_>, format: Format) -> FieldViolation {
    let (vi, en) = match format {
        Format::Uuid => ("Mã định danh phải là một UUID.", "The identifier must be a UUID."),
        Format::Date => ("Ngày phải có dạng 2021-10-18.", "The day must look like 2021-10-18."),
        Format::PartialDate => ("Hãy ghi năm (1986) hoặc ngày (1986-01-18).", "Give a year (1986) or a day (1986-01-18)."),
        Format::Area => ("Mã địa bàn có 2, 3 hoặc 5 chữ số.", "An area code has 2, 3 or 5 digits."),
    };
    violation(at, code::MALFORMED, vi, en)
}

pub fn unknown_value(at: &Path<'_>) -> FieldViolation {
    violation(at, code::UNKNOWN_VALUE, "Giá trị này không có trong danh sách.", "This value is not one of the list.")
}

pub fn no_such_time(at: &Path<'_>) -> FieldViolation {
    violation(at, code::OUT_OF_RANGE, "Không có thời điểm này.", "There is no such time.")
}

pub fn out_of_range(at: &Path<'_>, min: Option<f64>, max: Option<f64>) -> FieldViolation {
    let (vi, en) = match (min, max) {
        (Some(min), Some(max)) => (format!("Giá trị phải từ {min} đến {max}."), format!("The value must lie between {min} and {max}.")),
        (Some(min), None) => (format!("Giá trị phải từ {min} trở lên."), format!("The value must be at least {min}.")),
        (None, Some(max)) => (format!("Giá trị không được quá {max}."), format!("The value must be at most {max}.")),
        (None, None) => ("Giá trị không phải là số.".to_owned(), "The value is not a number.".to_owned()),
    };
    violation(at, code::OUT_OF_RANGE, vi, en)
}

pub fn too_few(at: &Path<'_>, min: usize) -> FieldViolation {
    violation(at, code::TOO_FEW, format!("Cần ít nhất {min} mục."), format!("At least {min} are needed."))
}

pub fn too_many(at: &Path<'_>, max: usize) -> FieldViolation {
    violation(at, code::TOO_MANY, format!("Không được quá {max} mục."), format!("At most {max} are allowed."))
}
