//! JSON schemas of messages and enums, with the limits of their fields.
use std::collections::{BTreeMap, BTreeSet};

use prost_reflect::{DescriptorPool, DynamicMessage, EnumDescriptor, FieldDescriptor, Kind, MessageDescriptor};
use serde_json::{Map, Value, json};

use super::{comments::Comments, example};
use crate::{bindings, methods};

pub struct Schemas<'a> {
    pool: &'a DescriptorPool,
    comments: &'a Comments,
    found: BTreeMap<String, Value>,
}

impl<'a> Schemas<'a> {
    pub fn new(pool: &'a DescriptorPool, comments: &'a Comments) -> Schemas<'a> {
        Schemas { pool, comments, found: BTreeMap::new() }
    }

    pub fn finish(self) -> Map<String, Value> {
        self.found.into_iter().collect()
    }

    /// A reference to the schema of a message, which is written when it is first met.
    pub fn reference(&mut self, message: &MessageDescriptor) -> Value {
        if !self.found.contains_key(message.name()) {
            self.found.insert(message.name().to_owned(), Value::Null);
            let schema = self.object(message, &BTreeSet::new());
            self.found.insert(message.name().to_owned(), schema);
        }
        json!({ "$ref": format!("#/components/schemas/{}", message.name()) })
    }

    /// The body of a request without the fields that its path binds, and an example of it.
    pub fn body(&mut self, message: &MessageDescriptor, bound: &BTreeSet<String>) -> (Value, Value) {
        let mut schema = self.object(message, bound);
        schema["additionalProperties"] = false.into();
        (schema, example::of(self.pool, message, bound))
    }

    /// Schema, description and whether it is required, of a field that stands in a path or a query.
    pub fn parameter(&mut self, field: &FieldDescriptor) -> (Value, String, bool) {
        (self.field(field), self.comments.of_field(field), required(self.pool, field))
    }

    fn object(&mut self, message: &MessageDescriptor, without: &BTreeSet<String>) -> Value {
        let (mut properties, mut needed) = (Map::new(), Vec::new());
        for field in message.fields().filter(|field| !without.contains(field.name())) {
            let mut schema = self.field(&field);
            let said = self.comments.of_field(&field);
            if !said.is_empty() {
                schema["description"] = said.into();
            }
            let name = bindings::json_name(field.name());
            if required(self.pool, &field) {
                needed.push(name.clone());
            }
            properties.insert(name, schema);
        }
        let mut schema = json!({ "type": "object", "properties": properties });
        if !needed.is_empty() {
            schema["required"] = needed.into();
        }
        let said = self.comments.of_message(message);
        if !said.is_empty() {
            schema["description"] = said.into();
        }
        schema
    }

    fn field(&mut self, field: &FieldDescriptor) -> Value {
        let rules = rules(self.pool, field);
        let mut schema = self.value(field, rules.as_ref());
        if field.is_list() {
            schema = json!({ "type": "array", "items": schema });
            limit(&mut schema, rules.as_ref(), [("min_items", "minItems"), ("max_items", "maxItems")]);
        }
        match rules.as_ref().map(|rules| methods::number(rules, "data_class")) {
            Some(1) => schema["x-data-class"] = "personal".into(),
            Some(2) => schema["x-data-class"] = "sensitive".into(),
            Some(3) => schema["x-data-class"] = "secret".into(),
            _ => {}
        }
        schema
    }

    fn value(&mut self, field: &FieldDescriptor, rules: Option<&DynamicMessage>) -> Value {
        let mut schema = match field.kind() {
            Kind::Message(inner) if inner.full_name() == "google.protobuf.Timestamp" => json!({ "type": "string", "format": "date-time" }),
            Kind::Message(inner) => return self.reference(&inner),
            Kind::Enum(kind) => return self.enumeration(&kind),
            Kind::String => string(rules),
            Kind::Bytes => json!({ "type": "string", "contentEncoding": "base64" }),
            Kind::Bool => json!({ "type": "boolean" }),
            Kind::Double | Kind::Float => json!({ "type": "number", "format": "double" }),
            Kind::Int32 | Kind::Sint32 | Kind::Sfixed32 => json!({ "type": "integer", "format": "int32" }),
            Kind::Uint32 | Kind::Fixed32 => json!({ "type": "integer", "format": "uint32", "minimum": 0 }),
            Kind::Int64 | Kind::Sint64 | Kind::Sfixed64 => {
                json!({ "type": ["string", "integer"], "format": "int64", "pattern": "^-?[0-9]+$" })
            }
            Kind::Uint64 | Kind::Fixed64 => json!({ "type": ["string", "integer"], "format": "uint64", "pattern": "^[0-9]+$" }),
        };
        for (rule, keyword) in [("minimum", "minimum"), ("maximum", "maximum")] {
            let set = rules.filter(|rules| rules.has_field_by_name(rule));
            if let Some(limit) = set.and_then(|rules| rules.get_field_by_name(rule)).and_then(|value| value.as_f64()) {
                // A limit of an integer is written as one.
                schema[keyword] = if limit.fract() == 0.0 { json!(limit as i64) } else { json!(limit) };
            }
        }
        schema
    }

    fn enumeration(&mut self, kind: &EnumDescriptor) -> Value {
        if !self.found.contains_key(kind.name()) {
            let names: Vec<_> = kind.values().filter(|value| value.number() != 0).map(|value| value.name().to_owned()).collect();
            let mut schema = json!({ "type": "string", "enum": names });
            let said = self.comments.of_enum(kind);
            if !said.is_empty() {
                schema["description"] = said.into();
            }
            self.found.insert(kind.name().to_owned(), schema);
        }
        json!({ "$ref": format!("#/components/schemas/{}", kind.name()) })
    }
}

fn string(rules: Option<&DynamicMessage>) -> Value {
    let mut schema = json!({ "type": "string" });
    let Some(rules) = rules else { return schema };
    limit(&mut schema, Some(rules), [("min_length", "minLength"), ("max_length", "maxLength")]);
    match methods::text(rules, "format").as_str() {
        format @ ("uuid" | "date") => schema["format"] = format.into(),
        "area" => schema["pattern"] = "^([0-9]{2}|[0-9]{3}|[0-9]{5})$".into(),
        "partial-date" => schema["pattern"] = "^[0-9]{4}(-[0-9]{2}-[0-9]{2})?$".into(),
        "" => {}
        // The plate's and the telephone's own grammar is the service's.
        other => schema["x-format"] = other.into(),
    }
    if methods::number(rules, "data_class") == 3 {
        schema["format"] = "password".into();
    }
    let example = methods::text(rules, "example");
    if !example.is_empty() {
        schema["examples"] = json!([example]);
    }
    schema
}

fn limit(schema: &mut Value, rules: Option<&DynamicMessage>, names: [(&str, &str); 2]) {
    for (rule, keyword) in names {
        let count = rules.and_then(|rules| rules.get_field_by_name(rule)).and_then(|value| value.as_u32()).unwrap_or_default();
        if count > 0 {
            schema[keyword] = count.into();
        }
    }
}

pub fn rules(pool: &DescriptorPool, field: &FieldDescriptor) -> Option<DynamicMessage> {
    methods::option(pool, &field.options(), "gsvt.common.v1.field")
}

pub fn required(pool: &DescriptorPool, field: &FieldDescriptor) -> bool {
    rules(pool, field).is_some_and(|rules| {
        let min_items = rules.get_field_by_name("min_items").and_then(|value| value.as_u32()).unwrap_or_default();
        min_items > 0 || rules.get_field_by_name("required").and_then(|value| value.as_bool()).unwrap_or_default()
    })
}
