//! Requests into domain values: whatever is wrong with one is told together, with its place in the request.

use chrono::{DateTime, Utc};
use contract::{
    Timestamp,
    common::v1::Area,
    rules::{self, FieldViolation},
};
use ids::InvalidId;
use vietnam::{AreaKey, Era, areas};

use crate::error::Error;

/// Collects violations; a value that is wrong leaves one and is `None`.
pub struct Reader {
    found: Vec<FieldViolation>,
}

impl Reader {
    /// Begins with what the limits of the contract say about the request.
    pub fn of<M: rules::Limited>(request: &M) -> Self {
        Self { found: rules::check(request) }
    }

    /// Where only the service's own rules are left to check.
    pub const fn of_nothing() -> Self {
        Self { found: Vec::new() }
    }

    pub fn refuse(&mut self, field: impl Into<String>, code: &'static str, vi: impl Into<String>, en: impl Into<String>) {
        let field_path = field.into();
        // One complaint per field: the limit's, if it has one.
        if !self.found.iter().any(|violation| violation.field_path == field_path) {
            self.found.push(FieldViolation { field_path, code, description_vi: vi.into(), description_en: en.into() });
        }
    }

    pub fn id<T>(&mut self, field: &str, text: &str, parse: fn(&str) -> Result<T, InvalidId>) -> Option<T> {
        let id = parse(text).ok();
        if id.is_none() {
            self.refuse(field, "MALFORMED", "Mã định danh phải là một UUID phiên bản 7.", "The identifier must be a UUID of version 7.");
        }
        id
    }

    pub fn area(&mut self, field: &str, area: Option<&Area>, default: Era) -> Option<AreaKey> {
        let Some(area) = area else {
            self.refuse(field, "REQUIRED", "Cần điền mục này.", "This is required.");
            return None;
        };
        match areas::resolve(&area.code, &area.valid_from, default) {
            Ok(found) => Some(found.key),
            Err(_) => {
                self.refuse(format!("{field}.code"), "UNKNOWN_AREA", "Không có địa bàn mang mã này.", "There is no area of this code.");
                None
            }
        }
    }

    pub fn time(&mut self, field: &str, at: Option<Timestamp>) -> Option<DateTime<Utc>> {
        let at = DateTime::<Utc>::try_from(at?);
        if at.is_err() {
            self.refuse(field, "OUT_OF_RANGE", "Không có thời điểm này.", "There is no such time.");
        }
        at.ok()
    }

    /// Size of a page: the usual one for 0, never more than `most`.
    pub fn page_size(&mut self, asked: i32, usual: usize, most: usize) -> usize {
        match usize::try_from(asked) {
            Ok(0) => usual,
            Ok(size) => size.min(most),
            Err(_) => {
                self.refuse("page_size", "OUT_OF_RANGE", "Giá trị phải từ 0 trở lên.", "The value must be at least 0.");
                usual
            }
        }
    }

    /// What was found, as the error that it is.
    pub fn refused(self) -> Error {
        Error::Invalid(self.found)
    }

    /// The values, if nothing was wrong with any.
    pub fn finish<T>(self, values: Option<T>) -> Result<T, Error> {
        match values {
            Some(values) if self.found.is_empty() => Ok(values),
            _ => Err(Error::Invalid(self.found)),
        }
    }
}
