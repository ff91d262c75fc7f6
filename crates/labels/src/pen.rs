//! Drawing in millimetres from the top left: texts, rules, bar codes and QR codes on a page.

use krilla::color::luma;
use krilla::geom::{PathBuilder, Point, Rect};
use krilla::num::NormalizedF32;
use krilla::paint::{Fill, FillRule};
use krilla::surface::Surface;
use krilla::text::TextDirection;

use crate::face::{Face, POINTS};
use crate::qr::{self, Matrix, runs};
use crate::{PrintError, code128};

/// How dark: 0 is black.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Grey(pub u8);

pub(crate) const BLACK: Grey = Grey(0);
pub(crate) const QUIET: Grey = Grey(0x40);

/// What laser printers of 300 dots per inch still print as even bars.
const NARROWEST_BAR: f32 = 0.167;
const WIDEST_BAR: f32 = 0.33;

pub(crate) struct Pen<'s, 'p> {
    pub surface: &'s mut Surface<'p>,
}

impl Pen<'_, '_> {
    /// One line on its baseline.
    pub(crate) fn line(&mut self, face: &Face, size: f32, ink: Grey, (left, baseline): (f32, f32), text: &str) -> Result<(), PrintError> {
        face.length(text, size)?;
        self.ink(ink);
        let start = Point::from_xy(left * POINTS, baseline * POINTS);
        self.surface.draw_text(start, face.font.clone(), size, text, false, TextDirection::LeftToRight);
        Ok(())
    }

    /// A text broken into lines; gives back where the next may begin.
    pub(crate) fn paragraph(
        &mut self,
        face: &Face,
        size: f32,
        ink: Grey,
        (left, top): (f32, f32),
        width: f32,
        text: &str,
    ) -> Result<f32, PrintError> {
        let leading = size * 1.35 / POINTS;
        let mut next = top;
        for line in face.lines(text, size, width)? {
            self.line(face, size, ink, (left, next + size / POINTS), &line)?;
            next += leading;
        }
        Ok(next)
    }

    /// Filled rectangles in one stroke: left, top, width, height.
    pub(crate) fn boxes(&mut self, ink: Grey, boxes: impl IntoIterator<Item = (f32, f32, f32, f32)>) {
        let mut path = PathBuilder::new();
        for (left, top, width, height) in boxes {
            if let Some(filled) = Rect::from_xywh(left * POINTS, top * POINTS, width * POINTS, height * POINTS) {
                path.push_rect(filled);
            }
        }
        self.ink(ink);
        if let Some(path) = path.finish() {
            self.surface.draw_path(&path);
        }
    }

    /// A bar code with its quiet zones, centred in the width.
    pub(crate) fn code128(&mut self, text: &str, (left, top): (f32, f32), width: f32, height: f32) -> Result<(), PrintError> {
        let modules = code128::modules(text)?;
        let count = u16::try_from(modules.len()).map_err(|_| PrintError::BarCode)? + 2 * code128::QUIET;
        let module = (width / f32::from(count)).min(WIDEST_BAR);
        if module < NARROWEST_BAR {
            return Err(PrintError::TooSmall);
        }
        let first = left + (width - module * f32::from(count)) / 2.0 + module * f32::from(code128::QUIET);
        self.boxes(
            BLACK,
            runs(&modules).into_iter().map(|(place, length)| (first + module * f32::from(place), top, module * f32::from(length), height)),
        );
        Ok(())
    }

    /// A QR code with its quiet zone, as large as the square of this side.
    pub(crate) fn qr(&mut self, matrix: &Matrix, (left, top): (f32, f32), side: f32) {
        let module = side / f32::from(matrix.side + 2 * qr::QUIET);
        let at = |edge: f32, place: u16| edge + module * f32::from(place + qr::QUIET);
        let rows = matrix.runs().into_iter();
        // Rows overlap by a hair, so that no viewer draws a seam between them.
        let overlap = module * 1.02;
        self.boxes(BLACK, rows.map(|(row, first, length)| (at(left, first), at(top, row), module * f32::from(length), overlap)));
    }

    fn ink(&mut self, Grey(value): Grey) {
        let paint = luma::Color::new(value).into();
        self.surface.set_fill(Some(Fill { paint, opacity: NormalizedF32::ONE, rule: FillRule::NonZero }));
    }
}
