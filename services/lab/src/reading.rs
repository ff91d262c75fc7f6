//! What a well of a run said, read by one person and approved by another. A correction is another version; the one before stands until it is approved.

use chrono::{DateTime, Utc};
use contract::lab::v1::{self as pb, Gene, ResultState, TestMethod, TestOutcome, WellKind};
use ids::{AccountId, ResultId};
use requests::fault::{Fault, Faults};

use crate::plate::Position;

/// The cycle at which a gene was seen.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ct {
    pub gene: Gene,
    pub ct: f64,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Measured {
    pub outcome: TestOutcome,
    pub ct: Vec<Ct>,
}

/// One version of what a well said.
#[derive(Debug, Clone)]
pub struct Reading {
    pub id: ResultId,
    pub position: String,
    pub kind: WellKind,
    pub version: i32,
    pub measured: Measured,
    pub state: ResultState,
    pub tested_at: DateTime<Utc>,
    pub read_by: AccountId,
    pub approved_by: Option<AccountId>,
    pub approved_at: Option<DateTime<Utc>>,
    /// With it all people of a positive pool would be negative.
    pub discordant: bool,
    pub sealed_reason: Option<Vec<u8>>,
}

const CT: std::ops::RangeInclusive<f64> = 5.0..=45.0;

impl Measured {
    /// `at` is where it lies in the request, with its point.
    pub fn parse(outcome: i32, ct: &[pb::CtValue], method: TestMethod, at: &str, faults: &mut Faults) -> Option<Self> {
        let outcome = TestOutcome::try_from(outcome).ok().filter(|outcome| *outcome != TestOutcome::Unspecified).ok_or(());
        let outcome = faults.take(outcome, format!("{at}outcome"), "Chọn kết quả", "Choose the outcome");
        let mut values: Vec<Ct> = Vec::new();
        for (number, value) in ct.iter().enumerate() {
            let gene = Gene::try_from(value.gene).ok().filter(|gene| *gene != Gene::Unspecified).ok_or(());
            let gene = faults.take(gene, format!("{at}ct[{number}].gene"), "Chọn gen", "Choose the gene");
            if !CT.contains(&value.ct) {
                faults.add(format!("{at}ct[{number}].ct"), "Ct từ 5,0 đến 45,0", "A Ct from 5.0 to 45.0");
            }
            if gene.is_some_and(|gene| values.iter().any(|other| other.gene == gene)) {
                faults.add(format!("{at}ct[{number}].gene"), "Mỗi gen một giá trị Ct", "One Ct for each gene");
            }
            values.extend(gene.map(|gene| Ct { gene, ct: value.ct }));
        }
        if method == TestMethod::RtPcr && outcome == Some(TestOutcome::Positive) && ct.is_empty() {
            faults.add(format!("{at}ct"), "RT-PCR dương tính cần ít nhất một giá trị Ct", "A positive RT-PCR needs at least one Ct");
        }
        if method != TestMethod::RtPcr && !ct.is_empty() {
            faults.add(format!("{at}ct"), "Xét nghiệm kháng nguyên không có Ct", "An antigen test has no Ct");
        }
        Some(Self { outcome: outcome?, ct: values })
    }

    /// Whether a control said what it has to.
    pub fn passes(&self, control: WellKind) -> bool {
        match control {
            WellKind::PositiveControl => self.outcome == TestOutcome::Positive,
            WellKind::NegativeControl => self.outcome == TestOutcome::Negative,
            WellKind::Tube | WellKind::LabPool | WellKind::Unspecified => true,
        }
    }
}

