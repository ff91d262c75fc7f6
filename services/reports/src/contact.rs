//! Finding in people's own words how somebody can be reached or who he is. What a reporter wrote is masked before anybody reads it; an answer for
//! everybody is refused while it holds such a thing. What is looked for is in numbers.rs and names.rs; rather too much is hidden than too little.

mod names;
mod numbers;

use std::ops::Range;

/// What was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    Phone,
    IdNumber,
    Email,
    /// An account of a messenger or network.
    Handle,
    Name,
}

/// Something found, by its characters.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Found {
    kind: Kind,
    at: Range<usize>,
}

/// A text whose contacts are hidden.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Masked {
    pub text: String,
    pub hidden: bool,
}

/// Something in a text for everybody that is about a person, shown so that its writer finds it and nobody else learns it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    pub kind: Kind,
    /// `N. V. A.`, `…456`
    pub hint: String,
}

const MASK: &str = "***";

/// Hides phones, numbers of identity, addresses and accounts, and the name with which somebody introduces himself.
pub fn mask(text: &str) -> Masked {
    let letters: Vec<char> = text.chars().collect();
    let mut found = numbers::find(&letters);
    found.extend(names::find_introductions(&letters));
    let spans = merge(found);
    if spans.is_empty() {
        return Masked { text: text.to_owned(), hidden: false };
    }
    let mut masked = String::with_capacity(text.len());
    let mut end = 0;
    for span in &spans {
        masked.extend(&letters[end..span.at.start]);
        masked.push_str(MASK);
        end = span.at.end;
    }
    masked.extend(&letters[end..]);
    Masked { text: masked, hidden: true }
}

/// What in a text for everybody is about a person; empty when it may be published.
pub fn people_in(text: &str) -> Vec<Finding> {
    let letters: Vec<char> = text.chars().collect();
    let mut found = numbers::find(&letters);
    found.extend(names::find_introductions(&letters));
    found.extend(names::find_people(&letters));
    merge(found).into_iter().map(|found| Finding { kind: found.kind, hint: hint(found.kind, &letters[found.at]) }).collect()
}

/// In their order, overlapping ones made one.
fn merge(mut found: Vec<Found>) -> Vec<Found> {
    found.sort_by_key(|found| (found.at.start, std::cmp::Reverse(found.at.end)));
    let mut merged: Vec<Found> = Vec::with_capacity(found.len());
    for next in found {
        match merged.last_mut() {
            Some(last) if next.at.start < last.at.end => last.at.end = last.at.end.max(next.at.end),
            _ => merged.push(next),
        }
    }
    merged
}

fn hint(kind: Kind, letters: &[char]) -> String {
    match kind {
        Kind::Name => {
            let words = letters.split(|letter| letter.is_whitespace()).filter_map(|word| word.first());
            words.map(|first| format!("{first}.")).collect::<Vec<_>>().join(" ")
        }
        Kind::Phone | Kind::IdNumber => {
            let digits: Vec<&char> = letters.iter().filter(|letter| letter.is_ascii_digit()).collect();
            format!("…{}", digits[digits.len().saturating_sub(3)..].iter().copied().collect::<String>())
        }
        Kind::Email | Kind::Handle => letters.first().map(|first| format!("{first}…")).unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests;
