//! `/reports/rules`: to whom new reports go, as the rules in force say, and a dry run: who would get one, by which rule and why.
use std::sync::Arc;

use askama::Template;
use axum::{
    extract::{Query, State},
    response::Response,
};
use contract::{
    Permission,
    common::v1::Area,
    reports::v1::{
        AnswerCondition, GetRoutingRulesRequest, PlaceKind, RouteTarget, RoutingRule, RoutingRules, TripKind, TryRoutingRequest,
        TryRoutingResponse,
    },
};

use super::place_filter::{self, Place};
use crate::{
    error::PageError,
    forms::Typed,
    handling::forms,
    session::CurrentUser,
    site::Site,
    text::Words,
    view::{
        Choice, Field, Kind, Mistake, Moment, Page, Tag, filters, moment, render,
        reports::{self, Categories, said},
    },
};

#[derive(Template)]
#[template(path = "routing_rules.html")]
struct RulesPage {
    page: Page,
    mistakes: Vec<Mistake>,
    version: i32,
    valid_from: Option<Moment>,
    rows: Vec<Row>,
    fields: Vec<Field>,
    areas: Vec<String>,
    outcome: Option<Outcome>,
}

/// One rule, every condition in words.
struct Row {
    number: usize,
    conditions: Vec<String>,
    to: String,
    notes: Vec<String>,
    why: String,
    /// The dry run came out here.
    decides: bool,
}

/// What the dry run came to.
struct Outcome {
    recipient: String,
    why: String,
    number: Option<usize>,
    triage: bool,
    urgency: Tag,
    due: Option<Moment>,
}

/// `GET /reports/rules`
pub async fn get(
    State(site): State<Arc<Site>>,
    Query(pairs): Query<Vec<(String, String)>>,
    user: CurrentUser,
) -> Result<Response, PageError> {
    user.require(Permission::ReportsReportsRead)?;
    let typed = Typed::new(pairs.into_iter().map(|(name, value)| (name, value.chars().take(100).collect::<String>())));
    let words = site.words(user.lang);
    let categories = Categories::of_today(&site, &user.caller).await?;
    let mut reader = Reader { site: &site, words: &words, categories: &categories, typed: &typed, mistakes: Vec::new() };
    let at = reader.at();
    let request = GetRoutingRulesRequest { at };
    let rules = site.clients.reports(user.caller.clone()).get_routing_rules(request).await?.into_inner().rules.unwrap_or_default();
    let tried = match reader.request(&rules) {
        Some(request) => Some(site.clients.reports(user.caller.clone()).try_routing(request).await?.into_inner()),
        None => None,
    };
    let fields = reader.fields(&rules);
    let mistakes = reader.mistakes;
    let teller = Teller { site: &site, words: &words, categories: &categories };
    render(&RulesPage {
        page: user.page(&site, "/reports", words.t("rules-title")),
        version: rules.version,
        valid_from: Moment::of(rules.valid_from.as_ref(), site.now()),
        rows: teller.rows(&rules, tried.as_ref()),
        outcome: tried.as_ref().map(|tried| teller.outcome(&rules, tried)),
        areas: forms::areas(&site),
        fields,
        mistakes,
    })
}

/// Reads what would come.
struct Reader<'a> {
    site: &'a Site,
    words: &'a Words,
    categories: &'a Categories,
    typed: &'a Typed,
    mistakes: Vec<Mistake>,
}

