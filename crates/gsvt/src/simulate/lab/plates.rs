//! The laboratory's machines: plates with their controls, what the wells said at the bench or in an instrument's file, and the second person who
//! approves it.

use std::{
    fmt::Write as _,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, ensure};
use contract::lab::v1::{
    ApproveResultImportRequest, ApproveResultImportResponse, ApproveResultsRequest, ApproveResultsResponse, CtValue, Gene,
    GetResultImportResponse, GetRunResponse, ImportRunResultsRequest, ImportRunResultsResponse, RecordRunResultsRequest,
    RecordRunResultsResponse, ResultState, Run, StartRunRequest, StartRunResponse, TestMethod, TestOutcome, Well, WellKind, WellReading,
};
use ids::{ResultImportId, RunId};

use super::staff::{APPROVER, LABORATORY, Staff, TECHNICIAN};

/// How a plate is counted.
#[derive(Debug, Clone, Copy)]
pub struct Plate {
    columns: usize,
    /// Beside the two controls.
    pub samples: usize,
}

pub const PLATE_96: Plate = Plate { columns: 12, samples: 94 };
pub const PLATE_384: Plate = Plate { columns: 24, samples: 382 };

const POSITIVE_CONTROL: &str = "A1";
const NEGATIVE_CONTROL: &str = "A2";
/// Between two looks at how far an import is, and how many times as long as the answer took: looking costs the system more than waiting.
const PAUSE: (Duration, u32) = (Duration::from_millis(50), 9);
/// The heading of an instrument's file.
pub const HEADING: &str = "Lô chạy;Giếng;Mã ống;Kết quả;Ct E;Ct N\r\n";

impl Plate {
    fn position(self, index: usize) -> String {
        format!("{}{}", char::from(b'A' + u8::try_from(index / self.columns).unwrap_or_default()), index % self.columns + 1)
    }

    /// Starts a run with these tubes behind the controls.
    pub async fn start(self, staff: &Staff, barcodes: &[String]) -> Result<Run> {
        let well = |position: &str, kind: WellKind, barcodes: Vec<String>| Well {
            position: position.to_owned(),
            kind: kind.into(),
            barcodes,
            ..Well::default()
        };
        let mut wells = vec![
            well(POSITIVE_CONTROL, WellKind::PositiveControl, Vec::new()),
            well(NEGATIVE_CONTROL, WellKind::NegativeControl, Vec::new()),
        ];
        let tubes = barcodes.iter().enumerate();
        wells.extend(tubes.map(|(index, barcode)| well(&self.position(index + 2), WellKind::Tube, vec![barcode.clone()])));
        let request = StartRunRequest {
            run_id: RunId::mint(staff.now()).to_string(),
            laboratory_id: LABORATORY.to_owned(),
            method: TestMethod::RtPcr.into(),
            kit: "LightPower iVA".to_owned(),
            machine: "QuantStudio 5".to_owned(),
            wells,
        };
        let started: StartRunResponse = staff.say(TECHNICIAN, "start", "/v1/runs", &request).await?;
        started.run.context("no run was started")
    }
}

/// Whether the well says that the virus is there. `infected` tells it of a barcode.
fn says(well: &Well, infected: &impl Fn(&str) -> bool) -> bool {
    well.kind() == WellKind::PositiveControl || well.barcodes.iter().any(|barcode| infected(barcode))
}

/// What the machine read, written down at the bench. With `failed` the positive control said nothing, and the run is void.
pub async fn record(staff: &Staff, run: &Run, infected: impl Fn(&str) -> bool, failed: bool) -> Result<Run> {
    let reading = |well: &Well| {
        let there = says(well, &infected) && !(failed && well.kind() == WellKind::PositiveControl);
        WellReading {
            position: well.position.clone(),
            outcome: if there { TestOutcome::Positive } else { TestOutcome::Negative }.into(),
            ct: if there { vec![CtValue { gene: Gene::E.into(), ct: 24.1 }] } else { Vec::new() },
        }
    };
    let request = RecordRunResultsRequest {
        command_id: staff.command(),
        readings: run.wells.iter().map(reading).collect(),
        ..RecordRunResultsRequest::default()
    };
    let path = format!("/v1/runs/{}/results", run.run_id);
    let recorded: RecordRunResultsResponse = staff.say(TECHNICIAN, "record", &path, &request).await?;
    recorded.run.context("the run is not there")
}

