//! What a page answers when it cannot do what was asked: a service's status becomes a page, a redirect to sign-in, or a form to mend.
use axum::response::{IntoResponse, Redirect, Response};
use http::{HeaderValue, StatusCode, header};
use runtime::grpc::Problem;
use tonic::{Code, Status};
use tonic_types::StatusExt as _;

use crate::text::Lang;

/// Seconds after which a page that was refused for load may be asked for again.
const RETRY_SECONDS: u64 = 60;

/// A page's failure. `answers::with_error_pages` turns the bare status into a friendly page.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PageError {
    #[error("the request cannot be read")]
    Unreadable,
    #[error("the request is too large")]
    TooLarge,
    /// Nobody is signed in, or the session has ended.
    #[error("sign-in is needed")]
    SignIn,
    /// The screen of the session was left alone.
    #[error("the session is locked")]
    Locked,
    #[error("not allowed")]
    Forbidden,
    #[error("not found")]
    NotFound,
    /// Somebody else was first, or the id was used with other content.
    #[error("changed by somebody else")]
    Conflict,
    /// Fields to mend; a page with a form shows them, any other answers 400.
    #[error("{} fields to mend", .0.len())]
    Invalid(Vec<Fault>),
    /// A rule forbids it now; the reason is stable, such as `DECISION_MISSING_EVIDENCE`.
    #[error("refused: {reason}")]
    Refused { reason: String, faults: Vec<Fault> },
    #[error("too many requests")]
    TooMany,
    /// It is not known whether the request took effect.
    #[error("unavailable")]
    Unavailable,
    #[error("internal error")]
    Internal,
}

/// One field that a service refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Path in the request's message: `declaration.people[0].phone`.
    pub path: String,
    /// Stable reason, such as `REQUIRED`; empty when the service gave none.
    pub reason: String,
    pub vi: String,
    pub en: String,
}

impl Fault {
    /// What to do, in the language of the page.
    pub fn text(&self, lang: Lang) -> &str {
        match lang {
            Lang::Vi if !self.vi.is_empty() => &self.vi,
            _ => &self.en,
        }
    }
}

impl PageError {
    pub fn status(&self) -> StatusCode {
        match self {
            PageError::Unreadable | PageError::Invalid(_) => StatusCode::BAD_REQUEST,
            PageError::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            PageError::SignIn | PageError::Locked => StatusCode::SEE_OTHER,
            PageError::Forbidden => StatusCode::FORBIDDEN,
            PageError::NotFound => StatusCode::NOT_FOUND,
            PageError::Conflict | PageError::Refused { .. } => StatusCode::CONFLICT,
            PageError::TooMany => StatusCode::TOO_MANY_REQUESTS,
            PageError::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            PageError::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }
}

impl From<Status> for PageError {
    fn from(status: Status) -> Self {
        match status.code() {
            Code::InvalidArgument | Code::OutOfRange => PageError::Invalid(faults(&status)),
            Code::Unauthenticated => PageError::SignIn,
            Code::PermissionDenied => PageError::Forbidden,
            Code::NotFound => PageError::NotFound,
            Code::AlreadyExists | Code::Aborted => PageError::Conflict,
            Code::FailedPrecondition => PageError::Refused { reason: reason(&status), faults: faults(&status) },
            Code::ResourceExhausted => PageError::TooMany,
            Code::Unavailable | Code::DeadlineExceeded | Code::Cancelled => PageError::Unavailable,
            Code::Ok | Code::Unknown | Code::Internal | Code::DataLoss | Code::Unimplemented => PageError::Internal,
        }
    }
}

/// Stable reason of the status, empty when there is none.
pub fn reason(status: &Status) -> String {
    status.get_details_error_info().map(|info| info.reason).unwrap_or_default()
}

/// What the service says of its refusal, in the language of the page.
pub fn message(status: &Status, lang: Lang) -> String {
    let problem = Problem::from_status(status);
    match lang {
        Lang::Vi => problem.message_vi.into_owned(),
        Lang::En => problem.message_en.into_owned(),
    }
}

fn faults(status: &Status) -> Vec<Fault> {
    let fields = status.get_details_bad_request().map(|request| request.field_violations).unwrap_or_default();
    let fault = |fault: tonic_types::FieldViolation| Fault {
        path: fault.field,
        reason: fault.reason,
        vi: fault.localized_message.filter(|message| message.locale == "vi").map(|message| message.message).unwrap_or_default(),
        en: fault.description,
    };
    fields.into_iter().map(fault).collect()
}

impl IntoResponse for PageError {
    fn into_response(self) -> Response {
        let status = self.status();
        match self {
            PageError::SignIn => Redirect::to("/sign-in").into_response(),
            PageError::Locked => Redirect::to("/unlock").into_response(),
            PageError::TooMany | PageError::Unavailable => {
                let mut response = status.into_response();
                response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(RETRY_SECONDS));
                response
            }
            _ => status.into_response(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_record_and_a_foreign_one_look_the_same() {
        assert_eq!(PageError::from(Status::not_found("trip")), PageError::NotFound);
    }

    #[test]
    fn every_code_has_an_answer() {
        for number in 0..=16 {
            let error = PageError::from(Status::new(Code::from(number), "x"));
            assert!(error.status().as_u16() >= 303, "{number}");
        }
    }
}
