//! What the screen of one trip shows around its form: the vehicle, what was decided, the slip, what may follow.
use askama::Template;
use axum::response::Response;
use contract::vehicles::v1::{Decision, DecisionRecord, DeclaredBy, Pass, Trip};
use ids::SightingId;

use super::{decide_trip::Desk, pass::PassView};
use crate::{
    assets,
    decision::form::DecisionForm,
    desk::{self, Find, Note, on_the_road, waits},
    error::PageError,
    forms::Typed,
    site::Site,
    text::Words,
    view::{Due, Mistake, Moment, Page, PlateView, Tag, filters, render, words},
};

/// What is said about what was sent.
#[derive(Default)]
pub struct Said {
    pub mistakes: Vec<Mistake>,
    pub notes: Vec<Note>,
    /// The officer asked what is missing: boxes that cannot be read are said too.
    pub checking: bool,
    /// Another officer was first.
    pub forestalled: bool,
}

#[derive(Template)]
#[template(path = "decide_trip.html")]
struct TripPage {
    page: Page,
    mistakes: Vec<Mistake>,
    notes: Vec<Note>,
    find: Find,
    trip: TripView,
    form: Option<DecisionForm>,
    /// Where this post takes a trip over that is not on its desk.
    take: Option<String>,
    take_says: String,
    outcome: Option<Outcome>,
    /// What was typed when another officer was first.
    kept: Vec<(String, String)>,
    scan_error: String,
    made: Moment,
    /// Changes when another decision replaces the form.
    standing: String,
}

/// The vehicle and its declaration.
pub struct TripView {
    pub id: String,
    pub plate: PlateView,
    pub tag: Tag,
    pub code: String,
    pub facts: Vec<Fact>,
}

pub struct Fact {
    pub label: String,
    pub text: String,
    pub sub: String,
}

/// What was decided and what may follow.
struct Outcome {
    decision: String,
    class: &'static str,
    icon: &'static str,
    officer: String,
    at: Option<Moment>,
    counted: String,
    reasons: Vec<String>,
    due: Option<Due>,
    arrivals: Vec<(String, Tag)>,
    /// Empty where there are none.
    violations: String,
    pass: Option<PassView>,
    commitment: Option<String>,
    /// The device forgets what it kept for this decision.
    forget: String,
    sighting: Option<Sighting>,
    next: String,
}

/// The form that says a vehicle was seen here.
struct Sighting {
    action: String,
    id: String,
    label: String,
    hint: String,
}

/// The page of a trip.
pub fn render_page(
    desk: &Desk<'_>,
    trip: &Trip,
    pass: Option<&Pass>,
    form: Option<DecisionForm>,
    typed: &Typed,
    said: Said,
) -> Result<Response, PageError> {
    let (site, words) = (desk.site, &desk.words);
    let view = TripView::new(site, words, trip);
    let title = words.a("desk-trip-title", &view.plate.text);
    let title = desk::title(words, &title, !said.mistakes.is_empty() && form.is_some()).into_owned();
    let mut page = desk.user.page(site, &desk.address(), title);
    page.scripts =
        vec![assets::DRAFT_JS, assets::LIVE_JS, assets::KEYS_JS, assets::SCAN_JS, assets::COUNTER_JS, assets::SENDING_JS, assets::PRINT_JS];
    let take = (form.is_none() && waits(trip.state())).then(|| format!("{}/receive", desk.address()));
    let outcome = trip.decision.as_ref().filter(|_| form.is_none()).map(|made| Outcome::new(desk, trip, made, pass)).transpose()?;
    let kept = if said.forestalled && form.is_none() { kept(words, trip, typed) } else { Vec::new() };
    let last = trip.decision.as_ref().map_or("new", |decision| decision.decision_id.as_str());
    let now = Moment::new(site.now(), site.now());
    let standing = format!("{last}-{}", if form.is_some() { "form" } else { trip.state().as_str_name() });
    // What does not fit a form that is gone is said by the decision that replaced it.
    let mistakes = if form.is_some() { said.mistakes } else { Vec::new() };
    let scan_error = Mistake::of(&mistakes, "scan").to_owned();
    let take_says = words.a("desk-take-says", site.post_name(words.lang(), &trip.entry_post_id));
    let find = Find::new(desk.post);
    let mut notes = said.notes;
    notes.extend(trip.decision.as_ref().filter(|_| form.is_some()).map(|made| referred(site, words, made)));
    let trip = view;
    render(&TripPage { page, mistakes, notes, find, trip, form, take, take_says, outcome, kept, scan_error, made: now, standing })
}

