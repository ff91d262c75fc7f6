//! From a field's path in the request to the box of the step that holds it.
use contract::reports::v1::QuestionAnswer;

use super::{QUESTION, photos};
use crate::{error::Fault, text::Words, view::Mistake};

/// The faults of the service as lines of the error summary, one a box. `answers` are those that were sent.
pub fn mistakes(words: &Words, faults: &[Fault], answers: &[QuestionAnswer]) -> Vec<Mistake> {
    let mut found: Vec<Mistake> = Vec::new();
    for fault in faults {
        let mistake = Mistake::new(box_of(&fault.path, answers), fault.text(words.lang()));
        if mistake.field.is_empty() || !found.iter().any(|known| known.field == mistake.field) {
            found.push(mistake);
        }
    }
    found
}

/// `answers[0].value` is the box of the first question that was answered, `answers.goods` that of one which was not; empty when no box holds it.
fn box_of(path: &str, answers: &[QuestionAnswer]) -> String {
    if let Some(rest) = path.strip_prefix("answers") {
        let number = rest.strip_prefix('[').and_then(|rest| rest.split(']').next()?.parse::<usize>().ok());
        let asked = number.and_then(|number| answers.get(number)).map(|answer| answer.question_id.as_str()).or(rest.strip_prefix('.'));
        return asked.map_or_else(|| "text".to_owned(), |question| format!("{QUESTION}{question}"));
    }
    let name = match path {
        "category_id" | "category_version" => "category",
        "plate" | "trip_id" => "plate",
        "seen_at" => "seen-at",
        "text" => "text",
        "place.landmark" => "landmark",
        "contact.name" => "name",
        "contact.email" => "email",
        path if path.starts_with("photo_ids") => photos::BOX,
        path if path.starts_with("place") => "area",
        path if path.starts_with("contact") => "phone",
        _ => "",
    };
    name.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_finds_its_box() {
        let answers = [QuestionAnswer { question_id: "goods".into(), value: "x".into() }];
        for (path, expected) in [
            ("category_id", "category"),
            ("answers[0].value", "q-goods"),
            ("answers.goods", "q-goods"),
            ("answers", "text"),
            ("place.area.code", "area"),
            ("place", "area"),
            ("place.landmark", "landmark"),
            ("contact.phone", "phone"),
            ("seen_at", "seen-at"),
            ("photo_ids[1]", "photo"),
            ("submission_id", ""),
        ] {
            assert_eq!(box_of(path, &answers), expected, "{path}");
        }
    }
}