/// The readings of a whole plate: each of its wells named once. In the order of `wells`.
pub fn of_plate(request: &[pb::WellReading], wells: &[(String, WellKind)], method: TestMethod) -> Result<Vec<Measured>, Vec<Fault>> {
    let mut faults = Faults::default();
    let positions: Vec<Option<String>> =
        request.iter().map(|reading| Position::parse(&reading.position).map(|position| position.to_string())).collect();
    for (at, position) in positions.iter().enumerate() {
        if position.as_ref().is_none_or(|position| wells.iter().all(|(well, _)| well != position)) {
            faults.add(format!("readings[{at}].position"), "Lô chạy không có giếng này", "The run has no such well");
        } else if positions.iter().take(at).any(|other| other == position) {
            faults.add(format!("readings[{at}].position"), "Giếng này đã ghi ở trên", "This well is named above");
        }
    }
    let mut plate = Vec::new();
    for (well, _) in wells {
        let named = positions.iter().position(|position| position.as_ref() == Some(well));
        let Some((at, reading)) = named.and_then(|at| Some((at, request.get(at)?))) else {
            faults.add("readings", format!("Thiếu giếng {well}"), format!("Well {well} is missing"));
            continue;
        };
        plate.extend(Measured::parse(reading.outcome, &reading.ct, method, &format!("readings[{at}]."), &mut faults));
    }
    faults.or(Some(plate))
}

impl Reading {
    pub fn waits(&self) -> bool {
        self.state == ResultState::Read
    }

    /// Why it is not approved together with the others.
    pub fn single_review(&self) -> Option<&'static str> {
        let by_outcome = match self.measured.outcome {
            TestOutcome::Positive => Some("POSITIVE"),
            TestOutcome::Indeterminate => Some("INDETERMINATE"),
            TestOutcome::Invalid => Some("INVALID"),
            TestOutcome::Negative | TestOutcome::Unspecified => None,
        };
        let why = if self.version > 1 { Some("CORRECTED") } else { by_outcome.or(self.discordant.then_some("DISCORDANT")) };
        why.filter(|_| self.waits())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reading(position: &str, outcome: TestOutcome, ct: &[(Gene, f64)]) -> pb::WellReading {
        let ct = ct.iter().map(|(gene, ct)| pb::CtValue { gene: (*gene).into(), ct: *ct }).collect();
        pb::WellReading { position: position.to_owned(), outcome: outcome.into(), ct }
    }

    fn fields(readings: &[pb::WellReading], method: TestMethod) -> Vec<String> {
        let wells = [("A1".to_owned(), WellKind::PositiveControl), ("A2".to_owned(), WellKind::Tube)];
        let read = of_plate(readings, &wells, method);
        read.err().unwrap_or_default().into_iter().map(|fault| fault.field_path).collect()
    }

    #[test]
    fn a_plate_names_each_well_once_and_its_values_are_possible() {
        let positive = reading("A1", TestOutcome::Positive, &[(Gene::E, 23.4)]);
        let negative = reading("A2", TestOutcome::Negative, &[]);
        assert!(fields(&[negative.clone(), positive.clone()], TestMethod::RtPcr).is_empty());
        assert_eq!(fields(std::slice::from_ref(&positive), TestMethod::RtPcr), ["readings"]);
        assert_eq!(fields(&[positive.clone(), negative.clone(), negative.clone()], TestMethod::RtPcr), ["readings[2].position"]);
        let elsewhere = reading("A3", TestOutcome::Negative, &[]);
        assert_eq!(fields(&[positive.clone(), negative.clone(), elsewhere], TestMethod::RtPcr), ["readings[2].position"]);
        for ct in [-1.0, 4.99, 45.01, f64::NAN, f64::INFINITY] {
            let impossible = reading("A2", TestOutcome::Positive, &[(Gene::N, ct)]);
            assert_eq!(fields(&[positive.clone(), impossible], TestMethod::RtPcr), ["readings[1].ct[0].ct"], "{ct}");
        }
        let bare = reading("A2", TestOutcome::Positive, &[]);
        assert_eq!(fields(&[positive.clone(), bare.clone()], TestMethod::RtPcr), ["readings[1].ct"]);
        let twice = reading("A2", TestOutcome::Positive, &[(Gene::N, 30.0), (Gene::N, 31.0)]);
        assert_eq!(fields(&[positive.clone(), twice], TestMethod::RtPcr), ["readings[1].ct[1].gene"]);
        let said = reading("A1", TestOutcome::Positive, &[]);
        assert!(fields(&[said, bare], TestMethod::AgRapid).is_empty());
        assert_eq!(fields(&[positive, negative], TestMethod::AgAuto), ["readings[0].ct"]);
    }
}
