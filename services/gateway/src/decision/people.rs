//! The people on the desk: who they are by the least that tells them apart, and the boxes for what the post finds.
use contract::vehicles::v1::{IdType, Person, PersonRole, Requirement, TestMethod, TestOutcome, TestProof};

use super::{added, recorded};
use crate::{
    forms::Typed,
    text::{Lang, Words},
    view::{Choice, Field, Kind, Mistake, Tag, words},
};

/// Details of a scanned card that the form carries along and nobody types.
pub const CARRIED: [&str; 4] = ["person", "sex", "qid", "other"];

/// One person recorded on board.
pub struct PersonRow {
    pub name: String,
    /// "Lái xe, sinh 1986"
    pub sub: String,
    /// "CCCD ••• 4417"
    pub papers: String,
    pub temperature: Temperature,
    pub evidence: Evidence,
    /// What the laboratory lets the road know.
    pub fitness: Tag,
    pub resample: Option<Tag>,
}

/// The box of a temperature.
pub struct Temperature {
    pub name: String,
    pub label: String,
    pub value: String,
    pub error: String,
    /// What the rules say of this temperature; empty when nothing.
    pub says: String,
    /// What was measured before the last decision.
    pub before: String,
}

/// The boxes of a test.
pub struct Evidence {
    pub open: bool,
    pub tag: Option<Tag>,
    pub label: String,
    pub fields: Vec<Field>,
}

/// One person whom nobody declared.
pub struct AddedPerson {
    pub number: usize,
    pub title: String,
    pub fields: Vec<Field>,
    pub carried: Vec<(String, String)>,
    pub temperature: Temperature,
    pub evidence: Evidence,
}

/// Makes the rows of a form.
pub struct Maker<'a> {
    pub words: &'a Words,
    pub typed: &'a Typed,
    pub mistakes: &'a [Mistake],
    pub requirements: &'a [Requirement],
}

