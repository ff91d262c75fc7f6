//! Errors on the wire: what a service says went wrong, and its form in a `tonic::Status` (ErrorInfo, BadRequest, LocalizedMessage, RetryInfo, RequestInfo).

use std::{borrow::Cow, collections::HashMap, error::Error, time::Duration};

use tonic::{Code, Status};
use tonic_types::{BadRequest, ErrorDetail, ErrorInfo, LocalizedMessage, RequestInfo, RetryInfo, StatusExt};

use super::scope;
use crate::lifecycle::with_sources;

type Text = Cow<'static, str>;

/// What the caller is told. Each service's `error.rs` makes one of these for each of its errors.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    pub code: Code,
    /// Stable and in capitals, for programs: `PLATE_TAKEN`.
    pub reason: Text,
    /// For a person to read, in Vietnamese and in English; no personal data.
    pub message_vi: Text,
    pub message_en: Text,
    pub fields: Vec<FieldViolation>,
    /// More about the reason, for programs: who decided first, and when. No personal data.
    pub metadata: HashMap<String, String>,
    pub retry_after: Option<Duration>,
    /// The request as it can be read over the phone; set by the server stack.
    pub request_id: Option<String>,
}

/// What is wrong with one field of the request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldViolation {
    /// The path in the message: `people[2].birth`.
    pub field: String,
    pub reason: Text,
    pub message_vi: Text,
    pub message_en: Text,
}

impl FieldViolation {
    pub fn new(field: impl Into<String>, reason: impl Into<Text>, message_vi: impl Into<Text>, message_en: impl Into<Text>) -> Self {
        Self { field: field.into(), reason: reason.into(), message_vi: message_vi.into(), message_en: message_en.into() }
    }
}

/// The reason of an outcome that nobody knows.
const OUTCOME_UNKNOWN: &str = "OUTCOME_UNKNOWN";
const DOMAIN: &str = "gsvt";

impl Problem {
    pub fn new(code: Code, reason: impl Into<Text>, message_vi: impl Into<Text>, message_en: impl Into<Text>) -> Self {
        Self {
            code,
            reason: reason.into(),
            message_vi: message_vi.into(),
            message_en: message_en.into(),
            fields: Vec::new(),
            metadata: HashMap::new(),
            retry_after: None,
            request_id: None,
        }
    }

    /// The problem with one more fact about its reason.
    pub fn with(mut self, name: impl Into<String>, value: impl ToString) -> Self {
        self.metadata.insert(name.into(), value.to_string());
        self
    }

    /// INVALID_ARGUMENT: all that is wrong with a request, told together.
    pub fn invalid(fields: Vec<FieldViolation>) -> Self {
        let (message_vi, message_en) =
            ("Có thông tin chưa đúng. Hãy sửa các ô được đánh dấu.", "Some fields are not right. Correct the marked ones.");
        Self { fields, ..Self::new(Code::InvalidArgument, "INVALID_ARGUMENT", message_vi, message_en) }
    }

    /// UNAVAILABLE: nothing was done; the same again in a second.
    pub fn unavailable(reason: &'static str) -> Self {
        let (message_vi, message_en) = (
            "Hệ thống đang bận. Thao tác chưa được thực hiện; hãy thử lại sau giây lát.",
            "The system is busy. Nothing was done; try again in a moment.",
        );
        Self { retry_after: Some(Duration::from_secs(1)), ..Self::new(Code::Unavailable, reason, message_vi, message_en) }
    }

    /// UNAVAILABLE: the change may have been made or not; the same again under the same id finds out.
    pub fn outcome_unknown() -> Self {
        let (message_vi, message_en) = (
            "Chưa rõ thao tác đã được lưu hay chưa. Hãy gửi lại; hệ thống không ghi trùng.",
            "It is not known whether this was saved. Send it again; it is never stored twice.",
        );
        Self { retry_after: Some(Duration::from_secs(1)), ..Self::new(Code::Unavailable, OUTCOME_UNKNOWN, message_vi, message_en) }
    }

    /// DEADLINE_EXCEEDED: the time of the request is over. Whether a change was made is not known.
    pub fn too_late() -> Self {
        let (message_vi, message_en) = (
            "Hệ thống trả lời quá chậm. Hãy gửi lại; hệ thống không ghi trùng.",
            "The system took too long. Send it again; it is never stored twice.",
        );
        Self { retry_after: Some(Duration::from_secs(1)), ..Self::new(Code::DeadlineExceeded, "DEADLINE_EXCEEDED", message_vi, message_en) }
    }

    /// RESOURCE_EXHAUSTED: this client asks too often.
    pub fn too_often(retry_after: Duration) -> Self {
        let (message_vi, message_en) =
            ("Bạn thao tác quá nhanh. Hãy chờ một lát rồi thử lại.", "That was too often. Wait a moment and try again.");
        Self { retry_after: Some(retry_after), ..Self::new(Code::ResourceExhausted, "TOO_OFTEN", message_vi, message_en) }
    }