/// What was decided before this form: only a referral leaves another decision open.
fn referred(site: &Site, words: &Words, made: &DecisionRecord) -> Note {
    let at = Moment::of(made.decided_at.as_ref(), site.now()).map(|at| at.short()).unwrap_or_default();
    let says = words.ab("desk-referred", at, &made.officer_name);
    Note::new("warn", "medic", [says].into_iter().chain(made.reasons.iter().cloned()).collect::<Vec<_>>().join(". "))
}

impl TripView {
    pub fn new(site: &Site, words: &Words, trip: &Trip) -> Self {
        Self {
            id: trip.trip_id.clone(),
            plate: PlateView::new(words, trip.plate.as_ref()),
            tag: Tag::trip(words, trip.state()),
            code: trip.short_code.clone(),
            facts: facts(site, words, trip),
        }
    }
}

fn facts(site: &Site, texts: &Words, trip: &Trip) -> Vec<Fact> {
    let now = site.now();
    let short = |at: Option<&contract::Timestamp>| Moment::of(at, now).map(|at| at.short()).unwrap_or_default();
    let fact = |key: &str, text: String, sub: String| Fact { label: texts.t(key), text, sub };
    let direction = if trip.direction == 0 { String::new() } else { texts.t(words::direction(trip.direction())) };
    let mut facts = vec![fact("trip-purpose", texts.t(words::purpose(trip.purpose())), direction)];
    for place in &trip.destinations {
        let name = place.area.as_ref().map(|area| area.name.clone()).unwrap_or_default();
        facts.push(fact("desk-destination", texts.ab("desk-place-at", name, short(place.expected_at.as_ref())), place.address.clone()));
    }
    if !trip.exit_post_id.is_empty() {
        let post = site.post_name(texts.lang(), &trip.exit_post_id);
        facts.push(fact("trip-exit", post, short(trip.expected_exit_at.as_ref())));
    }
    let origin = trip.origin.clone().unwrap_or_default();
    let area = origin.area.map(|area| area.name).unwrap_or_default();
    let sub = if origin.text == area { String::new() } else { origin.text };
    facts.push(fact("declare-origin", area, sub));
    let goods = if trip.goods_kind == 0 { trip.goods_note.clone() } else { texts.t(words::goods(trip.goods_kind())) };
    let trailer = trip.trailer.as_ref().map(|plate| texts.a("desk-trailer", &plate.text)).unwrap_or_default();
    let load = [goods, trailer].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ");
    facts.push(fact("desk-vehicle", texts.t(words::vehicle_type(trip.vehicle_type())), load));
    if let Some(carrier) = trip.carrier.as_ref().filter(|carrier| !carrier.name.is_empty()) {
        facts.push(fact("declare-carrier", carrier.name.clone(), carrier.phone.clone()));
    }
    let by = match trip.declared_by() {
        DeclaredBy::Driver | DeclaredBy::Unspecified => "declared-by-driver",
        DeclaredBy::OnBehalf => "declared-by-other",
        DeclaredBy::Officer => "declared-by-officer",
    };
    facts.push(fact("desk-declared", short(trip.declared_at.as_ref()), texts.t(by)));
    facts
}

