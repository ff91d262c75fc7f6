//! Which row of a file belongs to which well, and what the rows of a well say together. A row that is in no well is kept aside with its reason.

use std::collections::{BTreeMap, HashMap, HashSet};

use contract::lab::v1::{self as pb, ImportedRow, RunState, TestMethod, TestOutcome, WellKind};
use ids::RunId;
use vietnam::fold::fold;

use crate::{
    plate::Position,
    reading::{self, Measured},
};

/// A well of the laboratory.
#[derive(Debug, Clone)]
pub struct Well {
    pub run: RunId,
    pub number: String,
    pub state: RunState,
    pub method: TestMethod,
    pub position: String,
    pub kind: WellKind,
    pub barcodes: Vec<String>,
    /// What it said last.
    pub said: Option<Measured>,
}

/// Why a row is kept aside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    Cell,
    NoPlace,
    UnknownRun,
    UnknownWell,
    UnknownBarcode,
    OtherBarcode,
    Disagrees,
    NoOutcome,
    Impossible,
    IncompleteRun,
    RunRead,
    RunVoid,
}

#[derive(Debug, Clone)]
pub struct Aside {
    pub row: ImportedRow,
    pub reason: Reason,
    pub detail: String,
}

/// What the rows of a file came to.
#[derive(Debug, Default)]
pub struct Placed {
    /// Runs with something of each of their wells, each row with its run and position.
    pub runs: BTreeMap<RunId, Vec<ImportedRow>>,
    /// Numbers of rows that say what is recorded already.
    pub known: Vec<i32>,
    pub aside: Vec<Aside>,
}

type Refused = (Reason, String);

/// Missing wells that are named.
const NAMED: usize = 12;

/// `wells` with those of started runs first; `only` is the run of rows that name none.
pub fn place(rows: Vec<ImportedRow>, wells: &[Well], only: Option<RunId>) -> Placed {
    let finder = Finder::new(wells);
    let only = only.and_then(|run| wells.iter().find(|well| well.run == run)).map(|well| well.number.as_str());
    let mut placed = Placed::default();
    let mut by_well: BTreeMap<usize, Vec<ImportedRow>> = BTreeMap::new();
    for mut row in rows {
        if let Some(only) = only.filter(|_| row.run.is_empty()) {
            only.clone_into(&mut row.run);
        }
        match finder.find(&row) {
            Ok(at) => {
                let well = &wells[at];
                (row.run, row.position) = (well.number.clone(), well.position.clone());
                by_well.entry(at).or_default().push(row);
            }
            Err((reason, detail)) => placed.aside.push(Aside { row, reason, detail }),
        }
    }
    let mut by_run: BTreeMap<RunId, Vec<(usize, Vec<ImportedRow>)>> = BTreeMap::new();
    for (at, rows) in by_well {
        let well = &wells[at];
        match together(&rows, well) {
            Ok(_) if well.state == RunState::Started => by_run.entry(well.run).or_default().push((at, rows)),
            Ok(said) => match of_a_run_that_is_over(&said, well) {
                None => placed.known.extend(rows.iter().map(|row| row.number)),
                Some(refused) => placed.put_aside(rows, &refused),
            },
            Err(refused) => placed.put_aside(rows, &refused),
        }
    }
    for (run, found) in by_run {
        placed.take(run, found, wells);
    }
    placed.aside.sort_by_key(|aside| aside.row.number);
    placed
}

/// What a run's rows say of its wells.
pub fn readings(rows: &[ImportedRow]) -> Vec<pb::WellReading> {
    let mut wells: BTreeMap<&str, pb::WellReading> = BTreeMap::new();
    for row in rows {
        let reading = wells
            .entry(row.position.as_str())
            .or_insert_with(|| pb::WellReading { position: row.position.clone(), ..pb::WellReading::default() });
        merge(reading, row);
    }
    wells.into_values().collect()
}

fn merge(reading: &mut pb::WellReading, row: &ImportedRow) {
    if row.outcome() != TestOutcome::Unspecified {
        reading.outcome = row.outcome;
    }
    for value in &row.ct {
        if reading.ct.iter().all(|other| other.gene != value.gene) {
            reading.ct.push(*value);
        }
    }
}

/// The rows of a well, which have to agree.
fn together(rows: &[ImportedRow], well: &Well) -> Result<pb::WellReading, Refused> {
    let mut said = pb::WellReading { position: well.position.clone(), ..pb::WellReading::default() };
    for row in rows {
        let other_outcome =
            row.outcome() != TestOutcome::Unspecified && said.outcome() != TestOutcome::Unspecified && row.outcome != said.outcome;
        let other_ct = |value: &pb::CtValue| said.ct.iter().any(|it| it.gene == value.gene && (it.ct - value.ct).abs() > f64::EPSILON);
        if other_outcome || row.ct.iter().any(other_ct) {
            return Err((Reason::Disagrees, well.position.clone()));
        }
        merge(&mut said, row);
    }
    if said.outcome() == TestOutcome::Unspecified { Err((Reason::NoOutcome, well.position.clone())) } else { Ok(said) }
}

