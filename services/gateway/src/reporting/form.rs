//! What each step of the report's form shows, made of what was typed and what has to be mended.
use contract::{
    reports::v1::{Category, Question, QuestionKind, Urgency},
    vehicles::v1::PublicTrip,
};
use vietnam::time;

use super::{QUESTION, Step, given, photos};
use crate::{
    forms::Typed,
    pages::{place_filter, public_row::Row},
    site::Site,
    text::Words,
    view::{Asked, Choice, Field, Kind, Mistake, Moment, Radio, Radios, moment, reports::Categories, reports::said, words},
};

/// Makes the boxes of a step.
pub struct Maker<'a> {
    pub site: &'a Site,
    pub words: &'a Words,
    pub categories: &'a Categories,
    pub typed: &'a Typed,
    pub mistakes: &'a [Mistake],
}

/// One line of the last step, with the step that mends it.
pub struct Said {
    pub label: String,
    pub value: String,
    pub step: Step,
    /// Whether another line of the same step follows: one button is enough.
    pub mends: bool,
}

impl Maker<'_> {
    pub fn category(&self) -> Option<&Category> {
        self.categories.find(self.typed.get("category"))
    }

    /// Whether what is reported cannot wait.
    pub fn is_dangerous(&self) -> bool {
        self.category().is_some_and(|category| category.urgency() == Urgency::Immediate)
    }

    /// The boxes of a step; `matches` are vehicles that the plate may mean.
    pub fn boxes(&self, step: Step, matches: &[PublicTrip]) -> Vec<Asked> {
        match step {
            Step::What => vec![self.what()],
            Step::Vehicle => self.vehicle(matches),
            Step::Place => self.place(),
            Step::When => vec![self.when()],
            Step::Details => self.details(),
            Step::Contact => self.contact(),
            Step::Photos | Step::Check => Vec::new(),
        }
    }

    fn field(&self, name: &str, label: &str) -> Field {
        Field {
            name: name.to_owned(),
            label: self.words.t(label),
            value: self.typed.get(name).to_owned(),
            error: Mistake::of(self.mistakes, name).to_owned(),
            ..Field::default()
        }
    }

    fn radios(&self, name: &str, legend: String, options: Vec<Radio>) -> Radios {
        Radios { name: name.to_owned(), legend, error: Mistake::of(self.mistakes, name).to_owned(), options, ..Radios::default() }
    }

    fn what(&self) -> Asked {
        let lang = self.words.lang();
        let chosen = self.typed.get("category");
        let option = |category: &Category| Radio {
            value: category.category_id.clone(),
            label: said(lang, &category.name_vi, &category.name_en),
            sub: said(lang, &category.hint_vi, &category.hint_en),
            checked: category.category_id == chosen,
        };
        let options = self.categories.0.iter().map(option).collect();
        Asked::Radios(Radios { quiet: true, ..self.radios("category", self.words.t("report-what"), options) })
    }

    fn vehicle(&self, matches: &[PublicTrip]) -> Vec<Asked> {
        let plate =
            Field { hint: self.words.t("report-plate-hint"), class: "code w-m", maxlength: 20, ..self.field("plate", "declare-plate") };
        if matches.is_empty() {
            return vec![Asked::Field(plate)];
        }
        let chosen = self.typed.get("trip");
        let option = |trip: &PublicTrip| {
            let row = Row::new(self.site, self.words, trip, self.site.now());
            let via = self.words.a("arrivals-via", &row.post);
            let parts = [row.vehicle, row.purpose, row.promise, via];
            let sub: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
            Radio { checked: row.id == chosen, value: row.id, label: row.plate.text, sub: sub.join(", ") }
        };
        let other = Radio { value: String::new(), label: self.words.t("report-no-match"), sub: String::new(), checked: false };
        let options = matches.iter().map(option).chain([other]).collect();
        vec![Asked::Radios(self.radios("trip", self.words.n("report-matches", matches.len()), options)), Asked::Field(plate)]
    }

    fn place(&self) -> Vec<Asked> {
        let area =
            Field { hint: self.words.t("report-area-hint"), maxlength: 100, datalist: "communes", ..self.field("area", "report-area") };
        let several = place_filter::find(&self.site.province, self.typed.get("area")).choices();
        let lines = several.iter().map(|area| Choice::new(area.code(), area.display_name()));
        let lines = std::iter::once(words::none(self.words)).chain(lines).collect();
        let which = Field { kind: Kind::Select(lines), ..self.field("area-code", "declare-commune-choose") };
        let landmark = Field { hint: self.words.t("report-landmark-hint"), maxlength: 200, ..self.field("landmark", "report-landmark") };
        let fields = [Some(area), (!several.is_empty()).then_some(which), Some(landmark)];
        fields.into_iter().flatten().map(Asked::Field).collect()
    }

    /// Now, until something else is typed: most people report what they see.
    fn when(&self) -> Asked {
        let mut field = Field {
            kind: Kind::Input("datetime-local"),
            hint: self.words.t("report-seen-at-hint"),
            class: "w-m",
            ..self.field("seen-at", "report-seen-at")
        };
        if !self.typed.has("seen-at") {
            field.value = time::local(self.site.now()).format("%Y-%m-%dT%H:%M").to_string();
        }
        Asked::Field(field)
    }

    fn details(&self) -> Vec<Asked> {
        let text = Field {
            kind: Kind::Area,
            hint: self.words.t("report-text-hint"),
            class: "tall",
            maxlength: 2000,
            ..self.field("text", "report-text")
        };
        let questions = self.category().map(|category| category.questions.as_slice()).unwrap_or_default();
        questions.iter().map(|question| self.question(question)).chain([Asked::Field(text)]).collect()
    }

    fn question(&self, question: &Question) -> Asked {
        let lang = self.words.lang();
        let name = format!("{QUESTION}{}", question.question_id);
        let label = said(lang, &question.text_vi, &question.text_en);
        let hint = if question.required { String::new() } else { self.words.t("report-optional") };
        let chosen = self.typed.get(&name).to_owned();
        let option = |value: &str, label: String| Radio { checked: value == chosen, value: value.to_owned(), label, sub: String::new() };
        let options = match question.kind() {
            QuestionKind::YesNo => vec![option("yes", self.words.t("report-yes")), option("no", self.words.t("report-no"))],
            QuestionKind::Choice => {
                question.choices.iter().map(|choice| option(&choice.choice_id, said(lang, &choice.name_vi, &choice.name_en))).collect()
            }
            kind @ (QuestionKind::Number | QuestionKind::Text | QuestionKind::Unspecified) => {
                let number = kind == QuestionKind::Number;
                let error = Mistake::of(self.mistakes, &name).to_owned();
                let field = Field { name, label, hint, value: chosen, error, maxlength: 200, ..Field::default() };
                return Asked::Field(if number { Field { inputmode: "numeric", class: "w-s", maxlength: 4, ..field } } else { field });
            }
        };
        Asked::Radios(Radios { hint, ..self.radios(&name, label, options) })
    }

    fn contact(&self) -> Vec<Asked> {
        let name = Field { maxlength: 100, autocomplete: "name", ..self.field("name", "report-name") };
        let phone = Field {
            kind: Kind::Input("tel"),
            inputmode: "tel",
            autocomplete: "tel",
            class: "w-m",
            maxlength: 20,
            ..self.field("phone", "report-phone")
        };
        let email = Field {
            kind: Kind::Input("email"),
            inputmode: "email",
            autocomplete: "email",
            maxlength: 100,
            ..self.field("email", "report-email")
        };
        [name, phone, email].map(Asked::Field).into()
    }

    /// Everything that will be sent, in words.
    pub fn summary(&self) -> Vec<Said> {
        let t = |key: &str| self.words.t(key);
        let none = |text: &str| if text.is_empty() { t("report-none") } else { text.to_owned() };
        let mut lines = vec![(Step::What, t("report-what-short"), self.categories.name(self.words.lang(), self.typed.get("category")))];
        if self.category().is_none_or(|category| category.about_vehicle) || given(self.typed) {
            let on_list = if self.typed.get("trip").is_empty() { String::new() } else { format!(" ({})", t("report-on-list")) };
            lines.push((Step::Vehicle, t("declare-plate"), none(self.typed.get("plate")) + &on_list));
        }
        lines.push((Step::Place, t("report-place-short"), none(&self.place_in_words())));
        let seen = moment::parse_local(self.typed.get("seen-at")).map(|at| Moment::new(at, self.site.now()).full());
        lines.push((Step::When, t("report-when-short"), none(&seen.unwrap_or_default())));
        for asked in self.details() {
            lines.push((Step::Details, label(&asked), none(&value(&asked))));
        }
        let photos = photos::named(self.typed).count();
        let photos = if photos == 0 { t("report-none") } else { self.words.n("photo-count", photos) };
        lines.push((Step::Photos, t("report-photos-short"), photos));
        let contact: Vec<&str> = ["name", "phone", "email"].iter().map(|name| self.typed.get(name)).filter(|it| !it.is_empty()).collect();
        lines.push((Step::Contact, t("report-contact-short"), none(&contact.join(", "))));
        let steps: Vec<Step> = lines.iter().map(|(step, ..)| *step).collect();
        let mends = |number: usize| steps.get(number + 1) != steps.get(number);
        lines.into_iter().enumerate().map(|(number, (step, label, value))| Said { label, value, step, mends: mends(number) }).collect()
    }

    fn place_in_words(&self) -> String {
        let area = match place_filter::find(&self.site.province, self.typed.get("area")) {
            place_filter::Place::One(area) => area.display_name(),
            place_filter::Place::Several(areas) => areas
                .iter()
                .find(|area| area.code() == self.typed.get("area-code"))
                .map_or_else(|| self.typed.get("area").to_owned(), vietnam::Area::display_name),
            place_filter::Place::Any | place_filter::Place::Unknown => self.typed.get("area").to_owned(),
        };
        let parts = [self.typed.get("landmark").to_owned(), area, self.position()];
        parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("; ")
    }

    /// "13.98312, 108.00042" as the phone said it; empty without.
    pub fn position(&self) -> String {
        let (latitude, longitude) = (self.typed.get("lat"), self.typed.get("lon"));
        if latitude.is_empty() || longitude.is_empty() { String::new() } else { format!("{latitude}, {longitude}") }
    }
}

fn label(asked: &Asked) -> String {
    match asked {
        Asked::Field(field) => field.label.clone(),
        Asked::Radios(radios) => radios.legend.clone(),
    }
}

fn value(asked: &Asked) -> String {
    match asked {
        Asked::Field(field) => field.value.clone(),
        Asked::Radios(radios) => radios.options.iter().find(|option| option.checked).map(|option| option.label.clone()).unwrap_or_default(),
    }
}
