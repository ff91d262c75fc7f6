//! The page that a person takes home: who, what was tested, the result, and the QR code with which others check it.

use krilla::Document;
use krilla::metadata::Metadata;
use krilla::page::PageSettings;
use krilla::tagging::TagTree;

use crate::face::{Faces, POINTS};
use crate::pen::{BLACK, Grey, Pen, QUIET, Style, leading};
use crate::qr::Matrix;
use crate::{PrintError, Words};

/// A line of a slip: its name and its value.
#[derive(Clone, PartialEq, Eq)]
pub struct Field {
    pub name: Words,
    pub value: String,
}

/// How the result stands out; never by colour alone, which printers lack.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// In a frame.
    Plain,
    /// White on black: what nobody may take for the other result.
    Loud,
}

/// Everything on a slip.
#[derive(Clone, PartialEq, Eq)]
pub struct ResultSlip {
    /// Who issues it.
    pub authority: Words,
    pub title: Words,
    /// The number of the document, for asking about it.
    pub number: String,
    pub fields: Vec<Field>,
    pub result: Words,
    pub tone: Tone,
    /// The text of the QR code, and what it is for.
    pub qr: String,
    pub qr_note: Words,
    /// What the person should do and know.
    pub notes: Vec<Words>,
    /// At the foot: when it was printed, how to check it.
    pub foot: Words,
}

/// A slip is of a person and must reach no log by accident.
impl std::fmt::Debug for ResultSlip {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("ResultSlip(…)")
    }
}

/// A4.
const PAGE: (f32, f32) = (210.0, 297.0);
const MARGIN: f32 = 20.0;
const WIDTH: f32 = PAGE.0 - 2.0 * MARGIN;
const FOOT: f32 = PAGE.1 - 24.0;
/// A certificate's code has some 100 modules a side: half a millimetre each, as its specification wants.
const LARGEST_QR: f32 = 62.0;

/// Prints the slip on one page, tagged for screen readers in both languages.
pub fn print_slip(slip: &ResultSlip) -> Result<Vec<u8>, PrintError> {
    let faces = Faces::load()?;
    let matrix = Matrix::of(&slip.qr)?;
    let mut document = Document::new();
    // The number names the document: a title with a person's name would show in every list of files.
    document.set_metadata(Metadata::new().title(format!("{} {}", slip.title.vi, slip.number)).language("vi".to_owned()));
    let settings = PageSettings::from_wh(PAGE.0 * POINTS, PAGE.1 * POINTS).ok_or(PrintError::Page)?;
    let mut page = document.start_page_with(settings);
    let mut surface = page.surface();
    let mut pen = Pen::on(&mut surface);
    draw(&mut pen, &faces, slip, &matrix)?;
    let mut tags = TagTree::new().with_lang(Some("vi".to_owned()));
    pen.into_read().into_iter().for_each(|read| tags.push(read));
    surface.finish();
    page.finish();
    document.set_tag_tree(tags);
    document.finish().map_err(|_| PrintError::Page)
}

impl Faces {
    const fn vietnamese(&self, size: f32) -> Style<'_> {
        Style { face: &self.regular, size, ink: BLACK, language: "vi" }
    }

    const fn strong(&self, size: f32) -> Style<'_> {
        Style { face: &self.strong, size, ink: BLACK, language: "vi" }
    }

    const fn english(&self, size: f32) -> Style<'_> {
        Style { face: &self.regular, size, ink: QUIET, language: "en" }
    }
}

fn draw(pen: &mut Pen<'_, '_>, faces: &Faces, slip: &ResultSlip, matrix: &Matrix) -> Result<(), PrintError> {
    let mut next = pen.paragraph(faces.strong(10.0), (MARGIN, 18.0), WIDTH, &slip.authority.vi)?;
    next = pen.paragraph(faces.english(8.5), (MARGIN, next), WIDTH, &slip.authority.en)?;
    pen.decoration([(MARGIN, next + 2.0, WIDTH, 0.3)]);
    next = pen.heading(faces.strong(18.0), (MARGIN, next + 7.0), WIDTH, &slip.title.vi)?;
    next = pen.paragraph(faces.english(11.0), (MARGIN, next), WIDTH, &slip.title.en)?;
    next = pen.paragraph(faces.vietnamese(9.0), (MARGIN, next + 1.0), WIDTH, &slip.number)?;
    next = fields(pen, faces, &slip.fields, next + 5.0)?;
    next = result(pen, faces, slip, next + 4.0)?;
    next = code(pen, faces, slip, matrix, next + 6.0)?;
    if next > FOOT {
        return Err(PrintError::TooMuch);
    }
    pen.decoration([(MARGIN, FOOT + 2.0, WIDTH, 0.3)]);
    next = pen.paragraph(faces.vietnamese(8.0), (MARGIN, FOOT + 4.0), WIDTH, &slip.foot.vi)?;
    next = pen.paragraph(faces.english(8.0), (MARGIN, next), WIDTH, &slip.foot.en)?;
    if next > PAGE.1 - 5.0 { Err(PrintError::TooMuch) } else { Ok(()) }
}

