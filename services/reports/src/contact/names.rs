//! Names of people: how somebody introduces himself, and full names in a text for everybody. Names of places and roads are not people.

use std::{collections::HashSet, sync::OnceLock};

use unicode_normalization::UnicodeNormalization;
use vietnam::{Era, areas, fold::fold};

use super::{Found, Kind};

/// A word with its place in the text.
#[derive(Debug, Clone)]
pub struct Word {
    pub start: usize,
    pub end: usize,
    pub folded: String,
    lower: String,
    capital: bool,
    /// Only blanks stand between it and the word before.
    joined: bool,
}

/// Family names of the Kinh and of the highlands that are nothing else without their marks.
const FAMILIES: [&str; 21] = [
    "nguyen", "tran", "pham", "huynh", "hoang", "phan", "trinh", "quach", "ksor", "siu", "kpa", "kpuih", "puih", "rahlan", "rmah", "romah",
    "rcom", "nie", "mlo", "eban", "kbuor",
];

/// Those that with other marks, or none, are other words.
const MARKED_FAMILIES: [&str; 36] = [
    "lê", "vũ", "võ", "đặng", "bùi", "đỗ", "hồ", "ngô", "dương", "lý", "đinh", "trương", "đoàn", "đào", "mai", "lương", "lưu", "châu",
    "cao", "tạ", "thái", "tăng", "lâm", "tô", "tống", "hà", "đàm", "la", "ông", "nông", "hứa", "rơ", "rah", "nay", "y", "kiều",
];

/// Middle names by which a name written without capitals is told from other words.
const MIDDLE: [&str; 4] = ["van", "thi", "duc", "huu"];

/// How somebody says who he is; what follows is his name.
const INTRODUCTIONS: &[&[&str]] = &[
    &["toi", "ten", "la"],
    &["ten", "toi", "la"],
    &["ten", "cua", "toi", "la"],
    &["ho", "ten"],
    &["ho", "va", "ten"],
    &["toi", "ten"],
    &["minh", "ten"],
    &["em", "ten"],
    &["ten", "em", "la"],
    &["ten", "minh", "la"],
    &["toi", "la"],
    &["minh", "la"],
    &["em", "la"],
    &["chau", "la"],
    &["ky", "ten"],
    &["nguoi", "bao"],
    &["nguoi", "phan", "anh"],
    &["my", "name", "is"],
    &["i", "am"],
];

/// A capital word after an introduction that is no name: "Tôi là Công an xã".
const NOT_NAMES: &[&str] = &[
    "cong", "nguoi", "dan", "can", "to", "truong", "pho", "chu", "lai", "tai", "hanh", "khach", "bo", "sinh", "hoc", "giao", "bac", "mot",
    "con", "nhan", "bi", "cu", "bao", "hang", "cho", "the", "citizen",
];

/// Before these the next words name a place, a road or an office.
const PLACES: &[&str] = &[
    "xa", "phuong", "huyen", "tinh", "pho", "thon", "lang", "buon", "plei", "ban", "ap", "to", "khu", "duong", "quoc", "lo", "hem", "ngo",
    "ngach", "cho", "cau", "deo", "doc", "nui", "song", "suoi", "ho", "truong", "thcs", "thpt", "hoc", "non", "ty", "quan", "hang", "tiem",
    "chot", "tram", "tran", "thanh", "vien", "tp", "tx", "tt", "san", "chua", "dinh", "den", "kho", "cang", "trai", "street", "road",
    "school", "commune", "district",
];

/// The same of two words.
const PLACES_OF_TWO: [[&str; 2]; 5] = [["nga", "ba"], ["nga", "tu"], ["nga", "nam"], ["ben", "xe"], ["nha", "tho"]];

/// Words that begin the name of an office: "Nay Công an huyện" has no person in it.
const OFFICES: [&str; 10] = ["cong", "uy", "chot", "tram", "so", "bo", "to", "hoi", "ban", "trung"];

/// Words before a given name alone.
const TITLES: [&str; 9] = ["ông", "bà", "anh", "chị", "cô", "chú", "mr", "mrs", "ms"];

