//! What can be reported: a category with its questions, and the answers that fit them. Forms are dated data.

use chrono::{DateTime, Utc};
use contract::reports::v1::{self as pb, QuestionKind, Urgency};
use serde::{Deserialize, Serialize};

use crate::{error::Error, fault::Faults, store::coded::Coded};

/// One version of a category, as the files of data/ and the table have it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Form {
    pub category_id: String,
    pub version: i32,
    pub valid_from: DateTime<Utc>,
    name_vi: String,
    name_en: String,
    hint_vi: String,
    hint_en: String,
    urgency: String,
    pub about_vehicle: bool,
    questions: Vec<Question>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Question {
    question_id: String,
    kind: String,
    text_vi: String,
    text_en: String,
    required: bool,
    #[serde(default)]
    choices: Vec<Choice>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Choice {
    choice_id: String,
    name_vi: String,
    name_en: String,
}

/// More of anything than anybody counts at a roadside.
const MOST: u32 = 9_999;

impl Form {
    pub fn urgency(&self) -> Result<Urgency, Error> {
        Ok(Urgency::read(&self.urgency)?)
    }

    pub fn message(&self) -> Result<pb::Category, Error> {
        Ok(pb::Category {
            category_id: self.category_id.clone(),
            version: self.version,
            name_vi: self.name_vi.clone(),
            name_en: self.name_en.clone(),
            hint_vi: self.hint_vi.clone(),
            hint_en: self.hint_en.clone(),
            questions: self.questions.iter().map(Question::message).collect::<Result<_, _>>()?,
            urgency: self.urgency()?.into(),
            about_vehicle: self.about_vehicle,
        })
    }

    /// Adds what is wrong with the answers: questions that this form does not have, values that do not fit, and what it needs and did not get.
    pub fn check(&self, answers: &[pb::QuestionAnswer], faults: &mut Faults) {
        for (index, answer) in answers.iter().enumerate() {
            let earlier = answers.iter().take(index).any(|other| other.question_id == answer.question_id);
            match self.questions.iter().find(|question| question.question_id == answer.question_id) {
                None => {
                    faults.add(format!("answers[{index}].question_id"), "Chọn câu hỏi của loại phản ánh này", "A question of this category")
                }
                Some(_) if earlier => {
                    faults.add(format!("answers[{index}].question_id"), "Mỗi câu hỏi một câu trả lời", "One answer for each question");
                }
                Some(question) => question.check(&answer.value, format!("answers[{index}].value"), faults),
            }
        }
        for question in self.questions.iter().filter(|question| question.required) {
            if !answers.iter().any(|answer| answer.question_id == question.question_id) {
                let (vi, en) = (format!("Trả lời câu hỏi: {}", question.text_vi), format!("Answer the question: {}", question.text_en));
                faults.add(format!("answers.{}", question.question_id), vi, en);
            }
        }
    }

    /// Whether a person wrote the value himself: only such answers can hold how he is reached.
    pub fn is_text(&self, question: &str) -> bool {
        let kind = self.questions.iter().find(|known| known.question_id == question).map(|known| known.kind.as_str());
        kind.is_none_or(|kind| kind == QuestionKind::Text.code())
    }
}

impl Question {
    fn message(&self) -> Result<pb::Question, Error> {
        let choice = |choice: &Choice| pb::Choice {
            choice_id: choice.choice_id.clone(),
            name_vi: choice.name_vi.clone(),
            name_en: choice.name_en.clone(),
        };
        Ok(pb::Question {
            question_id: self.question_id.clone(),
            kind: QuestionKind::read(&self.kind)?.into(),
            text_vi: self.text_vi.clone(),
            text_en: self.text_en.clone(),
            required: self.required,
            choices: self.choices.iter().map(choice).collect(),
        })
    }

    fn check(&self, value: &str, field: String, faults: &mut Faults) {
        match QuestionKind::read(&self.kind).unwrap_or_default() {
            QuestionKind::YesNo if !matches!(value, "yes" | "no") => faults.add(field, "Chọn có hoặc không", "Yes or no"),
            QuestionKind::Choice if !self.choices.iter().any(|choice| choice.choice_id == value) => {
                faults.add(field, "Chọn một trong các câu trả lời", "Choose one of the answers");
            }
            QuestionKind::Number if !value.parse::<u32>().is_ok_and(|number| number <= MOST) => {
                faults.add(field, "Ghi số từ 0 đến 9999", "A number from 0 to 9999");
            }
            QuestionKind::YesNo | QuestionKind::Choice | QuestionKind::Number | QuestionKind::Text | QuestionKind::Unspecified => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seed;

    fn form(category: &str) -> Form {
        let seed = seed::read("gia-lai-2021").unwrap().unwrap();
        seed.forms.into_iter().find(|form| form.category_id == category).unwrap()
    }

    fn answers(pairs: &[(&str, &str)]) -> Vec<pb::QuestionAnswer> {
        let answer =
            |(question, value): &(&str, &str)| pb::QuestionAnswer { question_id: (*question).to_owned(), value: (*value).to_owned() };
        pairs.iter().map(answer).collect()
    }

    #[test]
    fn answers_fit_their_questions_or_are_named() {
        for (category, given, wrong) in [
            ("HIDDEN_PEOPLE", &[("people", "6"), ("hidden_in", "load")][..], &[][..]),
            ("HIDDEN_PEOPLE", &[("people", "sáu"), ("hidden_in", "roof")], &["answers[0].value", "answers[1].value"]),
            ("HIDDEN_PEOPLE", &[("hidden_in", "cab")], &["answers.people"]),
            ("LOAD_UNLOAD", &[("loaded", "yes"), ("goods", "Gạo và phân bón"), ("helpers", "12")], &[]),
            (
                "LOAD_UNLOAD",
                &[("loaded", "maybe"), ("loaded", "no"), ("color", "red")],
                &["answers[0].value", "answers[1].question_id", "answers[2].question_id"],
            ),
            ("LOAD_UNLOAD", &[("loaded", "no"), ("helpers", "10000")], &["answers[1].value"]),
            ("OTHER", &[], &[]),
        ] {
            let mut faults = Faults::default();
            form(category).check(&answers(given), &mut faults);
            let fields: Vec<&str> = faults.0.iter().map(|fault| fault.field_path.as_str()).collect();
            assert_eq!(fields, wrong, "{category} {given:?}");
        }
        assert!(form("LOAD_UNLOAD").is_text("goods") && !form("LOAD_UNLOAD").is_text("helpers"));
    }
}
