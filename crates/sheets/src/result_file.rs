//! The person's own rows with what became of each, to be read beside the file that was sent in.

use rust_xlsxwriter::{Color, Format, FormatAlign, FormatBorder, Workbook};

use crate::{Row, Table, WriteError, neutral};

const COLUMN: &str = "Kết quả / Result";

/// Writes the rows of the table as XLSX, all cells as text, and behind them for each row what `outcome` says; where it says nothing, what is
/// wrong with the row's cells.
pub fn write_result(table: &Table, outcome: impl Fn(&Row) -> Option<String>) -> Result<Vec<u8>, WriteError> {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    let title = Format::new().set_bold().set_text_wrap().set_align(FormatAlign::Top).set_border_bottom(FormatBorder::Medium);
    // Excel keeps such a cell a text when it is edited.
    let text = Format::new().set_num_format("@").set_quote_prefix();
    let wrong = text.clone().set_font_color(Color::RGB(0x9c_00_06)).set_text_wrap();
    let right = text.clone().set_text_wrap();
    let last = u16::try_from(table.titles.len()).unwrap_or(u16::MAX);
    for (place, own) in (0_u16..).zip(&table.titles) {
        sheet.set_column_width(place, 20)?;
        sheet.write_string_with_format(0, place, neutral::made(own), &title)?;
    }
    sheet.set_column_width(last, 60)?;
    sheet.write_string_with_format(0, last, COLUMN, &title)?;
    for (line, row) in (1_u32..).zip(&table.rows) {
        for (place, written) in (0_u16..).zip(&row.written).filter(|(_, written)| !written.is_empty()) {
            sheet.write_string_with_format(line, place, neutral::made(written), &text)?;
        }
        let said = outcome(row).unwrap_or_else(|| wrong_cells(table, row));
        let format = if table.errors_of(row).is_empty() { &right } else { &wrong };
        sheet.write_string_with_format(line, last, neutral::made(&said), format)?;
    }
    sheet.set_freeze_panes(1, 0)?;
    Ok(workbook.save_to_buffer()?)
}

/// One line for each wrong cell, in both languages.
fn wrong_cells(table: &Table, row: &Row) -> String {
    let mut said = table.errors_of(row).iter().map(|error| error.sentence().both()).collect::<Vec<_>>().join("\n");
    if let Some((end, _)) = said.char_indices().nth(32_000) {
        said.truncate(end);
    }
    said
}
