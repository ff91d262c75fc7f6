//! From what was typed to the request, or everything that has to be mended.
use chrono::{DateTime, TimeDelta, Utc};
use contract::{
    Timestamp,
    common::v1::Area,
    reports::v1::{Category, Contact, CreateReportRequest, Place, Question, QuestionAnswer, QuestionKind},
};
use vietnam::{Phone, plate, province::Profile};

use super::{QUESTION, Step, given, photos};
use crate::{
    forms::Typed,
    pages::place_filter,
    text::Words,
    view::{Mistake, moment, reports::said},
};

/// A report is about the last days.
const BACK: TimeDelta = TimeDelta::days(14);
const SHORTEST_TEXT: usize = 10;
const LONGEST_TEXT: usize = 2000;
const LONGEST_ANSWER: usize = 200;

/// Reads the form.
pub struct Reader<'a> {
    words: Words,
    province: &'a Profile,
    typed: &'a Typed,
    /// The one that was chosen, among those of today.
    category: Option<&'a Category>,
    now: DateTime<Utc>,
    mistakes: Vec<Mistake>,
}

impl<'a> Reader<'a> {
    pub fn new(words: Words, province: &'a Profile, typed: &'a Typed, category: Option<&'a Category>, now: DateTime<Utc>) -> Self {
        Self { words, province, typed, category, now, mistakes: Vec::new() }
    }

    /// What has to be mended on one step.
    pub fn mistakes_of(mut self, step: Step) -> Vec<Mistake> {
        match step {
            Step::What => self.what(),
            Step::Vehicle => drop(self.plate()),
            Step::Place => drop(self.place()),
            Step::When => drop(self.when()),
            Step::Details => drop((self.answers(), self.narrative())),
            Step::Contact => drop(self.contact()),
            // A photo was looked at when it came.
            Step::Photos | Step::Check => (),
        }
        self.mistakes
    }

    /// The request, or every mistake in the order of the steps.
    pub fn request(mut self) -> Result<CreateReportRequest, Vec<Mistake>> {
        self.what();
        let about_vehicle = self.category.is_none_or(|category| category.about_vehicle) || given(self.typed);
        let request = CreateReportRequest {
            submission_id: self.text("id"),
            category_id: self.text("category"),
            category_version: self.category.map_or(0, |category| category.version),
            plate: if about_vehicle { self.plate() } else { String::new() },
            trip_id: if about_vehicle { self.text("trip") } else { String::new() },
            place: Some(self.place()),
            seen_at: self.when(),
            answers: self.answers(),
            text: self.narrative(),
            contact: self.contact(),
            photo_ids: photos::named(self.typed).map(str::to_owned).collect(),
            proof: self.text("proof"),
        };
        if self.mistakes.is_empty() { Ok(request) } else { Err(self.mistakes) }
    }

    fn what(&mut self) {
        if self.category.is_none() {
            self.wrong("category", "report-missing-category");
        }
    }

    fn plate(&mut self) -> String {
        let text = self.text("plate");
        if text.chars().count() > plate::LONGEST {
            self.wrong("plate", "report-wrong-plate");
        }
        text
    }

    /// One of the three is enough.
    fn place(&mut self) -> Place {
        let (latitude, longitude) = self.position().unzip();
        let landmark = self.text("landmark");
        let area = self.area();
        if area.is_none() && landmark.is_empty() && latitude.is_none() && self.text("area").is_empty() {
            self.wrong("area", "report-missing-place");
        }
        Place { area, landmark, latitude, longitude }
    }

    fn position(&self) -> Option<(f64, f64)> {
        let number = |name| self.typed.get(name).parse::<f64>().ok();
        number("lat").zip(number("lon"))
    }

    /// The one place, or the one that was chosen among several of its name.
    fn area(&mut self) -> Option<Area> {
        let code = self.typed.get("area-code");
        let area = match place_filter::find(self.province, self.typed.get("area")) {
            place_filter::Place::Any => None,
            place_filter::Place::One(area) => Some(area),
            place_filter::Place::Several(areas) => areas.into_iter().find(|area| area.code() == code).or_else(|| {
                self.wrong("area", "declare-wrong-place-many");
                None
            }),
            place_filter::Place::Unknown => {
                self.wrong("area", "report-wrong-area");
                None
            }
        };
        area.map(|area| Area { code: area.code(), valid_from: area.era().valid_from_text().to_owned(), name: String::new() })
    }

    fn when(&mut self) -> Option<Timestamp> {
        let text = self.typed.get("seen-at");
        let key = match moment::parse_local(text) {
            Some(at) if at <= self.now && at >= self.now - BACK => return Some(at.into()),
            Some(_) => "report-wrong-when-window",
            None if text.is_empty() => "report-missing-when",
            None => "declare-wrong-time",
        };
        self.wrong("seen-at", key);
        None
    }

    /// In the order of the category's questions; what was left empty is no answer.
    fn answers(&mut self) -> Vec<QuestionAnswer> {
        let questions = self.category.map(|category| category.questions.as_slice()).unwrap_or_default();
        questions.iter().filter_map(|question| self.answer(question)).collect()
    }

