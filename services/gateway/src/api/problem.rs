//! Every error of `/v1` as a problem detail (RFC 9457), in the language that was asked for.
use axum::response::{IntoResponse as _, Response};
use contract::transcode::{Refusal, of_field_path};
use http::{HeaderValue, StatusCode, header};
use runtime::{Language, grpc::Problem};
use serde::Serialize;
use tonic::{Code, Status};

use super::exchange::{Asked, Unread};

/// The document. `contract`'s OpenAPI describes it.
#[derive(Debug, Serialize)]
struct Detail<'a> {
    #[serde(rename = "type")]
    kind: String,
    title: &'a str,
    status: u16,
    detail: &'a str,
    instance: &'a str,
    code: &'a str,
    errors: Vec<FieldDetail<'a>>,
    request_id: String,
    outcome: &'static str,
    retryable: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    retry_after_ms: Option<u128>,
}

#[derive(Debug, Serialize)]
struct FieldDetail<'a> {
    pointer: String,
    code: &'a str,
    detail: &'a str,
}

/// What a service answered.
pub fn of_status(status: &Status, asked: &Asked) -> Response {
    let problem = Problem::from_status(status);
    respond(http_status(problem.code), &problem, asked)
}

/// What is wrong with path, query or body, before any service was asked.
pub fn refused(refusals: &[Refusal], asked: &Asked) -> Response {
    let mut problem = Problem::invalid(Vec::new());
    let path = |refusal: &Refusal| {
        runtime::grpc::FieldViolation::new(
            refusal.pointer.clone(),
            refusal.code,
            refusal.description_vi.clone(),
            refusal.description_en.clone(),
        )
    };
    problem.fields = refusals.iter().map(path).collect();
    if let [only] = refusals {
        problem.reason = only.code.into();
    }
    respond(StatusCode::BAD_REQUEST, &problem, asked)
}

pub fn unread(refusal: Unread, asked: &Asked) -> Response {
    let (status, reason, vi, en) = match refusal {
        Unread::TooLarge => (
            StatusCode::PAYLOAD_TOO_LARGE,
            "BODY_TOO_LARGE",
            "Nội dung lớn hơn 1 MB, hoặc tệp lớn hơn 5 MB.",
            "The body is larger than 1 MB, or its file than 5 MB.",
        ),
        Unread::TooSlow => (StatusCode::REQUEST_TIMEOUT, "BODY_TOO_SLOW", "Nội dung đến quá chậm.", "The body came too slowly."),
        Unread::NotJson => {
            (StatusCode::UNSUPPORTED_MEDIA_TYPE, "NOT_JSON", "Nội dung phải là application/json.", "The body must be application/json.")
        }
        Unread::Broken => (StatusCode::BAD_REQUEST, "BODY_BROKEN", "Nội dung bị ngắt giữa chừng.", "The body broke off."),
    };
    respond(status, &Problem::new(Code::InvalidArgument, reason, vi, en), asked)
}

pub fn no_such_path(asked: &Asked) -> Response {
    let (vi, en) = ("Không có địa chỉ này trong API.", "The API has no such path.");
    respond(StatusCode::NOT_FOUND, &Problem::new(Code::NotFound, "NO_SUCH_PATH", vi, en), asked)
}

pub fn method_not_allowed(asked: &Asked) -> Response {
    let (vi, en) = ("Địa chỉ này không nhận phương thức HTTP này.", "This path does not take this HTTP method.");
    respond(StatusCode::METHOD_NOT_ALLOWED, &Problem::new(Code::Unimplemented, "METHOD_NOT_ALLOWED", vi, en), asked)
}

/// The document of a status alone, as the last event of a stream says it.
pub fn document(status: &Status, asked: &Asked) -> String {
    let problem = Problem::from_status(status);
    write(http_status(problem.code), &problem, asked)
}

fn respond(status: StatusCode, problem: &Problem, asked: &Asked) -> Response {
    let mut response = (status, write(status, problem, asked)).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::CONTENT_LANGUAGE, HeaderValue::from_static(asked.sender.language.as_str()));
    if status == StatusCode::UNAUTHORIZED {
        headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    if let Some(delay) = problem.retry_after {
        headers.insert(header::RETRY_AFTER, HeaderValue::from(delay.as_secs().max(1)));
    }
    response
}

