//! What is answered when a request cannot be done: each thing that is wrong, by the parameter's name, in Vietnamese and English.
use std::time::Duration;

use axum::response::Response;
use contract::reports::v1::QuestionAnswer;
use http::{HeaderValue, StatusCode, header};
use runtime::grpc::Problem;
use tonic::Status;
use tonic_types::StatusExt as _;

use super::document::{Document, Format, Node};
use crate::{error::PageError, site::Site, text::Lang};

/// After which an address that asked too much may ask again.
const PAUSE: Duration = Duration::from_secs(60);

/// Errors of one answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    status: StatusCode,
    told: Vec<String>,
    retry_after: Option<Duration>,
}

impl Failure {
    /// One thing, in both languages.
    pub fn new(site: &Site, status: StatusCode, key: &str) -> Self {
        Self { status, told: vec![both(&site.words(Lang::Vi).t(key), &site.words(Lang::En).t(key))], retry_after: None }
    }

    /// Parameters to mend, each with the key of what to do.
    pub fn parameters(site: &Site, wrong: &[(&str, &str)]) -> Self {
        let (vi, en) = (site.words(Lang::Vi), site.words(Lang::En));
        let told = wrong.iter().map(|(name, key)| format!("{name}: {}", both(&vi.t(key), &en.t(key)))).collect();
        Self { status: StatusCode::BAD_REQUEST, told, retry_after: None }
    }

    pub fn not_found(site: &Site) -> Self {
        Self::new(site, StatusCode::NOT_FOUND, "open311-no-request")
    }

    pub fn too_many(site: &Site) -> Self {
        Self { retry_after: Some(PAUSE), ..Self::of_http(site, StatusCode::TOO_MANY_REQUESTS) }
    }

    /// A status without more to say of it.
    pub fn of_http(site: &Site, status: StatusCode) -> Self {
        let key = match status.as_u16() {
            401 | 403 => "open311-forbidden",
            404 => "open311-no-path",
            405 => "open311-no-method",
            409 => "open311-conflict",
            413 => "open311-too-large",
            429 => "open311-too-many",
            502..=504 => "open311-away",
            500.. => "open311-broken",
            _ => "open311-unreadable",
        };
        Self::new(site, status, key)
    }

    pub fn of_page(site: &Site, error: &PageError) -> Self {
        Self { retry_after: (*error == PageError::Unavailable).then_some(PAUSE), ..Self::of_http(site, http_status(error)) }
    }

    /// What the service of reports answered; `answers` are those that were sent.
    pub fn of_status(site: &Site, status: &Status, answers: &[QuestionAnswer]) -> Self {
        let code = http_status(&PageError::from(status.clone()));
        let problem = Problem::from_status(status);
        // What is not in the form of our services says something to programmers only.
        let ours = status.get_details_error_info().is_some();
        let plain = if ours { vec![both(&problem.message_vi, &problem.message_en)] } else { Self::of_http(site, code).told };
        let field = |field: &runtime::grpc::FieldViolation| {
            format!("{}: {}", parameter(&field.field, answers), both(&field.message_vi, &field.message_en))
        };
        let told = if problem.fields.is_empty() { plain } else { problem.fields.iter().map(field).collect() };
        Self { status: code, told, retry_after: problem.retry_after }
    }

    pub fn respond(&self, format: Format) -> Response {
        let code = i64::from(self.status.as_u16());
        let error = |told: &String| Node::Fields(vec![("code", Node::Number(code)), ("description", Node::text(told.as_str()))]);
        let node = Node::List("error", self.told.iter().map(error).collect());
        let mut response = Document { status: self.status, root: "errors", node }.respond(format);
        if let Some(delay) = self.retry_after {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(delay.as_secs().max(1)));
        }
        response
    }
}

fn both(vi: &str, en: &str) -> String {
    if vi == en || vi.is_empty() { en.to_owned() } else { format!("{vi} / {en}") }
}

/// Nobody signs in here.
fn http_status(error: &PageError) -> StatusCode {
    if matches!(error, PageError::SignIn | PageError::Locked) { StatusCode::FORBIDDEN } else { error.status() }
}

/// From a field's path in the service's request to the parameter's name.
fn parameter(path: &str, answers: &[QuestionAnswer]) -> String {
    if let Some(rest) = path.strip_prefix("answers") {
        let number = rest.strip_prefix('[').and_then(|rest| rest.split(']').next()?.parse::<usize>().ok());
        let asked = number.and_then(|number| answers.get(number)).map(|answer| answer.question_id.as_str()).or(rest.strip_prefix('.'));
        return asked.map_or_else(|| "attribute".to_owned(), |question| format!("attribute[{question}]"));
    }
    let name = match path {
        "category_id" | "category_version" => "service_code",
        "plate" | "trip_id" => "attribute[plate]",
        "seen_at" => "attribute[seen_at]",
        "text" => "description",
        "place" => "lat, long, address_string, address_id",
        "place.landmark" => "address_string",
        "place.latitude" => "lat",
        "place.longitude" => "long",
        "contact.name" => "first_name, last_name",
        "contact.phone" => "phone",
        "contact.email" => "email",
        "ticket.code" => "service_request_id",
        "ticket.pin" => "X-Report-PIN",
        path if path.starts_with("place.area") => "address_id",
        path => path,
    };
    name.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_told_by_its_parameter() {
        let answers = [QuestionAnswer { question_id: "goods".into(), value: "x".into() }];
        for (path, expected) in [
            ("category_id", "service_code"),
            ("answers[0].value", "attribute[goods]"),
            ("answers.people", "attribute[people]"),
            ("answers[7].value", "attribute"),
            ("place.area.code", "address_id"),
            ("place.longitude", "long"),
            ("text", "description"),
            ("contact.email", "email"),
            ("submission_id", "submission_id"),
        ] {
            assert_eq!(parameter(path, &answers), expected, "{path}");
        }
    }
}
