//! The OpenAPI document.
use std::collections::BTreeSet;

use contract::{Audience, METHODS, OPENAPI};
use serde_json::Value;

fn document() -> Value {
    serde_json::from_str(OPENAPI).unwrap()
}

#[test]
fn the_document_is_this() {
    insta::assert_json_snapshot!(document());
}

#[test]
fn it_has_every_route_and_no_other() {
    let document = document();
    let mut written = BTreeSet::new();
    for (path, operations) in document["paths"].as_object().unwrap() {
        for (verb, operation) in operations.as_object().unwrap() {
            let places = path.matches('{').count();
            assert_eq!(
                operation["parameters"].as_array().unwrap().iter().filter(|parameter| parameter["in"] == "path").count(),
                places,
                "{path}"
            );
            written.insert((verb.to_uppercase(), operation["operationId"].as_str().unwrap().to_owned()));
        }
    }
    let routed = METHODS
        .iter()
        .filter(|method| method.audience != Audience::Gateway)
        .map(|method| (method.routes[0].verb.as_str().to_owned(), method.name.to_owned()));
    assert_eq!(written, routed.collect());
}

#[test]
fn every_reference_leads_somewhere() {
    fn visit(value: &Value, document: &Value, seen: &mut usize) {
        if let Some(reference) = value["$ref"].as_str() {
            let target = document.pointer(reference.trim_start_matches('#'));
            assert!(target.is_some_and(Value::is_object), "{reference}");
            *seen += 1;
        }
        let inner: Vec<&Value> = match value {
            Value::Array(items) => items.iter().collect(),
            Value::Object(members) => members.values().collect(),
            _ => Vec::new(),
        };
        inner.into_iter().for_each(|value| visit(value, document, seen));
    }
    let (document, mut seen) = (document(), 0);
    visit(&document, &document, &mut seen);
    assert!(seen > 100);
}

#[test]
fn limits_secrets_and_permissions_are_told() {
    let document = document();
    let at = |pointer: &str| document.pointer(pointer).cloned().unwrap_or_default();
    assert_eq!(at("/components/schemas/Declaration/properties/people/maxItems"), 60);
    assert_eq!(at("/components/schemas/Plate/properties/text/maxLength"), 20);
    assert_eq!(at("/paths/~1v1~1trips~1{tripId}~1decide/post/x-permission"), "vehicles.trips.decide");
    assert_eq!(at("/paths/~1v1~1public~1trips/get/security"), serde_json::json!([]));
    let body = at("/paths/~1v1~1trips~1{tripId}~1decide/post/requestBody/content/application~1json/schema");
    assert!(body["properties"]["tripId"].is_null() && body["properties"]["decisionId"]["format"] == "uuid");
    assert!(!OPENAPI.contains("ResolveSession"));
}