impl Maker<'_> {
    pub fn person(&self, number: usize, person: &Person) -> PersonRow {
        let who = recorded(number);
        let mut sub = self.words.t(words::role(person.role()));
        if !person.birth.is_empty() {
            sub = self.words.ab("desk-role-born", sub, person.birth.get(..4).unwrap_or_default());
        }
        if person.added_at_post {
            sub = self.words.a("desk-added-at-post", sub);
        }
        let before = person.check.as_ref().and_then(|check| check.temperature);
        PersonRow {
            name: person.full_name.clone(),
            sub,
            papers: papers(self.words, person),
            temperature: self.temperature(&who, &person.full_name, &person.person_id, before),
            evidence: self.evidence(&who, &person.full_name, &person.person_id),
            fitness: Tag::fitness(self.words, person.fitness(), person.fit_until),
            resample: person.resample_wanted.then(|| Tag::resample(self.words)),
        }
    }

    pub fn added(&self, number: usize) -> AddedPerson {
        let who = added(number);
        let name = |part: &str| format!("{who}-{part}");
        let roles = [PersonRole::Passenger, PersonRole::CoDriver, PersonRole::Assistant, PersonRole::Driver];
        let roles = roles.map(|role| Choice::new(role.as_str_name(), self.words.t(words::role(role))));
        let person_id = self.typed.get(&name("person"));
        let title = self.words.a("desk-added-title", number + 1);
        let plain = |part: &str, key: &str| Field { marks: " data-private data-flow", ..self.field(&name(part), key) };
        AddedPerson {
            number,
            fields: vec![
                Field { maxlength: 100, ..plain("name", "declare-name") },
                Field { maxlength: 10, hint: self.words.t("declare-birth-hint"), ..plain("birth", "declare-birth") },
                Field { maxlength: 20, hint: self.words.t("declare-id-hint"), ..plain("id", "declare-id") },
                Field { kind: Kind::Select(roles.into()), ..plain("role", "declare-role") },
            ],
            carried: CARRIED.map(|part| (name(part), self.typed.get(&name(part)).to_owned())).into(),
            temperature: self.temperature(&who, &title, person_id, None),
            evidence: self.evidence(&who, &title, person_id),
            title,
        }
    }

    fn unmet(&self, code: &str, person_id: &str) -> Option<&Requirement> {
        self.requirements.iter().find(|it| it.code == code && !it.met && it.person_id == person_id)
    }

    fn temperature(&self, who: &str, person: &str, person_id: &str, before: Option<f64>) -> Temperature {
        let name = format!("{who}-temp");
        let comma = |degrees: f64| format!("{degrees:.1}").replace('.', ",");
        Temperature {
            label: self.words.a("desk-temperature-of", person),
            value: self.typed.get(&name).to_owned(),
            error: Mistake::of(self.mistakes, &name).to_owned(),
            says: self.unmet("FEVER", person_id).map(|it| says(self.words, it).to_owned()).unwrap_or_default(),
            before: before.map(|degrees| self.words.a("desk-before", comma(degrees))).unwrap_or_default(),
            name,
        }
    }

    fn evidence(&self, who: &str, person: &str, person_id: &str) -> Evidence {
        let methods = [(TestMethod::RtPcr, "test-pcr"), (TestMethod::AgRapid, "test-rapid")];
        let outcomes = [(TestOutcome::Negative, "outcome-negative"), (TestOutcome::Positive, "outcome-positive")];
        let proofs = [(TestProof::Paper, "proof-paper"), (TestProof::QuickAtPost, "proof-quick"), (TestProof::DccQr, "proof-dcc")];
        let select = |part: &str, key: &str, lines: Vec<Choice>| {
            let lines = std::iter::once(words::none(self.words)).chain(lines).collect();
            Field { kind: Kind::Select(lines), ..self.flowing(&format!("{who}-{part}"), key) }
        };
        let fields = vec![
            select("method", "desk-method", methods.map(|(it, key)| Choice::new(it.as_str_name(), self.words.t(key))).into()),
            select("outcome", "desk-outcome", outcomes.map(|(it, key)| Choice::new(it.as_str_name(), self.words.t(key))).into()),
            Field { maxlength: 16, hint: self.words.t("desk-resulted-hint"), ..self.flowing(&format!("{who}-at"), "desk-resulted") },
            select("proof", "desk-proof", proofs.map(|(it, key)| Choice::new(it.as_str_name(), self.words.t(key))).into()),
            Field { maxlength: 200, ..self.field(&format!("{who}-issuer"), "desk-issuer") },
        ];
        let touched = fields.iter().any(|field| !field.value.is_empty() || !field.error.is_empty());
        let asked = self.requirements.iter().find(|it| it.code == "TEST_EVIDENCE" && it.person_id == person_id);
        Evidence {
            open: touched || asked.is_some_and(|it| !it.met) || self.unmet("FEVER", person_id).is_some(),
            tag: asked.map(|it| Tag::evidence(self.words, it.met)),
            label: self.words.a("desk-evidence-of", person),
            fields,
        }
    }

    /// A box that Enter leads through.
    fn flowing(&self, name: &str, key: &str) -> Field {
        Field { marks: " data-flow", ..self.field(name, key) }
    }

    pub fn field(&self, name: &str, key: &str) -> Field {
        Field {
            name: name.to_owned(),
            label: self.words.t(key),
            value: self.typed.get(name).to_owned(),
            error: Mistake::of(self.mistakes, name).to_owned(),
            ..Field::default()
        }
    }
}

/// The requirement in the language of the page.
pub fn says<'a>(words: &Words, requirement: &'a Requirement) -> &'a str {
    match words.lang() {
        Lang::Vi => &requirement.text_vi,
        Lang::En => &requirement.text_en,
    }
}

/// The kind of paper and its last digits: enough to hold it against the card.
fn papers(words: &Words, person: &Person) -> String {
    let paper = words.t(words::id_type(person.id_type()));
    let kept = match person.id_type() {
        IdType::None | IdType::Unspecified => return paper,
        IdType::Cccd => 4,
        IdType::Cmnd | IdType::Passport | IdType::Other => 3,
    };
    let digits: Vec<char> = person.id_number.chars().collect();
    let tail: String = digits[digits.len().saturating_sub(kept)..].iter().collect();
    format!("{paper} ••• {tail}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Texts;

    #[test]
    fn a_paper_shows_its_last_digits_only() {
        let words = Texts::load().unwrap().words(Lang::Vi);
        for (kind, number, shown) in [
            (IdType::Cccd, "052086004417", "CCCD ••• 4417"),
            (IdType::Cmnd, "231234118", "CMND ••• 118"),
            (IdType::None, "", "Không giấy tờ"),
        ] {
            let person = Person { id_type: kind.into(), id_number: number.into(), ..Person::default() };
            assert_eq!(papers(&words, &person), shown);
        }
    }
}
