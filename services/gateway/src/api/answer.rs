//! The answer of a call as HTTP: JSON with an entity tag, or a file.
use axum::{
    body::{Body, Bytes},
    response::{IntoResponse as _, Response},
};
use base64ct::{Base64UrlUnpadded, Encoding as _};
use contract::{
    Audience, Method, Records,
    transcode::{self, Answer, wire},
};
use http::{HeaderValue, StatusCode, header};
use sha2::{Digest as _, Sha256};
use tonic::Status;

use super::{exchange::Asked, problem};

pub fn of(method: &Method, message: &Bytes, asked: &Asked) -> Response {
    let made = match method.answer {
        Answer::File { name, media_type, content } => Ok(file(message, [name, media_type, content])),
        Answer::Json | Answer::Events { .. } => transcode::response(method, message).map(|json| json_answer(method, json, asked)),
    };
    made.unwrap_or_else(|error| {
        let internal: Status = runtime::grpc::Problem::internal(&error).into();
        problem::of_status(&internal, asked)
    })
}

fn json_answer(method: &Method, json: Vec<u8>, asked: &Asked) -> Response {
    let caching = caching(method, asked);
    let mut response = ().into_response();
    if asked.safe && !method.secret {
        let tag = format!("\"{}\"", Base64UrlUnpadded::encode_string(&Sha256::digest(&json)[..18]));
        if asked.if_none_match.as_deref().is_some_and(|known| names(known, &tag)) {
            *response.status_mut() = StatusCode::NOT_MODIFIED;
        }
        if let Ok(tag) = HeaderValue::from_str(&tag) {
            response.headers_mut().insert(header::ETAG, tag);
        }
    }
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static(caching));
    if response.status() != StatusCode::NOT_MODIFIED {
        response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        *response.body_mut() = Body::from(json);
    }
    response
}

/// What anybody may see is anybody's to keep for a moment, what a signed-in person sees only his, and what is personal nobody's.
fn caching(method: &Method, asked: &Asked) -> &'static str {
    if !asked.safe || method.secret || method.records == Records::PersonData {
        return "no-store";
    }
    if method.audience == Audience::Public { "public, max-age=2" } else { "private, no-cache" }
}

/// `If-None-Match` compares weakly, and a star names everything.
fn names(known: &str, tag: &str) -> bool {
    known.split(',').map(|one| one.trim().trim_start_matches("W/")).any(|one| one == tag || one == "*")
}

fn file(message: &Bytes, [name, media_type, content]: [u32; 3]) -> Response {
    let bytes = wire::find_bytes(message, content).map(|content| message.slice_ref(content)).unwrap_or_default();
    let mut response = Body::from(bytes).into_response();
    let headers = response.headers_mut();
    let media_type = wire::find_text(message, media_type).and_then(|text| HeaderValue::from_str(text).ok());
    headers.insert(header::CONTENT_TYPE, media_type.unwrap_or(HeaderValue::from_static("application/octet-stream")));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    if let Ok(disposition) = HeaderValue::from_str(&disposition(wire::find_text(message, name).unwrap_or("file"))) {
        headers.insert(header::CONTENT_DISPOSITION, disposition);
    }
    response
}

/// RFC 6266: the name in full, and before it one that old readers understand.
pub fn disposition(name: &str) -> String {
    let plain: String =
        name.chars().map(|letter| if letter.is_ascii_alphanumeric() || "-_. ".contains(letter) { letter } else { '_' }).collect();
    let full: String = name
        .bytes()
        .map(
            |byte| {
                if byte.is_ascii_alphanumeric() || b"-_.".contains(&byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }
            },
        )
        .collect();
    format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{full}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_name_cannot_leave_its_header() {
        let expected = "attachment; filename=\"Th_ng k_ _10.xlsx\"; filename*=UTF-8''Th%E1%BB%91ng%20k%C3%AA%20%2210.xlsx";
        assert_eq!(disposition("Thống kê \"10.xlsx"), expected);
        assert!(HeaderValue::from_str(&disposition("a\r\nSet-Cookie: b")).is_ok_and(|value| !value.as_bytes().contains(&b'\n')));
    }

    #[test]
    fn a_tag_is_found_in_a_list() {
        for (known, expected) in [("\"a\"", true), ("W/\"a\"", true), ("\"b\", \"a\"", true), ("*", true), ("\"b\"", false), ("a", false)] {
            assert_eq!(names(known, "\"a\""), expected, "{known}");
        }
    }
}
