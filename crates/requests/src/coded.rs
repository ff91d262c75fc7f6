//! How the contract's enumerations stand in a column: their name without its prefix, such as `IN_TRANSIT`.

use contract::{
    lab::v1::{
        FitStatus, Gene, ImportedRunState, ManifestState, PersonOutcome, RejectReason, ResultState, RunState, SamplingReason,
        ShipmentState, Specimen, TaskKind, TestMethod, TestOutcome, TubeKind, TubeState, WellKind,
    },
    reports::v1::{DayKind, Outcome, QuestionKind, RejectionReason, ReportState, Speaker, Urgency},
    vehicles::v1::{
        ArrivalResult, ArrivalState, Decision, DeclaredBy, Direction, Fitness, GoodsKind, PersonRole, PlateColor, PublicState, Purpose,
        SightingOutcome, SigningMethod, TripState, VehicleType, ViolationKind, ViolationState,
    },
};

/// A column holds what this version does not know: the name of the enumeration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an unknown code of {0}")]
pub struct UnknownCode(pub &'static str);

pub trait Coded: Sized {
    fn code(self) -> &'static str;
    fn read(text: &str) -> Result<Self, UnknownCode>;
}

macro_rules! coded {
    ($($name:ident $prefix:literal),* $(,)?) => {$(
        impl Coded for $name {
            fn code(self) -> &'static str {
                let name = self.as_str_name();
                name.strip_prefix($prefix).unwrap_or(name)
            }

            fn read(text: &str) -> Result<Self, UnknownCode> {
                Self::from_str_name(&[$prefix, text].concat()).ok_or(UnknownCode(stringify!($name)))
            }
        }
    )*};
}

coded! {
    ArrivalResult "ARRIVAL_RESULT_",
    ArrivalState "ARRIVAL_STATE_",
    DayKind "DAY_KIND_",
    Decision "DECISION_",
    DeclaredBy "DECLARED_BY_",
    Direction "DIRECTION_",
    FitStatus "FIT_STATUS_",
    Fitness "FITNESS_",
    Gene "GENE_",
    GoodsKind "GOODS_KIND_",
    ImportedRunState "IMPORTED_RUN_STATE_",
    ManifestState "MANIFEST_STATE_",
    Outcome "OUTCOME_",
    PersonOutcome "PERSON_OUTCOME_",
    PersonRole "PERSON_ROLE_",
    PlateColor "PLATE_COLOR_",
    PublicState "PUBLIC_STATE_",
    Purpose "PURPOSE_",
    QuestionKind "QUESTION_KIND_",
    RejectReason "REJECT_REASON_",
    RejectionReason "REJECTION_REASON_",
    ReportState "REPORT_STATE_",
    ResultState "RESULT_STATE_",
    RunState "RUN_STATE_",
    SamplingReason "SAMPLING_REASON_",
    ShipmentState "SHIPMENT_STATE_",
    SightingOutcome "SIGHTING_OUTCOME_",
    SigningMethod "SIGNING_METHOD_",
    Speaker "SPEAKER_",
    Specimen "SPECIMEN_",
    TaskKind "TASK_KIND_",
    TestMethod "TEST_METHOD_",
    TestOutcome "TEST_OUTCOME_",
    TripState "TRIP_STATE_",
    TubeKind "TUBE_KIND_",
    TubeState "TUBE_STATE_",
    Urgency "URGENCY_",
    VehicleType "VEHICLE_TYPE_",
    ViolationKind "VIOLATION_KIND_",
    ViolationState "VIOLATION_STATE_",
    WellKind "WELL_KIND_",
}
