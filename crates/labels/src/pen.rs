//! Drawing in millimetres from the top left: texts, rules, bar codes and QR codes on a page, with what a screen reader says of them.

use std::num::NonZeroU16;

use krilla::color::luma;
use krilla::geom::{PathBuilder, Point, Rect};
use krilla::num::NormalizedF32;
use krilla::paint::{Fill, FillRule};
use krilla::surface::Surface;
use krilla::tagging::{Artifact, ArtifactType, ContentTag, Node, SpanTag, Tag, TagGroup, TagKind};
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

/// How a text looks, and in which language it is read aloud.
#[derive(Clone, Copy)]
pub(crate) struct Style<'f> {
    pub face: &'f Face,
    pub size: f32,
    pub ink: Grey,
    pub language: &'static str,
}

/// Keeps the order in which a screen reader goes through the page.
pub(crate) struct Pen<'s, 'p> {
    surface: &'s mut Surface<'p>,
    read: Vec<Node>,
}

impl<'s, 'p> Pen<'s, 'p> {
    pub(crate) const fn on(surface: &'s mut Surface<'p>) -> Self {
        Self { surface, read: Vec::new() }
    }

    /// What was drawn, as a screen reader goes through it.
    pub(crate) fn into_read(self) -> Vec<Node> {
        self.read
    }

    /// One line on its baseline.
    pub(crate) fn line(&mut self, face: &Face, size: f32, ink: Grey, (left, baseline): (f32, f32), text: &str) -> Result<(), PrintError> {
        face.length(text, size)?;
        self.ink(ink);
        let start = Point::from_xy(left * POINTS, baseline * POINTS);
        self.surface.draw_text(start, face.font.clone(), size, text, false, TextDirection::LeftToRight);
        Ok(())
    }

    /// A text broken into lines; gives back where the next may begin.
    pub(crate) fn paragraph(&mut self, style: Style<'_>, at: (f32, f32), width: f32, text: &str) -> Result<f32, PrintError> {
        self.text(Tag::P.with_lang(Some(style.language.to_owned())).into(), style, at, width, text)
    }

    /// The title of the page, from which a screen reader starts.
    pub(crate) fn heading(&mut self, style: Style<'_>, at: (f32, f32), width: f32, text: &str) -> Result<f32, PrintError> {
        let tag = Tag::Hn(NonZeroU16::MIN, Some(text.to_owned())).with_lang(Some(style.language.to_owned()));
        self.text(tag.into(), style, at, width, text)
    }

    fn text(&mut self, tag: TagKind, style: Style<'_>, (left, top): (f32, f32), width: f32, text: &str) -> Result<f32, PrintError> {
        let Style { face, size, ink, language } = style;
        let mut group = TagGroup::new(tag);
        let mut next = top;
        let lines = face.lines(text, size, width)?;
        for (place, line) in lines.iter().enumerate().filter(|(_, line)| !line.is_empty()) {
            // Between two lines of a sentence a reader needs the blank that the eye does not.
            let read = if place + 1 < lines.len() { format!("{line} ") } else { line.clone() };
            #[expect(clippy::cast_precision_loss, reason = "a page has some dozens of lines")]
            let line_top = top + place as f32 * leading(size);
            group.push(self.surface.start_tagged(ContentTag::Span(SpanTag::empty().with_lang(Some(language)))));
            let drawn = self.line(face, size, ink, (left, line_top + size / POINTS), &read);
            self.surface.end_tagged();
            drawn?;
            next = line_top + leading(size);
        }
        self.read.push(group.into());
        Ok(next)
    }

    /// Rules and frames, which a screen reader passes over.
    pub(crate) fn decoration(&mut self, boxes: impl IntoIterator<Item = (f32, f32, f32, f32)>) {
        self.surface.start_tagged(ContentTag::Artifact(Artifact::with_kind(ArtifactType::Layout)));
        self.boxes(BLACK, boxes);
        self.surface.end_tagged();
    }

    /// A QR code that is read aloud as what it is for.
    pub(crate) fn figure(&mut self, matrix: &Matrix, at: (f32, f32), side: f32, description: &str) {
        let mut group = TagGroup::new(Tag::Figure(Some(description.to_owned())));
        group.push(self.surface.start_tagged(ContentTag::Other));
        self.qr(matrix, at, side);
        self.surface.end_tagged();
        self.read.push(group.into());
    }

    /// Filled rectangles in one stroke: left, top, width, height.
    fn boxes(&mut self, ink: Grey, boxes: impl IntoIterator<Item = (f32, f32, f32, f32)>) {
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

/// From one baseline to the next, in millimetres.
pub(crate) fn leading(size: f32) -> f32 {
    size * 1.35 / POINTS
}