/// Names in both languages on the left, values on the right.
fn fields(pen: &mut Pen<'_, '_>, faces: &Faces, fields: &[Field], top: f32) -> Result<f32, PrintError> {
    const NAMES: f32 = 62.0;
    let mut next = top;
    for Field { name, value } in fields {
        let below = pen.paragraph(faces.vietnamese(10.0), (MARGIN, next), NAMES - 4.0, &name.vi)?;
        let below = pen.paragraph(faces.english(8.0), (MARGIN, below), NAMES - 4.0, &name.en)?;
        let beside = pen.paragraph(faces.strong(11.0), (MARGIN + NAMES, next), WIDTH - NAMES, value)?;
        next = below.max(beside) + 1.6;
    }
    Ok(next)
}

fn result(pen: &mut Pen<'_, '_>, faces: &Faces, slip: &ResultSlip, top: f32) -> Result<f32, PrintError> {
    const INSIDE: f32 = 5.0;
    let (vietnamese, english) = (faces.strong(16.0), faces.english(11.0));
    let lines = |style: Style<'_>, text: &str| -> Result<f32, PrintError> {
        #[expect(clippy::cast_precision_loss, reason = "a result has a few lines")]
        Ok(style.face.lines(text, style.size, WIDTH - 2.0 * INSIDE)?.len() as f32 * leading(style.size))
    };
    let height = lines(vietnamese, &slip.result.vi)? + lines(english, &slip.result.en)? + 2.0 * INSIDE - 1.0;
    let ink = match slip.tone {
        Tone::Loud => {
            pen.decoration([(MARGIN, top, WIDTH, height)]);
            Grey(0xff)
        }
        Tone::Plain => {
            let (right, bottom) = (MARGIN + WIDTH - 0.5, top + height - 0.5);
            let (across, down) =
                ([(MARGIN, top, WIDTH, 0.5), (MARGIN, bottom, WIDTH, 0.5)], [(MARGIN, top, 0.5, height), (right, top, 0.5, height)]);
            pen.decoration(across.into_iter().chain(down));
            BLACK
        }
    };
    let at = (MARGIN + INSIDE, top + INSIDE - 1.0);
    let next = pen.paragraph(Style { ink, ..vietnamese }, at, WIDTH - 2.0 * INSIDE, &slip.result.vi)?;
    pen.paragraph(Style { ink, ..english }, (MARGIN + INSIDE, next), WIDTH - 2.0 * INSIDE, &slip.result.en)?;
    Ok(top + height)
}

/// The QR code, and beside it what it is for and the notes.
fn code(pen: &mut Pen<'_, '_>, faces: &Faces, slip: &ResultSlip, matrix: &Matrix, top: f32) -> Result<f32, PrintError> {
    let side = (f32::from(matrix.side + 2 * crate::qr::QUIET) * 0.6).clamp(35.0, LARGEST_QR);
    pen.figure(matrix, (MARGIN, top), side, &format!("Mã QR. {} / {}", slip.qr_note.vi, slip.qr_note.en));
    let (left, width) = (MARGIN + side + 5.0, WIDTH - side - 5.0);
    let mut next = top + 1.0;
    let notes = slip.notes.iter().map(|note| (faces.vietnamese(9.0), note));
    for (style, note) in std::iter::once((faces.strong(9.0), &slip.qr_note)).chain(notes) {
        next = pen.paragraph(style, (left, next), width, &note.vi)?;
        next = pen.paragraph(faces.english(8.0), (left, next), width, &note.en)? + 1.5;
    }
    Ok(next.max(top + side))
}
