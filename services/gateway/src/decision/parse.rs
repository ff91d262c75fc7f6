//! From what was typed at the desk to the findings and the ruling, or what has to be mended.
use chrono::{DateTime, Utc};
use contract::vehicles::v1::{Commitment, Decision, Findings, Person, PersonCheck, PersonRole, Sex, SigningMethod, TestProof, Trip};
use ids::PersonId;
use vietnam::{PartialDate, time};

use super::{DECISIONS, MOST_ADDED, added, admits, evidence, recorded};
use crate::{declaration::parse::id_type, forms::Typed, text::Words, view::Mistake};

/// What the desk's form says. Boxes that cannot be read are mistakes and left out of the findings.
#[derive(Debug, Clone, Default)]
pub struct Read {
    pub findings: Findings,
    pub decision: Decision,
    pub reasons: Vec<String>,
    pub exit_post_id: String,
    pub mistakes: Vec<Mistake>,
}

/// How many people the form adds to those recorded.
pub fn added_people(typed: &Typed) -> usize {
    typed.groups("added").min(MOST_ADDED)
}

/// Reads the findings alone: for a look at the rules.
pub fn findings(words: &Words, trip: &Trip, typed: &Typed, now: DateTime<Utc>) -> Read {
    let mut reader = Reader { words, typed, now, mistakes: Vec::new() };
    let findings = reader.findings(trip);
    Read { findings, mistakes: reader.mistakes, ..Read::default() }
}

/// Reads everything that a decision needs.
pub fn decision(words: &Words, trip: &Trip, typed: &Typed, now: DateTime<Utc>) -> Read {
    let mut reader = Reader { words, typed, now, mistakes: Vec::new() };
    let findings = reader.findings(trip);
    let decision = Decision::from_str_name(typed.get("decision")).unwrap_or_default();
    if decision == Decision::Unspecified {
        reader.wrong("d-1", "desk-missing-decision");
    }
    let reasons = reader.reasons(decision);
    let exit_post_id = if decision == Decision::Transit { typed.get("exit-post").to_owned() } else { String::new() };
    Read { findings, decision, reasons, exit_post_id, mistakes: reader.mistakes }
}

struct Reader<'a> {
    words: &'a Words,
    typed: &'a Typed,
    now: DateTime<Utc>,
    mistakes: Vec<Mistake>,
}

impl Reader<'_> {
    fn findings(&mut self, trip: &Trip) -> Findings {
        Findings {
            people_counted: self.count(),
            checks: trip.people.iter().enumerate().map(|(number, person)| self.check(&recorded(number), &person.person_id)).collect(),
            added_people: (0..added_people(self.typed)).map(|number| self.added(number)).collect(),
            commitment: self.commitment(),
        }
    }

    fn count(&mut self) -> Option<i32> {
        let text = self.typed.get("count");
        let counted = text.parse().ok().filter(|count| (1..=99).contains(count));
        if counted.is_none() && !text.is_empty() {
            self.wrong("count", "desk-wrong-count");
        }
        counted
    }

    fn check(&mut self, who: &str, person_id: &str) -> PersonCheck {
        let name = format!("{who}-temp");
        let text = self.typed.get(&name);
        let temperature = evidence::temperature(text);
        if temperature.is_none() && !text.is_empty() {
            self.wrong(&name, "desk-wrong-temperature");
        }
        let evidence = evidence::read(self.words, self.typed, who, self.now, &mut self.mistakes);
        PersonCheck { person_id: person_id.to_owned(), temperature, evidence }
    }

    fn added(&mut self, number: usize) -> Person {
        let who = added(number);
        let get = |part: &str| self.typed.get(&format!("{who}-{part}")).to_owned();
        let (name, birth, id_number) = (get("name"), get("birth"), get("id"));
        let person_id = PersonId::parse(&get("person")).unwrap_or_else(|_| PersonId::mint(self.now)).to_string();
        let role = PersonRole::from_str_name(&get("role")).unwrap_or(PersonRole::Passenger);
        let sex = Sex::from_str_name(&get("sex")).unwrap_or_default();
        let (qid, other_id_number) = (get("qid"), get("other"));
        if name.is_empty() {
            self.mistakes.push(Mistake::new(format!("{who}-name"), self.words.a("desk-missing-name", number + 1)));
        }
        let born = PartialDate::parse(&birth, time::day_of(self.now)).map(PartialDate::canonical);
        if born.is_err() && !birth.is_empty() {
            self.wrong(&format!("{who}-birth"), "declare-wrong-birth");
        }
        let check = self.check(&who, &person_id);
        Person {
            person_id,
            role: role.into(),
            full_name: name,
            birth: born.unwrap_or_default(),
            sex: sex.into(),
            id_type: id_type(&id_number).into(),
            id_number,
            qid,
            other_id_number,
            check: Some(check),
            ..Person::default()
        }
    }

    fn commitment(&mut self) -> Option<Commitment> {
        let method = SigningMethod::from_str_name(self.typed.get("sign")).filter(|method| *method != SigningMethod::Unspecified)?;
        Some(Commitment {
            template_id: self.typed.get("template").to_owned(),
            template_version: self.typed.get("template-version").parse().unwrap_or_default(),
            method: method.into(),
            paper_no: self.typed.get("paper").to_owned(),
            ..Commitment::default()
        })
    }

    /// The chosen reason and what was written beside it. Who is let in needs none.
    fn reasons(&mut self, decision: Decision) -> Vec<String> {
        let Some((_, part)) = DECISIONS.iter().find(|(it, _)| *it == decision).filter(|_| !admits(decision)) else { return Vec::new() };
        let said = ["why", "note"].map(|box_of| self.typed.get(&format!("{box_of}-{part}")).to_owned());
        let reasons: Vec<String> = said.into_iter().filter(|reason| !reason.is_empty()).collect();
        if reasons.is_empty() {
            self.wrong(&format!("why-{part}"), "desk-missing-reason");
        }
        reasons
    }

    fn wrong(&mut self, name: &str, key: &str) {
        self.mistakes.push(Mistake::new(name, self.words.t(key)));
    }
}

