//! The checks of single values that the generated code calls.
use super::{FieldViolation, Path, words};
use crate::Timestamp;

/// Limits of a string, in Unicode scalar values; a maximum of 0 is none.
pub struct Text {
    pub required: bool,
    pub min: usize,
    pub max: usize,
    pub format: Option<Format>,
}

/// Formats that need no knowledge of the field's vocabulary.
#[derive(Clone, Copy, Debug)]
pub enum Format {
    Uuid,
    Date,
    PartialDate,
    Area,
}

/// Limits of a number.
pub struct Number {
    pub required: bool,
    pub min: Option<f64>,
    pub max: Option<f64>,
}

pub fn text(value: &str, limits: &Text, at: Path<'_>, found: &mut Vec<FieldViolation>) {
    if value.is_empty() {
        if limits.required {
            found.push(words::required(&at));
        }
        return;
    }
    // PostgreSQL stores every character but this one.
    if value.contains('\0') {
        return found.push(words::control_character(&at));
    }
    // A character has at least one byte: most values need no counting.
    let too_long = limits.max > 0 && value.len() > limits.max && value.chars().count() > limits.max;
    if too_long {
        found.push(words::too_long(&at, limits.max));
    } else if limits.min > 0 && value.chars().count() < limits.min {
        found.push(words::too_short(&at, limits.min));
    } else if let Some(format) = limits.format.filter(|format| !format.fits(value)) {
        found.push(words::malformed(&at, format));
    }
}

/// An enum: `known` says whether the number has a name in it.
pub fn choice(value: i32, known: bool, required: bool, at: Path<'_>, found: &mut Vec<FieldViolation>) {
    if !known {
        found.push(words::unknown_value(&at));
    } else if required && value == 0 {
        found.push(words::required(&at));
    }
}

/// A number that cannot be absent: 0 means that it was not given.
pub fn given_number(value: impl Into<f64>, limits: &Number, at: Path<'_>, found: &mut Vec<FieldViolation>) {
    number(Some(value.into()).filter(|value| *value != 0.0), limits, at, found);
}

pub fn number(value: Option<impl Into<f64>>, limits: &Number, at: Path<'_>, found: &mut Vec<FieldViolation>) {
    let Some(value) = value.map(Into::into) else {
        if limits.required {
            found.push(words::required(&at));
        }
        return;
    };
    // Not a number compares false with everything, so the question is whether it fits, not whether it breaks.
    let fits = limits.min.is_none_or(|min| value >= min) && limits.max.is_none_or(|max| value <= max) && value.is_finite();
    if !fits {
        found.push(words::out_of_range(&at, limits.min, limits.max));
    }
}

/// A message or `bytes` that must be there.
pub fn present(there: bool, at: Path<'_>, found: &mut Vec<FieldViolation>) {
    if !there {
        found.push(words::required(&at));
    }
}

pub fn moment(value: Option<&Timestamp>, required: bool, at: Path<'_>, found: &mut Vec<FieldViolation>) {
    match value {
        None if required => found.push(words::required(&at)),
        Some(value) if chrono::DateTime::<chrono::Utc>::try_from(*value).is_err() => found.push(words::no_such_time(&at)),
        None | Some(_) => {}
    }
}

/// The number of elements; the answer is how many of them are worth checking.
pub fn items(count: usize, min: usize, max: usize, at: Path<'_>, found: &mut Vec<FieldViolation>) -> usize {
    if count < min {
        found.push(words::too_few(&at, min));
    }
    if max > 0 && count > max {
        found.push(words::too_many(&at, max));
        return max;
    }
    count
}

impl Format {
    fn fits(self, value: &str) -> bool {
        match self {
            Format::Uuid => is_uuid(value),
            Format::Date => is_date(value),
            Format::PartialDate => is_date(value) || is_year(value),
            Format::Area => matches!(value.len(), 2 | 3 | 5) && digits(value),
        }
    }
}

fn is_uuid(value: &str) -> bool {
    value.len() == 36
        && value.bytes().enumerate().all(|(at, byte)| if matches!(at, 8 | 13 | 18 | 23) { byte == b'-' } else { byte.is_ascii_hexdigit() })
}

fn is_date(value: &str) -> bool {
    value.len() == 10 && chrono::NaiveDate::parse_from_str(value, "%Y-%m-%d").is_ok()
}

fn is_year(value: &str) -> bool {
    value.len() == 4 && digits(value)
}

fn digits(value: &str) -> bool {
    value.bytes().all(|byte| byte.is_ascii_digit())
}