fn write(status: StatusCode, problem: &Problem, asked: &Asked) -> String {
    let vietnamese = asked.sender.language == Language::Vi;
    let fields = problem.fields.iter().map(|field| FieldDetail {
        // A refusal of ours is a pointer already; a service speaks of its message's fields.
        pointer: if field.field.starts_with('/') { field.field.clone() } else { of_field_path(&field.field) },
        code: &field.reason,
        detail: if vietnamese { &field.message_vi } else { &field.message_en },
    });
    let detail = Detail {
        kind: format!("urn:gsvt:problem:{}", problem.reason),
        title: title(status, vietnamese),
        status: status.as_u16(),
        detail: if vietnamese { &problem.message_vi } else { &problem.message_en },
        instance: &asked.instance,
        code: &problem.reason,
        errors: fields.collect(),
        request_id: asked.sender.request_id.to_string(),
        outcome: if may_have_happened(problem) && !asked.safe { "unknown" } else { "not_applied" },
        retryable: problem.retry_after.is_some() || is_passing(problem.code),
        retry_after_ms: problem.retry_after.map(|delay| delay.as_millis()),
    };
    serde_json::to_string(&detail).unwrap_or_default()
}

pub fn http_status(code: Code) -> StatusCode {
    match code {
        Code::InvalidArgument | Code::OutOfRange => StatusCode::BAD_REQUEST,
        Code::Unauthenticated => StatusCode::UNAUTHORIZED,
        Code::PermissionDenied => StatusCode::FORBIDDEN,
        Code::NotFound => StatusCode::NOT_FOUND,
        Code::AlreadyExists | Code::Aborted | Code::FailedPrecondition => StatusCode::CONFLICT,
        Code::ResourceExhausted => StatusCode::TOO_MANY_REQUESTS,
        Code::Unimplemented => StatusCode::NOT_IMPLEMENTED,
        Code::Unavailable | Code::Cancelled => StatusCode::SERVICE_UNAVAILABLE,
        Code::DeadlineExceeded => StatusCode::GATEWAY_TIMEOUT,
        Code::Ok | Code::Unknown | Code::Internal | Code::DataLoss => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

/// Whether the same request may succeed later.
fn is_passing(code: Code) -> bool {
    match code {
        Code::Unavailable | Code::DeadlineExceeded | Code::ResourceExhausted | Code::Cancelled => true,
        Code::Ok
        | Code::Unknown
        | Code::InvalidArgument
        | Code::NotFound
        | Code::AlreadyExists
        | Code::PermissionDenied
        | Code::FailedPrecondition
        | Code::Aborted
        | Code::OutOfRange
        | Code::Unimplemented
        | Code::Internal
        | Code::DataLoss
        | Code::Unauthenticated => false,
    }
}

/// Whether a change may have been made although the answer is an error. A connection that broke says nothing of what the service did.
fn may_have_happened(problem: &Problem) -> bool {
    problem.is_outcome_unknown()
        || problem.reason == "SERVICE_UNAVAILABLE"
        || matches!(problem.code, Code::Cancelled | Code::Unknown | Code::Internal | Code::DataLoss)
}

fn title(status: StatusCode, vietnamese: bool) -> &'static str {
    if !vietnamese {
        return status.canonical_reason().unwrap_or("Error");
    }
    match status.as_u16() {
        400 => "Yêu cầu không hợp lệ",
        401 => "Chưa đăng nhập",
        403 => "Không có quyền",
        404 => "Không tìm thấy",
        405 => "Phương thức không được phép",
        408 => "Quá thời gian chờ",
        409 => "Trái với trạng thái hiện tại",
        413 => "Nội dung quá lớn",
        415 => "Kiểu nội dung không được nhận",
        429 => "Quá nhiều yêu cầu",
        503 => "Hệ thống đang bận",
        504 => "Hệ thống trả lời quá chậm",
        _ => "Hệ thống gặp lỗi",
    }
}
