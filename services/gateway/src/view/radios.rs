//! One choice among several with all of them in sight, and boxes of either kind in the order in which they are asked.
use std::fmt;

use askama::{Template, filters::HtmlSafe};

use super::Field;

/// A group of radio buttons. The first has the group's name as its id, so that the error summary can link to it.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "_radios.html")]
pub struct Radios {
    pub name: String,
    pub legend: String,
    /// The page's heading asks already: the legend is for who hears the page.
    pub quiet: bool,
    pub hint: String,
    pub error: String,
    pub options: Vec<Radio>,
}

#[derive(Debug, Clone)]
pub struct Radio {
    pub value: String,
    pub label: String,
    /// A second line; empty for none.
    pub sub: String,
    pub checked: bool,
}

impl HtmlSafe for Radios {}

impl Radios {
    fn described(&self) -> String {
        let parts = [(&self.hint, "hint"), (&self.error, "error")];
        let ids: Vec<String> = parts.iter().filter(|(text, _)| !text.is_empty()).map(|(_, part)| format!("{}-{part}", self.name)).collect();
        ids.join(" ")
    }
}

/// A box of either kind.
#[derive(Debug, Clone)]
pub enum Asked {
    Field(Field),
    Radios(Radios),
}

impl Asked {
    pub fn name(&self) -> &str {
        match self {
            Asked::Field(field) => &field.name,
            Asked::Radios(radios) => &radios.name,
        }
    }
}

impl fmt::Display for Asked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Asked::Field(field) => field.fmt(f),
            Asked::Radios(radios) => radios.fmt(f),
        }
    }
}

impl HtmlSafe for Asked {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_choice_has_the_groups_name() {
        let option = |value: &str| Radio { value: value.into(), label: value.into(), sub: String::new(), checked: value == "b" };
        let radios =
            Radios { name: "load".into(), error: "Chọn một".into(), options: vec![option("a"), option("b")], ..Radios::default() };
        let html = radios.to_string();
        assert!(html.contains("id=\"load\"") && html.contains("id=\"load-1\"") && html.matches(" checked").count() == 1, "{html}");
        assert!(html.contains("aria-describedby=\"load-error\""), "{html}");
    }
}
