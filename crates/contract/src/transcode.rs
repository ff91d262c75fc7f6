//! HTTP to gRPC and back without knowing any message: JSON, path and query become protobuf bytes, answers become JSON. The gateway calls
//! methods with these bytes alone, so that a new method costs it no line.
use bytes::Bytes;
use prost::Message;
use serde::{Serialize, de::DeserializeOwned};

use crate::{Method, Route};

mod parameters;
mod pointer;
mod refusal;
pub mod wire;

pub use parameters::{Parameter, Value};
pub use pointer::{of_field_path, segment};
pub use refusal::{Refusal, code};

/// JSON of one method's messages, both ways.
#[derive(Clone, Copy)]
pub struct Codec {
    request: fn(&[u8]) -> Result<Vec<u8>, serde_json::Error>,
    response: fn(&[u8]) -> Result<Vec<u8>, Unanswerable>,
}

/// How a method answers over HTTP.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    Json,
    /// A stream of messages: server-sent events. Tags of the fields that number and name an event, and of the request's resume point.
    Events {
        sequence: u32,
        kind: u32,
        after: u32,
    },
    /// `file_name`, `media_type` and `content` alone: a download. Their tags.
    File {
        name: u32,
        media_type: u32,
        content: u32,
    },
}

/// A service's answer that has no JSON form: another version of it speaks.
#[derive(Debug)]
pub struct Unanswerable(Box<dyn std::error::Error + Send + Sync>);

impl std::fmt::Display for Unanswerable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("an answer has no JSON form")
    }
}

impl std::error::Error for Unanswerable {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(self.0.as_ref())
    }
}

impl std::fmt::Debug for Codec {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Codec")
    }
}

impl Codec {
    pub(crate) const fn of<Q: Message + DeserializeOwned + Default, A: Message + Serialize + Default>() -> Codec {
        Codec { request: read::<Q>, response: written::<A> }
    }
}

/// The request message of `method`, as protobuf: `path` holds the decoded path parameters in the template's order, `query` is raw.
///
/// # Errors
/// Everything that is wrong with path and query, or the first thing that is wrong with the body.
pub fn request(method: &Method, route: &Route, path: &[&str], query: &str, body: &[u8]) -> Result<Bytes, Vec<Refusal>> {
    let mut message = match (route.body, body.trim_ascii()) {
        (true, []) | (false, []) => Vec::new(),
        (true, json) => (method.codec.request)(json).map_err(|error| vec![Refusal::of_json(json, &error)])?,
        (false, _) => return Err(vec![Refusal::unexpected_body()]),
    };
    let mut refusals = parameters::append_path(method, route, path, &mut message);
    refusals.extend(parameters::append_query(method, route, query, &mut message));
    if refusals.is_empty() { Ok(message.into()) } else { Err(refusals) }
}

/// The answer of `method` as JSON.
///
/// # Errors
/// When the bytes are not the message that we know, or hold a value that it does not name.
pub fn response(method: &Method, message: &[u8]) -> Result<Vec<u8>, Unanswerable> {
    (method.codec.response)(message)
}

fn read<M: Message + DeserializeOwned>(json: &[u8]) -> Result<Vec<u8>, serde_json::Error> {
    serde_json::from_slice::<M>(json).map(|message| message.encode_to_vec())
}

fn written<M: Message + Serialize + Default>(bytes: &[u8]) -> Result<Vec<u8>, Unanswerable> {
    let message = M::decode(bytes).map_err(|error| Unanswerable(error.into()))?;
    serde_json::to_vec(&message).map_err(|error| Unanswerable(error.into()))
}