impl Reader<'_> {
    /// The moment that was asked for; none for now.
    fn at(&mut self) -> Option<contract::Timestamp> {
        let text = self.typed.get("at");
        let at = moment::parse_local(text);
        if at.is_none() && !text.is_empty() {
            self.wrong("at", "rules-wrong-at");
        }
        at.map(Into::into)
    }

    /// None: nothing was asked, or something has to be mended.
    fn request(&mut self, rules: &RoutingRules) -> Option<TryRoutingRequest> {
        let category = self.typed.get("category");
        if category.is_empty() {
            return None;
        }
        let area = match place_filter::find(&self.site.province, self.typed.get("area")) {
            Place::Any => None,
            Place::One(area) => Some(Area { code: area.code(), valid_from: area.era().valid_from_text().to_owned(), name: String::new() }),
            Place::Several(_) => {
                self.wrong("area", "declare-wrong-place-many");
                None
            }
            Place::Unknown => {
                self.wrong("area", "report-wrong-area");
                None
            }
        };
        let answered = |question: String| {
            let value = self.typed.get(&answer_box(&question)).to_owned();
            (!value.is_empty()).then_some(AnswerCondition { question_id: question, value })
        };
        let answers = asked_about(rules).into_iter().filter_map(answered).collect();
        let known = self.categories.find(category).is_some();
        let at = moment::parse_local(self.typed.get("at")).map(Into::into);
        let trip = TripKind::from_str_name(self.typed.get("trip")).unwrap_or_default().into();
        (self.mistakes.is_empty() && known).then(|| TryRoutingRequest { category_id: category.to_owned(), answers, area, trip, at })
    }

    fn wrong(&mut self, name: &str, key: &str) {
        self.mistakes.push(Mistake::new(name, self.words.t(key)));
    }

    fn fields(&self, rules: &RoutingRules) -> Vec<Field> {
        let words = self.words;
        let lang = words.lang();
        let field = |name: &str, label: String| Field {
            name: name.to_owned(),
            label,
            value: self.typed.get(name).to_owned(),
            error: Mistake::of(&self.mistakes, name).to_owned(),
            ..Field::default()
        };
        let none = || std::iter::once(Choice::new("", words.t("choose")));
        let categories = self.categories.0.iter();
        let categories = categories.map(|it| Choice::new(&it.category_id, said(lang, &it.name_vi, &it.name_en)));
        let trips = [TripKind::Unspecified, TripKind::Open, TripKind::None];
        let trips = trips.map(|trip| Choice::new(trip.as_str_name(), words.t(trip_words(trip)))).into();
        let mut fields = vec![
            Field { kind: Kind::Select(none().chain(categories).collect()), ..field("category", words.t("report-what-short")) },
            Field { hint: words.t("rules-area-hint"), maxlength: 100, datalist: "areas", ..field("area", words.t("report-place-short")) },
            Field { kind: Kind::Select(trips), ..field("trip", words.t("rules-trip")) },
        ];
        for question in asked_about(rules) {
            let found = self.categories.0.iter().flat_map(|category| &category.questions).find(|known| known.question_id == question);
            let Some(found) = found.filter(|found| !found.choices.is_empty()) else { continue };
            let choices = found.choices.iter().map(|choice| Choice::new(&choice.choice_id, said(lang, &choice.name_vi, &choice.name_en)));
            let label = said(lang, &found.text_vi, &found.text_en);
            fields.push(Field { kind: Kind::Select(none().chain(choices).collect()), ..field(&answer_box(&question), label) });
        }
        fields.push(Field { kind: Kind::Input("datetime-local"), hint: words.t("rules-at-hint"), ..field("at", words.t("rules-at")) });
        fields
    }
}

fn answer_box(question: &str) -> String {
    format!("answer-{question}")
}

/// The questions whose answers decide something.
fn asked_about(rules: &RoutingRules) -> Vec<String> {
    let mut questions: Vec<String> = rules.rules.iter().flat_map(|rule| &rule.answers).map(|answer| answer.question_id.clone()).collect();
    questions.sort();
    questions.dedup();
    questions
}

/// Tells rules in words.
struct Teller<'a> {
    site: &'a Site,
    words: &'a Words,
    categories: &'a Categories,
}

