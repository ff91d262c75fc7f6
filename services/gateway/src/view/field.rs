//! One box of a form with its label, hint and error, and the error summary's lines.
use askama::{Template, filters::HtmlSafe};

/// What kind of box it is.
#[derive(Debug, Clone)]
pub enum Kind {
    /// The `type` of an `<input>`.
    Input(&'static str),
    Select(Vec<Choice>),
    Area,
}

/// A line of a `<select>` or of a group of radio buttons.
#[derive(Debug, Clone)]
pub struct Choice {
    pub value: String,
    pub label: String,
}

impl Choice {
    pub fn new(value: impl Into<String>, label: impl Into<String>) -> Self {
        Self { value: value.into(), label: label.into() }
    }
}

/// One box. Its `name` is also its id, so that the error summary can link to it.
#[derive(Debug, Clone, Template)]
#[template(path = "_field.html")]
pub struct Field {
    pub name: String,
    pub label: String,
    /// What it is for, or an example; empty for none.
    pub hint: String,
    /// What to do to mend it; empty when nothing is wrong.
    pub error: String,
    pub value: String,
    pub kind: Kind,
    /// Classes such as `code` or `w-m`.
    pub class: &'static str,
    pub autocomplete: &'static str,
    pub inputmode: &'static str,
    /// Characters; 0 for no limit.
    pub maxlength: u32,
    /// Suggestions of this box.
    pub list: Vec<String>,
    /// Id of suggestions that several boxes share; empty for none.
    pub datalist: &'static str,
    /// Further attributes, each with a blank before it: ` data-flow`.
    pub marks: &'static str,
}

impl Default for Field {
    fn default() -> Self {
        Self {
            name: String::new(),
            label: String::new(),
            hint: String::new(),
            error: String::new(),
            value: String::new(),
            kind: Kind::Input("text"),
            class: "",
            autocomplete: "off",
            inputmode: "",
            maxlength: 0,
            list: Vec::new(),
            datalist: "",
            marks: "",
        }
    }
}

impl HtmlSafe for Field {}

impl Field {
    /// Attributes from our own constants only: nothing typed by a person enters here.
    fn attributes(&self) -> String {
        let mut text = String::new();
        let mut add = |name: &str, value: &str| {
            if !value.is_empty() {
                text.push_str(&format!(" {name}=\"{value}\""));
            }
        };
        let described = [(!self.hint.is_empty(), "hint"), (!self.error.is_empty(), "error")];
        let described: Vec<String> =
            described.iter().filter(|(shown, _)| *shown).map(|(_, part)| format!("{}-{part}", self.name)).collect();
        add("class", self.class);
        add("autocomplete", self.autocomplete);
        add("inputmode", self.inputmode);
        if self.class.contains("code") {
            add("autocapitalize", "characters");
            add("spellcheck", "false");
        }
        if self.maxlength > 0 {
            add("maxlength", &self.maxlength.to_string());
        }
        if !self.list.is_empty() {
            add("list", &format!("{}-list", self.name));
        }
        add("list", self.datalist);
        add("aria-describedby", &described.join(" "));
        add("aria-invalid", if self.error.is_empty() { "" } else { "true" });
        text.push_str(self.marks);
        text
    }
}

/// One line of the error summary.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    /// Id of the box to mend; empty when it concerns the whole form.
    pub field: String,
    pub text: String,
}

impl Mistake {
    pub fn new(field: impl Into<String>, text: impl Into<String>) -> Self {
        Self { field: field.into(), text: text.into() }
    }

    /// The error of one box, empty when there is none.
    pub fn of<'a>(mistakes: &'a [Mistake], field: &str) -> &'a str {
        mistakes.iter().find(|mistake| mistake.field == field).map(|mistake| mistake.text.as_str()).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_typed_is_escaped() {
        let field = Field { name: "plate".into(), value: "\"><script>".into(), error: "Ghi lại".into(), ..Field::default() };
        let html = field.to_string();
        assert!(!html.contains("<script>"), "{html}");
        assert!(html.contains("aria-describedby=\"plate-error\" aria-invalid=\"true\""), "{html}");
    }
}
