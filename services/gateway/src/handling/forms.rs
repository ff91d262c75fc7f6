//! The forms about a report, made of what it is now and of what was typed.
use contract::reports::v1::{Agency, MergeCandidate, Outcome, RejectionReason, Report, Urgency};
use ids::CommandId;
use vietnam::Level;

use super::Verb;
use crate::{
    forms::Typed,
    pages::place_filter,
    site::Site,
    text::Words,
    view::{
        Asked, Choice, Field, Kind, Mistake, Radio, Radios, due,
        reports::{self, Categories},
        words,
    },
};

/// One form of the page.
pub struct Form {
    pub verb: Verb,
    pub title: String,
    /// What it does, in a sentence; empty where the heading says it.
    pub how: String,
    pub button: String,
    pub command_id: String,
    pub boxes: Vec<Asked>,
    /// Shown at once: the first of the page, or one that was refused.
    pub open: bool,
    pub main: bool,
    /// A second button: sends the answer back.
    pub other: Option<String>,
}

/// Makes them.
pub struct Maker<'a> {
    pub site: &'a Site,
    pub words: &'a Words,
    pub categories: &'a Categories,
    pub report: &'a Report,
    /// Of the form that was sent.
    pub typed: &'a Typed,
    pub sent: Option<Verb>,
    /// What it can be merged with.
    pub candidates: &'a [MergeCandidate],
    pub agencies: &'a [Agency],
    pub mistakes: &'a [Mistake],
}

