//! The form of every error of `/v1`.
use serde_json::{Value, json};

pub fn response() -> Value {
    json!({
        "description": "What went wrong (RFC 9457).",
        "content": { "application/problem+json": { "schema": { "$ref": "#/components/schemas/Problem" }, "example": {
            "type": "urn:gsvt:problem:INVALID_ARGUMENT",
            "title": "Yêu cầu không hợp lệ",
            "status": 400,
            "detail": "Có thông tin chưa đúng. Hãy sửa các ô được đánh dấu.",
            "instance": "/v1/trips",
            "code": "INVALID_ARGUMENT",
            "errors": [{ "pointer": "/declaration/people/2/fullName", "code": "REQUIRED", "detail": "Cần điền mục này." }],
            "request_id": "019a0000-0000-7000-8000-000000000001",
            "outcome": "not_applied",
            "retryable": false,
        } } },
    })
}

pub fn schema() -> Value {
    json!({
        "type": "object",
        "description": "An error. Programs branch on `code`, which never changes its meaning; people read `detail`.",
        "required": ["type", "title", "status", "detail", "instance", "code", "errors", "request_id", "outcome", "retryable"],
        "properties": {
            "type": { "type": "string", "format": "uri-reference" },
            "title": { "type": "string" },
            "status": { "type": "integer", "minimum": 400, "maximum": 599 },
            "detail": { "type": "string" },
            "instance": { "type": "string", "format": "uri-reference", "description": "The path that was asked for, with secrets left out." },
            "code": { "type": "string", "pattern": "^[A-Z][A-Z0-9_]*$" },
            "errors": { "type": "array", "items": { "type": "object", "required": ["pointer", "code", "detail"], "properties": {
                "pointer": { "type": "string", "format": "json-pointer", "description": "Into the request; a path or query parameter is a field of it." },
                "code": { "type": "string" },
                "detail": { "type": "string" },
            } } },
            "request_id": { "type": "string", "description": "To be read to whoever helps." },
            "outcome": { "type": "string", "enum": ["not_applied", "unknown"], "description": "Whether anything was changed. After `unknown`, send the same request again: it is never stored twice." },
            "retryable": { "type": "boolean", "description": "Whether the same request may succeed later." },
            "retry_after_ms": { "type": "integer", "minimum": 0 },
        },
    })
}
