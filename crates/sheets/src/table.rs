//! What was read: rows of values, and what the person had written in them.

use chrono::NaiveDate;

use crate::CellError;

/// A cell's value.
#[derive(Clone, PartialEq)]
pub enum Value {
    /// Of the kinds text, code, digits, and the key of a choice.
    Text(String),
    Date(NaiveDate),
    Year(i32),
    Decimal(f64),
    Integer(i64),
}

impl Value {
    pub fn as_text(&self) -> Option<&str> {
        if let Self::Text(text) = self { Some(text) } else { None }
    }
}

/// A value is of a person and must reach no log by accident.
impl std::fmt::Debug for Value {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Value(…)")
    }
}

/// A row with something in it.
#[derive(Clone, PartialEq)]
pub struct Row {
    /// As the person sees it beside the sheet.
    pub number: u32,
    pub(crate) values: Vec<Option<Value>>,
    /// What stood in each column of the file.
    pub(crate) written: Vec<String>,
}

impl std::fmt::Debug for Row {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Row").field("number", &self.number).finish_non_exhaustive()
    }
}

/// A file's rows. A row with a wrong cell is among them, without that cell's value.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    /// Which sheet was read, in a workbook.
    pub sheet: Option<String>,
    /// Visible sheets with something in them that were not read.
    pub unread_sheets: Vec<String>,
    /// The number of the header's last row.
    pub header_row: u32,
    /// Titles of the file that no column of the template has.
    pub unknown_columns: Vec<String>,
    /// Set where no mark said how the text was encoded and it was no UTF-8: letters may be wrong.
    pub encoding_was_guessed: bool,
    pub rows: Vec<Row>,
    pub errors: Vec<CellError>,
    pub(crate) keys: Vec<&'static str>,
    /// The file's own titles.
    pub(crate) titles: Vec<String>,
}

impl Table {
    /// The value of a column in one of the table's rows; `None` where the cell is empty or wrong, or the column is not in the file.
    pub fn get<'a>(&self, row: &'a Row, key: &str) -> Option<&'a Value> {
        let place = self.keys.iter().position(|known| *known == key)?;
        row.values.get(place)?.as_ref()
    }

    /// What is wrong in one of the table's rows.
    pub fn errors_of(&self, row: &Row) -> &[CellError] {
        // Errors are in the order of the rows.
        let first = self.errors.partition_point(|error| error.row < row.number);
        let count = self.errors[first..].partition_point(|error| error.row == row.number);
        &self.errors[first..first + count]
    }
}
