//! A reader of XML for tests, strict and small: elements, text, the five entities and numbers; no attributes, no comments.
use std::{iter::Peekable, str::Chars};

#[derive(Debug, Default, PartialEq, Eq)]
pub struct Element {
    pub name: String,
    pub text: String,
    pub children: Vec<Element>,
}

impl Element {
    /// The whole document; it panics where it is not well formed.
    pub fn read(document: &str) -> Element {
        let body = document.strip_prefix("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n").unwrap();
        let mut letters = body.chars().peekable();
        assert_eq!(letters.next(), Some('<'));
        let root = element(&mut letters);
        assert_eq!(letters.next(), None, "something after the root");
        root
    }

    pub fn child(&self, name: &str) -> &Element {
        self.children.iter().find(|child| child.name == name).unwrap_or_else(|| panic!("no {name} in {self:?}"))
    }

    /// The text of an element below.
    pub fn at(&self, name: &str) -> &str {
        &self.child(name).text
    }
}

/// After its `<`.
fn element(letters: &mut Peekable<Chars<'_>>) -> Element {
    let tag = until(letters, '>');
    if let Some(name) = tag.strip_suffix('/') {
        return Element { name: name.to_owned(), ..Element::default() };
    }
    assert!(tag.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_'), "{tag}");
    let mut found = Element { name: tag, ..Element::default() };
    loop {
        match letters.next().unwrap() {
            '<' if letters.peek() == Some(&'/') => {
                assert_eq!(until(letters, '>'), format!("/{}", found.name));
                return found;
            }
            '<' => found.children.push(element(letters)),
            '&' => found.text.push(entity(&until(letters, ';'))),
            letter => found.text.push(letter),
        }
    }
}

fn entity(name: &str) -> char {
    match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        number => char::from_u32(number.strip_prefix('#').unwrap().parse().unwrap()).unwrap(),
    }
}

fn until(letters: &mut Peekable<Chars<'_>>, end: char) -> String {
    letters.by_ref().take_while(|letter| *letter != end).collect()
}
