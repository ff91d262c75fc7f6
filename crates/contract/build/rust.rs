//! How prost names in Rust what the protos name.
use prost_reflect::{EnumDescriptor, MessageDescriptor, OneofDescriptor};

/// `crate::vehicles::v1::DeclareTripRequest`
pub fn message_path(message: &MessageDescriptor) -> String {
    format!("{}{}", scope(message.package_name(), message.parent_message()), pascal(message.name()))
}

pub fn enum_path(kind: &EnumDescriptor) -> String {
    format!("{}{}", scope(kind.package_name(), kind.parent_message()), pascal(kind.name()))
}

/// `crate::vehicles::v1::find_request::Sought`
pub fn oneof_path(oneof: &OneofDescriptor) -> String {
    let message = oneof.parent_message();
    format!("{}{}", scope(message.package_name(), Some(message.clone())), pascal(oneof.name()))
}

/// The modules around a type: its package below `gsvt`, then the messages that it is written in.
fn scope(package: &str, parent: Option<MessageDescriptor>) -> String {
    match parent {
        Some(parent) => format!("{}{}::", scope(package, parent.parent_message()), snake(parent.name())),
        None => format!("crate::{}::", package.trim_start_matches("gsvt.").replace('.', "::")),
    }
}

/// `trip_id` becomes `TripId`; a name that is in this form already stays.
pub fn pascal(name: &str) -> String {
    name.split('_')
        .map(|word| {
            let mut letters = word.chars();
            letters.next().map(|first| first.to_ascii_uppercase().to_string() + letters.as_str()).unwrap_or_default()
        })
        .collect()
}

fn snake(name: &str) -> String {
    let mut out = String::new();
    for letter in name.chars() {
        if letter.is_ascii_uppercase() && !out.is_empty() {
            out.push('_');
        }
        out.push(letter.to_ascii_lowercase());
    }
    out
}

/// A struct's member: words that Rust keeps for itself are written raw.
pub fn field(name: &str) -> String {
    match name {
        "type" | "match" | "move" | "ref" | "use" | "where" | "in" | "for" | "box" | "final" | "override" | "loop" | "mod" | "impl" => {
            format!("r#{name}")
        }
        _ => name.to_owned(),
    }
}
