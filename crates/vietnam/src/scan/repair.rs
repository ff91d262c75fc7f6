//! Scans that a Vietnamese typing mode or Caps Lock mangled on their way through the keyboard. A text is repaired when only one original is
//! possible; else the reader says what to switch off.

use std::collections::BTreeSet;

use unicode_normalization::UnicodeNormalization;

use super::{Mangling, Payload, exact};

pub(super) enum Repair {
    Untouched,
    Unique(Payload, Mangling),
    Unclear(Mangling),
}

/// Originals tried for one text; a text with more is not repairable anyway.
const MOST: usize = 512;

/// The text with its case turned, when Caps Lock turned it: a prefix in lower case, `nGUYỄN vĂN a` on a card, a personal QR's name in lower case.
pub(super) fn capitals(text: &str) -> Option<String> {
    let prefix = text.get(..4).is_some_and(|prefix| prefix == "gl1:" || prefix == "hc1:");
    let swapped_word =
        |word: &str| word.chars().next().is_some_and(char::is_lowercase) && word.chars().nth(1).is_some_and(char::is_uppercase);
    let fields: Vec<&str> = text.split('|').collect();
    let on_card = fields.len() >= 7 && fields[2].split(' ').any(swapped_word);
    let in_personal = fields.len() == 6 && fields[1].chars().any(char::is_lowercase) && !fields[1].chars().any(char::is_uppercase);
    let is_hex = fields.len() > 1 && fields[1].bytes().all(|byte| byte.is_ascii_hexdigit());
    (prefix || on_card || in_personal && !is_hex).then(|| text.chars().map(turn).collect())
}

fn turn(letter: char) -> char {
    let turned = if letter.is_lowercase() { letter.to_uppercase().next() } else { letter.to_lowercase().next() };
    turned.unwrap_or(letter)
}

/// Looks for marks where a scan has none and for the keys that made them.
pub(super) fn vietnamese(text: &str) -> Repair {
    // The chip card's text has marks of its own, and plates have Đ.
    let own_marks = matches!(exact(text), Some(Payload::CitizenCard(_) | Payload::Plate(_)));
    if own_marks || !text.chars().any(|letter| Keys::of(letter).is_some()) || !is_machine_text(text) {
        return Repair::Untouched;
    }
    let mut found: Vec<(Payload, Mangling)> = Vec::new();
    for mangling in modes(text) {
        let readings = originals(text, mangling).into_iter().flatten().filter_map(|original| exact(&original));
        found.extend(readings.map(|payload| (payload, mangling)));
    }
    match <[_; 1]>::try_from(found) {
        Ok([(payload, mangling)]) => Repair::Unique(payload, mangling),
        Err(_) => Repair::Unclear(guess(text)),
    }
}

/// Whether a machine may have written it: digits, or one word in capitals. A place's name that somebody types is left alone.
fn is_machine_text(text: &str) -> bool {
    text.bytes().any(|byte| byte.is_ascii_digit()) || !text.chars().any(|letter| letter.is_whitespace() || letter.is_lowercase())
}

/// The modes to try. Only a pass, whose signature finds a wrong repair, may rest on what stands untouched in it.
fn modes(text: &str) -> Vec<Mangling> {
    let signed = text.starts_with("GL1:") || text.starts_with("HC1:");
    match standing(text) {
        (true, false) if signed => vec![Mangling::Vni],
        (false, true) if signed => vec![Mangling::Telex],
        _ => vec![Mangling::Telex, Mangling::Vni],
    }
}

/// Which mode is on, when the text alone must tell; Telex is the commoner.
fn guess(text: &str) -> Mangling {
    if standing(text) == (true, false) { Mangling::Vni } else { Mangling::Telex }
}

/// Whether keys of Telex, of VNI stand untouched: then that mode was off.
fn standing(text: &str) -> (bool, bool) {
    let letters: Vec<char> = text.nfd().map(|letter| letter.to_ascii_uppercase()).collect();
    let telex_stands = letters.windows(2).any(|pair| match pair {
        ['A' | 'E' | 'O' | 'D', _] if pair[0] == pair[1] => true,
        ['A' | 'E' | 'I' | 'O' | 'U' | 'Y', key] => "SFRXJ".contains(*key),
        _ => false,
    });
    let vni_stands = letters.windows(2).any(|pair| matches!(pair, ['A' | 'E' | 'I' | 'O' | 'U' | 'Y', '1'..='5'] | ['D', '9']));
    (telex_stands, vni_stands)
}