/// Names that begin like a person's.
const NOT_PEOPLE: &[&str] = &[
    "ho chi minh",
    "hoang anh gia lai",
    "ho quang",
    "ho con",
    "ha noi",
    "ha tinh",
    "ha nam",
    "ha giang",
    "lam dong",
    "cao nguyen",
    "y te",
    "to chuyen trach",
];

/// The words of a text; apostrophes and hyphens inside one belong to it.
pub fn words(letters: &[char]) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::new();
    let mut at = 0;
    while at < letters.len() {
        if !letters[at].is_alphanumeric() {
            at += 1;
            continue;
        }
        let start = at;
        while at < letters.len()
            && (is_letter(letters[at]) || (is_apostrophe(letters[at]) && letters.get(at + 1).is_some_and(|next| next.is_alphabetic())))
        {
            at += 1;
        }
        let before = words.last().map_or(0, |word| word.end);
        let joined = !words.is_empty() && letters[before..start].iter().all(|letter| letter.is_whitespace() && *letter != '\n');
        let written: String = letters[start..at].iter().collect();
        let lower = written.to_lowercase().nfc().collect();
        words.push(Word { start, end: at, folded: fold(&written), lower, capital: letters[start].is_uppercase(), joined });
    }
    words
}

impl Word {
    fn is_family(&self) -> bool {
        FAMILIES.contains(&self.folded.as_str()) || MARKED_FAMILIES.contains(&self.lower.as_str())
    }
}

/// Also marks that stand for themselves: people's phones write `e` and its marks apart.
fn is_letter(letter: char) -> bool {
    letter.is_alphanumeric() || ('\u{300}'..='\u{36f}').contains(&letter)
}

fn is_apostrophe(letter: char) -> bool {
    vietnam::fold::APOSTROPHES.contains(&letter)
}

/// Names with which somebody introduces himself.
pub fn find_introductions(letters: &[char]) -> Vec<Found> {
    let words = words(letters);
    let mut found = Vec::new();
    for at in 0..words.len() {
        for phrase in INTRODUCTIONS {
            let said =
                words.get(at..at + phrase.len()).is_some_and(|said| said.iter().zip(*phrase).all(|(word, wanted)| word.folded == *wanted));
            if said {
                found.extend(name_at(&words, at + phrase.len(), letters));
            }
        }
    }
    found
}

/// A name that begins at the word `at`, behind nothing but blanks and a colon or the word "là".
fn name_at(words: &[Word], at: usize, letters: &[char]) -> Option<Found> {
    let at = if words.get(at).is_some_and(|word| word.folded == "la") { at + 1 } else { at };
    let first = words.get(at)?;
    let gap = &letters[words[at - 1].end..first.start];
    if !gap.iter().all(|letter| letter.is_whitespace() || matches!(letter, ':' | '-')) {
        return None;
    }
    let length = if first.capital { capitals(words, at, 5) } else { uncapitalised(words, at) };
    let name = (length > 1 || (length == 1 && first.end - first.start > 1)) && !NOT_NAMES.contains(&first.folded.as_str());
    // "Tôi là Trần Văn A" is a name also where Trần could begin something else.
    let family = length > 1 && first.is_family();
    (name || family).then(|| Found { kind: Kind::Name, at: first.start..words[at + length - 1].end })
}

fn capitals(words: &[Word], at: usize, most: usize) -> usize {
    let next_is_small = |index: usize| words.get(index + 1).is_some_and(|next| next.joined && !next.capital);
    let of_a_name = |index: &usize| {
        let word = &words[*index];
        word.joined && word.capital && !(OFFICES.contains(&word.folded.as_str()) && next_is_small(*index))
    };
    1 + (at + 1..words.len()).take(most - 1).take_while(of_a_name).count()
}

/// "nguyễn văn nam": a family name, a middle name and one or two more words.
fn uncapitalised(words: &[Word], at: usize) -> usize {
    let middle = |word: &Word| word.joined && MIDDLE.contains(&word.folded.as_str());
    let whole = words[at].is_family() && words.get(at + 1).is_some_and(middle) && words.get(at + 2).is_some_and(|word| word.joined);
    if whole { 3 } else { 0 }
}

