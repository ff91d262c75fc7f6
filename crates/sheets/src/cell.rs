//! A cell to the value of its column's kind, or the rule that it broke.

use std::collections::HashMap;

use vietnam::fold::fold;

use crate::dates::{self, Written};
use crate::grid::{Grid, Raw};
use crate::{Kind, Value, Words, number, rule};

/// The words of a column's choices, folded once for all of its cells.
pub(crate) type Known = HashMap<String, &'static str>;

pub(crate) fn known(kind: Kind) -> Known {
    let Kind::Choice(choices) = kind else { return Known::new() };
    let words = |choice: &'static crate::Choice| {
        [choice.key, choice.vi, choice.en].into_iter().chain(choice.synonyms.iter().copied()).map(move |word| (fold(word), choice.key))
    };
    choices.iter().flat_map(words).collect()
}

/// The value of a cell that is not empty.
pub(crate) fn read(raw: &Raw, kind: Kind, known: &Known, grid: &Grid) -> Result<Value, Words> {
    let broken = || rule::of(kind);
    if matches!(raw, Raw::Failed) {
        return Err(rule::FORMULA);
    }
    match kind {
        Kind::Text { longest } => {
            let text = tidy(&crate::neutral::undone(&raw.shown()));
            if text.chars().count() > longest { Err(broken()) } else { Ok(Value::Text(text)) }
        }
        Kind::Code { longest } => code(raw, longest, broken),
        Kind::Digits { shortest, longest, zero_to } => digits(raw, shortest..=longest, zero_to, broken),
        Kind::Date | Kind::YearOrDate => day(raw, kind, grid),
        Kind::Decimal { least, greatest } => {
            let value = match raw {
                Raw::Number(value) => Some(*value),
                Raw::Text(text) => number::decimal(text),
                _ => None,
            };
            value.filter(|value| (least..=greatest).contains(value)).map(Value::Decimal).ok_or_else(broken)
        }
        Kind::Integer { least, greatest } => {
            let value = match raw {
                Raw::Number(value) => number::whole(*value),
                Raw::Text(text) => number::integer(text),
                _ => None,
            };
            value.filter(|value| (least..=greatest).contains(value)).map(Value::Integer).ok_or_else(broken)
        }
        Kind::Choice(_) => known.get(&fold(&raw.shown())).map(|key| Value::Text((*key).to_owned())).ok_or_else(broken),
    }
}

fn code(raw: &Raw, longest: usize, broken: impl Fn() -> Words) -> Result<Value, Words> {
    let text = exact(raw)?.ok_or_else(&broken)?;
    let code: String = text.chars().filter(|letter| !letter.is_whitespace()).collect::<String>().to_uppercase();
    let plain = code.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'/' | b'.' | b'_'));
    if plain && code.len() <= longest { Ok(Value::Text(code)) } else { Err(broken()) }
}

fn digits(raw: &Raw, lengths: std::ops::RangeInclusive<usize>, zero_to: Option<usize>, broken: impl Fn() -> Words) -> Result<Value, Words> {
    let text = exact(raw)?.ok_or_else(&broken)?;
    let separators = |letter: char| letter.is_whitespace() || matches!(letter, '.' | '-' | '(' | ')' | '/');
    let compact: String = text.chars().filter(|letter| !separators(*letter)).collect();
    let (plus, bare) = compact.strip_prefix('+').map_or(("", compact.as_str()), |bare| ("+", bare));
    if bare.is_empty() || !bare.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(broken());
    }
    let lost = plus.is_empty() && !bare.starts_with('0') && zero_to.is_some_and(|length| bare.len() + 1 == length);
    let whole = if lost { format!("0{bare}") } else { bare.to_owned() };
    if lengths.contains(&whole.len()) { Ok(Value::Text(format!("{plus}{whole}"))) } else { Err(broken()) }
}

/// The text of a cell whose every digit counts; a date is none.
fn exact(raw: &Raw) -> Result<Option<String>, Words> {
    match raw {
        Raw::Number(value) => {
            number::whole(*value).filter(|value| *value >= 0).map(|value| Some(value.to_string())).ok_or(rule::LOST_DIGITS)
        }
        // 8,19E+11: Excel saved what it showed.
        Raw::Text(text) if is_scientific(text) => Err(rule::LOST_DIGITS),
        Raw::Text(text) => Ok(Some(crate::neutral::undone(text.trim()))),
        _ => Ok(None),
    }
}

fn is_scientific(text: &str) -> bool {
    let text = text.trim();
    let Some((mantissa, exponent)) = text.split_once(['E', 'e']) else { return false };
    exponent.starts_with('+')
        && exponent.len() > 1
        && exponent[1..].bytes().all(|byte| byte.is_ascii_digit())
        && number::decimal(mantissa).is_some()
}

fn day(raw: &Raw, kind: Kind, grid: &Grid) -> Result<Value, Words> {
    let years = kind == Kind::YearOrDate;
    let broken = || rule::of(kind);
    match raw {
        Raw::Moment(moment) => Ok(Value::Date(moment.date())),
        // A bare number: a year, a day without its separators, or a day that lost its format.
        Raw::Number(value) => {
            let whole = number::whole(*value).filter(|value| *value > 0);
            match whole {
                Some(year @ 1900..=2100) if years => i32::try_from(year).map(Value::Year).map_err(|_| broken()),
                Some(compact @ 1_000_000..=99_999_999) => written(&format!("{compact:08}"), years, broken),
                _ => grid.day(*value).filter(|_| *value >= 2_101.0).map(Value::Date).ok_or_else(broken),
            }
        }
        Raw::Text(text) => written(text, years, broken),
        Raw::Empty | Raw::Failed => Err(broken()),
    }
}

