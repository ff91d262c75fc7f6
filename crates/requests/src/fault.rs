//! What is wrong with a request, field by field, in words that say what to do. All faults of a request are answered together.

use chrono::{DateTime, Utc};
pub use contract::rules::FieldViolation as Fault;

/// Stable code of a field that the vocabulary does not accept; those of the limits are the contract's.
pub const INVALID: &str = "INVALID";

/// Collects faults, each with the path of its field in the request, such as `declaration.people[2].birth`.
#[derive(Debug, Default)]
pub struct Faults(pub Vec<Fault>);

impl Faults {
    pub fn add(&mut self, field: impl Into<String>, vi: impl Into<String>, en: impl Into<String>) {
        self.0.push(Fault { field_path: field.into(), code: INVALID, description_vi: vi.into(), description_en: en.into() });
    }

    /// The value, or a fault and nothing.
    pub fn take<T, E>(&mut self, parsed: Result<T, E>, field: impl Into<String>, vi: &str, en: &str) -> Option<T> {
        parsed.map_err(|_| self.add(field, vi, en)).ok()
    }

    /// A time of the wire; None where it is absent, a fault where no calendar knows it.
    pub fn time(&mut self, at: Option<contract::Timestamp>, field: impl Into<String>) -> Option<DateTime<Utc>> {
        at.and_then(|at| self.take(DateTime::try_from(at), field, "Ghi thời điểm có thật", "A moment that exists"))
    }

    /// `value` when nothing was wrong.
    pub fn or<T>(self, value: Option<T>) -> Result<T, Vec<Fault>> {
        match value {
            Some(value) if self.0.is_empty() => Ok(value),
            _ => Err(self.0),
        }
    }
}
