//! The laboratory of a test's world: who works there, and samples on their way through it.

use contract::{
    Permission,
    lab::v1::{self as pb, TestMethod, TestOutcome, WellKind, laboratory_service_client::LaboratoryServiceClient},
};
use ids::RunId;
use runtime::{Caller, grpc::Client};

use crate::world::{CDC, PROVINCE, World};

pub const TECHNICIAN: &[Permission] = &[Permission::LabRunsPerform, Permission::LabRunsRead];
pub const APPROVER: &[Permission] = &[Permission::LabResultsApprove, Permission::LabRunsRead, Permission::LabTasksRead];
pub const EPIDEMIOLOGIST: &[Permission] = &[Permission::LabResultsRead, Permission::LabTasksRead, Permission::LabStatisticsRead];

/// What a well holds, and what it will say.
pub type Tested<'a> = (&'a [&'a str], TestOutcome);

pub fn well(position: &str, kind: WellKind, barcodes: &[&str]) -> pb::Well {
    let barcodes = barcodes.iter().map(|barcode| (*barcode).to_owned()).collect();
    pb::Well { position: position.to_owned(), kind: kind.into(), barcodes, ..pb::Well::default() }
}

pub fn reading(position: &str, outcome: TestOutcome) -> pb::WellReading {
    let seen = matches!(outcome, TestOutcome::Positive | TestOutcome::Indeterminate);
    let ct = if seen { vec![pb::CtValue { gene: pb::Gene::E.into(), ct: 23.4 }] } else { Vec::new() };
    pb::WellReading { position: position.to_owned(), outcome: outcome.into(), ct }
}

/// The result of the well with this barcode, in its last version.
pub fn result_of<'a>(run: &'a pb::Run, barcode: &str) -> &'a pb::Result {
    let well = run.wells.iter().find(|well| well.barcodes.iter().any(|one| one == barcode)).expect("a well");
    well.result.as_ref().expect("a result")
}

impl World {
    pub fn technician(&self) -> LaboratoryServiceClient<Client> {
        self.laboratory(self.account(PROVINCE, TECHNICIAN))
    }

    pub fn approver(&self) -> LaboratoryServiceClient<Client> {
        self.laboratory(self.account(PROVINCE, APPROVER))
    }

    pub fn epidemiologist(&self) -> LaboratoryServiceClient<Client> {
        self.laboratory(self.account(PROVINCE, EPIDEMIOLOGIST))
    }

    /// RT-PCR with its two controls in A1 and A2, and these wells behind them.
    pub fn plate(&self, wells: &[&[&str]]) -> pb::StartRunRequest {
        let controls = [well("A1", WellKind::PositiveControl, &[]), well("A2", WellKind::NegativeControl, &[])];
        let samples = (3..).zip(wells).map(|(number, barcodes)| {
            let kind = if barcodes.len() == 1 { WellKind::Tube } else { WellKind::LabPool };
            well(&place(number), kind, barcodes)
        });
        pb::StartRunRequest {
            run_id: RunId::mint(self.now()).to_string(),
            laboratory_id: CDC.to_owned(),
            method: TestMethod::RtPcr.into(),
            kit: "LightPower iVA".to_owned(),
            machine: "QuantStudio 5".to_owned(),
            wells: controls.into_iter().chain(samples).collect(),
        }
    }

    /// What the wells of a plate said, its controls as they should.
    pub fn readings(&self, run: &pb::Run, outcomes: &[TestOutcome]) -> pb::RecordRunResultsRequest {
        let controls = [reading("A1", TestOutcome::Positive), reading("A2", TestOutcome::Negative)];
        let samples = (3..).zip(outcomes).map(|(number, outcome)| reading(&place(number), *outcome));
        pb::RecordRunResultsRequest {
            run_id: run.run_id.clone(),
            command_id: self.command(),
            readings: controls.into_iter().chain(samples).collect(),
        }
    }

    pub async fn started(&self, wells: &[&[&str]]) -> pb::Run {
        self.technician().start_run(self.plate(wells)).await.expect("started").into_inner().run.expect("a run")
    }