/// Every text that the mode turns into `text`, `None` when they are too many to mean anything. Keys may stand anywhere behind their letter in its word.
fn originals(text: &str, mangling: Mangling) -> Option<BTreeSet<String>> {
    let mut texts = BTreeSet::from([String::new()]);
    let mut rest = text;
    while !rest.is_empty() {
        let in_word = rest.starts_with(char::is_alphabetic);
        let end = rest.find(|letter: char| letter.is_alphabetic() != in_word).unwrap_or(rest.len());
        let (part, after) = rest.split_at(end);
        let words = if in_word { word_originals(part, mangling)? } else { BTreeSet::from([part.to_owned()]) };
        if texts.len() * words.len() > MOST {
            return None;
        }
        texts = texts.iter().flat_map(|front| words.iter().map(move |word| format!("{front}{word}"))).collect();
        rest = after;
    }
    Some(texts)
}

fn word_originals(word: &str, mangling: Mangling) -> Option<BTreeSet<String>> {
    let mut words: BTreeSet<Vec<char>> = BTreeSet::from([Vec::new()]);
    let letters: Vec<char> = word.chars().collect();
    // From the back, so that a key's places among the letters behind it are all there already.
    for letter in letters.into_iter().rev() {
        words = words.iter().flat_map(|behind| with_letter(letter, behind, mangling)).collect();
        if words.len() > MOST {
            return None;
        }
    }
    Some(words.into_iter().map(String::from_iter).collect())
}

/// The ways to have typed `letter` before `behind`.
fn with_letter(letter: char, behind: &[char], mangling: Mangling) -> Vec<Vec<char>> {
    let Some(keys) = Keys::of(letter) else { return vec![[&[letter], behind].concat()] };
    let typed = keys.typed(mangling, letter.is_lowercase());
    let mut ways = vec![behind.to_vec()];
    for key in typed.iter().copied() {
        ways = ways.iter().flat_map(|way| (0..=way.len()).map(move |place| [&way[..place], &[key], &way[place..]].concat())).collect();
    }
    let mut ways: Vec<Vec<char>> = ways.into_iter().map(|way| [&[keys.base], &way[..]].concat()).collect();
    // Telex makes Ư of a lone W as well as of UW.
    if mangling == Mangling::Telex && keys.is_horned_u_alone() {
        let key = if letter.is_lowercase() { 'w' } else { 'W' };
        ways.push([&[key], behind].concat());
    }
    ways
}

/// A Vietnamese letter as the plain letter and what its marks are.
struct Keys {
    base: char,
    shape: Option<Shape>,
    tone: Option<usize>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Shape {
    Circumflex,
    Breve,
    Horn,
    Bar,
}

/// Acute, grave, hook, tilde, dot: in the order of VNI's digits.
const TONES: [char; 5] = ['\u{301}', '\u{300}', '\u{309}', '\u{303}', '\u{323}'];
const TELEX_TONES: [char; 5] = ['S', 'F', 'R', 'X', 'J'];

impl Keys {
    fn of(letter: char) -> Option<Self> {
        if matches!(letter, 'Đ' | 'đ') {
            let base = if letter == 'đ' { 'd' } else { 'D' };
            return Some(Self { base, shape: Some(Shape::Bar), tone: None });
        }
        let mut parts = std::iter::once(letter).nfd();
        let mut keys = Self { base: parts.next().filter(char::is_ascii_alphabetic)?, shape: None, tone: None };
        for mark in parts {
            match (mark, TONES.iter().position(|tone| *tone == mark)) {
                (_, Some(tone)) => keys.tone = Some(tone),
                ('\u{302}', _) => keys.shape = Some(Shape::Circumflex),
                ('\u{306}', _) => keys.shape = Some(Shape::Breve),
                ('\u{31b}', _) => keys.shape = Some(Shape::Horn),
                _ => return None,
            }
        }
        (keys.shape.is_some() || keys.tone.is_some()).then_some(keys)
    }

    /// The keys besides the letter's own.
    fn typed(&self, mangling: Mangling, lower: bool) -> Vec<char> {
        let telex = mangling == Mangling::Telex;
        let shape = self.shape.map(|shape| match shape {
            Shape::Circumflex | Shape::Bar if telex => self.base,
            Shape::Breve | Shape::Horn if telex => 'W',
            Shape::Circumflex => '6',
            Shape::Horn => '7',
            Shape::Breve => '8',
            Shape::Bar => '9',
        });
        let tone = self.tone.map(|tone| if telex { TELEX_TONES[tone] } else { ['1', '2', '3', '4', '5'][tone] });
        let cased = |key: char| if lower { key.to_ascii_lowercase() } else { key.to_ascii_uppercase() };
        shape.into_iter().chain(tone).map(cased).collect()
    }

    fn is_horned_u_alone(&self) -> bool {
        self.base.eq_ignore_ascii_case(&'u') && self.shape == Some(Shape::Horn) && self.tone.is_none()
    }
}
