//! `/openapi.json`, and `/docs`: the same for people, written by the server from the document, without script.
use std::sync::{Arc, LazyLock};

use askama::Template;
use axum::{
    extract::State,
    response::{Html, IntoResponse, Response},
};
use http::{HeaderValue, StatusCode, header};
use serde_json::{Map, Value};

use super::ApiState;

const SECURITY: &str = "default-src 'none'; style-src 'self'; font-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

pub async fn document() -> Response {
    let headers = [(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "public, max-age=300")];
    (headers, contract::OPENAPI).into_response()
}

pub async fn page(State(state): State<Arc<ApiState>>) -> Response {
    let Ok(page) = (Page { stylesheet: state.stylesheet, document: &DOCUMENT }).render() else {
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
struct Page<'a> {
    stylesheet: &'a str,
    document: &'a Document,
}

struct Document {
    introduction: String,
    services: Vec<Service>,
    schemas: Vec<Schema>,
}

struct Service {
    name: String,
    description: String,
    operations: Vec<Operation>,
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
            operations: operations(document, &text(&tag["name"])),
        });
        let schemas = entries(&document["components"]["schemas"]).map(|(name, schema)| Schema {
            name: name.clone(),
            description: text(&schema["description"]),
            values: members(&schema["enum"]).map(text).collect(),
            fields: properties(schema),
        });
        Document { introduction: text(&document["info"]["description"]), services: services.collect(), schemas: schemas.collect() }
    }
}

fn operations(document: &Value, service: &str) -> Vec<Operation> {
    let all = entries(&document["paths"]).flat_map(|(path, verbs)| entries(verbs).map(move |(verb, operation)| (path, verb, operation)));
    let ours = all.filter(|(_, _, operation)| operation["tags"][0] == service);
    ours.map(|(path, verb, operation)| Operation {
        id: text(&operation["operationId"]),
        verb: verb.to_uppercase(),
        path: path.clone(),
        description: text(&operation["description"]),
        who: who(operation),
        fields: members(&operation["parameters"])
            .map(|parameter| {
                field(
                    &text(&parameter["name"]),
                    &text(&parameter["in"]),
                    parameter["required"] == true,
                    &parameter["schema"],
                    &text(&parameter["description"]),
                )
            })
            .chain(properties(&operation["requestBody"]["content"]["application/json"]["schema"]))
            .collect(),
        example: pretty(&operation["requestBody"]["content"]["application/json"]["example"]),
        answer: entries(&operation["responses"]["200"]["content"])
            .next()
            .map(|(_, content)| target(&content["schema"]))
            .unwrap_or_default(),
    })
    .collect()
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
