//! The picture of a plate: rows and columns with headers, circles for samples, squares for controls, a sign and a word in each.
use askama::{Template, filters::HtmlSafe};
use contract::lab::v1::{TestOutcome, Well, WellKind};

use super::{plate, words};
use crate::text::Words;

/// `{{ plate }}` writes the component.
#[derive(Debug, Clone, Template)]
#[template(path = "_plate.html")]
pub struct PlateView {
    caption: String,
    columns: Vec<usize>,
    rows: Vec<PlateRow>,
}

#[derive(Debug, Clone)]
struct PlateRow {
    letter: char,
    wells: Vec<WellView>,
}

#[derive(Debug, Clone)]
struct WellView {
    class: &'static str,
    /// Of the line of this well on the same page; empty for none.
    href: String,
    says: String,
    sign: &'static str,
    pooled: usize,
}

impl HtmlSafe for PlateView {}

impl PlateView {
    /// A plate to be: its wells lead nowhere.
    pub fn new(words: &Words, wells: &[Well]) -> Self {
        Self::draw(words, wells, false)
    }

    /// Each well leads to its line `#well-A1`.
    pub fn linked(words: &Words, wells: &[Well]) -> Self {
        Self::draw(words, wells, true)
    }

    fn draw(words: &Words, wells: &[Well], linked: bool) -> Self {
        let large = wells
            .iter()
            .filter_map(|well| plate::place(&well.position))
            .any(|(row, column)| row >= plate::ROWS || column >= plate::COLUMNS);
        let (rows, columns) = if large { (16, 24) } else { (plate::ROWS, plate::COLUMNS) };
        let at = |row: usize, column: usize| wells.iter().find(|well| plate::place(&well.position) == Some((row, column)));
        let row = |row: usize| {
            let letter = char::from(b'A' + u8::try_from(row).unwrap_or_default());
            let view = |column: usize| match at(row, column) {
                Some(well) => Self::well(words, well, linked),
                None => WellView {
                    class: "void",
                    href: String::new(),
                    says: words.a("well-empty", format!("{letter}{}", column + 1)),
                    sign: "",
                    pooled: 0,
                },
            };
            PlateRow { letter, wells: (0..columns).map(view).collect() }
        };
        Self { caption: words.n("plate-caption", rows * columns), columns: (1..=columns).collect(), rows: (0..rows).map(row).collect() }
    }

    fn well(words: &Words, well: &Well, linked: bool) -> WellView {
        let outcome = well.result.as_ref().map(contract::lab::v1::Result::outcome).unwrap_or_default();
        let control = match well.kind() {
            WellKind::PositiveControl => Some("C+"),
            WellKind::NegativeControl => Some("C−"),
            WellKind::Tube | WellKind::LabPool | WellKind::Unspecified => None,
        };
        let (class, sign) = match (control, outcome) {
            (Some(sign), _) => ("ctl", sign),
            (None, TestOutcome::Positive) => ("pos", "+"),
            (None, TestOutcome::Negative) => ("", "−"),
            (None, TestOutcome::Indeterminate | TestOutcome::Invalid) => ("odd", "?"),
            (None, TestOutcome::Unspecified) => ("", "·"),
        };
        let says = format!("{}, {}, {}", well.position, words.t(words::well_kind(well.kind())), words.t(words::outcome(outcome)));
        WellView {
            class,
            href: if linked { format!("#well-{}", well.position) } else { String::new() },
            says,
            sign,
            pooled: if well.barcodes.len() > 1 { well.barcodes.len() } else { 0 },
        }
    }
}
