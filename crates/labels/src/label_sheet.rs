//! Sheets of labels for tubes: a bar code along the top, a QR code with the same text, and what people read.

use krilla::Document;
use krilla::metadata::Metadata;
use krilla::page::PageSettings;

use crate::PrintError;
use crate::face::{Faces, POINTS};
use crate::layout::Layout;
use crate::pen::{BLACK, Pen};
use crate::qr::Matrix;

/// One label.
#[derive(Clone, PartialEq, Eq)]
pub struct Label {
    /// What both codes say.
    pub code: String,
    /// The code as people read it.
    pub shown: String,
    /// Below it, each cut to one line: what the tube is for. Nothing that only the laboratory may know.
    pub lines: Vec<String>,
}

/// A label may name a person and must reach no log by accident.
impl std::fmt::Debug for Label {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Label(…)")
    }
}

const MOST: usize = 5_000;
const PADDING: f32 = 1.2;
const SMALLEST_QR: f32 = 8.0;

/// Prints the labels in their order; `first` is the first free position of a sheet that was begun, counted from 0 along the rows.
pub fn print_labels(layout: &Layout, labels: &[Label], first: usize) -> Result<Vec<u8>, PrintError> {
    if first >= layout.count() {
        return Err(PrintError::Position);
    }
    if labels.len() > MOST {
        return Err(PrintError::TooMany);
    }
    let faces = Faces::load()?;
    let mut document = Document::new();
    document.set_metadata(Metadata::new().title(layout.title.vi.clone()).language("vi".to_owned()));
    let settings = PageSettings::from_wh(layout.page.width * POINTS, layout.page.height * POINTS).ok_or(PrintError::Page)?;
    let (begun, rest) = labels.split_at(labels.len().min(layout.count() - first));
    for (sheet, first) in std::iter::once((begun, first)).chain(rest.chunks(layout.count()).map(|sheet| (sheet, 0))) {
        let mut page = document.start_page_with(settings.clone());
        let mut surface = page.surface();
        for (place, label) in (first..).zip(sheet) {
            let corner = layout.corner(place).ok_or(PrintError::Position)?;
            draw(&mut Pen::on(&mut surface), &faces, layout, corner, label)?;
        }
        surface.finish();
        page.finish();
    }
    document.finish().map_err(|_| PrintError::Page)
}

fn draw(pen: &mut Pen<'_, '_>, faces: &Faces, layout: &Layout, (left, top): (f32, f32), label: &Label) -> Result<(), PrintError> {
    let (width, height) = (layout.label.width - 2.0 * PADDING, layout.label.height - 2.0 * PADDING);
    let (left, top) = (left + PADDING, top + PADDING);
    let bars = (height * 0.42).min(12.0);
    pen.code128(&label.code, (left, top), width, bars)?;
    let below = top + bars + 0.6;
    let side = (height - bars - 0.6).min(18.0);
    if side < SMALLEST_QR {
        return Err(PrintError::TooSmall);
    }
    pen.qr(&Matrix::of(&label.code)?, (left + width - side, below), side);
    let text = width - side - 0.8;
    let shown = fitting(faces, &label.shown, text)?;
    let mut baseline = below + shown / POINTS + 0.2;
    pen.line(&faces.strong, shown, BLACK, (left + 0.4, baseline), &label.shown)?;
    let size = if layout.label.height < 25.0 { 5.0 } else { 7.0 };
    for line in &label.lines {
        baseline += size * 1.2 / POINTS;
        if baseline > top + height {
            break;
        }
        pen.line(&faces.regular, size, BLACK, (left + 0.4, baseline), &faces.regular.cut(line, size, text)?)?;
    }
    Ok(())
}

/// The largest size at which the code stands on one line: cutting it would make another code of it.
fn fitting(faces: &Faces, text: &str, width: f32) -> Result<f32, PrintError> {
    for size in [9.0, 8.0, 7.0, 6.0, 5.0] {
        if faces.strong.length(text, size)? <= width {
            return Ok(size);
        }
    }
    Err(PrintError::TooSmall)
}
