//! Bytes to a table: the kind of file, the sheet, the header, the cells.

use crate::cell::Known;
use crate::csv_file::CsvFile;
use crate::grid::{Grid, GridRow, Raw};
use crate::header::{Fit, Header};
use crate::limits::DEEPEST_HEADER;
use crate::sniff::{self, Format};
use crate::workbook::Workbook;
use crate::{CellError, FileError, Row, Table, Template, cell, encoding, rule};

/// Where a grid came from.
#[derive(Default)]
struct Source {
    sheet: Option<String>,
    unread_sheets: Vec<String>,
    encoding_was_guessed: bool,
}

/// Reads a person's file. A file that can be read gives a table, however many of its cells are wrong.
pub fn read(bytes: &[u8], template: &Template) -> Result<Table, FileError> {
    match sniff::format(bytes)? {
        Format::Workbook => {
            // The parser computes with the file's own numbers: where overflow is checked, a forged file makes it panic.
            let read = std::panic::catch_unwind(|| from_workbook(bytes, template));
            let (grid, header, source) = read.unwrap_or(Err(FileError::Damaged))?;
            table(&grid, header, source, template)
        }
        Format::Text => {
            let (grid, header, source) = from_text(bytes, template)?;
            table(&grid, header, source, template)
        }
    }
}

/// The visible sheet whose header fits best, the first of equal ones.
fn from_workbook(bytes: &[u8], template: &Template) -> Result<(Grid, Header, Source), FileError> {
    let mut workbook = Workbook::open(bytes)?;
    let mut filled = Vec::new();
    let mut best: Option<(Fit, Header, Grid, String)> = None;
    for sheet in workbook.visible_sheets() {
        let grid = workbook.grid(&sheet)?;
        if grid.rows.is_empty() {
            continue;
        }
        filled.push(sheet.clone());
        if let Some((fit, header)) = Header::find(&grid, template)
            && best.as_ref().is_none_or(|(best, ..)| fit > *best)
        {
            best = Some((fit, header, grid, sheet));
        }
    }
    let none = if filled.is_empty() { FileError::Empty } else { FileError::NoHeader };
    let (_, header, grid, sheet) = best.ok_or(none)?;
    let unread_sheets = filled.into_iter().filter(|other| *other != sheet).collect();
    Ok((grid, header, Source { sheet: Some(sheet), unread_sheets, encoding_was_guessed: false }))
}

/// The delimiter under which the header fits best.
fn from_text(bytes: &[u8], template: &Template) -> Result<(Grid, Header, Source), FileError> {
    let (text, encoding_was_guessed) = encoding::decode(bytes)?;
    let file = CsvFile::of(&text);
    let mut best: Option<(Fit, u8)> = None;
    for delimiter in file.delimiters() {
        // Under a wrong delimiter a sound file may have too many columns.
        let head = match file.grid(delimiter, DEEPEST_HEADER + 3) {
            Err(FileError::TooManyColumns) => continue,
            head => head?,
        };
        if let Some((fit, _)) = Header::find(&head, template)
            && best.is_none_or(|(best, _)| fit > best)
        {
            best = Some((fit, delimiter));
        }
    }
    let (_, delimiter) = best.ok_or(FileError::NoHeader)?;
    let grid = file.grid(delimiter, usize::MAX)?;
    let (_, header) = Header::find(&grid, template).ok_or(FileError::NoHeader)?;
    Ok((grid, header, Source { encoding_was_guessed, ..Source::default() }))
}

fn table(grid: &Grid, header: Header, source: Source, template: &Template) -> Result<Table, FileError> {
    header.check(grid, template)?;
    // Lists are numbered ahead of their people, and signatures stand below: a row without anything in a known column is none.
    let says_something =
        |row: &&GridRow| header.places.iter().flatten().any(|place| row.cells.get(*place).is_some_and(|cell| !cell.is_empty()));
    let body: Vec<&GridRow> = grid.rows[header.below..].iter().filter(says_something).collect();
    if body.is_empty() {
        return Err(FileError::NoRows);
    }
    let width = body.iter().map(|row| row.cells.len()).chain([header.titles.len()]).max().unwrap_or(0);
    let mut errors = Vec::new();
    let known: Vec<Known> = template.columns.iter().map(|column| cell::known(column.kind)).collect();
    let mut reader = Reader { grid, header: &header, template, known: &known, width, errors: &mut errors };
    let rows = body.iter().map(|row| reader.row(row)).collect();
    let mut titles = header.titles;
    let known = |column: &usize| header.places.contains(&Some(*column));
    let unknown = (0..titles.len()).filter(|column| !known(column) && !titles[*column].is_empty());
    let unknown_columns = unknown.map(|column| titles[column].clone()).collect();
    titles.resize(width, String::new());
    Ok(Table {
        sheet: source.sheet,
        unread_sheets: source.unread_sheets,
        header_row: grid.rows[header.below - 1].number,
        unknown_columns,
        encoding_was_guessed: source.encoding_was_guessed,
        rows,
        errors,
        keys: template.columns.iter().map(|column| column.key).collect(),
        titles,
    })
}

struct Reader<'a> {
    grid: &'a Grid,
    header: &'a Header,
    template: &'a Template,
    /// By column.
    known: &'a [Known],
    width: usize,
    errors: &'a mut Vec<CellError>,
}

impl Reader<'_> {
    fn row(&mut self, row: &GridRow) -> Row {
        let mut values = Vec::with_capacity(self.template.columns.len());
        for ((column, place), known) in self.template.columns.iter().zip(&self.header.places).zip(self.known) {
            let raw = place.and_then(|place| row.cells.get(place)).unwrap_or(&Raw::Empty);
            let value = match raw.is_empty() {
                true if column.required => Err(rule::of(column.kind)),
                true => Ok(None),
                false => cell::read(raw, column.kind, known, self.grid).map(Some),
            };
            values.push(value.unwrap_or_else(|rule| {
                let error = CellError { row: row.number, key: column.key, title: column.title.clone(), value: short(&raw.shown()), rule };
                self.errors.push(error);
                None
            }));
        }
        let mut written: Vec<String> = row.cells.iter().map(|cell| crate::neutral::undone(&cell.shown())).collect();
        written.resize(self.width, String::new());
        Row { number: row.number, values, written }
    }
}

/// Enough to find it by.
fn short(shown: &str) -> String {
    shown.char_indices().nth(80).map_or_else(|| shown.to_owned(), |(end, _)| format!("{}…", &shown[..end]))
}