impl Outcome {
    fn new(desk: &Desk<'_>, trip: &Trip, made: &DecisionRecord, pass: Option<&Pass>) -> Result<Self, PageError> {
        let (site, texts, now) = (desk.site, &desk.words, desk.site.now());
        let (key, class, icon) = match made.decision() {
            Decision::Destination => ("decided-destination", "good", "ok"),
            Decision::Transit => ("decided-transit", "good", "ok"),
            Decision::Refer => ("decided-refer", "warn", "medic"),
            Decision::TurnBack => ("decided-turn-back", "warn", "turn"),
            Decision::Refuse | Decision::Unspecified => ("decided-refuse", "bad", "ban"),
        };
        let arrivals = trip.arrivals.iter().map(|arrival| {
            let place = arrival.area.as_ref().map(|area| area.name.clone()).unwrap_or_default();
            (place, Tag::arrival(texts, arrival.state()))
        });
        // The decision that the device kept the boxes of is the one before this.
        let own = desk.user.principal.account_id == made.officer_id;
        Ok(Self {
            decision: texts.t(key),
            class,
            icon,
            officer: made.officer_name.clone(),
            at: Moment::of(made.decided_at.as_ref(), now),
            counted: if made.people_counted > 0 { texts.n("people-count", made.people_counted) } else { String::new() },
            reasons: made.reasons.clone(),
            due: Due::of(texts, trip.due_at.as_ref(), now).filter(|_| on_the_road(trip.state())),
            arrivals: arrivals.collect(),
            violations: if trip.violations.is_empty() {
                String::new()
            } else {
                texts.n("violations-open", i64::try_from(trip.violations.len()).unwrap_or(i64::MAX))
            },
            pass: pass.map(|pass| PassView::new(site, texts, pass)).transpose()?,
            commitment: made.commitment.as_ref().map(|_| format!("{}/commitment", desk.address())),
            forget: if own { format!("trip-{}-", trip.trip_id) } else { String::new() },
            sighting: on_the_road(trip.state()).then(|| Sighting::new(desk, trip)),
            next: format!("/posts/{}", desk.post.id),
        })
    }
}

impl Sighting {
    fn new(desk: &Desk<'_>, trip: &Trip) -> Self {
        let leaves = leaves_here(trip, &desk.post.id);
        Self {
            action: format!("/posts/{}/open", desk.post.id),
            id: SightingId::mint(desk.site.now()).to_string(),
            label: desk.words.t(if leaves { "sight-exit" } else { "sight-here" }),
            hint: if leaves { String::new() } else { desk.words.t("sight-here-hint") },
        }
    }
}

/// Whether being seen at the post ends the trip as promised.
fn leaves_here(trip: &Trip, post: &str) -> bool {
    let arrived = trip.state() == contract::vehicles::v1::TripState::Arrived;
    if trip.arrivals.is_empty() { trip.exit_post_id == post } else { arrived }
}

/// What the officer had typed, to be read: the form it was for is gone.
fn kept(words: &Words, trip: &Trip, typed: &Typed) -> Vec<(String, String)> {
    let mut kept = vec![(words.t("desk-counted"), typed.get("count").to_owned())];
    for (number, person) in trip.people.iter().enumerate() {
        kept.push((words.a("desk-temperature-of", &person.full_name), typed.get(&format!("p{number}-temp")).to_owned()));
        let at = typed.get(&format!("p{number}-at"));
        kept.push((words.a("desk-evidence-of", &person.full_name), at.to_owned()));
    }
    for number in 0..crate::decision::parse::added_people(typed) {
        kept.push((words.a("desk-added-title", number + 1), typed.get(&format!("added-{number}-name")).to_owned()));
    }
    for (_, part) in crate::decision::DECISIONS {
        kept.push((words.t("desk-reason"), typed.get(&format!("why-{part}")).to_owned()));
        kept.push((words.t("desk-note"), typed.get(&format!("note-{part}")).to_owned()));
    }
    kept.retain(|(_, value)| !value.is_empty());
    kept
}
