//! The plate of a run: which well holds what, in 96 or 384 wells.

use contract::lab::v1::{self as pb, TestMethod, WellKind};
use requests::fault::{Fault, Faults};

/// Where on a plate, counted by rows. A plate of 96 has 8 rows of 12, one of 384 has 16 of 24.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    row: u8,
    column: u8,
}

impl Position {
    /// `A1` to `P24`, in any case, also `A01`.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim().to_ascii_uppercase();
        let (row, column) = text.split_at_checked(1)?;
        let row = row.bytes().next()?.checked_sub(b'A').filter(|row| *row < 16)?;
        let digits = !column.is_empty() && column.len() <= 2 && column.bytes().all(|byte| byte.is_ascii_digit());
        let column: u8 = column.parse().ok().filter(|column| digits && (1..=24).contains(column))?;
        Some(Self { row, column })
    }

    /// In the order of reading a plate.
    pub const fn ordinal(self) -> i16 {
        self.row as i16 * 24 + self.column as i16
    }
}

impl std::fmt::Display for Position {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{}{}", char::from(b'A' + self.row), self.column)
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Well {
    pub position: Position,
    pub kind: WellKind,
    pub barcodes: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plate {
    /// In the order of positions.
    pub wells: Vec<Well>,
}

impl Plate {
    /// `pool_limit` is how many single tubes a laboratory may pool.
    pub fn parse(wells: &[pb::Well], method: TestMethod, pool_limit: i16) -> Result<Self, Vec<Fault>> {
        let mut faults = Faults::default();
        let mut parsed: Vec<Well> = Vec::new();
        for (at, well) in wells.iter().enumerate() {
            let Some(well) = parse_well(well, at, pool_limit, &mut faults) else { continue };
            if parsed.iter().any(|other| other.position == well.position) {
                faults.add(format!("wells[{at}].position"), "Giếng này đã dùng", "This well is used already");
            }
            for (number, barcode) in well.barcodes.iter().enumerate() {
                let twice =
                    well.barcodes.iter().take(number).chain(parsed.iter().flat_map(|other| &other.barcodes)).any(|other| other == barcode);
                if twice {
                    faults.add(
                        format!("wells[{at}].barcodes[{number}]"),
                        "Ống này đã ở giếng khác",
                        "This tube is in another well already",
                    );
                }
            }
            parsed.push(well);
        }
        let has = |kind| parsed.iter().any(|well| well.kind == kind);
        if method == TestMethod::RtPcr && !(has(WellKind::PositiveControl) && has(WellKind::NegativeControl)) {
            faults.add("wells", "RT-PCR cần ít nhất một chứng dương và một chứng âm", "RT-PCR needs a positive and a negative control");
        }
        if !has(WellKind::Tube) && !has(WellKind::LabPool) {
            faults.add("wells", "Chưa có mẫu nào trên đĩa", "No sample is on the plate");
        }
        parsed.sort_by_key(|well| well.position);
        faults.or(Some(Self { wells: parsed }))
    }

    pub fn barcodes(&self) -> Vec<String> {
        self.wells.iter().flat_map(|well| well.barcodes.iter().cloned()).collect()
    }
}

fn parse_well(well: &pb::Well, at: usize, pool_limit: i16, faults: &mut Faults) -> Option<Well> {
    let position = Position::parse(&well.position).ok_or(());
    let position = faults.take(
        position,
        format!("wells[{at}].position"),
        "Ghi giếng từ A1 đến H12 (96) hoặc P24 (384)",
        "A well from A1 to H12 (96) or P24 (384)",
    );
    let kind = WellKind::try_from(well.kind).ok().filter(|kind| *kind != WellKind::Unspecified).ok_or(());
    let kind = faults.take(kind, format!("wells[{at}].kind"), "Chọn giếng chứa gì", "Choose what is in the well")?;
    let barcodes: Vec<String> = well.barcodes.iter().map(|text| text.trim().to_uppercase()).collect();
    let limit = usize::try_from(pool_limit).unwrap_or_default();
    let (fits, vi, en) = match kind {
        WellKind::Tube | WellKind::Unspecified => {
            (barcodes.len() == 1, "Một giếng mẫu có đúng một ống".to_owned(), "One tube a well".to_owned())
        }
        WellKind::LabPool => (
            (2..=limit).contains(&barcodes.len()),
            format!("Mẫu gộp tại phòng xét nghiệm có 2 đến {limit} ống đơn"),
            format!("A laboratory pool has 2 to {limit} single tubes"),
        ),
        WellKind::PositiveControl | WellKind::NegativeControl => {
            (barcodes.is_empty(), "Giếng chứng không có ống mẫu".to_owned(), "A control has no tube".to_owned())
        }
    };
    if !fits {
        faults.add(format!("wells[{at}].barcodes"), vi, en);
    }
    Some(Well { position: position?, kind, barcodes })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn well(position: &str, kind: WellKind, barcodes: &[&str]) -> pb::Well {
        let barcodes = barcodes.iter().map(|barcode| (*barcode).to_owned()).collect();
        pb::Well { position: position.to_owned(), kind: kind.into(), barcodes, ..pb::Well::default() }
    }

    #[test]
    fn wells_are_told_from_a1_to_p24() {
        for (text, shown) in [("a1", "A1"), ("H12", "H12"), ("P24", "P24"), ("A01", "A1"), (" b7 ", "B7")] {
            assert_eq!(Position::parse(text).map(|position| position.to_string()).as_deref(), Some(shown));
        }
        for text in ["", "A", "A0", "Q1", "A25", "1A", "A1B", "AA", "Đ1", "A+1", "A100"] {
            assert_eq!(Position::parse(text), None, "{text}");
        }
        assert!(Position::parse("A12").unwrap().ordinal() < Position::parse("B1").unwrap().ordinal());
    }

    #[test]
    fn every_fault_of_a_plate_is_told_at_once() {
        let wells = [
            well("A1", WellKind::Tube, &["GLAB0001"]),
            well("A1", WellKind::Tube, &["GLAB0002"]),
            well("A2", WellKind::LabPool, &["GLAB0001"]),
            well("Z9", WellKind::NegativeControl, &[]),
            well("A3", WellKind::PositiveControl, &["GLAB0003"]),
        ];
        let faults = Plate::parse(&wells, TestMethod::RtPcr, 5).unwrap_err();
        let fields: Vec<&str> = faults.iter().map(|fault| fault.field_path.as_str()).collect();
        let wanted = ["wells[1].position", "wells[2].barcodes", "wells[2].barcodes[0]", "wells[3].position", "wells[4].barcodes", "wells"];
        assert_eq!(fields, wanted);
    }

    #[test]
    fn a_rapid_test_needs_no_controls_and_a_pool_keeps_its_limit() {
        assert!(Plate::parse(&[well("A1", WellKind::Tube, &["glab0001"])], TestMethod::AgRapid, 5).is_ok());
        let pool = |size: usize| {
            let barcodes: Vec<String> = (0..size).map(|number| format!("GLAB{number:04}")).collect();
            let barcodes: Vec<&str> = barcodes.iter().map(String::as_str).collect();
            Plate::parse(&[well("A1", WellKind::LabPool, &barcodes)], TestMethod::AgAuto, 5).is_ok()
        };
        assert_eq!([1, 2, 5, 6].map(pool), [false, true, true, false]);
    }
}
