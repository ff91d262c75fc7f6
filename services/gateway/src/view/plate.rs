//! A number plate in its real colour, with the colour as a word.
use std::fmt;

use askama::filters::HtmlSafe;
use contract::vehicles::v1::{Plate, PlateColor};

use crate::text::Words;

/// `{{ row.plate }}` writes the component; the text alone is `row.plate.text`.
#[derive(Debug, Clone)]
pub struct PlateView {
    pub text: String,
    country: Option<(String, String)>,
    class: &'static str,
    color: String,
}

impl PlateView {
    pub fn new(words: &Words, plate: Option<&Plate>) -> Self {
        let Some(plate) = plate else { return Self { text: "—".into(), country: None, class: "", color: String::new() } };
        let (class, color) = match plate.color() {
            PlateColor::Yellow => (" yellow", "plate-yellow"),
            PlateColor::Blue => (" blue", "plate-blue"),
            PlateColor::Red => (" red", "plate-red"),
            PlateColor::White => ("", "plate-white"),
            PlateColor::Other => ("", "plate-other"),
            PlateColor::Unspecified => ("", ""),
        };
        let color = if color.is_empty() { String::new() } else { words.t(color) };
        Self { text: plate.text.clone(), country: country(words, &plate.country), class, color }
    }

    /// The component as a link to `href`, an address of ours.
    pub fn link(&self, href: &str) -> Linked {
        Linked(self.html("a", "", &format!(" href=\"{}\"", escape(href))))
    }

    /// The large component.
    pub fn big(&self) -> Linked {
        Linked(self.html("span", " big", ""))
    }

    /// The colour in a word, empty when unknown.
    pub fn color(&self) -> &str {
        &self.color
    }

    fn html(&self, element: &str, size: &str, attributes: &str) -> String {
        let country = self
            .country
            .as_ref()
            .map(|(code, name)| format!("<abbr title=\"{}\">{}</abbr>", escape(name), escape(code)))
            .unwrap_or_default();
        let color = if self.color.is_empty() { String::new() } else { format!("<span class=\"vh\">, {}</span>", escape(&self.color)) };
        format!("<{element} class=\"plate{}{size}\"{attributes}>{country}{}{color}</{element}>", self.class, escape(&self.text))
    }
}

impl fmt::Display for PlateView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.html("span", "", ""))
    }
}

impl HtmlSafe for PlateView {}

/// Markup made of escaped parts.
#[derive(Debug, Clone)]
pub struct Linked(String);

impl fmt::Display for Linked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl HtmlSafe for Linked {}

/// Code and name of a foreign plate's country.
fn country(words: &Words, code: &str) -> Option<(String, String)> {
    if code.is_empty() || code == "VN" {
        return None;
    }
    let key = match code {
        "LA" => "country-la",
        "KH" => "country-kh",
        "CN" => "country-cn",
        "TH" => "country-th",
        _ => "country-other",
    };
    Some((code.to_owned(), words.t(key)))
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::{Lang, Texts};

    #[test]
    fn colour_and_country_are_also_words() {
        let words = Texts::load().unwrap().words(Lang::Vi);
        let plate = Plate { text: "UN 3467".into(), country: "LA".into(), color: PlateColor::Yellow.into(), recognised: true };
        let html = PlateView::new(&words, Some(&plate)).to_string();
        assert_eq!(html, "<span class=\"plate yellow\"><abbr title=\"Lào\">LA</abbr>UN 3467<span class=\"vh\">, biển vàng</span></span>");
    }

    #[test]
    fn an_unreadable_plate_cannot_carry_markup() {
        let words = Texts::load().unwrap().words(Lang::Vi);
        let plate = Plate { text: "<b>\"".into(), ..Plate::default() };
        assert!(PlateView::new(&words, Some(&plate)).to_string().contains("&lt;b&gt;&quot;"));
    }
}
