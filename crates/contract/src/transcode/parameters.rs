//! Path and query parameters: text that becomes fields of the request message.
use percent_encoding::percent_decode_str;
use prost::encoding;

use super::{pointer, refusal::Refusal, wire};
use crate::{Method, Route, Timestamp};

/// A field of a request that a path or a query can name.
#[derive(Clone, Copy, Debug)]
pub struct Parameter {
    /// As the protos name it: `page_size`, or `plate.text` within a message.
    pub proto_name: &'static str,
    /// As JSON names it: `pageSize`.
    pub name: &'static str,
    /// Tags from the request down to the field.
    pub tags: &'static [u32],
    pub repeated: bool,
    pub value: Value,
}

/// How the text of a parameter is read.
#[derive(Clone, Copy, Debug)]
pub enum Value {
    Text,
    Bool,
    Int32,
    Int64,
    Uint32,
    Uint64,
    Double,
    Time,
    /// Number of a name of the enum.
    Enum(fn(&str) -> Option<i32>),
}

/// Adds the template's parameters; a body that names another value than the path is refused.
pub fn append_path(method: &Method, route: &Route, values: &[&str], message: &mut Vec<u8>) -> Vec<Refusal> {
    let mut refusals = Vec::new();
    for (name, value) in route.parameters.iter().zip(values) {
        let Some(parameter) = method.parameters.iter().find(|parameter| parameter.proto_name == *name) else { continue };
        if let [tag] = parameter.tags
            && wire::find_text(message, *tag).is_some_and(|said| !said.is_empty() && said != *value)
        {
            refusals.push(Refusal::path_conflict(parameter.pointer()));
        }
        refusals.extend(parameter.append(value, message).err());
    }
    refusals
}

/// Adds the query's parameters. Unknown ones and a second value of one that takes one are refused; an empty value is none.
pub fn append_query(method: &Method, route: &Route, query: &str, message: &mut Vec<u8>) -> Vec<Refusal> {
    let mut refusals = Vec::new();
    let mut seen: Vec<&str> = Vec::new();
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let Some(name) = decoded(name) else {
            refusals.push(Refusal::unknown_field(String::new()));
            continue;
        };
        let known = method.parameters.iter().find(|parameter| parameter.name == name || parameter.proto_name == name);
        let Some(parameter) = known.filter(|parameter| !route.body && !route.parameters.contains(&parameter.proto_name)) else {
            refusals.push(Refusal::unknown_field(format!("/{}", pointer::segment(&name))));
            continue;
        };
        if seen.contains(&parameter.name) && !parameter.repeated {
            refusals.push(Refusal::duplicate_field(parameter.pointer()));
            continue;
        }
        seen.push(parameter.name);
        match decoded(value) {
            None => refusals.push(Refusal::wrong_type(parameter.pointer())),
            Some(value) if value.is_empty() => {}
            Some(value) => refusals.extend(parameter.append(&value, message).err()),
        }
    }
    refusals
}

/// Form encoding; nothing when it is not UTF-8.
fn decoded(text: &str) -> Option<String> {
    let text = text.replace('+', " ");
    percent_decode_str(&text).decode_utf8().ok().map(std::borrow::Cow::into_owned)
}

impl Parameter {
    fn pointer(&self) -> String {
        pointer::of_field_path(self.proto_name)
    }

    fn append(&self, text: &str, message: &mut Vec<u8>) -> Result<(), Refusal> {
        let Some((tag, above)) = self.tags.split_last() else { return Ok(()) };
        let mut field = Vec::new();
        self.encode(*tag, text, &mut field)?;
        for tag in above.iter().rev() {
            let inner = std::mem::take(&mut field);
            encoding::bytes::encode(*tag, &inner, &mut field);
        }
        message.append(&mut field);
        Ok(())
    }

    fn encode(&self, tag: u32, text: &str, out: &mut Vec<u8>) -> Result<(), Refusal> {
        let wrong = || Refusal::wrong_type(self.pointer());
        match self.value {
            Value::Text => encoding::string::encode(tag, &text.to_owned(), out),
            Value::Bool => encoding::bool::encode(tag, &text.parse().map_err(|_| wrong())?, out),
            Value::Int32 => encoding::int32::encode(tag, &text.parse().map_err(|_| wrong())?, out),
            Value::Int64 => encoding::int64::encode(tag, &text.parse().map_err(|_| wrong())?, out),
            Value::Uint32 => encoding::uint32::encode(tag, &text.parse().map_err(|_| wrong())?, out),
            Value::Uint64 => encoding::uint64::encode(tag, &text.parse().map_err(|_| wrong())?, out),
            Value::Double => encoding::double::encode(tag, &text.parse().map_err(|_| wrong())?, out),
            Value::Enum(number) => encoding::int32::encode(tag, &number(text).ok_or_else(|| Refusal::unknown_value(self.pointer()))?, out),
            Value::Time => {
                let time: Timestamp = text.parse().map_err(|_| Refusal::malformed_time(self.pointer()))?;
                encoding::message::encode(tag, &time, out);
            }
        }
        Ok(())
    }
}