fn written(text: &str, years: bool, broken: impl Fn() -> Words) -> Result<Value, Words> {
    match dates::read(text) {
        Some(Written::Day(day)) => Ok(Value::Date(day)),
        Some(Written::Year(year)) if years => Ok(Value::Year(year)),
        Some(Written::TwoDigitYear) => Err(rule::TWO_DIGIT_YEAR),
        Some(Written::Year(_)) | None => Err(broken()),
    }
}

/// One blank between words.
fn tidy(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Choice;

    const PHONE: Kind = Kind::Digits { shortest: 9, longest: 12, zero_to: Some(10) };
    const SEX: Kind = Kind::Choice(&[
        Choice { key: "male", vi: "Nam", en: "Male", synonyms: &["m"] },
        Choice { key: "female", vi: "Nữ", en: "Female", synonyms: &["f"] },
    ]);

    fn one(raw: Raw, kind: Kind) -> Result<String, Words> {
        read(&raw, kind, &known(kind), &Grid::default()).map(|value| match value {
            Value::Text(text) => text,
            Value::Date(day) => day.to_string(),
            Value::Year(year) => format!("year {year}"),
            Value::Decimal(number) => number.to_string(),
            Value::Integer(number) => number.to_string(),
        })
    }

    fn text(text: &str, kind: Kind) -> Result<String, Words> {
        one(Raw::Text(text.to_owned()), kind)
    }

    fn number(number: f64, kind: Kind) -> Result<String, Words> {
        one(Raw::Number(number), kind)
    }

    #[test]
    fn a_zero_comes_back_only_where_the_column_says_so() {
        assert_eq!(number(912_345_678.0, PHONE).unwrap(), "0912345678");
        assert_eq!(text("912345678", PHONE).unwrap(), "0912345678");
        assert_eq!(text("0912.345 678", PHONE).unwrap(), "0912345678");
        assert_eq!(text("+84 912 345 678", PHONE).unwrap(), "+84912345678");
        let card = Kind::Digits { shortest: 9, longest: 12, zero_to: None };
        assert_eq!(number(912_345_678.0, card).unwrap(), "912345678");
        assert_eq!(text("000912345678", card).unwrap(), "000912345678");
        let cccd = Kind::Digits { shortest: 12, longest: 12, zero_to: Some(12) };
        assert_eq!(number(64_087_001_234.0, cccd).unwrap(), "064087001234");
        assert!(text("09123x5678", PHONE).is_err());
        assert!(text("09", PHONE).is_err());
    }

    #[test]
    fn digits_that_the_spreadsheet_lost_are_named() {
        let card = Kind::Digits { shortest: 9, longest: 20, zero_to: None };
        assert_eq!(text("6,40870E+11", card), Err(rule::LOST_DIGITS));
        assert_eq!(text("6.4087E+11", card), Err(rule::LOST_DIGITS));
        assert_eq!(number(1e17, card), Err(rule::LOST_DIGITS));
        assert_eq!(number(1.5, card), Err(rule::LOST_DIGITS));
    }

    #[test]
    fn days_years_and_bare_numbers() {
        assert_eq!(number(44_487.0, Kind::Date).unwrap(), "2021-10-18");
        assert_eq!(number(18_102_021.0, Kind::Date).unwrap(), "2021-10-18");
        assert_eq!(number(8_102_021.0, Kind::Date).unwrap(), "2021-10-08");
        assert_eq!(text("18/10/2021", Kind::Date).unwrap(), "2021-10-18");
        assert!(number(1987.0, Kind::Date).is_err());
        assert_eq!(number(1987.0, Kind::YearOrDate).unwrap(), "year 1987");
        assert_eq!(text("1987", Kind::YearOrDate).unwrap(), "year 1987");
        assert_eq!(number(31_795.0, Kind::YearOrDate).unwrap(), "1987-01-18");
        assert_eq!(text("18/01/87", Kind::YearOrDate), Err(rule::TWO_DIGIT_YEAR));
        assert_eq!(text("10/18/2021", Kind::Date), Err(rule::of(Kind::Date)));
    }

    #[test]
    fn numbers_codes_choices_and_texts() {
        let ct = Kind::Decimal { least: 5.0, greatest: 45.0 };
        assert_eq!(text("24,5", ct).unwrap(), "24.5");
        assert_eq!(number(24.5, ct).unwrap(), "24.5");
        assert!(text("245", ct).is_err());
        let count = Kind::Integer { least: 0, greatest: 10_000 };
        assert_eq!(text("1.234", count).unwrap(), "1234");
        assert!(number(1.5, count).is_err());
        let tube = Kind::Code { longest: 20 };
        assert_eq!(text(" gl-21 00017 ", tube).unwrap(), "GL-2100017");
        assert_eq!(number(2_100_017.0, tube).unwrap(), "2100017");
        assert!(text("ống 1", tube).is_err());
        assert_eq!(text("NỮ", SEX).unwrap(), "female");
        assert_eq!(text("m", SEX).unwrap(), "male");
        assert_eq!(text("x", SEX).unwrap_err().vi, "một trong: Nam, Nữ");
        assert_eq!(text("  Rơ  Mah\nH’Bưm ", Kind::Text { longest: 100 }).unwrap(), "Rơ Mah H’Bưm");
        assert!(text("abcd", Kind::Text { longest: 3 }).is_err());
        assert_eq!(one(Raw::Failed, Kind::Text { longest: 3 }), Err(rule::FORMULA));
    }
}
