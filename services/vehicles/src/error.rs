//! What can go wrong, and what the caller of an RPC is told: one variant per answer, mapped in one exhaustive match.

use chrono::{DateTime, Utc};
use ids::AccountId;
use requests::Failure;
use runtime::grpc::{FieldViolation, Problem};
use tonic::Code;

use crate::{
    assessment::{Assessment, Text},
    trip::TripError,
};

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error(transparent)]
    Failure(Failure),
    #[error("another officer was first")]
    Forestalled { reason: &'static str, by: AccountId, at: DateTime<Utc>, outcome: &'static str },
    #[error("the record changed since it was read")]
    Changed { version: i64 },
    #[error(transparent)]
    Refused(#[from] TripError),
    #[error("another trip of the plate is on the road")]
    PlateOnTheRoad,
}

requests::failures! { Error }

fn problem(error: &Error) -> Problem {
    match error {
        Error::Failure(failure) => failure.problem(),
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
    }
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