/// The rows of a run in an instrument's file.
pub fn rows(run: &Run, infected: impl Fn(&str) -> bool) -> String {
    run.wells.iter().fold(String::new(), |mut rows, well| {
        let barcode = well.barcodes.first().map(String::as_str).unwrap_or_default();
        let said = if says(well, &infected) { "Dương tính;24,1;23,6" } else { "Âm tính;Undetermined;Undetermined" };
        // Writing into a text cannot fail.
        let _ = write!(rows, "{};{};{barcode};{said}\r\n", run.number, well.position);
        rows
    })
}

/// Sends an instrument's file and waits until all its runs are recorded; its id.
pub async fn import(staff: &Staff, file: String) -> Result<String> {
    let request = ImportRunResultsRequest {
        import_id: ResultImportId::mint(staff.now()).to_string(),
        laboratory_id: LABORATORY.to_owned(),
        content: file.into_bytes(),
        ..ImportRunResultsRequest::default()
    };
    let taken: ImportRunResultsResponse = staff.say(TECHNICIAN, "import", "/v1/result-imports", &request).await?;
    let taken = taken.result_import.context("no file was taken")?;
    ensure!(taken.rows_aside == 0, "{} of {} rows are kept aside", taken.rows_aside, taken.rows);
    if taken.runs_recorded < taken.runs {
        wait(staff, TECHNICIAN, &request.import_id, |import| import.runs_recorded >= import.runs).await?;
    }
    Ok(request.import_id)
}

/// Approves what came with a file as far as it needs no single review, and waits until that is done; its runs that have more.
pub async fn approve_import(staff: &Staff, import: &str) -> Result<Vec<Run>> {
    let request = ApproveResultImportRequest { command_id: staff.command(), ..ApproveResultImportRequest::default() };
    let path = format!("/v1/result-imports/{import}/approve");
    let _: ApproveResultImportResponse = staff.say(APPROVER, "approve", &path, &request).await?;
    let done = wait(staff, APPROVER, import, |import| import.runs_approved >= import.runs).await?;
    let mut left = Vec::new();
    for run in done.runs.iter().filter(|run| run.waiting > 0) {
        let answer: GetRunResponse = staff.ask(APPROVER, "run", &format!("/v1/runs/{}", run.run_id)).await?;
        left.extend(answer.run);
    }
    Ok(left)
}

async fn wait(
    staff: &Staff,
    login: &str,
    import: &str,
    done: impl Fn(&contract::lab::v1::ResultImport) -> bool,
) -> Result<GetResultImportResponse> {
    loop {
        let asked = Instant::now();
        let seen: GetResultImportResponse = staff.ask(login, "progress", &format!("/v1/result-imports/{import}")).await?;
        if seen.result_import.as_ref().is_some_and(&done) {
            return Ok(seen);
        }
        tokio::time::sleep(PAUSE.0.max(asked.elapsed() * PAUSE.1)).await;
    }
}

/// Approves a run: all that need no single review together, then the others one by one.
pub async fn approve(staff: &Staff, run: &Run) -> Result<()> {
    let waiting: Vec<_> = run.wells.iter().filter_map(|well| well.result.as_ref()).filter(|it| it.state() == ResultState::Read).collect();
    let singles = waiting.iter().filter(|result| !result.single_review.is_empty()).map(|result| vec![result.result_id.clone()]);
    let together = waiting.iter().any(|result| result.single_review.is_empty()).then(Vec::new);
    for result_ids in together.into_iter().chain(singles) {
        let request = ApproveResultsRequest { command_id: staff.command(), result_ids, ..ApproveResultsRequest::default() };
        let path = format!("/v1/runs/{}/approve", run.run_id);
        let _: ApproveResultsResponse = staff.say(APPROVER, "approve", &path, &request).await?;
    }
    Ok(())
}
