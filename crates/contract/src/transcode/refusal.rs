//! Why an HTTP request is not the method's message, in words for whoever sent it.
use super::pointer;

/// One thing that is wrong with path, query or body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// JSON pointer into the request message (RFC 6901); a parameter is a field of it too.
    pub pointer: String,
    /// Stable; see `transcode::code`.
    pub code: &'static str,
    pub description_vi: String,
    pub description_en: String,
}

/// The codes of refusals, stable for ever.
pub mod code {
    pub const MALFORMED_JSON: &str = "MALFORMED_JSON";
    pub const UNEXPECTED_BODY: &str = "UNEXPECTED_BODY";
    pub const UNKNOWN_FIELD: &str = "UNKNOWN_FIELD";
    pub const DUPLICATE_FIELD: &str = "DUPLICATE_FIELD";
    pub const UNKNOWN_VALUE: &str = "UNKNOWN_VALUE";
    pub const WRONG_TYPE: &str = "WRONG_TYPE";
    pub const MALFORMED_TIME: &str = "MALFORMED_TIME";
    pub const PATH_CONFLICT: &str = "PATH_CONFLICT";
}

impl Refusal {
    pub(super) fn new(pointer: String, code: &'static str, vi: impl Into<String>, en: impl Into<String>) -> Refusal {
        Refusal { pointer, code, description_vi: vi.into(), description_en: en.into() }
    }

    pub(super) fn unexpected_body() -> Refusal {
        let (vi, en) = ("Phương thức này không nhận nội dung.", "This method takes no body.");
        Refusal::new(String::new(), code::UNEXPECTED_BODY, vi, en)
    }

    pub(super) fn unknown_field(pointer: String) -> Refusal {
        let (vi, en) = ("Không có trường này.", "There is no such field.");
        Refusal::new(pointer, code::UNKNOWN_FIELD, vi, en)
    }

    pub(super) fn duplicate_field(pointer: String) -> Refusal {
        let (vi, en) = ("Trường này được gửi hai lần.", "The field is given twice.");
        Refusal::new(pointer, code::DUPLICATE_FIELD, vi, en)
    }

    pub(super) fn unknown_value(pointer: String) -> Refusal {
        let (vi, en) = ("Giá trị này không có trong danh sách.", "This value is not one of the list.");
        Refusal::new(pointer, code::UNKNOWN_VALUE, vi, en)
    }

    pub(super) fn wrong_type(pointer: String) -> Refusal {
        let (vi, en) = ("Giá trị không đúng kiểu của trường.", "The value is not of the field's type.");
        Refusal::new(pointer, code::WRONG_TYPE, vi, en)
    }

    pub(super) fn malformed_time(pointer: String) -> Refusal {
        let vi = "Thời điểm phải có độ lệch múi giờ, ví dụ 2021-10-18T07:30:00+07:00.";
        let en = "A time needs its offset, such as 2021-10-18T07:30:00+07:00.";
        Refusal::new(pointer, code::MALFORMED_TIME, vi, en)
    }

    pub(super) fn path_conflict(pointer: String) -> Refusal {
        let (vi, en) = ("Nội dung nói khác với đường dẫn.", "The body says something else than the path.");
        Refusal::new(pointer, code::PATH_CONFLICT, vi, en)
    }

    /// What serde says is wrong with `json`. Its words may repeat a value, so only their kind goes on.
    pub(super) fn of_json(json: &[u8], error: &serde_json::Error) -> Refusal {
        if !error.is_data() {
            let (line, column) = (error.line(), error.column());
            let vi = format!("JSON sai cú pháp ở dòng {line}, cột {column}.");
            let en = format!("The JSON is malformed at line {line}, column {column}.");
            return Refusal::new(String::new(), code::MALFORMED_JSON, vi, en);
        }
        let pointer = pointer::at(json, error.line(), error.column());
        let words = error.to_string();
        let refusal = match words.split('`').next().unwrap_or_default().trim_end() {
            "unknown field" => Refusal::unknown_field,
            "duplicate field" => Refusal::duplicate_field,
            "unknown variant" => Refusal::unknown_value,
            _ if words.contains(crate::timestamp::EXPECTED) => Refusal::malformed_time,
            _ => Refusal::wrong_type,
        };
        refusal(pointer)
    }
}
