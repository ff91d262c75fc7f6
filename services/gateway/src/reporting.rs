//! The form of a citizen's report, one question per step: which steps there are, and what the later ones carry along of the earlier.
pub mod form;
pub mod matches;
pub mod parse;
pub mod paths;
pub mod photos;
pub mod state;

use contract::reports::v1::Category;
use ids::TripId;

use crate::forms::Typed;

/// One question of the form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    What,
    Vehicle,
    Place,
    When,
    Details,
    Photos,
    Contact,
    Check,
}

/// What is carried from step to step, besides the answers to a category's questions.
const CARRIED: [&str; 20] = [
    "id",
    "draft",
    "given",
    "checked",
    "category",
    "version",
    "plate",
    "asked",
    "trip",
    "area",
    "area-code",
    "landmark",
    "lat",
    "lon",
    "seen-at",
    "text",
    PHOTOS,
    "name",
    "phone",
    "email",
];
/// Before the id of a category's question.
pub const QUESTION: &str = "q-";
/// The ids of the photos that were taken in.
pub const PHOTOS: &str = "photos";

impl Step {
    const ALL: [Step; 8] = [Step::What, Step::Vehicle, Step::Place, Step::When, Step::Details, Step::Photos, Step::Contact, Step::Check];

    /// What the form calls it.
    pub fn name(self) -> &'static str {
        match self {
            Step::What => "what",
            Step::Vehicle => "vehicle",
            Step::Place => "place",
            Step::When => "when",
            Step::Details => "details",
            Step::Photos => "photos",
            Step::Contact => "contact",
            Step::Check => "check",
        }
    }

    /// The key of its question.
    pub fn title(self) -> &'static str {
        match self {
            Step::What => "report-what",
            Step::Vehicle => "report-vehicle",
            Step::Place => "report-place",
            Step::When => "report-when",
            Step::Details => "report-details",
            Step::Photos => "report-photos",
            Step::Contact => "report-contact",
            Step::Check => "report-check",
        }
    }

    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|step| step.name() == name)
    }

    /// The step that holds a box.
    pub fn of_box(name: &str) -> Self {
        match name {
            "category" => Step::What,
            "plate" | "trip" => Step::Vehicle,
            "area" | "area-code" | "landmark" => Step::Place,
            "seen-at" => Step::When,
            photos::BOX => Step::Photos,
            "name" | "phone" | "email" => Step::Contact,
            name if name == "text" || name.starts_with(QUESTION) => Step::Details,
            _ => Step::Check,
        }
    }
}

/// The steps of this report: who began at a vehicle of the list, or tells of no vehicle, is not asked for one.
pub fn way(category: Option<&Category>, typed: &Typed) -> Vec<Step> {
    let asks = category.is_none_or(|category| category.about_vehicle) && typed.get("given").is_empty();
    Step::ALL.into_iter().filter(|step| *step != Step::Vehicle || asks).collect()
}

/// The step after `step` on the way, or the last one.
pub fn next(way: &[Step], step: Step) -> Step {
    way.iter().copied().find(|other| *other > step).unwrap_or(Step::Check)
}

/// The step before `step` on the way, or the first one.
pub fn previous(way: &[Step], step: Step) -> Step {
    way.iter().copied().rfind(|other| *other < step).unwrap_or(Step::What)
}

/// What a step that shows the boxes `shown` carries along hidden.
pub fn carried(typed: &Typed, shown: &[String]) -> Vec<(String, String)> {
    let known = |name: &str| CARRIED.contains(&name) || name.starts_with(QUESTION);
    let hidden = typed.pairs().filter(|(name, _)| known(name) && !shown.iter().any(|it| it == name));
    hidden.map(|(name, value)| (name.to_owned(), value.trim().to_owned())).collect()
}

/// Whether the report began at a vehicle of the public list.
pub fn given(typed: &Typed) -> bool {
    !typed.get("given").is_empty() && TripId::parse(typed.get("trip")).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_vehicle_is_asked_for_where_it_is_unknown() {
        let about = Category { about_vehicle: true, ..Category::default() };
        let given = Typed::new([("given", "1"), ("trip", "0199f000-0000-7000-8000-000000000001")]);
        assert_eq!(next(&way(Some(&about), &Typed::default()), Step::What), Step::Vehicle);
        assert_eq!(next(&way(Some(&about), &given), Step::What), Step::Place);
        assert_eq!(next(&way(Some(&Category::default()), &Typed::default()), Step::What), Step::Place);
        assert_eq!(previous(&way(Some(&about), &given), Step::Place), Step::What);
        assert_eq!((next(&way(None, &given), Step::Check), previous(&way(None, &given), Step::What)), (Step::Check, Step::What));
    }

    #[test]
    fn only_what_the_form_knows_is_carried() {
        let typed = Typed::new([("id", "1"), ("text", "a"), ("q-load", "yes"), ("csrf", "x"), ("do", "next"), ("step", "what")]);
        let names: Vec<String> = carried(&typed, &["text".to_owned()]).into_iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["id", "q-load"]);
    }
}
