//! The declaration form, for a driver on a phone and for an officer at a post: what it shows, how it is read, how faults find their boxes.
pub mod form;
pub mod parse;
pub mod paths;

pub use form::DeclarationForm;
pub use parse::parse;
pub use paths::mistakes;

/// As many people as a declaration may name.
pub const MOST_PEOPLE: usize = 60;
/// As many destinations as a declaration may name.
pub const MOST_PLACES: usize = 20;

use crate::forms::Typed;

/// What a button of the form asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    Send,
    /// Show the form again with what was typed.
    Show,
}

/// Carries out the buttons that change the form's groups; `do` is the pressed button's value.
pub fn step(typed: &mut Typed) -> Step {
    let pressed = typed.get("do").to_owned();
    let number = |prefix: &str| pressed.strip_prefix(prefix).and_then(|number| number.parse::<usize>().ok());
    if pressed == "add-person" {
        let next = typed.groups("people").clamp(1, MOST_PEOPLE - 1);
        typed.set(&format!("people-{next}-name"), "");
    } else if pressed == "add-place" {
        let next = typed.groups("places").clamp(1, MOST_PLACES - 1);
        typed.set(&format!("places-{next}-commune"), "");
    } else if let Some(person) = number("remove-person-") {
        typed.remove_group("people", person);
    } else if let Some(place) = number("remove-place-") {
        typed.remove_group("places", place);
    } else if pressed != "show" {
        return Step::Send;
    }
    Step::Show
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buttons_add_and_remove_groups_without_script() {
        let mut typed = Typed::new([("people-0-name", "A"), ("do", "add-person")]);
        assert_eq!((step(&mut typed), typed.groups("people")), (Step::Show, 2));
        typed.set("do", "remove-person-0");
        assert_eq!((step(&mut typed), typed.groups("people")), (Step::Show, 1));
        typed.set("do", "send");
        assert_eq!(step(&mut typed), Step::Send);
    }
}
