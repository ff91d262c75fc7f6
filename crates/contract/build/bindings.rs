//! The HTTP side of a method: routes, what their paths and queries can name, and the form of the answer.
use std::fmt::Write as _;

use prost_reflect::{DescriptorPool, DynamicMessage, FieldDescriptor, Kind, MessageDescriptor, MethodDescriptor, Value};

use crate::{
    Error,
    methods::{option, text},
    rust,
};

/// One HTTP rule.
pub struct Route {
    /// Variant of `Verb`.
    pub verb: &'static str,
    pub template: String,
    pub body: bool,
}

impl Route {
    /// Field paths in the template, from left to right.
    pub fn parameters(&self) -> Vec<&str> {
        self.template.split('{').skip(1).filter_map(|part| part.split('}').next()).collect()
    }
}

/// The rule of `google.api.http` and its additional bindings.
pub fn routes(pool: &DescriptorPool, method: &MethodDescriptor) -> Result<Vec<Route>, Error> {
    let Some(rule) = option(pool, &method.options(), "google.api.http") else { return Ok(Vec::new()) };
    let mut rules = vec![rule.clone()];
    if let Some(Value::List(more)) = rule.get_field_by_name("additional_bindings").map(std::borrow::Cow::into_owned) {
        rules.extend(more.into_iter().filter_map(|value| value.as_message().cloned()));
    }
    rules
        .iter()
        .map(|rule| route(rule).ok_or_else(|| format!("{} has an HTTP rule that we cannot route", method.full_name()).into()))
        .collect()
}

fn route(rule: &DynamicMessage) -> Option<Route> {
    let (verb, template) = [("get", "Get"), ("post", "Post"), ("put", "Put"), ("patch", "Patch"), ("delete", "Delete")]
        .into_iter()
        .map(|(field, verb)| (verb, text(rule, field)))
        .find(|(_, template)| !template.is_empty())?;
    let body = match text(rule, "body").as_str() {
        "" => false,
        "*" => true,
        _ => return None,
    };
    // Custom verbs and patterns are no route of axum.
    let plain = !template.contains([':', '*', '=']);
    (plain && text(rule, "response_body").is_empty()).then_some(Route { verb, template, body })
}

/// A field that a path or a query can name.
pub struct Parameter {
    pub proto_name: String,
    pub field: FieldDescriptor,
    tags: Vec<u32>,
}

/// Fields of `message` and, to a depth of three, of the messages in it.
pub fn parameters(message: &MessageDescriptor) -> Vec<Parameter> {
    let mut found = Vec::new();
    collect(message, "", &[], &mut found);
    found
}

fn collect(message: &MessageDescriptor, prefix: &str, above: &[u32], found: &mut Vec<Parameter>) {
    for field in message.fields() {
        let proto_name = format!("{prefix}{}", field.name());
        let tags: Vec<u32> = above.iter().copied().chain([field.number()]).collect();
        match field.kind() {
            Kind::Message(inner) if inner.full_name() != "google.protobuf.Timestamp" => {
                if !field.is_list() && tags.len() < 3 {
                    collect(&inner, &format!("{proto_name}."), &tags, found);
                }
            }
            _ => found.push(Parameter { proto_name, field, tags }),
        }
    }
}

impl Parameter {
    /// `pageSize`, or `plate.text`
    pub fn name(&self) -> String {
        json_name(&self.proto_name)
    }

    pub fn source(&self) -> Option<String> {
        let value = match self.field.kind() {
            Kind::String => "Text".to_owned(),
            Kind::Bool => "Bool".to_owned(),
            Kind::Int32 => "Int32".to_owned(),
            Kind::Int64 => "Int64".to_owned(),
            Kind::Uint32 => "Uint32".to_owned(),
            Kind::Uint64 => "Uint64".to_owned(),
            Kind::Double => "Double".to_owned(),
            Kind::Enum(kind) => format!("Enum(|name| {}::from_str_name(name).map(|value| value as i32))", rust::enum_path(&kind)),
            Kind::Message(_) => "Time".to_owned(),
            _ => return None,
        };
        Some(format!(
            "Parameter {{ proto_name: {:?}, name: {:?}, tags: &{:?}, repeated: {}, value: Value::{value} }},",
            self.proto_name,
            self.name(),
            self.tags,
            self.field.is_list()
        ))
    }
}

