//! `/openapi.json`, and `/docs`: the same for people, a page a service, written by the server from the document, without script.
use std::{
    collections::BTreeSet,
    sync::{Arc, LazyLock},
};

use askama::Template;
use axum::{
    extract::{Path, Request, State},
    response::{Html, IntoResponse, Response},
};
use http::{HeaderValue, StatusCode, header};
use serde_json::{Map, Value};

use super::{ApiState, Asked, problem};

const SECURITY: &str = "default-src 'none'; style-src 'self'; font-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

pub async fn document() -> Response {
    let headers = [(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "public, max-age=300")];
    (headers, contract::OPENAPI).into_response()
}

/// What there is: each operation in a line.
pub async fn index(State(state): State<Arc<ApiState>>) -> Response {
    shown(Index { stylesheet: state.stylesheet, document: &DOCUMENT }.render())
}

/// The operations of one service, and the messages that they take and give.
pub async fn service(State(state): State<Arc<ApiState>>, Path(name): Path<String>, request: Request) -> Response {
    match DOCUMENT.services.iter().find(|service| service.name == name) {
        Some(service) => shown(ServicePage { stylesheet: state.stylesheet, service }.render()),
        None => problem::no_such_path(&Asked::of(&state, &request)),
    }
}

fn shown(page: askama::Result<String>) -> Response {
    let Ok(page) = page else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let mut response = Html(page).into_response();
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(SECURITY));
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=300"));
    response
}

static DOCUMENT: LazyLock<Document> = LazyLock::new(|| Document::read(&serde_json::from_str(contract::OPENAPI).unwrap_or_default()));

#[derive(Template)]
#[template(path = "api_docs.html")]
struct Index<'a> {
    stylesheet: &'a str,
    document: &'a Document,
}

#[derive(Template)]
#[template(path = "api_service.html")]
struct ServicePage<'a> {
    stylesheet: &'a str,
    service: &'a Service,
}

struct Document {
    introduction: String,
    services: Vec<Service>,
}

struct Service {
    name: String,
    description: String,
    operations: Vec<Operation>,
    schemas: Vec<Schema>,
}

struct Operation {
    id: String,
    verb: String,
    path: String,
    description: String,
    /// Who may: a permission, signed in, or anybody.
    who: String,
    fields: Vec<Field>,
    example: String,
    answer: String,
}

struct Schema {
    name: String,
    description: String,
    values: Vec<String>,
    fields: Vec<Field>,
}

struct Field {
    name: String,
    place: String,
    kind: String,
    /// The schema that the kind names, when it names one.
    link: Option<String>,
    required: bool,
    limits: String,
    description: String,
}

impl Document {
    fn read(document: &Value) -> Document {
        let services = members(&document["tags"]).map(|tag| Service {
            name: text(&tag["name"]),
            description: text(&tag["description"]),
            operations: operations_of(document, &tag["name"])
                .map(|(path, verb, operation)| Operation::read(path, verb, operation))
                .collect(),
            schemas: schemas_of(document, &tag["name"]),
        });
        Document { introduction: text(&document["info"]["description"]), services: services.collect() }
    }
}

/// Path, verb and description of each operation of a service.
fn operations_of<'a>(document: &'a Value, service: &'a Value) -> impl Iterator<Item = (&'a String, &'a String, &'a Value)> {
    let all = entries(&document["paths"]).flat_map(|(path, verbs)| entries(verbs).map(move |(verb, operation)| (path, verb, operation)));
    all.filter(move |(_, _, operation)| operation["tags"][0] == *service)
}

