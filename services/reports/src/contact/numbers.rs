//! Phones, numbers of identity, mail addresses and accounts, in people's spellings.

use vietnam::{IdNumber, Phone, identity::IdKind};

use super::{Found, Kind};

/// Words after which an account follows.
const NETWORKS: [&str; 8] = ["zalo", "facebook", "fb", "viber", "telegram", "tele", "messenger", "tiktok"];

pub fn find(letters: &[char]) -> Vec<Found> {
    let mut found = digits(letters);
    found.extend(addresses(letters));
    found.extend(accounts(letters));
    found
}

/// A run of digits that nothing divides.
#[derive(Debug, Clone, Copy)]
struct Chunk {
    start: usize,
    end: usize,
    /// Whether what comes before it is no more than what people put between the parts of a number.
    joined: bool,
    /// A plus sign stands before it.
    plus: bool,
}

/// Numbers that are, together with their neighbours, a phone or a number of identity: the longest first.
fn digits(letters: &[char]) -> Vec<Found> {
    let chunks = chunks(letters);
    let mut found = Vec::new();
    let mut first = 0;
    while first < chunks.len() {
        let mut last = first;
        while last + 1 < chunks.len() && chunks[last + 1].joined {
            last += 1;
        }
        let hit = (first..=last).rev().find_map(|end| kind_of(letters, &chunks[first..=end]).map(|kind| (kind, end)));
        match hit {
            Some((kind, end)) => {
                let start = chunks[first].start - usize::from(chunks[first].plus);
                found.push(Found { kind, at: start..chunks[end].end });
                first = end + 1;
            }
            None => first += 1,
        }
    }
    found
}

fn chunks(letters: &[char]) -> Vec<Chunk> {
    let mut chunks: Vec<Chunk> = Vec::new();
    let mut at = 0;
    while at < letters.len() {
        if !is_digit(letters, at) {
            at += 1;
            continue;
        }
        let start = at;
        while at < letters.len() && is_digit(letters, at) {
            at += 1;
        }
        let joined = chunks.last().is_some_and(|before| is_joint(&letters[before.end..start]));
        let plus = start > 0 && letters[start - 1] == '+';
        chunks.push(Chunk { start, end: at, joined: joined && !plus, plus });
    }
    chunks
}

/// A digit in any writing; also the letter O among digits.
fn is_digit(letters: &[char], at: usize) -> bool {
    let plain = |index: Option<usize>| index.and_then(|index| letters.get(index)).is_some_and(|letter| value(*letter).is_some());
    value(letters[at]).is_some()
        || (matches!(letters[at], 'o' | 'O') && plain(at.checked_sub(1)) && plain(Some(at + 1)))
        || (matches!(letters[at], 'o' | 'O')
            && plain(Some(at + 1))
            && at.checked_sub(1).is_none_or(|before| !letters[before].is_alphanumeric()))
}

fn value(letter: char) -> Option<char> {
    match letter {
        '0'..='9' => Some(letter),
        '０'..='９' => char::from_digit(u32::from(letter) - u32::from('０'), 10),
        _ => None,
    }
}

/// Blanks, dots, hyphens, brackets and invisible signs, a few of them.
fn is_joint(between: &[char]) -> bool {
    let joint = |letter: &char| {
        letter.is_whitespace() || matches!(letter, '.' | '-' | '–' | '(' | ')' | '_' | ',' | '\u{200b}'..='\u{200d}' | '\u{feff}')
    };
    between.len() <= 4 && between.iter().all(joint)
}

fn kind_of(letters: &[char], chunks: &[Chunk]) -> Option<Kind> {
    let (first, last) = (chunks.first()?, chunks.last()?);
    // A number inside a word is of something else: a plate, a road, a code.
    let inside = |index: Option<usize>| index.and_then(|index| letters.get(index)).is_some_and(|letter| letter.is_alphabetic());
    if inside(first.start.checked_sub(1)) || inside(Some(last.end)) {
        return None;
    }
    let written = chunks.iter().flat_map(|chunk| &letters[chunk.start..chunk.end]);
    let number: String = written.map(|letter| value(*letter).unwrap_or('0')).collect();
    if !(9..=17).contains(&number.len()) {
        return None;
    }
    let plus = if first.plus { "+" } else { "" };
    if Phone::parse(&format!("{plus}{number}")).is_ok() {
        return Some(Kind::Phone);
    }
    is_identity(letters, chunks, &number).then_some(Kind::IdNumber)
}

