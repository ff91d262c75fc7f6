//! A plate as a form and as a picture: wells by their positions, filled column by column, controls last.
use contract::lab::v1::{Well, WellKind};

use super::scans;
use crate::forms::Typed;

pub const ROWS: usize = 8;
pub const COLUMNS: usize = 12;
/// Wells of a plate; two of them hold the controls.
pub const WELLS: usize = ROWS * COLUMNS;

/// A line of the plate's form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    pub position: String,
    pub kind: WellKind,
    pub barcodes: String,
}

/// The name of the well in the order in which a plate is filled: A1, B1, … H1, A2, …
pub fn position(number: usize) -> String {
    let row = char::from(b'A' + u8::try_from(number % ROWS).unwrap_or_default());
    format!("{row}{}", number / ROWS + 1)
}

/// One tube a well, or so many single tubes pooled into one; the controls take the last two wells.
pub fn filled(barcodes: &[String], together: usize) -> Vec<Row> {
    let groups = barcodes.chunks(together.clamp(1, 10)).take(WELLS - 2);
    let kind = |group: &[String]| if group.len() > 1 { WellKind::LabPool } else { WellKind::Tube };
    let samples =
        groups.enumerate().map(|(number, group)| Row { position: position(number), kind: kind(group), barcodes: group.join(" ") });
    let control = |number, kind| Row { position: position(number), kind, barcodes: String::new() };
    samples.chain([control(WELLS - 2, WellKind::PositiveControl), control(WELLS - 1, WellKind::NegativeControl)]).collect()
}

/// The lines of the form, as typed.
pub fn rows(typed: &Typed) -> Vec<Row> {
    let row = |number: usize| {
        let part = |part: &str| typed.get(&format!("wells-{number}-{part}"));
        Row {
            position: part("at").to_uppercase(),
            kind: WellKind::from_str_name(part("kind")).unwrap_or(WellKind::Tube),
            barcodes: scans::barcodes(part("tubes")).join(" "),
        }
    };
    (0..typed.groups("wells").min(WELLS * 4)).map(row).collect()
}

/// The lines that hold something, with their numbers in the form.
pub fn wells(rows: &[Row]) -> Vec<(usize, Well)> {
    let holds = |row: &Row| !row.position.is_empty() || !row.barcodes.is_empty();
    let well = |row: &Row| Well {
        position: row.position.clone(),
        kind: row.kind.into(),
        barcodes: scans::barcodes(&row.barcodes),
        ..Well::default()
    };
    rows.iter().enumerate().filter(|(_, row)| holds(row)).map(|(number, row)| (number, well(row))).collect()
}

/// Row and column of a position, from 0.
pub fn place(position: &str) -> Option<(usize, usize)> {
    let mut letters = position.chars();
    let row = letters.next().filter(char::is_ascii_uppercase)?;
    let column: usize = letters.as_str().parse().ok().filter(|column| *column > 0)?;
    Some((usize::from(u8::try_from(row).ok()? - b'A'), column - 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plate_is_filled_column_by_column_with_its_controls_last() {
        let barcodes: Vec<String> = (0..9).map(|number| format!("GL-{number:04}")).collect();
        let rows = filled(&barcodes, 1);
        let at = |number: usize| rows[number].position.as_str();
        assert_eq!((at(0), at(7), at(8), at(9), at(10)), ("A1", "H1", "A2", "G12", "H12"));
        assert_eq!((rows[9].kind, rows[10].kind), (WellKind::PositiveControl, WellKind::NegativeControl));
        let pooled = filled(&barcodes, 5);
        assert_eq!(pooled[0].barcodes.split(' ').count(), 5);
        assert_eq!((pooled[0].kind, pooled.len()), (WellKind::LabPool, 4));
        assert_eq!(filled(&vec!["X".to_owned(); 200], 1).len(), WELLS);
        assert_eq!((place("A1"), place("H12"), place("1A"), place("A0")), (Some((0, 0)), Some((7, 11)), None, None));
    }
}