/// The messages that a service's operations name, and those that these name, by name.
fn schemas_of(document: &Value, service: &Value) -> Vec<Schema> {
    let schemas = &document["components"]["schemas"];
    let mut named = BTreeSet::new();
    let mut open: Vec<&Value> = operations_of(document, service).map(|(_, _, operation)| operation).collect();
    while let Some(value) = open.pop() {
        let schema = target(value);
        if !schema.is_empty() && named.insert(schema.clone()) {
            open.push(&schemas[schema]);
        }
        open.extend(members(value).chain(entries(value).map(|(_, inner)| inner)));
    }
    let read = |name: String| Schema {
        description: text(&schemas[&name]["description"]),
        values: members(&schemas[&name]["enum"]).map(text).collect(),
        fields: properties(&schemas[&name]),
        name,
    };
    named.into_iter().map(read).collect()
}

impl Operation {
    fn read(path: &str, verb: &str, operation: &Value) -> Operation {
        let parameter = |parameter: &Value| {
            let description = text(&parameter["description"]);
            field(&text(&parameter["name"]), &text(&parameter["in"]), parameter["required"] == true, &parameter["schema"], &description)
        };
        let body = &operation["requestBody"]["content"]["application/json"];
        let answer = entries(&operation["responses"]["200"]["content"]).next();
        Operation {
            id: text(&operation["operationId"]),
            verb: verb.to_uppercase(),
            path: path.to_owned(),
            description: text(&operation["description"]),
            who: who(operation),
            fields: members(&operation["parameters"]).map(parameter).chain(properties(&body["schema"])).collect(),
            example: pretty(&body["example"]),
            answer: answer.map(|(_, content)| target(&content["schema"])).unwrap_or_default(),
        }
    }
}

fn who(operation: &Value) -> String {
    match (operation["x-permission"].as_str(), members(&operation["security"]).next()) {
        (Some(permission), _) => permission.to_owned(),
        (None, Some(_)) => "signed in".to_owned(),
        (None, None) => "anybody".to_owned(),
    }
}

fn properties(schema: &Value) -> Vec<Field> {
    let required = |name: &str| members(&schema["required"]).any(|one| one == name);
    entries(&schema["properties"]).map(|(name, inner)| field(name, "body", required(name), inner, &text(&inner["description"]))).collect()
}

fn field(name: &str, place: &str, required: bool, schema: &Value, description: &str) -> Field {
    let element = if schema["type"] == "array" { &schema["items"] } else { schema };
    let link = Some(target(element)).filter(|target| !target.is_empty());
    let kind = link.clone().unwrap_or_else(|| kind(element));
    let kind = if schema["type"] == "array" { format!("[{kind}]") } else { kind };
    Field {
        name: name.to_owned(),
        place: place.to_owned(),
        kind,
        link,
        required,
        limits: limits(schema),
        description: description.to_owned(),
    }
}

fn kind(schema: &Value) -> String {
    let format = ["format", "x-format"].iter().find_map(|key| schema[*key].as_str());
    let kind = schema["type"].as_str().unwrap_or("string");
    format.map_or_else(|| kind.to_owned(), str::to_owned)
}

fn limits(schema: &Value) -> String {
    let words = [
        ("minLength", "≥ {} characters"),
        ("maxLength", "≤ {} characters"),
        ("minItems", "≥ {} items"),
        ("maxItems", "≤ {} items"),
        ("minimum", "≥ {}"),
        ("maximum", "≤ {}"),
    ];
    let found = words.iter().filter(|(key, _)| schema[*key].is_number()).map(|(key, words)| words.replace("{}", &schema[*key].to_string()));
    found.collect::<Vec<_>>().join(", ")
}

/// `Trip`, of `#/components/schemas/Trip`.
fn target(schema: &Value) -> String {
    schema["$ref"].as_str().and_then(|reference| reference.rsplit('/').next()).unwrap_or_default().to_owned()
}

fn pretty(value: &Value) -> String {
    if value.is_null() { String::new() } else { serde_json::to_string_pretty(value).unwrap_or_default() }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn members(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn entries(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    static NONE: LazyLock<Map<String, Value>> = LazyLock::new(Map::new);
    value.as_object().unwrap_or(&NONE).iter()
}