/// Nothing where it was said before.
fn of_a_run_that_is_over(said: &pb::WellReading, well: &Well) -> Option<Refused> {
    if well.state == RunState::Void {
        return Some((Reason::RunVoid, well.number.clone()));
    }
    let same = well.said.as_ref().is_some_and(|before| before.outcome == said.outcome());
    (!same).then(|| (Reason::RunRead, format!("{} {}", well.number, well.position)))
}

impl Placed {
    fn put_aside(&mut self, rows: Vec<ImportedRow>, (reason, detail): &Refused) {
        self.aside.extend(rows.into_iter().map(|row| Aside { row, reason: *reason, detail: detail.clone() }));
    }

    /// A run is taken whole; what hinders it is said of each of its rows.
    fn take(&mut self, run: RunId, found: Vec<(usize, Vec<ImportedRow>)>, wells: &[Well]) {
        let plate: Vec<&Well> = wells.iter().filter(|well| well.run == run).collect();
        let impossible = |rows: &[ImportedRow], well: &Well| {
            let kinds = [(well.position.clone(), well.kind)];
            reading::of_plate(&readings(rows), &kinds, well.method).is_err()
        };
        let (bad, good): (Vec<_>, Vec<_>) = found.into_iter().partition(|(at, rows)| impossible(rows, &wells[*at]));
        let read: HashSet<&str> = good.iter().map(|(at, _)| wells[*at].position.as_str()).collect();
        let missing: Vec<&str> = plate.iter().map(|well| well.position.as_str()).filter(|position| !read.contains(position)).collect();
        for (at, rows) in bad {
            self.put_aside(rows, &(Reason::Impossible, wells[at].position.clone()));
        }
        let rows = good.into_iter().flat_map(|(_, rows)| rows);
        if missing.is_empty() {
            self.runs.insert(run, rows.collect());
            return;
        }
        let number = plate.first().map(|well| well.number.as_str()).unwrap_or_default();
        let more = if missing.len() > NAMED { ", …" } else { "" };
        let named: Vec<&str> = missing.iter().take(NAMED).copied().collect();
        self.put_aside(rows.collect(), &(Reason::IncompleteRun, format!("{number}: {}{more}", named.join(", "))));
    }
}

