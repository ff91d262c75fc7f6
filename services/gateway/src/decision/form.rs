//! What the desk's form shows, made of the trip, the rules' answer, what was typed and what has to be mended.
use chrono::{DateTime, Utc};
use contract::vehicles::v1::{Assessment, Decision, SigningMethod, Trip};

use super::{
    DECISIONS, admits,
    paths::Board,
    people::{AddedPerson, Maker, PersonRow, says},
};
use crate::{
    decision::parse::added_people,
    forms::Typed,
    site::Site,
    text::{Lang, Words},
    view::{Choice, Field, Kind, Mistake, Moment, PlateView, words},
};

/// The form without the page around it.
pub struct DecisionForm {
    pub action: String,
    /// Made with the page: recording twice is one decision.
    pub decision_id: String,
    pub version: i64,
    /// Under which name the device keeps what was typed.
    pub draft: String,
    pub typed: bool,
    pub count: Field,
    pub recorded: usize,
    pub people: Vec<PersonRow>,
    pub added: Vec<AddedPerson>,
    pub commitment: Option<Signing>,
    pub requirements: Vec<Item>,
    pub missing: usize,
    pub policy: String,
    pub decisions: Vec<Ruling>,
    pub conflicts: Vec<Conflict>,
}

/// What the driver signs.
pub struct Signing {
    pub template_id: String,
    pub version: i32,
    pub title: String,
    pub since: String,
    pub clauses: Vec<String>,
    pub methods: Vec<Radio>,
    pub paper: Field,
    pub error: String,
}

/// One radio button.
pub struct Radio {
    pub id: &'static str,
    pub value: &'static str,
    pub label: String,
    pub checked: bool,
}

/// One thing that the rules ask for.
pub struct Item {
    pub met: bool,
    pub text: String,
    /// The box that meets it.
    pub field: String,
    /// What script watches to tick it off before the server does: names of boxes, and the value one must have.
    pub fill: String,
}

/// One of the five decisions.
pub struct Ruling {
    pub number: usize,
    pub value: &'static str,
    pub label: String,
    pub checked: bool,
    pub closed: bool,
    /// Why it is closed, or what it still waits for.
    pub why: String,
    /// Whether it opens as soon as what is missing was filled in.
    pub waits: bool,
    /// What it asks when it is chosen.
    pub fields: Vec<Field>,
    pub error: String,
}

/// An earlier trip of the same vehicle that nobody ended.
pub struct Conflict {
    pub number: usize,
    pub plate: PlateView,
    pub says: String,
    pub href: String,
    pub trip_id: String,
    pub version: i64,
    pub reason: Field,
}

/// Everything that a form is made of.
pub struct Parts<'a> {
    pub site: &'a Site,
    pub words: &'a Words,
    pub post: &'a str,
    pub trip: &'a Trip,
    pub assessment: &'a Assessment,
    /// The trips that `conflicting_trip_ids` names.
    pub conflicts: &'a [Trip],
    pub typed: &'a Typed,
    pub mistakes: &'a [Mistake],
    pub decision_id: String,
    pub now: DateTime<Utc>,
}

impl DecisionForm {
    pub fn new(parts: &Parts<'_>) -> Self {
        let Parts { words, trip, assessment, typed, mistakes, .. } = *parts;
        let maker = Maker { words, typed, mistakes, requirements: &assessment.requirements };
        let requirements = parts.items();
        let missing = requirements.iter().filter(|item| !item.met).count();
        let last = trip.decision.as_ref().map_or("new", |decision| &decision.decision_id);
        let since = Moment::of(assessment.policy_valid_from.as_ref(), parts.now).map(|at| at.day()).unwrap_or_default();
        let count = Field {
            kind: Kind::Input("number"),
            inputmode: "numeric",
            marks: " min=\"1\" max=\"99\" data-flow autofocus",
            ..maker.field("count", "desk-counted")
        };
        Self {
            action: format!("/posts/{}/trips/{}", parts.post, trip.trip_id),
            decision_id: parts.decision_id.clone(),
            version: trip.version,
            draft: format!("trip-{}-{last}", trip.trip_id),
            typed: typed.has("decision_id"),
            count,
            recorded: trip.people.len(),
            people: trip.people.iter().enumerate().map(|(number, person)| maker.person(number, person)).collect(),
            added: (0..added_people(typed)).map(|number| maker.added(number)).collect(),
            commitment: parts.signing(&maker),
            missing,
            requirements,
            policy: words.ab("desk-policy", since, assessment.policy_version),
            decisions: DECISIONS.iter().enumerate().map(|(at, (it, part))| parts.ruling(&maker, at + 1, *it, part)).collect(),
            conflicts: parts.conflicts.iter().enumerate().map(|(number, other)| parts.conflict(&maker, number, other)).collect(),
        }
    }
}