/// Whether a box says that the test was made at this post.
pub fn is_quick(typed: &Typed, who: &str) -> bool {
    typed.get(&format!("{who}-proof")) == TestProof::QuickAtPost.as_str_name()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::{Lang, Texts};

    fn now() -> DateTime<Utc> {
        time::parse_rfc3339("2021-10-19T02:14:07+07:00").unwrap()
    }

    fn trip() -> Trip {
        let person = |number: u8| Person { person_id: format!("0199f000-0000-7000-8000-00000000000{number}"), ..Person::default() };
        Trip { people: vec![person(1), person(2)], ..Trip::default() }
    }

    fn filled() -> Typed {
        Typed::new([
            ("count", "2"),
            ("p0-temp", "36,6"),
            ("p1-temp", "368"),
            ("p1-method", "TEST_METHOD_AG_RAPID"),
            ("p1-outcome", "TEST_OUTCOME_NEGATIVE"),
            ("p1-at", "19:30"),
            ("p1-proof", "TEST_PROOF_PAPER"),
            ("sign", "SIGNING_METHOD_PAPER"),
            ("template", "transit"),
            ("template-version", "1"),
            ("paper", "004812"),
            ("decision", "DECISION_TRANSIT"),
            ("exit-post", "CP2"),
        ])
    }

    fn read(typed: &Typed) -> Read {
        decision(&Texts::load().unwrap().words(Lang::Vi), &trip(), typed, now())
    }

    #[test]
    fn a_filled_form_is_a_decision() {
        let read = read(&filled());
        assert_eq!(read.mistakes, []);
        assert_eq!((read.findings.people_counted, read.findings.checks[1].temperature), (Some(2), Some(36.8)));
        assert!(read.findings.checks[1].evidence.is_some() && read.findings.checks[0].evidence.is_none());
        assert_eq!((read.decision, read.exit_post_id.as_str()), (Decision::Transit, "CP2"));
    }

    #[test]
    fn what_cannot_be_read_names_its_box() {
        for (name, value, field) in [
            ("count", "hai", "count"),
            ("count", "0", "count"),
            ("p0-temp", "50", "p0-temp"),
            ("p1-at", "ngày mai", "p1-at"),
            ("p1-outcome", "", "p1-outcome"),
            ("decision", "", "d-1"),
            ("decision", "DECISION_REFER", "why-refer"),
            ("added-0-name", "", "added-0-name"),
        ] {
            let mut typed = filled();
            typed.set(name, value);
            let fields: Vec<String> = read(&typed).mistakes.into_iter().map(|mistake| mistake.field).collect();
            assert_eq!(fields, [field], "{name} = {value}");
        }
    }

    #[test]
    fn a_test_at_the_post_has_its_result_now() {
        let mut typed = filled();
        typed.set("p1-at", "");
        typed.set("p1-proof", "TEST_PROOF_QUICK_AT_POST");
        let evidence = read(&typed).findings.checks[1].evidence.clone().unwrap();
        assert_eq!(evidence.resulted_at, Some(now().into()));
        assert!(is_quick(&typed, "p1"));
    }
}
