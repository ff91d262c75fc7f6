//! What can go wrong, and what the caller of an RPC is told: one variant per answer, mapped in one exhaustive match.

use chrono::{DateTime, Utc};
use ids::AccountId;
use requests::{IdReused, Invalid, UnknownCode};
use runtime::{
    DatabaseError, Denied,
    grpc::{FieldViolation, Problem},
};
use tonic::Code;

use crate::{
    assessment::{Assessment, Text},
    fault::Fault,
    trip::TripError,
};

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("the request breaks the rules of its fields")]
    Invalid(Vec<Fault>),
    /// Also where the caller may not see it.
    #[error("there is no such record")]
    NotFound,
    #[error(transparent)]
    Denied(#[from] Denied),
    #[error("the id was used for another content")]
    IdReused,
    #[error("another officer was first")]
    Forestalled { reason: &'static str, by: AccountId, at: DateTime<Utc>, outcome: &'static str },
    #[error("the record changed since it was read")]
    Changed { version: i64 },
    #[error(transparent)]
    Refused(#[from] TripError),
    #[error("another trip of the plate is on the road")]
    PlateOnTheRoad,
    #[error("the database failed")]
    Database(#[from] DatabaseError),
    #[error("sealing failed")]
    Seal(#[source] seal::SealError),
    #[error("the event was not appended")]
    Event(#[source] events::AppendError),
    #[error("a stored value is not understood: {0}")]
    Corrupt(&'static str),
}

impl From<Invalid> for Error {
    fn from(invalid: Invalid) -> Self {
        Self::Invalid(invalid.0)
    }
}

impl From<IdReused> for Error {
    fn from(_: IdReused) -> Self {
        Self::IdReused
    }
}

impl From<UnknownCode> for Error {
    fn from(unknown: UnknownCode) -> Self {
        Self::Corrupt(unknown.0)
    }
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        Self::Database(error.into())
    }
}

impl From<seal::SealError> for Error {
    fn from(error: seal::SealError) -> Self {
        match error {
            seal::SealError::Database(error) => error.into(),
            other => Self::Seal(other),
        }
    }
}

impl From<events::AppendError> for Error {
    fn from(error: events::AppendError) -> Self {
        match error {
            events::AppendError::Database(error) => error.into(),
            other => Self::Event(other),
        }
    }
}

impl Error {
    /// Whether the database enforced one of these constraints.
    pub fn is_on(&self, constraints: &[&str]) -> bool {
        let Self::Database(DatabaseError::Other(error)) = self else { return false };
        constraints.iter().any(|name| runtime::database::on_constraint(error, name))
    }

    /// The primary key of a client's id was taken by another record.
    pub fn or_reused(self, key: &str) -> Self {
        if self.is_on(&[key]) { Self::IdReused } else { self }
    }
}

impl From<Error> for tonic::Status {
    fn from(error: Error) -> Self {
        problem(&error).into()
    }
}

fn problem(error: &Error) -> Problem {
    match error {
        Error::Invalid(faults) => Problem::invalid(faults.iter().map(violation).collect()),
        Error::NotFound => Problem::new(Code::NotFound, "NOT_FOUND", "Không tìm thấy.", "Not found."),
        Error::Denied(denied) => denied.problem(),
        Error::IdReused => Problem::new(
            Code::AlreadyExists,
            "ID_REUSED",
            "Mã này đã dùng cho nội dung khác. Tải lại trang rồi gửi lại.",
            "This id was used for another content. Reload the page and send again.",
        ),
        Error::Forestalled { reason, by, at, outcome } => {
            Problem::new(Code::Aborted, *reason, "Cán bộ khác đã ghi trước. Tải lại để xem.", "Another officer was first. Reload to see.")
                .with("by", by)
                .with("at", at.to_rfc3339())
                .with("outcome", outcome)
        }
        Error::Changed { version } => Problem::new(
            Code::Aborted,
            "VERSION_CHANGED",
            "Chuyến đã thay đổi sau khi mở. Tải lại để xem.",
            "The trip has changed since it was opened. Reload to see.",
        )
        .with("version", version),
        Error::Refused(refused) => refusal(refused),
        Error::PlateOnTheRoad => Problem::new(
            Code::FailedPrecondition,
            "OTHER_TRIP_OPEN",
            "Đóng chuyến trước của xe này (chưa ghi xe ra).",
            "Close the earlier trip of this vehicle first (exit not recorded).",
        ),
        Error::Database(error) => error.problem(),
        Error::Seal(seal::SealError::Erased(_)) => Problem::new(Code::NotFound, "ERASED", "Dữ liệu đã được xóa.", "The data was erased."),
        Error::Seal(error) => Problem::internal(error),
        Error::Event(error) => Problem::internal(error),
        Error::Corrupt(_) => Problem::internal(error),
    }
}

fn violation(fault: &Fault) -> FieldViolation {
    FieldViolation::new(fault.field_path.clone(), fault.code, fault.description_vi.clone(), fault.description_en.clone())
}

fn refusal(refused: &TripError) -> Problem {
    let precondition = |reason, vi, en| Problem::new(Code::FailedPrecondition, reason, vi, en);
    match refused {
        TripError::NotAtPost => {
            precondition("NOT_AT_POST", "Xe chưa được nhận tại chốt này.", "The vehicle was not received at this post.")
        }
        TripError::AlreadyDecided => precondition("ALREADY_DECIDED", "Chuyến đã có quyết định.", "The trip has been decided."),
        TripError::Ended => precondition("TRIP_ENDED", "Chuyến đã kết thúc.", "The trip has ended."),
        TripError::NotOnTheRoad => precondition("NOT_ON_THE_ROAD", "Xe không đang trên đường.", "The vehicle is not on the road."),
        TripError::DecisionClosed { why, assessment } => closed(why, assessment),
        TripError::ReasonMissing => field("reasons", "Ghi lý do", "Give a reason"),
        TripError::ArrivalAnswered => precondition("ARRIVAL_ANSWERED", "Nơi đến này đã được xác nhận.", "This arrival has been answered."),
        TripError::OwnAdmission => Problem::new(
            Code::PermissionDenied,
            "OWN_ADMISSION",
            "Người cho xe vào không xác nhận xe đến.",
            "Whoever admitted the vehicle cannot confirm its arrival.",
        ),
        TripError::HeadcountDiffers => {
            field("headcount", "Số người khác với số đã đếm: chọn sai người", "Not as many as were counted: choose wrong persons")
        }
    }
}

fn field(name: &str, vi: &'static str, en: &'static str) -> Problem {
    Problem::invalid(vec![FieldViolation::new(name, crate::fault::INVALID, vi, en)])
}

/// Says what is missing: each unmet requirement as a field violation of `findings`, its code as the reason.
fn closed(why: &Text, assessment: &Assessment) -> Problem {
    let mut problem = Problem::new(Code::FailedPrecondition, "DECISION_CLOSED", why.vi.clone(), why.en.clone());
    let missing = |requirement: &crate::assessment::Requirement| {
        let field = requirement.person.map_or("findings".to_owned(), |person| format!("findings.checks[{person}]"));
        FieldViolation::new(field, requirement.code, requirement.text.vi.clone(), requirement.text.en.clone())
    };
    problem.fields = assessment.missing().map(missing).collect();
    problem
}
