//! What can go wrong in the laboratory service beside what can in any, and what the caller of an RPC is told: one variant per answer.

use chrono::Duration;
use requests::Failure;
use runtime::grpc::{FieldViolation, Problem};
use tonic::Code;

use crate::{desk::DeskError, tube::TubeError};

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error(transparent)]
    Failure(Failure),
    #[error(transparent)]
    Tube(#[from] TubeError),
    #[error(transparent)]
    Desk(#[from] DeskError),
    /// Samples that may not be where they were put, each with its field.
    #[error("samples that do not fit")]
    Samples(Vec<FieldViolation>),
    #[error("the state of the box does not allow this")]
    ShipmentState,
    #[error("the state of the run does not allow this")]
    RunState,
    #[error("who read a result cannot approve it")]
    OwnResult,
    /// A result was decided on before.
    #[error("the state of the result does not allow this")]
    ResultState,
    /// No answer, or none that the person may read yet.
    #[error("there is nothing to certify")]
    NothingToCertify,
    #[error("the certificate or its page was not made")]
    Certificate,
    #[error("too many wrong births")]
    TooManyTries(Duration),
}

requests::failures! { Error }

fn problem(error: &Error) -> Problem {
    let precondition = |reason, vi, en| Problem::new(Code::FailedPrecondition, reason, vi, en);
    match error {
        Error::Failure(failure) => failure.problem(),
        Error::Tube(refused) => refused.problem(),
        Error::Desk(refused) => refused.problem(),
        Error::Samples(fields) => {
            let (vi, en) = ("Có mẫu không dùng được ở đây; xem từng mẫu.", "Some samples cannot be used here; see each of them.");
            let mut problem = precondition("SAMPLES", vi, en);
            problem.fields.clone_from(fields);
            problem
        }
        Error::ShipmentState => {
            precondition("SHIPMENT_STATE", "Thùng mẫu không còn ở bước này. Tải lại để xem.", "The box is past this step. Reload to see.")
        }
        Error::RunState => {
            precondition("RUN_STATE", "Lô chạy không còn ở bước này. Tải lại để xem.", "The run is past this step. Reload to see.")
        }
        Error::OwnResult => Problem::new(
            Code::PermissionDenied,
            "OWN_RESULT",
            "Người đọc kết quả không tự duyệt; cần người khác duyệt.",
            "Whoever read the results cannot approve them; another person has to.",
        ),
        Error::ResultState => precondition(
            "RESULT_STATE",
            "Kết quả này đã được quyết định. Tải lại để xem.",
            "This result has been decided on. Reload to see.",
        ),
        Error::NothingToCertify => precondition(
            "NOTHING_TO_CERTIFY",
            "Chưa có kết quả để chứng nhận. Xem lại sau khi có kết quả.",
            "There is no result to certify yet. Look again when there is one.",
        ),
        Error::Certificate => Problem::internal(error),
        Error::TooManyTries(wait) => Problem {
            retry_after: wait.to_std().ok(),
            ..Problem::new(
                Code::ResourceExhausted,
                "TOO_MANY_TRIES",
                "Sai quá nhiều lần. Hãy chờ rồi thử lại.",
                "Too many wrong tries. Wait and try again.",
            )
        },
    }
}