/// Nine or twelve digits as on a card, and mobile numbers without their zero; not amounts of money with their dots and zeros.
fn is_identity(letters: &[char], chunks: &[Chunk], number: &str) -> bool {
    let dotted = chunks.windows(2).any(|pair| letters[pair[0].end..pair[1].start].iter().any(|letter| matches!(letter, '.' | ',')));
    let parts_of_three = chunks.iter().all(|chunk| chunk.end - chunk.start == 3);
    if number.ends_with("000000") || (dotted && parts_of_three && !number.starts_with('0')) {
        return false;
    }
    match number.len() {
        9 => chunks.len() == 1 || parts_of_three || Phone::parse(&format!("0{number}")).is_ok(),
        12 => chunks.len() == 1 || (number.starts_with('0') && IdNumber::parse(IdKind::Cccd, number, "").is_ok()),
        _ => false,
    }
}

/// Mail addresses, also with a blank beside the sign.
fn addresses(letters: &[char]) -> Vec<Found> {
    let part = |letter: char| letter.is_alphanumeric() || matches!(letter, '.' | '_' | '-' | '+' | '%');
    let mut found = Vec::new();
    for (sign, _) in letters.iter().enumerate().filter(|(_, letter)| matches!(letter, '@' | '＠')) {
        let blank = |at: usize| letters.get(at).is_some_and(|letter| *letter == ' ');
        let before = if sign > 0 && blank(sign - 1) { sign - 1 } else { sign };
        let after = if blank(sign + 1) { sign + 2 } else { sign + 1 };
        let start = (0..before).rev().take_while(|at| part(letters[*at])).last().unwrap_or(before);
        let end = (after..letters.len()).take_while(|at| part(letters[*at])).last().map_or(after, |last| last + 1);
        let domain = &letters[after.min(end)..end];
        let dotted = domain.iter().position(|letter| *letter == '.').is_some_and(|dot| dot > 0 && dot + 2 < domain.len());
        if start < before && (dotted || (before == sign && after == sign + 1 && !domain.is_empty())) {
            found.push(Found { kind: Kind::Email, at: start..end });
        }
    }
    found
}

/// What follows the name of a network, where it does not look like a word.
fn accounts(letters: &[char]) -> Vec<Found> {
    let words = super::names::words(letters);
    let mut found = Vec::new();
    for (index, word) in words.iter().enumerate().filter(|(_, word)| NETWORKS.contains(&word.folded.as_str())) {
        let next = words.iter().skip(index + 1).take(3);
        let account = next.clone().find(|next| {
            let written = token(letters, next.start);
            written.iter().any(|letter| letter.is_ascii_digit() || matches!(letter, '_' | '@'))
                || written.iter().rev().skip(1).any(|letter| *letter == '.')
        });
        if let Some(account) =
            account.filter(|account| !letters[word.end..account.start].iter().any(|letter| matches!(letter, '.' | ';' | '\n' | '!')))
        {
            let length = token(letters, account.start).len();
            found.push(Found { kind: Kind::Handle, at: account.start..account.start + length });
        }
    }
    found
}

/// From `start` to the next blank, without the stop of a sentence.
fn token(letters: &[char], start: usize) -> &[char] {
    let length = letters[start..].iter().take_while(|letter| !letter.is_whitespace() && !matches!(letter, ',' | ';')).count();
    let written = &letters[start..start + length];
    let stop = written.iter().rev().take_while(|letter| matches!(letter, '.' | '!' | '?' | ')')).count();
    &written[..length - stop]
}
