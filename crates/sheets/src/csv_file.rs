//! Delimited text to a grid. Which delimiter it has is tried out by the reader, who knows the header.

use csv::{ReaderBuilder, StringRecord};

use crate::FileError;
use crate::grid::{Grid, Raw};

pub(crate) const DELIMITERS: [u8; 4] = [b';', b',', b'\t', b'|'];

/// A text file with line ends as the parser counts them.
pub(crate) struct CsvFile {
    text: String,
    /// `sep=;` in the first line, which Excel obeys and hides.
    declared: Option<u8>,
}

impl CsvFile {
    pub(crate) fn of(text: &str) -> Self {
        let mut text = text.replace("\r\n", "\n").replace('\r', "\n");
        text.push('\n');
        let first = text.lines().next().unwrap_or_default();
        let declared = first.strip_prefix("sep=").and_then(|rest| DELIMITERS.iter().copied().find(|known| rest.as_bytes() == [*known]));
        if declared.is_some() {
            text.drain(..=first.len());
        }
        Self { text, declared }
    }

    pub(crate) fn delimiters(&self) -> Vec<u8> {
        self.declared.map_or_else(|| DELIMITERS.to_vec(), |declared| vec![declared])
    }

    /// The first `limit` rows of the file, numbered as Excel numbers them: a cell with line ends in it is one row, a blank line too.
    pub(crate) fn grid(&self, delimiter: u8, limit: usize) -> Result<Grid, FileError> {
        let mut reader = ReaderBuilder::new().has_headers(false).flexible(true).delimiter(delimiter).from_reader(self.text.as_bytes());
        let mut grid = Grid::default();
        let mut record = StringRecord::new();
        let (mut number, mut line) = (0, reader.position().line());
        while grid.rows.len() < limit && reader.read_record(&mut record).map_err(|_| FileError::Damaged)? {
            let next = reader.position().line();
            // The parser leaves blank lines out; they lie before the record, in the lines that its cells do not account for.
            let inside = record.iter().map(|cell| cell.matches('\n').count() as u64).sum::<u64>();
            number += u32::try_from((next - line).saturating_sub(inside)).map_err(|_| FileError::TooManyRows)?;
            line = next;
            grid.push(number, record.iter().map(raw).collect())?;
        }
        Ok(grid)
    }
}

fn raw(cell: &str) -> Raw {
    // ="0912345678" is how people keep Excel from dropping a zero.
    let bare = cell.trim().strip_prefix("=\"").and_then(|cell| cell.strip_suffix('"')).unwrap_or(cell);
    if bare.trim().is_empty() { Raw::Empty } else { Raw::Text(bare.to_owned()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &str, delimiter: u8) -> Vec<(u32, Vec<String>)> {
        let grid = CsvFile::of(text).grid(delimiter, usize::MAX).unwrap();
        grid.rows.into_iter().map(|row| (row.number, row.cells.iter().map(Raw::shown).collect())).collect()
    }

    #[test]
    fn rows_are_numbered_as_excel_numbers_them() {
        let text = "a;b\r\n\r\n\"x\r\ny\";2\r\n;;\r\n\r\nlast;";
        let expected = [(1, vec!["a", "b"]), (3, vec!["x\ny", "2"]), (6, vec!["last"])];
        let read = rows(text, b';');
        let read: Vec<(u32, Vec<&str>)> =
            read.iter().map(|(number, cells)| (*number, cells.iter().map(String::as_str).collect())).collect();
        assert_eq!(read, expected);
    }

    #[test]
    fn quotes_doubled_quotes_and_excels_guard() {
        assert_eq!(rows("\"say \"\"a;b\"\"\";=\"0912\"\n", b';'), [(1, vec!["say \"a;b\"".to_owned(), "0912".to_owned()])]);
    }

    #[test]
    fn a_declared_delimiter_is_obeyed_and_hidden() {
        let file = CsvFile::of("sep=|\na|b\n");
        assert_eq!(file.delimiters(), [b'|']);
        assert_eq!(rows("sep=|\na|b\n", b'|'), [(1, vec!["a".to_owned(), "b".to_owned()])]);
        assert_eq!(CsvFile::of("a,b").delimiters().len(), 4);
    }
}
