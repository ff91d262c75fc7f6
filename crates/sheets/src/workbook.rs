//! An XLSX workbook to grids, cell by cell: what a sheet says of its own size is never believed.

use std::collections::BTreeMap;
use std::io::Cursor;

use calamine::{DataRef, Reader as _, SheetType, SheetVisible, Xlsx, XlsxError};
use chrono::NaiveDateTime;
use unicode_normalization::UnicodeNormalization as _;

use crate::grid::{Grid, Raw};
use crate::limits::{MOST_CELLS, MOST_COLUMNS};
use crate::{FileError, bomb, dates};

pub(crate) struct Workbook<'a> {
    file: Xlsx<Cursor<&'a [u8]>>,
    since_1904: bool,
}

impl<'a> Workbook<'a> {
    pub(crate) fn open(bytes: &'a [u8]) -> Result<Self, FileError> {
        bomb::check(bytes)?;
        let file = Xlsx::new(Cursor::new(bytes)).map_err(refusal)?;
        Ok(Self { since_1904: file.has_1904_epoch(), file })
    }

    /// The names of the sheets that the person sees, in their order.
    pub(crate) fn visible_sheets(&self) -> Vec<String> {
        let seen = |sheet: &&calamine::Sheet| sheet.visible == SheetVisible::Visible && sheet.typ == SheetType::WorkSheet;
        self.file.sheets_metadata().iter().filter(seen).map(|sheet| sheet.name.clone()).collect()
    }

    pub(crate) fn grid(&mut self, sheet: &str) -> Result<Grid, FileError> {
        let since_1904 = self.since_1904;
        let mut cells = self.file.worksheet_cells_reader(sheet).map_err(refusal)?;
        // Programs write rows in any order, and some write a row twice.
        let mut rows: BTreeMap<u32, Vec<Raw>> = BTreeMap::new();
        let mut read = 0;
        while let Some(cell) = cells.next_cell_with_formula_metadata().map_err(refusal)? {
            let value = raw(&cell.value, cell.formula.is_some(), since_1904);
            if value.is_empty() {
                continue;
            }
            let column = usize::try_from(cell.pos.1).map_err(|_| FileError::TooManyColumns)?;
            if column >= MOST_COLUMNS {
                return Err(FileError::TooManyColumns);
            }
            read += 1;
            if read > MOST_CELLS {
                return Err(FileError::TooManyRows);
            }
            let row = rows.entry(cell.pos.0).or_default();
            if row.len() <= column {
                row.resize(column + 1, Raw::Empty);
            }
            row[column] = value;
        }
        let mut grid = Grid::default();
        grid.since_1904 = since_1904;
        for (place, row) in rows {
            grid.push(place.saturating_add(1), row)?;
        }
        Ok(grid)
    }
}

fn raw(value: &DataRef<'_>, is_formula: bool, since_1904: bool) -> Raw {
    match value {
        // The value was to be computed by a program that never did.
        DataRef::Empty if is_formula => Raw::Failed,
        DataRef::Empty => Raw::Empty,
        DataRef::Error(_) => Raw::Failed,
        #[expect(clippy::cast_precision_loss, reason = "spreadsheets compute with such numbers alone")]
        DataRef::Int(number) => Raw::Number(*number as f64),
        DataRef::Float(number) => Raw::Number(*number),
        DataRef::String(text) => Raw::Text(text.nfc().collect()),
        DataRef::SharedString(text) => Raw::Text(text.nfc().collect()),
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => Raw::Text(text.clone()),
        DataRef::Bool(yes) => Raw::Text(if *yes { "TRUE" } else { "FALSE" }.to_owned()),
        DataRef::DateTime(moment) => moment_of(moment.as_f64(), since_1904).map_or_else(|| Raw::Number(moment.as_f64()), Raw::Moment),
    }
}

fn moment_of(serial: f64, since_1904: bool) -> Option<NaiveDateTime> {
    let day = dates::of_serial(serial, since_1904)?;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a fraction of a day in seconds")]
    let seconds = (serial.fract() * 86_400.0).round() as u32;
    let (day, seconds) = if seconds == 86_400 { (day.succ_opt()?, 0) } else { (day, seconds) };
    Some(day.and_time(chrono::NaiveTime::from_num_seconds_from_midnight_opt(seconds, 0)?))
}

fn refusal(error: XlsxError) -> FileError {
    match error {
        XlsxError::Password => FileError::Protected,
        _ => FileError::Damaged,
    }
}