    fn answer(&mut self, question: &Question) -> Option<QuestionAnswer> {
        let name = format!("{QUESTION}{}", question.question_id);
        let value = self.text(&name);
        if value.is_empty() {
            if question.required {
                self.unanswered(&name, question);
            }
            return None;
        }
        let fits = match question.kind() {
            QuestionKind::YesNo => matches!(value.as_str(), "yes" | "no"),
            QuestionKind::Choice => question.choices.iter().any(|choice| choice.choice_id == value),
            QuestionKind::Number => value.len() <= 4 && value.bytes().all(|byte| byte.is_ascii_digit()),
            QuestionKind::Text | QuestionKind::Unspecified => value.chars().count() <= LONGEST_ANSWER,
        };
        if !fits {
            match question.kind() {
                QuestionKind::Number => self.wrong(&name, "declare-wrong-number"),
                QuestionKind::YesNo | QuestionKind::Choice => self.unanswered(&name, question),
                QuestionKind::Text | QuestionKind::Unspecified => self.wrong(&name, "report-wrong-answer"),
            }
        }
        Some(QuestionAnswer { question_id: question.question_id.clone(), value })
    }

    fn unanswered(&mut self, name: &str, question: &Question) {
        let asked = said(self.words.lang(), &question.text_vi, &question.text_en);
        self.mistakes.push(Mistake::new(name, self.words.a("report-missing-answer", asked)));
    }

    fn narrative(&mut self) -> String {
        let text = self.text("text");
        match text.chars().count() {
            0 => self.wrong("text", "report-missing-text"),
            1..SHORTEST_TEXT => self.wrong("text", "report-short-text"),
            SHORTEST_TEXT..=LONGEST_TEXT => (),
            _ => self.wrong("text", "report-long-text"),
        }
        text
    }

    fn contact(&mut self) -> Option<Contact> {
        let contact = Contact { name: self.text("name"), phone: self.text("phone"), email: self.text("email") };
        if !contact.phone.is_empty() && Phone::parse(&contact.phone).is_err() {
            self.wrong("phone", "declare-wrong-phone");
        }
        if !contact.email.is_empty() && !contact.email.split_once('@').is_some_and(|(name, host)| !name.is_empty() && host.contains('.')) {
            self.wrong("email", "report-wrong-email");
        }
        (contact != Contact::default()).then_some(contact)
    }

    fn text(&self, name: &str) -> String {
        self.typed.get(name).to_owned()
    }

    fn wrong(&mut self, name: &str, key: &str) {
        self.mistakes.push(Mistake::new(name, self.words.t(key)));
    }
}

#[cfg(test)]
mod tests {
    use contract::reports::v1::Choice;

    use super::*;
    use crate::text::{Lang, Texts};

    fn now() -> DateTime<Utc> {
        DateTime::parse_from_rfc3339("2021-10-19T02:14:07+07:00").unwrap().to_utc()
    }

    fn category() -> Category {
        let question = |id: &str, kind: QuestionKind| Question { question_id: id.into(), kind: kind.into(), ..Question::default() };
        let goods = Question {
            required: true,
            choices: vec![Choice { choice_id: "rice".into(), ..Choice::default() }],
            ..question("goods", QuestionKind::Choice)
        };
        Category {
            category_id: "LOAD_UNLOAD".into(),
            version: 3,
            about_vehicle: true,
            questions: vec![goods, question("people", QuestionKind::Number)],
            ..Category::default()
        }
    }

    fn filled() -> Typed {
        Typed::new([
            ("id", "0199f000-0000-7000-8000-000000000077"),
            ("category", "LOAD_UNLOAD"),
            ("plate", "81C-12?.45"),
            ("landmark", "gần cầu số 3"),
            ("seen-at", "2021-10-19T01:30"),
            ("q-goods", "rice"),
            ("text", "Xe dừng và bốc hàng xuống"),
        ])
    }

    fn read(typed: &Typed) -> Result<CreateReportRequest, Vec<Mistake>> {
        let words = Texts::load().unwrap().words(Lang::Vi);
        Reader::new(words, &Profile::load("gia-lai-2021").unwrap(), typed, Some(&category()), now()).request()
    }

    #[test]
    fn six_answers_are_a_report() {
        let request = read(&filled()).unwrap();
        assert_eq!((request.category_version, request.answers.len(), request.contact), (3, 1, None));
    }

    #[test]
    fn each_kind_of_place_is_enough_alone() {
        for (name, value) in [("area", "Xã Trà Đa"), ("landmark", "cầu số 3"), ("lat", "13.98")] {
            let mut typed = filled();
            typed.set("landmark", "");
            typed.set(name, value);
            typed.set("lon", "108.00");
            assert!(read(&typed).is_ok(), "{name}");
        }
    }

    #[test]
    fn everything_wrong_is_said_at_its_box() {
        for (name, value, field) in [
            ("landmark", "", "area"),
            ("area", "Không Đâu Cả", "area"),
            ("area", "Ia Băng", "area"),
            ("seen-at", "", "seen-at"),
            ("seen-at", "2021-10-19T02:15", "seen-at"),
            ("seen-at", "2021-10-05T02:14", "seen-at"),
            ("q-goods", "", "q-goods"),
            ("q-goods", "gold", "q-goods"),
            ("q-people", "hai", "q-people"),
            ("text", "ngắn", "text"),
            ("phone", "0905 12 45", "phone"),
            ("email", "ai@", "email"),
            ("plate", "81C-123.45 hoặc 81C-123.46", "plate"),
        ] {
            let mut typed = filled();
            typed.set(name, value);
            let fields: Vec<String> = read(&typed).unwrap_err().into_iter().map(|mistake| mistake.field).collect();
            assert_eq!(fields, [field], "{name} = {value}");
        }
    }
}
