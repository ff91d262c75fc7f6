//! What can go wrong, and what the caller of an RPC is told: one variant per answer, mapped in one exhaustive match.

mod photos;

use chrono::{DateTime, Duration, Utc};
use ids::AccountId;
use requests::Failure;
use runtime::grpc::{FieldViolation, Problem};
use tonic::Code;

use crate::{
    contact::{Finding, Kind},
    photo::PhotoError,
    report::ReportError,
};

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error(transparent)]
    Failure(Failure),
    /// Who did it, when he has an account, and when.
    #[error("the report changed since it was read")]
    Changed { version: i64, by: Option<AccountId>, at: Option<DateTime<Utc>> },
    #[error(transparent)]
    Refused(#[from] ReportError),
    /// A text for everybody has a person in it.
    #[error("the text names a person")]
    PersonNamed(Vec<Finding>),
    #[error("too many wrong PINs")]
    TooManyPins(Duration),
    #[error(transparent)]
    Photo(#[from] PhotoError),
}

requests::failures! { Error }

impl From<files::Refusal> for Error {
    fn from(refusal: files::Refusal) -> Self {
        Self::Photo(refusal.into())
    }
}

impl From<files::FilesError> for Error {
    fn from(error: files::FilesError) -> Self {
        Self::Photo(error.into())
    }
}

fn problem(error: &Error) -> Problem {
    match error {
        Error::Failure(failure) => failure.problem(),
        Error::Changed { version, by, at } => {
            let (vi, en) =
                ("Phản ánh đã thay đổi sau khi mở. Tải lại để xem.", "The report has changed since it was opened. Reload to see.");
            let mut problem = Problem::new(Code::Aborted, "CHANGED", vi, en).with("version", version);
            if let Some(by) = by {
                problem = problem.with("by", by);
            }
            at.iter().fold(problem, |problem, at| problem.with("at", at.to_rfc3339()))
        }
        Error::Refused(refused) => refusal(*refused),
        Error::PersonNamed(findings) => person_named(findings),
        Error::TooManyPins(wait) => Problem {
            retry_after: wait.to_std().ok(),
            ..Problem::new(
                Code::ResourceExhausted,
                "TOO_MANY_PINS",
                "Sai mã PIN quá nhiều lần. Hãy chờ rồi thử lại.",
                "Too many wrong PINs. Wait and try again.",
            )
        },
        Error::Photo(error) => photos::problem(error),
    }
}

fn refusal(refused: ReportError) -> Problem {
    let precondition = |reason, vi, en| Problem::new(Code::FailedPrecondition, reason, vi, en);
    match refused {
        ReportError::State(state) => {
            let state = state.as_str_name().trim_start_matches("REPORT_STATE_");
            precondition("WRONG_STATE", "Trạng thái của phản ánh không cho phép việc này.", "The state of the report does not allow this.")
                .with("state", state)
        }
        ReportError::OwnAnswer => Problem::new(
            Code::PermissionDenied,
            "OWN_ANSWER",
            "Người soạn trả lời không tự duyệt; cần người khác duyệt.",
            "Whoever wrote the answer cannot decide on it; another person has to.",
        ),
        ReportError::ReopenedBefore => {
            precondition("REOPENED_BEFORE", "Phản ánh chỉ được mở lại một lần.", "A report can be reopened once only.")
        }
        ReportError::TooLateToReopen => {
            precondition("TOO_LATE_TO_REOPEN", "Đã quá 7 ngày để mở lại phản ánh.", "The 7 days to reopen the report are over.")
        }
        ReportError::RatedBefore => precondition("RATED_BEFORE", "Phản ánh đã được đánh giá.", "The report has been rated."),
        ReportError::MergedWithItself => precondition(
            "MERGED_WITH_ITSELF",
            "Hai phản ánh này đã là một; chọn phản ánh khác.",
            "These two are one already; choose another report.",
        ),
        ReportError::HandledAlone => precondition(
            "HANDLED_ALONE",
            "Phản ánh về cán bộ được xử lý riêng, không gộp.",
            "What is about officers is handled by itself and not merged.",
        ),
    }
}

/// Names what was found, each by its kind and a hint that only its writer understands.
fn person_named(findings: &[Finding]) -> Problem {
    let mut problem = Problem::new(
        Code::FailedPrecondition,
        "PERSON_NAMED",
        "Nội dung công khai không được có tên, số giấy tờ, số điện thoại của người. Dùng chữ cái đầu.",
        "The public text may hold no name, number or phone of a person. Use initials.",
    );
    problem.fields = findings.iter().map(finding).collect();
    problem
}

fn finding(finding: &Finding) -> FieldViolation {
    let (reason, vi, en) = match finding.kind {
        Kind::Name => ("NAME", "Họ tên người", "A person's name"),
        Kind::Phone => ("PHONE", "Số điện thoại", "A phone number"),
        Kind::IdNumber => ("ID_NUMBER", "Số giấy tờ tùy thân", "A number of identity"),
        Kind::Email => ("EMAIL", "Địa chỉ thư điện tử", "A mail address"),
        Kind::Handle => ("ACCOUNT", "Tài khoản mạng xã hội", "An account of a network"),
    };
    FieldViolation::new("public_text", reason, format!("{vi}: {}", finding.hint), format!("{en}: {}", finding.hint))
}