/// `page_size` becomes `pageSize`, `plate.full_text` becomes `plate.fullText`.
pub fn json_name(proto_name: &str) -> String {
    let words = proto_name.split('.').map(|part| {
        let pascal = rust::pascal(part);
        let mut letters = pascal.chars();
        letters.next().map(|first| first.to_ascii_lowercase().to_string() + letters.as_str()).unwrap_or_default()
    });
    words.collect::<Vec<_>>().join(".")
}

/// Variant of `Answer`.
pub fn answer(method: &MethodDescriptor) -> Result<String, Error> {
    let tag = |message: &MessageDescriptor, name: &str| message.get_field_by_name(name).map(|field| field.number());
    let output = method.output();
    if method.is_server_streaming() {
        let tags = (tag(&output, "sequence"), tag(&output, "kind"), tag(&method.input(), "after_sequence"));
        let (Some(sequence), Some(kind), Some(after)) = tags else {
            return Err(
                format!("{} is a stream: it needs after_sequence, sequence and kind to resume over HTTP", method.full_name()).into()
            );
        };
        return Ok(format!("Events {{ sequence: {sequence}, kind: {kind}, after: {after} }}"));
    }
    let tags = (tag(&output, "file_name"), tag(&output, "media_type"), tag(&output, "content"));
    Ok(match tags {
        (Some(name), Some(media_type), Some(content)) if output.fields().len() == 3 => {
            format!("File {{ name: {name}, media_type: {media_type}, content: {content} }}")
        }
        _ => "Json".to_owned(),
    })
}

/// The members of `Method` that come from its HTTP side.
pub fn source(pool: &DescriptorPool, method: &MethodDescriptor) -> Result<String, Error> {
    let routes = routes(pool, method)?;
    let mut out = String::from("routes: &[\n");
    for route in &routes {
        let (verb, template, body, names) = (route.verb, &route.template, route.body, route.parameters());
        writeln!(out, "Route {{ verb: Verb::{verb}, template: {template:?}, body: {body}, parameters: &{names:?} }},")?;
    }
    out.push_str("], parameters: &[\n");
    let by_query = routes.iter().any(|route| !route.body);
    for parameter in parameters(&method.input()) {
        let by_path = routes.iter().any(|route| route.parameters().contains(&parameter.proto_name.as_str()));
        if by_query || by_path {
            if is_personal(pool, &parameter.field) {
                return Err(format!(
                    "{} is a personal datum and would be in a URL: give {} a body",
                    parameter.field.full_name(),
                    method.full_name()
                )
                .into());
            }
            let source = parameter.source().ok_or_else(|| format!("{} cannot be a parameter", parameter.field.full_name()))?;
            writeln!(out, "{source}")?;
        }
    }
    let (input, output) = (rust::message_path(&method.input()), rust::message_path(&method.output()));
    let secret = method.input().fields().any(|field| is_secret(pool, &field));
    let upload = method.input().get_field_by_name("content").is_some_and(|field| field.kind() == Kind::Bytes);
    writeln!(out, "], answer: Answer::{}, upload: {upload}, secret: {secret}, codec: Codec::of::<{input}, {output}>()", answer(method)?)?;
    Ok(out)
}

pub fn is_secret(pool: &DescriptorPool, field: &FieldDescriptor) -> bool {
    data_class(pool, field) == 3
}

/// Personal or sensitive: addresses stay in histories, logs and proxies.
fn is_personal(pool: &DescriptorPool, field: &FieldDescriptor) -> bool {
    matches!(data_class(pool, field), 1 | 2)
}

fn data_class(pool: &DescriptorPool, field: &FieldDescriptor) -> i32 {
    option(pool, &field.options(), "gsvt.common.v1.field").map_or(0, |rules| crate::methods::number(&rules, "data_class"))
}