/// Full names, and given names behind a title.
pub fn find_people(letters: &[char]) -> Vec<Found> {
    let words = words(letters);
    let mut found = Vec::new();
    let mut at = 0;
    while at < words.len() {
        match at_word(&words, at, letters) {
            Reading::Person(length) => {
                found.push(Found { kind: Kind::Name, at: words[at].start..words[at + length - 1].end });
                at += length;
            }
            Reading::Place(length) => at += length,
            Reading::Other => at += 1,
        }
    }
    found
}

/// What begins at a word, with its length in words.
enum Reading {
    Person(usize),
    Place(usize),
    Other,
}

fn at_word(words: &[Word], at: usize, letters: &[char]) -> Reading {
    let word = &words[at];
    if !word.capital {
        let length = uncapitalised(words, at);
        return if length > 0 { Reading::Person(length) } else { Reading::Other };
    }
    let length = capitals(words, at, 4);
    if behind_place(words, at, letters) || is_place(words, at, length) {
        return Reading::Place(length);
    }
    let before = at.checked_sub(1).map(|before| &words[before]).filter(|_| word.joined);
    let titled = before.is_some_and(|before| TITLES.contains(&before.lower.as_str()));
    let given = word.end - word.start > 1 && !NOT_NAMES.contains(&word.folded.as_str());
    if titled && given {
        return Reading::Person(length);
    }
    let run = &words[at..at + length];
    let initials = run.iter().all(|word| word.end - word.start == 1);
    let shouted = run.iter().all(|word| is_shouted(&letters[word.start..word.end]));
    if word.is_family() && length >= 2 && !initials && !shouted { Reading::Person(length) } else { Reading::Other }
}

/// Whether a word of a place, or the number of a house, stands before it.
fn behind_place(words: &[Word], at: usize, letters: &[char]) -> bool {
    let Some(before) = at.checked_sub(1).map(|before| &words[before]).filter(|_| words[at].joined) else { return false };
    let earlier = at.checked_sub(2).map(|earlier| words[earlier].folded.as_str()).unwrap_or_default();
    PLACES.contains(&before.folded.as_str())
        || PLACES_OF_TWO.contains(&[earlier, before.folded.as_str()])
        || is_number(&letters[before.start..before.end])
}

fn is_number(word: &[char]) -> bool {
    word.iter().all(char::is_ascii_digit)
}

/// A heading, such as "CÔNG AN"; a name written so has its family name among words that are not.
fn is_shouted(word: &[char]) -> bool {
    word.len() > 4 && word.iter().all(|letter| !letter.is_lowercase())
}

/// Whether the words begin with the name of a province, a district or a commune, or of something else known.
fn is_place(words: &[Word], at: usize, length: usize) -> bool {
    let joined = |count: usize| words[at..at + count].iter().map(|word| word.folded.as_str()).collect::<Vec<_>>().join(" ");
    let follows = |known: &&&str| {
        let count = known.split(' ').count();
        words.get(at..at + count).is_some() && joined(count) == **known
    };
    let rest = || words[at + 1..at + length].iter().map(|word| word.folded.as_str()).collect::<Vec<_>>().join(" ");
    NOT_PEOPLE.iter().any(|known| follows(&known)) || places().contains(&joined(length)) || places().contains(&rest())
}

/// Names of provinces and districts of both states of the map, and of the communes of Gia Lai.
fn places() -> &'static HashSet<String> {
    static PLACES: OnceLock<HashSet<String>> = OnceLock::new();
    PLACES.get_or_init(|| {
        let provinces = Era::ALL.into_iter().flat_map(areas::provinces);
        let mut names = HashSet::new();
        for province in provinces {
            names.insert(fold(province.name));
            for area in areas::children(province.key) {
                let ours = matches!(province.code().as_str(), "64" | "52");
                if ours || area.level() == vietnam::Level::District {
                    names.insert(fold(area.name));
                }
                if ours {
                    names.extend(areas::children(area.key).iter().map(|commune| fold(commune.name)));
                }
            }
        }
        names
    })
}