    /// Read by this technician.
    pub async fn read_by(&self, technician: &Caller, tested: &[Tested<'_>]) -> pb::Run {
        let wells: Vec<&[&str]> = tested.iter().map(|(barcodes, _)| *barcodes).collect();
        let outcomes: Vec<TestOutcome> = tested.iter().map(|(_, outcome)| *outcome).collect();
        let run = self.started(&wells).await;
        let request = self.readings(&run, &outcomes);
        self.laboratory(technician.clone()).record_run_results(request).await.expect("read").into_inner().run.expect("a run")
    }

    pub async fn read(&self, tested: &[Tested<'_>]) -> pb::Run {
        self.read_by(&self.account(PROVINCE, TECHNICIAN), tested).await
    }

    pub fn approve(&self, run: &pb::Run, ids: &[&str]) -> pb::ApproveResultsRequest {
        let result_ids = ids.iter().map(|id| (*id).to_owned()).collect();
        pb::ApproveResultsRequest { run_id: run.run_id.clone(), command_id: self.command(), result_ids }
    }

    /// Everything that waits, also what is looked at by itself.
    pub async fn approved(&self, run: &pb::Run) -> pb::Run {
        let waiting: Vec<&str> = run
            .wells
            .iter()
            .filter_map(|well| well.result.as_ref())
            .filter(|result| result.state() == pb::ResultState::Read)
            .map(|result| result.result_id.as_str())
            .collect();
        let request = self.approve(run, &waiting);
        self.approver().approve_results(request).await.expect("approved").into_inner().run.expect("a run")
    }

    /// The whole way through the laboratory.
    pub async fn tested(&self, tested: &[Tested<'_>]) -> pb::Run {
        let run = self.read(tested).await;
        self.approved(&run).await
    }

    /// A person alone in a tube that is in the laboratory.
    pub async fn swabbed(&self, session: &str, number: u32, barcode: &str) -> pb::Subject {
        let person = self.somebody(number).await;
        self.tube_of(session, barcode, &[&person]).await;
        self.received(&[barcode]).await;
        person
    }

    /// People in a field pool that is in the laboratory.
    pub async fn pooled(&self, session: &str, numbers: std::ops::Range<u32>, barcode: &str) -> Vec<pb::Subject> {
        let mut people = Vec::new();
        for number in numbers {
            people.push(self.somebody(number).await);
        }
        self.tube_of(session, barcode, &people.iter().collect::<Vec<_>>()).await;
        self.received(&[barcode]).await;
        people
    }

    /// Swabbed once more, alone.
    pub async fn swabbed_again(&self, session: &str, person: &pb::Subject, barcode: &str) {
        self.tube_of(session, barcode, &[person]).await;
        self.received(&[barcode]).await;
    }

    /// The outcomes of a person's samples in the order of swabbing, and what the road was told.
    pub async fn means(&self, person: &pb::Subject) -> (Vec<String>, String) {
        let id = uuid::Uuid::parse_str(&person.subject_id).expect("an id");
        let outcomes = sqlx::query_scalar("select outcome from person_outcomes where subject_id = $1 order by sampled_at").bind(id);
        let fit = sqlx::query_scalar("select fit_status from subjects where subject_id = $1").bind(id);
        (outcomes.fetch_all(&self.pool).await.expect("outcomes"), fit.fetch_one(&self.pool).await.expect("a person"))
    }

    pub async fn tasks(&self, kind: pb::TaskKind) -> Vec<pb::Task> {
        let request = pb::ListTasksRequest { kind: kind.into(), ..pb::ListTasksRequest::default() };
        self.epidemiologist().list_tasks(request).await.expect("listed").into_inner().tasks
    }
}

/// Wells are filled along the rows of a plate of 384.
fn place(number: u16) -> String {
    let (row, column) = ((number - 1) / 24, (number - 1) % 24 + 1);
    format!("{}{column}", char::from(b"ABCDEFGHIJKLMNOP"[usize::from(row)]))
}
