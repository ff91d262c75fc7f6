//! An example of a body: what is required, with the examples that the protos give.
use std::collections::BTreeSet;

use prost_reflect::{DescriptorPool, FieldDescriptor, Kind, MessageDescriptor};
use serde_json::{Map, Value, json};

use super::schemas::{required, rules};
use crate::{bindings, methods};

pub fn of(pool: &DescriptorPool, message: &MessageDescriptor, without: &BTreeSet<String>) -> Value {
    let mut object = Map::new();
    for field in message.fields().filter(|field| !without.contains(field.name()) && (required(pool, field) || has_example(pool, field))) {
        let value = value(pool, &field);
        object.insert(bindings::json_name(field.name()), if field.is_list() { json!([value]) } else { value });
    }
    object.into()
}

fn has_example(pool: &DescriptorPool, field: &FieldDescriptor) -> bool {
    rules(pool, field).is_some_and(|rules| !methods::text(&rules, "example").is_empty())
}

fn value(pool: &DescriptorPool, field: &FieldDescriptor) -> Value {
    match field.kind() {
        Kind::Message(inner) if inner.full_name() == "google.protobuf.Timestamp" => "2021-10-18T07:30:00+07:00".into(),
        Kind::Message(inner) => of(pool, &inner, &BTreeSet::new()),
        Kind::Enum(kind) => kind.values().find(|value| value.number() == 1).map(|value| value.name().to_owned()).into(),
        Kind::String => string(pool, field).into(),
        Kind::Bool => true.into(),
        Kind::Bytes => "".into(),
        _ => 1.into(),
    }
}

fn string(pool: &DescriptorPool, field: &FieldDescriptor) -> String {
    let Some(rules) = rules(pool, field) else { return String::new() };
    let example = methods::text(&rules, "example");
    if !example.is_empty() {
        return example;
    }
    match (methods::text(&rules, "format").as_str(), field.name()) {
        ("uuid", _) => "019a0000-0000-7000-8000-000000000001".to_owned(),
        ("date", _) => "2021-10-18".to_owned(),
        (_, name) if name.ends_with("post_id") => "CP3".to_owned(),
        (_, name) => {
            let least = rules.get_field_by_name("min_length").and_then(|value| value.as_u32()).unwrap_or_default();
            let text = name.replace('_', " ");
            text.clone() + &"x".repeat((least as usize).saturating_sub(text.len()))
        }
    }
}