/// Wells by what rows name them with.
struct Finder<'a> {
    wells: &'a [Well],
    runs: HashMap<&'a str, RunId>,
    positions: HashMap<(RunId, &'a str), usize>,
    /// In the run that is named, or in the first that holds it.
    barcodes: HashMap<(Option<RunId>, &'a str), usize>,
}

impl<'a> Finder<'a> {
    fn new(wells: &'a [Well]) -> Self {
        let mut finder = Self { wells, runs: HashMap::new(), positions: HashMap::new(), barcodes: HashMap::new() };
        for (at, well) in wells.iter().enumerate() {
            finder.runs.insert(&well.number, well.run);
            finder.positions.insert((well.run, &well.position), at);
            for barcode in &well.barcodes {
                finder.barcodes.entry((Some(well.run), barcode)).or_insert(at);
                finder.barcodes.entry((None, barcode)).or_insert(at);
            }
        }
        finder
    }

    fn find(&self, row: &ImportedRow) -> Result<usize, Refused> {
        let barcodes = barcodes(&row.barcode);
        let run = match row.run.as_str() {
            "" => None,
            number => Some(*self.runs.get(number).ok_or_else(|| (Reason::UnknownRun, number.to_owned()))?),
        };
        match (run, row.position.is_empty()) {
            (Some(run), false) => self.at(run, row, &barcodes),
            (_, _) if !row.barcode.is_empty() => self.of_barcode(run, row, &barcodes),
            _ => Err((Reason::NoPlace, String::new())),
        }
    }

    /// The barcode beside a position is checked: a plate that was turned round is worse than none.
    fn at(&self, run: RunId, row: &ImportedRow, barcodes: &[String]) -> Result<usize, Refused> {
        let unknown = || (Reason::UnknownWell, row.position.clone());
        let position = Position::parse(&row.position).ok_or_else(unknown)?.to_string();
        let at = *self.positions.get(&(run, position.as_str())).ok_or_else(unknown)?;
        let well = &self.wells[at];
        let tubes = !well.barcodes.is_empty();
        if tubes && !barcodes.is_empty() && !barcodes.iter().all(|barcode| well.barcodes.contains(barcode)) {
            return Err((Reason::OtherBarcode, format!("{}: {}", well.position, well.barcodes.join(", "))));
        }
        Ok(at)
    }

    fn of_barcode(&self, run: Option<RunId>, row: &ImportedRow, barcodes: &[String]) -> Result<usize, Refused> {
        let unknown = || (Reason::UnknownBarcode, row.barcode.clone());
        if let (Some(run), Some(kind)) = (run, control(&row.barcode)) {
            let mut controls = self.wells.iter().enumerate().filter(|(_, well)| well.run == run && well.kind == kind);
            return match (controls.next(), controls.next()) {
                (Some((at, _)), None) => Ok(at),
                _ => Err((Reason::NoPlace, row.barcode.clone())),
            };
        }
        let first = barcodes.first().ok_or_else(unknown)?;
        let at = *self.barcodes.get(&(run, first.as_str())).ok_or_else(unknown)?;
        if barcodes.iter().all(|barcode| self.wells[at].barcodes.contains(barcode)) { Ok(at) } else { Err(unknown()) }
    }
}

/// A laboratory pool names its tubes one behind the other.
pub fn barcodes(text: &str) -> Vec<String> {
    text.split([',', ';', '+', '|']).map(|part| part.split_whitespace().collect::<String>()).filter(|part| !part.is_empty()).collect()
}

fn control(text: &str) -> Option<WellKind> {
    match fold(text).as_str() {
        "pc" | "ptc" | "chung duong" | "positive control" => Some(WellKind::PositiveControl),
        "nc" | "ntc" | "chung am" | "negative control" => Some(WellKind::NegativeControl),
        _ => None,
    }
}

impl Reason {
    const ALL: [(Self, &'static str); 12] = [
        (Self::Cell, "CELL"),
        (Self::NoPlace, "NO_PLACE"),
        (Self::UnknownRun, "UNKNOWN_RUN"),
        (Self::UnknownWell, "UNKNOWN_WELL"),
        (Self::UnknownBarcode, "UNKNOWN_BARCODE"),
        (Self::OtherBarcode, "OTHER_BARCODE"),
        (Self::Disagrees, "DISAGREES"),
        (Self::NoOutcome, "NO_OUTCOME"),
        (Self::Impossible, "IMPOSSIBLE"),
        (Self::IncompleteRun, "INCOMPLETE_RUN"),
        (Self::RunRead, "RUN_READ"),
        (Self::RunVoid, "RUN_VOID"),
    ];

    pub fn code(self) -> &'static str {
        Self::ALL.iter().find(|(reason, _)| *reason == self).map_or("", |(_, code)| code)
    }

    pub fn read(code: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, known)| *known == code).map(|(reason, _)| *reason)
    }

    /// Why, and what to do, in Vietnamese and English.
    pub fn sentence(self, detail: &str) -> (String, String) {
        let said = |vi: &str, en: &str| (vi.replace("{}", detail), en.replace("{}", detail));
        match self {
            Self::Cell => {
                said("Ô “{}” không đọc được: sửa trong tệp rồi gửi lại.", "The cell “{}” does not read: mend the file and send it again.")
            }
            Self::NoPlace => said(
                "Không biết dòng này của giếng nào: ghi lô chạy và giếng, hoặc mã ống.",
                "It is not said which well this is: write the run and the well, or the barcode.",
            ),
            Self::UnknownRun => said("Không có lô chạy {} ở phòng này.", "This laboratory has no run {}."),
            Self::UnknownWell => said("Lô chạy không có giếng {}.", "The run has no well {}."),
            Self::UnknownBarcode => said(
                "Mã {} không ở lô chạy nào đang chờ: nhận ống và mở lô chạy, rồi bấm Thử lại.",
                "{} is in no run that waits: receive the tube, start its run, and try again.",
            ),
            Self::OtherBarcode => {
                said("Giếng này chứa ống khác ({}): kiểm tra lại đĩa.", "This well holds another tube ({}): check the plate.")
            }
            Self::Disagrees => said("Các dòng của giếng {} nói khác nhau.", "The rows of well {} disagree."),
            Self::NoOutcome => said("Giếng {} chưa có kết quả.", "Well {} has no result."),
            Self::Impossible => said(
                "Giếng {}: Ct phải từ 5,0 đến 45,0; RT-PCR dương tính cần ít nhất một Ct; kháng nguyên không có Ct.",
                "Well {}: a Ct is 5.0 to 45.0, a positive RT-PCR needs one, an antigen test has none.",
            ),
            Self::IncompleteRun => said("Lô chạy chưa đủ giếng – {}.", "The run lacks wells – {}."),
            Self::RunRead => said(
                "{} đã có kết quả khác: dùng “Sửa kết quả” trên trang lô chạy.",
                "{} has another result already: correct it on the page of the run.",
            ),
            Self::RunVoid => said("Lô chạy {} đã hủy.", "The run {} is void."),
        }
    }
}
