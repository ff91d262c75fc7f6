//! From a field's path in the request to the box on the page that holds it.
use crate::{error::Fault, text::Words, view::Mistake};

/// The faults of a service as lines of the error summary, one a box.
pub fn mistakes(words: &Words, faults: &[Fault]) -> Vec<Mistake> {
    let mut found: Vec<Mistake> = Vec::new();
    for fault in faults {
        let mistake = Mistake::new(box_of(&fault.path), fault.text(words.lang()));
        if mistake.field.is_empty() || !found.iter().any(|known| known.field == mistake.field) {
            found.push(mistake);
        }
    }
    found
}

/// `declaration.people[0].phone` is `people-0-phone`; empty when no box holds it.
pub fn box_of(path: &str) -> String {
    let path = path.strip_prefix("declaration.").unwrap_or(path);
    if let Some((group, rest)) = path.split_once("].") {
        let Some((list, number)) = group.split_once('[') else { return String::new() };
        return match (list, rest.split('.').next().unwrap_or_default()) {
            ("people", "full_name") => format!("people-{number}-name"),
            ("people", "id_number" | "id_type" | "id_country") => format!("people-{number}-id"),
            ("people", field @ ("birth" | "phone" | "role")) => format!("people-{number}-{field}"),
            ("destinations", "area") => format!("places-{number}-commune"),
            ("destinations", "expected_at") => format!("places-{number}-at"),
            ("destinations", "address" | "receiver_name" | "receiver_phone") => format!("places-{number}-address"),
            _ => String::new(),
        };
    }
    let head = path.split(['.', '[']).next().unwrap_or_default();
    let name = match head {
        "plate" if path.ends_with("color") => "color",
        "plate" if path.ends_with("country") => "country",
        "carrier" if path.ends_with("phone") => "carrier-phone",
        "payload_kg" => "payload",
        "goods_kind" | "goods_note" => "goods",
        "vehicle_type" => "vehicle-type",
        "entry_post_id" => "entry-post",
        "exit_post_id" => "exit-post",
        "expected_exit_at" => "exit-at",
        "people" => "people-0-name",
        "destinations" => "places-0-commune",
        "purpose" => "purpose-transit",
        head @ ("plate" | "trailer" | "seats" | "carrier" | "origin" | "direction") => head,
        _ => "",
    };
    name.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_finds_its_box() {
        for (path, expected) in [
            ("declaration.people[2].full_name", "people-2-name"),
            ("declaration.destinations[1].expected_at", "places-1-at"),
            ("declaration.plate.text", "plate"),
            ("declaration.plate.color", "color"),
            ("declaration.origin.area.code", "origin"),
            ("declaration.people", "people-0-name"),
            ("trip_id", ""),
        ] {
            assert_eq!(box_of(path), expected, "{path}");
        }
    }
}