impl Teller<'_> {
    fn rows(&self, rules: &RoutingRules, tried: Option<&TryRoutingResponse>) -> Vec<Row> {
        let decides = tried.and_then(|tried| tried.rule.as_ref()).map(|rule| rule.rule_id.as_str());
        let row = |(number, rule): (usize, &RoutingRule)| Row {
            number,
            conditions: self.conditions(rule),
            to: self.to(rule),
            notes: self.notes(rule),
            why: said(self.words.lang(), &rule.why_vi, &rule.why_en),
            decides: decides == Some(rule.rule_id.as_str()),
        };
        (1..).zip(&rules.rules).map(row).collect()
    }

    fn conditions(&self, rule: &RoutingRule) -> Vec<String> {
        let lang = self.words.lang();
        let mut parts = Vec::new();
        if !rule.category_ids.is_empty() {
            let names: Vec<String> = rule.category_ids.iter().map(|id| self.categories.name(lang, id)).collect();
            parts.push(names.join("; "));
        }
        parts.extend(rule.answers.iter().map(|answer| self.answer(answer)));
        let places: Vec<String> = rule.places().map(|place| self.words.t(place_words(place))).collect();
        if !places.is_empty() {
            parts.push(places.join("; "));
        }
        if rule.trip() != TripKind::Unspecified {
            parts.push(self.words.t(trip_words(rule.trip())));
        }
        if parts.is_empty() {
            parts.push(self.words.t("rules-always"));
        }
        parts
    }

    /// "Ai làm việc đó? Công an xã"
    fn answer(&self, answer: &AnswerCondition) -> String {
        let lang = self.words.lang();
        let question = self.categories.0.iter().flat_map(|category| &category.questions).find(|it| it.question_id == answer.question_id);
        let Some(question) = question else { return format!("{}: {}", answer.question_id, answer.value) };
        let choice = question.choices.iter().find(|choice| choice.choice_id == answer.value);
        let value = choice.map_or_else(|| answer.value.clone(), |choice| said(lang, &choice.name_vi, &choice.name_en));
        format!("{} {value}", said(lang, &question.text_vi, &question.text_en))
    }

    fn to(&self, rule: &RoutingRule) -> String {
        let to = self.words.t(target_words(rule.target()));
        match rule.otherwise() {
            RouteTarget::Unspecified => to,
            otherwise => self.words.ab("rules-otherwise", to, self.words.t(target_words(otherwise))),
        }
    }

    fn notes(&self, rule: &RoutingRule) -> Vec<String> {
        let notes = [(rule.triage, "rules-triage"), (rule.bypass, "rules-bypass")];
        notes.into_iter().filter(|(holds, _)| *holds).map(|(_, key)| self.words.t(key)).collect()
    }

    fn outcome(&self, rules: &RoutingRules, tried: &TryRoutingResponse) -> Outcome {
        let rule = tried.rule.as_ref();
        Outcome {
            recipient: reports::recipient(self.site, self.words, tried.recipient.as_ref()),
            why: rule.map_or_else(|| self.words.t("rules-none-fits"), |rule| said(self.words.lang(), &rule.why_vi, &rule.why_en)),
            number: rule.and_then(|rule| rules.rules.iter().position(|it| it.rule_id == rule.rule_id)).map(|index| index + 1),
            triage: tried.triage,
            urgency: Tag::urgency(self.words, tried.urgency()),
            due: Moment::of(tried.due_at.as_ref(), self.site.now()),
        }
    }
}

fn place_words(place: PlaceKind) -> &'static str {
    match place {
        PlaceKind::Commune => "rules-place-commune",
        PlaceKind::District => "rules-place-district",
        PlaceKind::Nowhere => "rules-place-nowhere",
        PlaceKind::Unspecified => "unknown",
    }
}

fn trip_words(trip: TripKind) -> &'static str {
    match trip {
        TripKind::Open => "rules-trip-open",
        TripKind::None => "rules-trip-none",
        TripKind::Unspecified => "rules-trip-unread",
    }
}

fn target_words(target: RouteTarget) -> &'static str {
    match target {
        RouteTarget::CommunePolice => "rules-to-commune",
        RouteTarget::DistrictPolice => "rules-to-district",
        RouteTarget::ProvincePolice => "rules-to-province",
        RouteTarget::NearestPost => "rules-to-post",
        RouteTarget::Unspecified => "unknown",
    }
}
