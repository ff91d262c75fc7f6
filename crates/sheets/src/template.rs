//! What a file should hold: its columns, in the order of the template file.

use crate::Words;

/// A kind of file.
#[derive(Debug, Clone, PartialEq)]
pub struct Template {
    pub title: Words,
    /// What the person should know before filling it in.
    pub instructions: Words,
    pub columns: Vec<Column>,
}

/// A column of a template.
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    /// What programs call it.
    pub key: &'static str,
    pub title: Words,
    /// What people call it besides; compared without marks, case and punctuation.
    pub synonyms: &'static [&'static str],
    pub required: bool,
    pub kind: Kind,
    /// A value for the example row.
    pub example: &'static str,
}

/// What a cell may hold.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Kind {
    /// Anything; blanks are tidied.
    Text {
        longest: usize,
    },
    /// A code of letters, digits and `-`, `/`, `.`, `_`: upper case, without blanks.
    Code {
        longest: usize,
    },
    /// Digits as of a telephone or an identity number, whose separators go. Where spreadsheets drop the leading zero, `zero_to` is the length
    /// up to which one zero is put back.
    Digits {
        shortest: usize,
        longest: usize,
        zero_to: Option<usize>,
    },
    /// A day: `18/10/2021`, `2021-10-18`, or a date of the spreadsheet.
    Date,
    /// A day, or only the year.
    YearOrDate,
    /// A number with a decimal comma or point.
    Decimal {
        least: f64,
        greatest: f64,
    },
    Integer {
        least: i64,
        greatest: i64,
    },
    /// One of a few words.
    Choice(&'static [Choice]),
}

/// A word of a [`Kind::Choice`].
#[derive(Debug, PartialEq, Eq)]
pub struct Choice {
    pub key: &'static str,
    pub vi: &'static str,
    pub en: &'static str,
    /// Other ways to write it.
    pub synonyms: &'static [&'static str],
}
