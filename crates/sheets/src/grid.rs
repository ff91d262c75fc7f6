//! A sheet as it stands in the file: rows with their numbers, cells as the format has them.

use chrono::{NaiveDate, NaiveDateTime};

use crate::FileError;
use crate::limits::{LONGEST_CELL, MOST_CELLS, MOST_COLUMNS, MOST_ROWS};
use crate::{dates, number};

/// A cell before its column's kind is known.
#[derive(Clone, PartialEq)]
pub(crate) enum Raw {
    Empty,
    Text(String),
    Number(f64),
    Moment(NaiveDateTime),
    /// A formula without a value, or an error such as #N/A.
    Failed,
}

impl Raw {
    pub(crate) fn is_empty(&self) -> bool {
        match self {
            Self::Empty => true,
            Self::Text(text) => text.trim().is_empty(),
            _ => false,
        }
    }

    /// As the person sees it, or nearly so.
    pub(crate) fn shown(&self) -> String {
        match self {
            Self::Empty => String::new(),
            Self::Text(text) => text.trim().to_owned(),
            Self::Number(value) => number::shown(*value),
            Self::Moment(moment) if moment.time() == chrono::NaiveTime::MIN => dates::shown(moment.date()),
            Self::Moment(moment) => moment.format("%d/%m/%Y %H:%M").to_string(),
            Self::Failed => "#".to_owned(),
        }
    }
}

/// A row with something in it.
pub(crate) struct GridRow {
    /// Counted from 1, as people see it.
    pub number: u32,
    pub cells: Vec<Raw>,
}

/// The rows that are not blank, in order.
#[derive(Default)]
pub(crate) struct Grid {
    pub rows: Vec<GridRow>,
    /// Whether its bare numbers count days from 1904.
    pub since_1904: bool,
    cells: usize,
}

impl Grid {
    /// Adds a row; its trailing empty cells go, and a blank row is none.
    pub(crate) fn push(&mut self, number: u32, mut cells: Vec<Raw>) -> Result<(), FileError> {
        let Some(last) = cells.iter().rposition(|cell| !cell.is_empty()) else { return Ok(()) };
        if last >= MOST_COLUMNS {
            return Err(FileError::TooManyColumns);
        }
        cells.truncate(last + 1);
        if cells.iter().any(|cell| matches!(cell, Raw::Text(text) if text.len() > LONGEST_CELL * 4)) {
            return Err(FileError::Damaged);
        }
        self.cells += cells.len();
        if self.rows.len() == MOST_ROWS || self.cells > MOST_CELLS {
            return Err(FileError::TooManyRows);
        }
        self.rows.push(GridRow { number, cells });
        Ok(())
    }

    /// The day of a bare number, as Excel counts days.
    pub(crate) fn day(&self, serial: f64) -> Option<NaiveDate> {
        dates::of_serial(serial, self.since_1904)
    }
}
