//! From a requirement or a field's path in the request to the box of the desk that mends it.
use contract::vehicles::v1::Trip;

use super::{added, recorded};
use crate::{decision::parse::added_people, error::Fault, forms::Typed, text::Words, view::Mistake};

/// Who is on the form: people recorded, then those added.
pub struct Board {
    /// Id and prefix of the boxes.
    people: Vec<(String, String)>,
    names: Vec<String>,
}

impl Board {
    pub fn new(trip: &Trip, typed: &Typed) -> Self {
        let known =
            trip.people.iter().enumerate().map(|(number, person)| (person.person_id.clone(), recorded(number), person.full_name.clone()));
        let found = (0..added_people(typed)).map(|number| {
            let who = added(number);
            (typed.get(&format!("{who}-person")).to_owned(), who.clone(), typed.get(&format!("{who}-name")).to_owned())
        });
        let (people, names) = known.chain(found).map(|(id, who, name)| ((id, who), name)).unzip();
        Self { people, names }
    }

    /// Prefix of a person's boxes.
    pub fn who(&self, person_id: &str) -> Option<&str> {
        self.people.iter().find(|(id, _)| id == person_id).map(|(_, who)| who.as_str())
    }

    pub fn name(&self, person_id: &str) -> &str {
        self.people.iter().position(|(id, _)| id == person_id).and_then(|at| self.names.get(at)).map(String::as_str).unwrap_or_default()
    }

    /// The box that meets a requirement.
    pub fn box_for(&self, code: &str, person_id: &str) -> String {
        let of_person = |part: &str| self.who(person_id).map(|who| format!("{who}-{part}")).unwrap_or_default();
        match code {
            "PEOPLE_COUNTED" => "count".to_owned(),
            "TEMPERATURE" => of_person("temp"),
            "FEVER" | "TEST_EVIDENCE" => of_person("method"),
            "COMMITMENT_SIGNED" => "sign-paper".to_owned(),
            "OTHER_TRIP_CLOSED" => "reason-0".to_owned(),
            _ => String::new(),
        }
    }

    /// A refusal of the service as lines of the error summary.
    pub fn mistakes(&self, words: &Words, faults: &[Fault]) -> Vec<Mistake> {
        let mut found: Vec<Mistake> = Vec::new();
        for fault in faults {
            let mistake = self.mistake(words, fault);
            if mistake.field.is_empty() || !found.iter().any(|known| known.field == mistake.field) {
                found.push(mistake);
            }
        }
        found
    }

    fn mistake(&self, words: &Words, fault: &Fault) -> Mistake {
        let text = fault.text(words.lang());
        let within = fault.path.split_once('[').and_then(|(_, rest)| rest.split_once(']')).map(|(within, _)| within).unwrap_or_default();
        if within.len() == 36 {
            let name = self.name(within);
            return Mistake::new(self.box_for(&fault.reason, within), words.ab("desk-of-person", text, name));
        }
        let field = match self.box_for(&fault.reason, "") {
            field if field.is_empty() => box_of(&fault.path, within),
            field => field,
        };
        Mistake::new(field, text)
    }
}

/// `findings.checks[1].evidence.method` is `p1-method`.
fn box_of(path: &str, within: &str) -> String {
    let number = within.parse().unwrap_or_default();
    let part = match path.rsplit('.').next().unwrap_or_default() {
        "temperature" => "temp",
        "resulted_at" | "sampled_at" => "at",
        "full_name" => "name",
        "id_number" | "id_type" | "other_id_number" => "id",
        last @ ("method" | "outcome" | "proof" | "issuer" | "birth" | "role") => last,
        _ => "",
    };
    if path.starts_with("findings.checks[") {
        return format!("{}-{part}", recorded(number));
    }
    if path.starts_with("findings.added_people[") {
        return format!("{}-{part}", added(number));
    }
    match path {
        "findings.people_counted" => "count",
        "findings.commitment.paper_no" => "paper",
        "exit_post_id" => "exit-post",
        "decision" => "d-1",
        path if path.starts_with("findings.commitment") => "sign-paper",
        _ => "",
    }
    .to_owned()
}

#[cfg(test)]
mod tests {
    use contract::vehicles::v1::Person;

    use super::*;
    use crate::text::{Lang, Texts};

    #[test]
    fn a_refusal_finds_its_box_and_its_person() {
        let id = "0199f000-0000-7000-8000-000000000001";
        let person = Person { person_id: id.into(), full_name: "Rơ Châm H’Lan".into(), ..Person::default() };
        let board = Board::new(&Trip { people: vec![person], ..Trip::default() }, &Typed::default());
        let words = Texts::load().unwrap().words(Lang::Vi);
        for (path, reason, field, text) in [
            (format!("findings.checks[{id}]"), "FEVER", "p0-method", "Làm: Rơ Châm H’Lan"),
            ("findings".into(), "PEOPLE_COUNTED", "count", "Làm"),
            ("findings.checks[0].temperature".into(), "MAXIMUM", "p0-temp", "Làm"),
            ("findings.added_people[2].full_name".into(), "INVALID", "added-2-name", "Làm"),
            ("exit_post_id".into(), "INVALID", "exit-post", "Làm"),
            ("trip_id".into(), "INVALID", "", "Làm"),
        ] {
            let fault = Fault { path: path.clone(), reason: reason.into(), vi: "Làm".into(), en: String::new() };
            assert_eq!(board.mistakes(&words, &[fault]), [Mistake::new(field, text)], "{path}");
        }
    }
}