    /// INTERNAL: logs the error and all its causes here, once; the caller learns nothing but the number of his request.
    pub fn internal(error: &(dyn Error + 'static)) -> Self {
        Self::logged(&with_sources(error))
    }

    pub(super) fn logged(cause: &str) -> Self {
        tracing::error!(cause, request_id = scope::request_id().map(tracing::field::display), "internal error");
        let (message_vi, message_en) = ("Hệ thống gặp lỗi. Hãy thử lại, hoặc báo số yêu cầu cho người quản trị.", "internal error");
        Self::new(Code::Internal, "INTERNAL", message_vi, message_en)
    }

    /// Whether a change may have been made although the answer is an error.
    pub fn is_outcome_unknown(&self) -> bool {
        self.reason == OUTCOME_UNKNOWN || self.code == Code::DeadlineExceeded
    }

    /// Reads what a service answered; what is not in our form gets its code's name as reason.
    pub fn from_status(status: &Status) -> Self {
        let details = status.get_error_details_vec();
        let mut problem = Self::new(status.code(), code_name(status.code()), status.message().to_owned(), status.message().to_owned());
        for detail in details {
            match detail {
                ErrorDetail::ErrorInfo(info) if info.domain == DOMAIN => {
                    problem.reason = info.reason.into();
                    problem.metadata = info.metadata;
                }
                ErrorDetail::LocalizedMessage(text) if text.locale == "vi" => problem.message_vi = text.message.into(),
                ErrorDetail::LocalizedMessage(text) if text.locale == "en" => problem.message_en = text.message.into(),
                ErrorDetail::BadRequest(bad) => problem.fields.extend(bad.field_violations.into_iter().map(FieldViolation::from)),
                ErrorDetail::RetryInfo(retry) => problem.retry_after = retry.retry_delay,
                ErrorDetail::RequestInfo(info) => problem.request_id = Some(info.request_id),
                _ => {}
            }
        }
        problem
    }
}

impl From<Problem> for Status {
    fn from(problem: Problem) -> Self {
        let message = problem.message_en.to_string();
        let mut details: Vec<ErrorDetail> = vec![
            ErrorInfo::new(problem.reason, DOMAIN, problem.metadata).into(),
            LocalizedMessage::new("vi", problem.message_vi).into(),
            LocalizedMessage::new("en", problem.message_en).into(),
        ];
        if !problem.fields.is_empty() {
            details.push(BadRequest::new(problem.fields.into_iter().map(tonic_types::FieldViolation::from).collect::<Vec<_>>()).into());
        }
        if let Some(delay) = problem.retry_after {
            details.push(RetryInfo::new(Some(delay)).into());
        }
        if let Some(id) = problem.request_id.or_else(|| scope::request_id().map(|id| id.to_string())) {
            details.push(RequestInfo::new(id, "").into());
        }
        Status::with_error_details_vec(problem.code, message, details)
    }
}

impl From<FieldViolation> for tonic_types::FieldViolation {
    fn from(violation: FieldViolation) -> Self {
        Self {
            field: violation.field,
            description: violation.message_en.into_owned(),
            reason: violation.reason.into_owned(),
            localized_message: Some(LocalizedMessage::new("vi", violation.message_vi)),
        }
    }
}

impl From<contract::rules::FieldViolation> for FieldViolation {
    fn from(violation: contract::rules::FieldViolation) -> Self {
        Self::new(violation.field_path, violation.code, violation.description_vi, violation.description_en)
    }
}

impl From<tonic_types::FieldViolation> for FieldViolation {
    fn from(violation: tonic_types::FieldViolation) -> Self {
        let message_vi = violation.localized_message.map_or_else(|| violation.description.clone(), |text| text.message);
        Self::new(violation.field, violation.reason, message_vi, violation.description)
    }
}

/// The name of a code as gRPC writes it, `NOT_FOUND`.
pub(super) const fn code_name(code: Code) -> &'static str {
    match code {
        Code::Ok => "OK",
        Code::Cancelled => "CANCELLED",
        Code::Unknown => "UNKNOWN",
        Code::InvalidArgument => "INVALID_ARGUMENT",
        Code::DeadlineExceeded => "DEADLINE_EXCEEDED",
        Code::NotFound => "NOT_FOUND",
        Code::AlreadyExists => "ALREADY_EXISTS",
        Code::PermissionDenied => "PERMISSION_DENIED",
        Code::ResourceExhausted => "RESOURCE_EXHAUSTED",
        Code::FailedPrecondition => "FAILED_PRECONDITION",
        Code::Aborted => "ABORTED",
        Code::OutOfRange => "OUT_OF_RANGE",
        Code::Unimplemented => "UNIMPLEMENTED",
        Code::Internal => "INTERNAL",
        Code::Unavailable => "UNAVAILABLE",
        Code::DataLoss => "DATA_LOSS",
        Code::Unauthenticated => "UNAUTHENTICATED",
    }
}
