//! Writes `openapi.json`: the document of `/v1`, from the routes, the comments and the limits of the protos.
use std::collections::BTreeSet;

use prost_reflect::{DescriptorPool, MethodDescriptor};
use serde_json::{Map, Value, json};

use crate::{
    Error,
    bindings::{self, Route},
    methods,
};

mod comments;
mod example;
mod problem;
mod schemas;

use comments::Comments;
use schemas::Schemas;

pub fn source(pool: &DescriptorPool) -> Result<String, Error> {
    let comments = Comments::of(pool);
    let mut schemas = Schemas::new(pool, &comments);
    let (mut paths, mut tags) = (Map::new(), Vec::new());
    for service in pool.services().filter(|service| service.package_name().starts_with("gsvt.")) {
        tags.push(json!({ "name": service.name(), "description": description(&comments, &service) }));
        for method in service.methods() {
            for (at, route) in bindings::routes(pool, &method)?.iter().enumerate() {
                let operation = operation(pool, &comments, &mut schemas, &method, route, at)?;
                let path = paths.entry(json_template(route)).or_insert_with(|| json!({}));
                path[route.verb.to_ascii_lowercase()] = operation;
            }
        }
    }
    let mut components = schemas.finish();
    components.insert("Problem".to_owned(), problem::schema());
    let document = json!({
        "openapi": "3.1.0",
        "info": {
            "title": "GSVT",
            "version": "v1",
            "summary": "Giám sát vận tải: epidemic control on a province's roads",
            "description": INTRODUCTION,
            "license": { "name": "Apache-2.0", "identifier": "Apache-2.0" },
        },
        "servers": [{ "url": "/" }],
        "tags": tags,
        "paths": paths,
        "components": {
            "schemas": components,
            "responses": { "Problem": problem::response() },
            "securitySchemes": { "session": { "type": "http", "scheme": "bearer", "description": "The token that CreateSession returned. Cookies are not read." } },
        },
    });
    Ok(serde_json::to_string(&document)?)
}

const INTRODUCTION: &str = "JSON is the proto3 mapping in camelCase: fields at their default are left out, 64-bit integers are strings, enums are names. \
    Unknown and repeated keys are refused. A time carries its offset; answers are in UTC. Days and months are those of Asia/Ho_Chi_Minh, windows are half-open. \
    Every create takes an id that the client made (UUIDv7): sending it again is harmless, so `Idempotency-Key` is accepted and not needed. \
    Errors are `application/problem+json` (RFC 9457), in Vietnamese or by `Accept-Language: en` in English; programs read `code`.";

fn description(comments: &Comments, service: &prost_reflect::ServiceDescriptor) -> String {
    let said = comments.of_service(service);
    if said.is_empty() { comments.of_file(&service.parent_file()) } else { said }
}

/// A template with its parameters as JSON names them.
fn json_template(route: &Route) -> String {
    route
        .parameters()
        .iter()
        .fold(route.template.clone(), |path, name| path.replace(&format!("{{{name}}}"), &format!("{{{}}}", bindings::json_name(name))))
}

fn operation(
    pool: &DescriptorPool,
    comments: &Comments,
    schemas: &mut Schemas<'_>,
    method: &MethodDescriptor,
    route: &Route,
    at: usize,
) -> Result<Value, Error> {
    let said = comments.of_method(method);
    let access = methods::access(pool, method)?;
    let mut operation = json!({
        "operationId": if at == 0 { method.name().to_owned() } else { format!("{}{}", method.name(), at + 1) },
        "tags": [method.parent_service().name()],
        "summary": first_sentence(&said),
        "description": said,
        "parameters": parameters(schemas, method, route),
        "responses": responses(schemas, method, route)?,
        "security": if access.audience == 1 { json!([]) } else { json!([{ "session": [] }]) },
    });
    if !access.permission.is_empty() {
        operation["x-permission"] = access.permission.into();
    }
    if access.records == 2 {
        operation["x-personal-data"] = true.into();
    }
    if route.body {
        let bound: BTreeSet<_> = route.parameters().into_iter().map(str::to_owned).collect();
        let (schema, example) = schemas.body(&method.input(), &bound);
        operation["requestBody"] = json!({ "required": true, "content": { "application/json": { "schema": schema, "example": example } } });
    }
    Ok(operation)
}

fn first_sentence(text: &str) -> &str {
    text.split_once(". ").map_or_else(|| text.trim_end_matches('.'), |(first, _)| first)
}

fn parameters(schemas: &mut Schemas<'_>, method: &MethodDescriptor, route: &Route) -> Vec<Value> {
    let in_path = route.parameters();
    let mut found = Vec::new();
    for parameter in bindings::parameters(&method.input()) {
        let by_path = in_path.contains(&parameter.proto_name.as_str());
        if !by_path && route.body {
            continue;
        }
        let (schema, description, required) = schemas.parameter(&parameter.field);
        let place = if by_path { "path" } else { "query" };
        let mut value = json!({ "name": parameter.name(), "in": place, "required": by_path || required, "schema": schema });
        if !description.is_empty() {
            value["description"] = description.into();
        }
        found.push(value);
    }
    if method.is_server_streaming() {
        let description = "Sequence of the last event that was read; what came after it follows.";
        found.push(json!({ "name": "Last-Event-ID", "in": "header", "schema": { "type": "string" }, "description": description }));
    }
    found
}

fn responses(schemas: &mut Schemas<'_>, method: &MethodDescriptor, route: &Route) -> Result<Value, Error> {
    let answer = bindings::answer(method)?;
    let (media_type, schema, description) = match answer.split(' ').next() {
        Some("File") => {
            ("application/octet-stream", json!({ "type": "string", "contentMediaType": "application/octet-stream" }), "The file.")
        }
        Some("Events") => (
            "text/event-stream",
            schemas.reference(&method.output()),
            "Server-sent events: `id` is the sequence, `event` the kind, `data` this message.",
        ),
        _ => ("application/json", schemas.reference(&method.output()), "The answer."),
    };
    let mut responses = json!({
        "200": { "description": description, "content": { media_type: { "schema": schema } } },
        "default": { "$ref": "#/components/responses/Problem" },
    });
    if route.verb == "Get" && answer == "Json" {
        responses["200"]["headers"] = json!({ "ETag": { "description": "Send it as If-None-Match.", "schema": { "type": "string" } } });
        responses["304"] = json!({ "description": "The answer is still the one that If-None-Match names." });
    }
    Ok(responses)
}