impl Parts<'_> {
    fn items(&self) -> Vec<Item> {
        let board = Board::new(self.trip, self.typed);
        let people = self.trip.people.len() + added_people(self.typed);
        let requirements = self.assessment.requirements.iter().map(|it| {
            let name = board.name(&it.person_id);
            let who = board.who(&it.person_id).unwrap_or_default();
            let fill = match it.code.as_str() {
                "PEOPLE_COUNTED" => format!("count={people}"),
                "TEMPERATURE" => format!("{who}-temp"),
                "TEST_EVIDENCE" => format!("{who}-method {who}-outcome=TEST_OUTCOME_NEGATIVE {who}-proof"),
                "COMMITMENT_SIGNED" => "sign".to_owned(),
                _ => String::new(),
            };
            let text = says(self.words, it);
            let text = if name.is_empty() { text.to_owned() } else { self.words.ab("desk-of-person", text, name) };
            Item { met: it.met, text, field: board.box_for(&it.code, &it.person_id), fill }
        });
        let mut items: Vec<Item> = requirements.collect();
        items.sort_by_key(|item| item.met);
        items
    }

    fn signing(&self, maker: &Maker<'_>) -> Option<Signing> {
        let asked = self.assessment.requirements.iter().any(|it| it.code == "COMMITMENT_SIGNED");
        let template = self.assessment.commitment.as_ref().filter(|_| asked)?;
        let methods = [("sign-paper", SigningMethod::Paper, "desk-sign-paper"), ("sign-screen", SigningMethod::Screen, "desk-sign-screen")];
        Some(Signing {
            template_id: template.template_id.clone(),
            version: template.version,
            title: self.words.a("desk-commitment", self.words.t(words::purpose(template.purpose())).to_lowercase()),
            since: Moment::of(template.valid_from.as_ref(), self.now)
                .map(|at| self.words.ab("desk-template", template.version, at.day()))
                .unwrap_or_default(),
            clauses: if self.words.lang() == Lang::Vi { template.clauses_vi.clone() } else { template.clauses_en.clone() },
            methods: methods
                .map(|(id, method, key)| Radio {
                    id,
                    value: method.as_str_name(),
                    label: self.words.t(key),
                    checked: self.typed.get("sign") == method.as_str_name(),
                })
                .into(),
            paper: Field { class: "w-s num", inputmode: "numeric", maxlength: 40, ..maker.field("paper", "desk-paper") },
            error: Mistake::of(self.mistakes, "sign-paper").to_owned(),
        })
    }

    fn ruling(&self, maker: &Maker<'_>, number: usize, decision: Decision, part: &str) -> Ruling {
        let label = match decision {
            Decision::Destination => "decide-destination",
            Decision::Transit => "decide-transit",
            Decision::Refer => "decide-refer",
            Decision::TurnBack => "decide-turn-back",
            Decision::Refuse | Decision::Unspecified => "decide-refuse",
        };
        let why = self.why_closed(decision);
        let waits = why.is_some_and(|why| self.assessment.requirements.iter().any(|it| !it.met && says(self.words, it) == why));
        let needs_exit = decision == Decision::Transit && self.trip.destinations.is_empty();
        Ruling {
            number,
            value: decision.as_str_name(),
            label: self.words.t(label),
            checked: self.typed.get("decision") == decision.as_str_name(),
            closed: why.is_some() && !waits && !needs_exit,
            why: match why {
                Some(_) if waits => self.words.t("desk-waits"),
                Some(why) => why.to_owned(),
                None => String::new(),
            },
            waits,
            fields: if admits(decision) { self.exit_post(maker, decision) } else { reasons(maker, decision, part) },
            error: if number == 1 { Mistake::of(self.mistakes, "d-1").to_owned() } else { String::new() },
        }
    }

    fn why_closed(&self, decision: Decision) -> Option<&str> {
        let choice = self.assessment.choices.iter().find(|choice| choice.decision() == decision && !choice.open)?;
        Some(if self.words.lang() == Lang::Vi { &choice.why_closed_vi } else { &choice.why_closed_en })
    }

    /// A transit may leave by another post than it declared.
    fn exit_post(&self, maker: &Maker<'_>, decision: Decision) -> Vec<Field> {
        if decision != Decision::Transit || !self.trip.destinations.is_empty() {
            return Vec::new();
        }
        let others = self.site.province.posts.iter().filter(|post| post.id != self.post);
        let lines = others.map(|post| Choice::new(&post.id, self.site.post_name(self.words.lang(), &post.id)));
        let mut field = maker.field("exit-post", "declare-exit-post");
        if field.value.is_empty() {
            field.value.clone_from(&self.trip.exit_post_id);
        }
        vec![Field { kind: Kind::Select(std::iter::once(words::none(self.words)).chain(lines).collect()), ..field }]
    }

    fn conflict(&self, maker: &Maker<'_>, number: usize, other: &Trip) -> Conflict {
        let post = self.site.post_name(self.words.lang(), &other.entry_post_id);
        let at = other.decision.as_ref().and_then(|decision| Moment::of(decision.decided_at.as_ref(), self.now));
        let lines = ["close-not-recorded", "close-other-post", "close-paper"].map(|key| self.words.t(key));
        let lines = lines.iter().map(|line| Choice::new(line, line));
        let select = Kind::Select(std::iter::once(words::none(self.words)).chain(lines).collect());
        Conflict {
            number,
            plate: PlateView::new(self.words, other.plate.as_ref()),
            says: self.words.ab("desk-conflict-says", post, at.map(|at| at.short()).unwrap_or_default()),
            href: format!("/posts/{}/trips/{}", self.post, other.trip_id),
            trip_id: other.trip_id.clone(),
            version: other.version,
            reason: Field { kind: select, ..maker.field(&format!("reason-{number}"), "desk-close-reason") },
        }
    }
}

/// A list of usual reasons, and a line for what is not among them.
fn reasons(maker: &Maker<'_>, decision: Decision, part: &str) -> Vec<Field> {
    let (label, usual): (&str, &[&str]) = match decision {
        Decision::Refer => ("desk-to-do", &["refer-measure-again", "refer-test-one", "refer-test-all", "refer-symptoms"]),
        Decision::TurnBack => ("desk-reason", &["turn-no-test", "turn-origin", "turn-papers", "turn-people", "turn-refuses"]),
        Decision::Refuse => ("desk-ground", &["refuse-listed", "refuse-forged", "refuse-violation", "refuse-resists"]),
        Decision::Transit | Decision::Destination | Decision::Unspecified => return Vec::new(),
    };
    let lines: Vec<String> = usual.iter().map(|key| maker.words.t(key)).collect();
    let lines = lines.iter().map(|line| Choice::new(line, line));
    let select = Kind::Select(std::iter::once(words::none(maker.words)).chain(lines).collect());
    vec![
        Field { kind: select, marks: " data-flow", ..maker.field(&format!("why-{part}"), label) },
        Field { maxlength: 200, marks: " data-private", ..maker.field(&format!("note-{part}"), "desk-note") },
    ]
}