impl Maker<'_> {
    /// In the order of the page; the first leads.
    pub fn forms(&self, verbs: &[Verb]) -> Vec<Form> {
        verbs.iter().enumerate().map(|(number, verb)| self.form(*verb, number == 0)).collect()
    }

    fn form(&self, verb: Verb, first: bool) -> Form {
        let (title, button, _) = verb.words();
        let sent = self.sent == Some(verb);
        let kept = CommandId::parse(self.typed.get("command_id")).ok().filter(|_| sent);
        Form {
            verb,
            title: self.words.t(title),
            how: how(verb).map(|key| self.words.t(key)).unwrap_or_default(),
            button: self.words.t(button),
            command_id: kept.unwrap_or_else(|| CommandId::mint(self.site.now())).to_string(),
            boxes: self.boxes(verb),
            open: sent || first,
            main: if self.sent.is_some() { sent } else { first },
            other: (verb == Verb::Approve).then(|| self.words.t("case-send-back")),
        }
    }

    fn boxes(&self, verb: Verb) -> Vec<Asked> {
        match verb {
            Verb::Start => Vec::new(),
            Verb::Assign => self.assign(),
            Verb::Ask => vec![self.area(verb, "text", "case-ask-text", "case-ask-hint", 2000, "")],
            Verb::Answer => self.answer(),
            Verb::Approve => vec![self.area(verb, "reason", "case-approve-reason", "case-approve-hint", 500, "")],
            Verb::Note => vec![self.area(verb, "text", "case-note-text", "case-note-hint", 2000, "")],
            Verb::Merge => vec![self.merge()],
            Verb::Unmerge => vec![self.area(verb, "reason", "case-return-reason", "case-unmerge-hint", 500, "")],
            Verb::Transfer => self.transfer(),
            Verb::EndTransfer => self.end_transfer(),
            Verb::Return => vec![self.area(verb, "reason", "case-return-reason", "case-return-hint", 500, "")],
            Verb::Reject => self.reject(),
        }
    }

    /// Names begin with the verb: ids stay unique on a page of several forms.
    fn field(&self, verb: Verb, name: &str, label: &str, before: &str) -> Field {
        let name = format!("{}-{name}", verb.name());
        let typed = self.sent == Some(verb);
        Field {
            label: self.words.t(label),
            value: if typed { self.typed.get(&name) } else { before }.to_owned(),
            error: if typed { Mistake::of(self.mistakes, &name).to_owned() } else { String::new() },
            name,
            ..Field::default()
        }
    }

    fn area(&self, verb: Verb, name: &str, label: &str, hint: &str, maxlength: u32, before: &str) -> Asked {
        let hint = self.words.t(hint);
        // What is written of people does not stay on a desk's device.
        Asked::Field(Field { kind: Kind::Area, hint, maxlength, marks: " data-private", ..self.field(verb, name, label, before) })
    }

    fn select(&self, verb: Verb, name: &str, label: &str, before: &str, lines: Vec<Choice>) -> Asked {
        Asked::Field(Field { kind: Kind::Select(lines), ..self.field(verb, name, label, before) })
    }

    fn assign(&self) -> Vec<Asked> {
        let verb = Verb::Assign;
        let lang = self.words.lang();
        let line = |id: &str| Choice::new(id, self.categories.name(lang, id));
        let mut categories: Vec<Choice> = self.categories.0.iter().map(|category| line(&category.category_id)).collect();
        if self.categories.find(&self.report.category_id).is_none() {
            categories.push(line(&self.report.category_id));
        }
        let urgencies = [Urgency::Immediate, Urgency::Urgent, Urgency::Normal, Urgency::Complex];
        let urgencies = urgencies.map(|it| Choice::new(it.as_str_name(), self.words.t(reports::urgency(it)))).into();
        let recipient = self.report.recipient.clone().unwrap_or_default();
        let place = self.report.place.clone().unwrap_or_default();
        let area = recipient.area.filter(|_| recipient.post_id.is_empty()).or(place.area);
        let area = area.and_then(|area| vietnam::areas::resolve(&area.code, &area.valid_from, self.site.province.era).ok());
        let before = area.map(|area| area.display_name()).unwrap_or_default();
        let posts = self.site.province.posts.iter().map(|post| Choice::new(&post.id, self.site.post_name(lang, &post.id)));
        let posts = std::iter::once(Choice::new("", self.words.t("case-no-post"))).chain(posts).collect();
        let mut boxes = vec![
            self.select(verb, "category", "report-what-short", &self.report.category_id, categories),
            self.select(verb, "urgency", "case-urgency", self.report.urgency().as_str_name(), urgencies),
            Asked::Field(Field {
                hint: self.words.t("case-area-hint"),
                maxlength: 100,
                datalist: "areas",
                ..self.field(verb, "area", "case-area", &before)
            }),
        ];
        let several = place_filter::find(&self.site.province, self.typed.get("assign-area")).choices();
        if self.sent == Some(verb) && !several.is_empty() {
            let lines = several.iter().map(|area| Choice::new(area.code(), area.display_name()));
            let lines = std::iter::once(words::none(self.words)).chain(lines).collect();
            boxes.push(self.select(verb, "area-code", "declare-commune-choose", "", lines));
        }
        boxes.push(self.select(verb, "post", "case-post", &recipient.post_id, posts));
        boxes
    }

    fn answer(&self) -> Vec<Asked> {
        let verb = Verb::Answer;
        let draft = self.report.answer.clone().unwrap_or_default();
        let outcomes = [Outcome::VerifiedViolation, Outcome::NotFound, Outcome::Unfounded, Outcome::OutOfScope];
        let (name, typed) = ("answer-outcome", self.sent == Some(verb));
        let chosen = if typed { self.typed.get(name) } else { draft.outcome().as_str_name() };
        let option = |outcome: Outcome| Radio {
            value: outcome.as_str_name().to_owned(),
            label: self.words.t(reports::outcome(outcome)),
            sub: String::new(),
            checked: outcome.as_str_name() == chosen,
        };
        let radios = Radios {
            name: name.to_owned(),
            legend: self.words.t("case-outcome"),
            error: if typed { Mistake::of(self.mistakes, name).to_owned() } else { String::new() },
            options: outcomes.map(option).into(),
            ..Radios::default()
        };
        vec![
            Asked::Radios(radios),
            self.area(verb, "public", "case-public", "case-public-hint", 2000, &draft.public_text),
            self.area(verb, "internal", "case-internal", "case-internal-hint", 2000, &draft.internal_text),
        ]
    }

    fn radios(&self, verb: Verb, name: &str, legend: &str, options: Vec<(String, String, String)>) -> Asked {
        let (name, typed) = (format!("{}-{name}", verb.name()), self.sent == Some(verb));
        let chosen = if typed { self.typed.get(&name) } else { "" };
        let option = |(value, label, sub): (String, String, String)| Radio { checked: value == chosen, value, label, sub };
        Asked::Radios(Radios {
            legend: self.words.t(legend),
            error: if typed { Mistake::of(self.mistakes, &name).to_owned() } else { String::new() },
            options: options.into_iter().map(option).collect(),
            name,
            ..Radios::default()
        })
    }

    /// Each with what speaks for it.
    fn merge(&self) -> Asked {
        let words = self.words;
        let option = |candidate: &MergeCandidate| {
            let report = candidate.report.clone().unwrap_or_default();
            let same = [
                (candidate.same_plate, "case-same-plate"),
                (candidate.same_place, "case-same-place"),
                (candidate.same_category, "case-same-category"),
            ];
            let apart = due::span(words, i64::from(candidate.minutes_apart));
            let parts = same.into_iter().filter(|(same, _)| *same).map(|(_, key)| words.t(key));
            let sub = parts.chain([words.a("case-apart", apart), reports::area_name(report.area.as_ref())]);
            let sub: Vec<String> = sub.filter(|part| !part.is_empty()).collect();
            let label = format!("{}: {}", report.code, self.categories.name(words.lang(), &report.category_id));
            (report.report_id, label, sub.join(" · "))
        };
        self.radios(Verb::Merge, "into", "case-merge-into", self.candidates.iter().map(option).collect())
    }

    fn transfer(&self) -> Vec<Asked> {
        let verb = Verb::Transfer;
        let line = |agency: &Agency| {
            let name = reports::said(self.words.lang(), &agency.name_vi, &agency.name_en);
            Choice::new(&agency.agency_id, format!("{name} ({})", self.words.n("case-working-days", agency.working_days)))
        };
        let agencies = std::iter::once(words::none(self.words)).chain(self.agencies.iter().map(line)).collect();
        vec![
            self.select(verb, "agency", "case-agency", "", agencies),
            self.area(verb, "reason", "case-transfer-reason", "case-transfer-hint", 2000, ""),
            Asked::Field(Field {
                inputmode: "numeric",
                maxlength: 2,
                class: "w-s",
                hint: self.words.t("case-transfer-days-hint"),
                ..self.field(verb, "days", "case-transfer-days", "")
            }),
        ]
    }

    fn end_transfer(&self) -> Vec<Asked> {
        let verb = Verb::EndTransfer;
        let option = |value: &str, key: &str| (value.to_owned(), self.words.t(key), String::new());
        vec![
            self.radios(verb, "how", "case-end-how", vec![option("answered", "case-end-answered"), option("refused", "case-end-refused")]),
            self.area(verb, "answer", "case-end-answer", "case-note-hint", 2000, ""),
        ]
    }

    fn reject(&self) -> Vec<Asked> {
        let reasons = [RejectionReason::Spam, RejectionReason::NoGround, RejectionReason::OutOfScope];
        let lines = reasons.map(|it| Choice::new(it.as_str_name(), self.words.t(reports::rejection(it))));
        let lines = std::iter::once(words::none(self.words)).chain(lines).collect();
        vec![
            self.select(Verb::Reject, "reason", "case-reject-reason", "", lines),
            self.area(Verb::Reject, "text", "case-reject-text", "case-reject-hint", 2000, ""),
        ]
    }
}

fn how(verb: Verb) -> Option<&'static str> {
    match verb {
        Verb::Start => Some("case-start-how"),
        Verb::Approve => Some("case-approve-how"),
        Verb::Return => Some("case-return-how"),
        Verb::Reject => Some("case-reject-how"),
        Verb::Merge => Some("case-merge-how"),
        Verb::Unmerge => Some("case-unmerge-how"),
        Verb::Transfer => Some("case-transfer-how"),
        Verb::EndTransfer => Some("case-end-transfer-how"),
        Verb::Assign | Verb::Ask | Verb::Answer | Verb::Note => None,
    }
}

/// Names for the box of an area: the province, its districts and communes.
pub fn areas(site: &Site) -> Vec<String> {
    let communes = vietnam::areas::communes(site.province.area);
    let above = vietnam::areas::children(site.province.area).into_iter().filter(|area| area.level() != Level::Commune);
    let province = vietnam::areas::get(site.province.area);
    province.into_iter().chain(above).chain(communes).map(|area| area.display_name()).collect()
}
