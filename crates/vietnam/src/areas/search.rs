//! Finding areas by what people type. It ranks and never chooses: several areas of one spelling all come back.

use std::sync::OnceLock;

use super::{Area, AreaKey, AreaKind, Era, table};
use crate::fold::{fold, fold_loose};
use unicode_normalization::UnicodeNormalization;

/// How an area's name met the query, best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Match {
    /// Spelled in full with its marks: `Ia Băng` is not `Ia Bang`.
    Exact,
    /// The same without marks.
    Folded,
    /// Another spelling of the same name: Đăk and Đak, Ia Ly and Yaly.
    Variant,
    /// The name begins so.
    Prefix,
    /// A word of the name begins so.
    Word,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hit {
    pub area: Area,
    pub matched: Match,
}

/// No list of suggestions needs more.
pub const MOST: usize = 50;

/// Areas whose name or full name meets `query`, inside `within` when given, best matches first and then by key; at most [`MOST`].
/// Areas above may follow after commas: `Ia Băng, Chư Prông`.
pub fn search(era: Era, within: Option<AreaKey>, query: &str) -> Vec<Hit> {
    let mut parts = query.split(',').map(str::trim).filter(|part| !part.is_empty());
    let Some(wanted) = parts.next().map(Query::new).filter(|query| !query.plain.folded.is_empty()) else { return Vec::new() };
    let above: Vec<Query> = parts.map(Query::new).collect();
    let mut hits: Vec<Hit> = table::of(era)
        .all()
        .zip(folded_names(era).lines())
        .filter(|(area, _)| within.is_none_or(|within| within.covers(area.key)))
        .filter_map(|(area, names)| wanted.compare(&area, names.split_once('\t')?).map(|matched| Hit { area, matched }))
        .filter(|hit| lies_in(&hit.area, &above))
        .collect();
    hits.sort_by_key(|hit| (hit.matched, hit.area.level(), hit.area.key));
    hits.truncate(MOST);
    hits
}

/// What is asked for, and the same without the kind before it for every kind that the words can mean: `xã Trà Đa`, `TT. Ia Ly`, `tp Pleiku`.
struct Query {
    plain: Wanted,
    of_kind: Vec<(AreaKind, Wanted)>,
}

struct Wanted {
    exact: String,
    folded: String,
    loose: String,
}

impl Query {
    fn new(text: &str) -> Self {
        let plain = Wanted::new(text);
        let of_kind = KIND_WORDS.iter().filter_map(|(kind, word)| Some((*kind, plain.without(word)?))).collect();
        Self { plain, of_kind }
    }

    /// The area's name comes folded in both ways.
    fn compare(&self, area: &Area, (folded, loose): (&str, &str)) -> Option<Match> {
        let wanted = self.of_kind.iter().find(|(kind, _)| *kind == area.kind).map_or(&self.plain, |(_, wanted)| wanted);
        if wanted.folded == folded {
            return Some(if wanted.exact == area.name.to_lowercase() { Match::Exact } else { Match::Folded });
        }
        if wanted.loose == loose {
            return Some(Match::Variant);
        }
        if folded.starts_with(&wanted.folded) {
            return Some(Match::Prefix);
        }
        folded.split([' ', '-']).any(|word| word.starts_with(&wanted.folded)).then_some(Match::Word)
    }
}

impl Wanted {
    fn new(text: &str) -> Self {
        let exact = text.nfc().collect::<String>().to_lowercase();
        Self { exact: exact.split_whitespace().collect::<Vec<_>>().join(" "), folded: fold(text), loose: fold_loose(text) }
    }

    fn without(&self, kind_word: &str) -> Option<Self> {
        let folded = self.folded.strip_prefix(kind_word)?.strip_prefix([' ', '.'])?;
        let exact =
            self.exact.split([' ', '.']).skip(kind_word.split(' ').count()).filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ");
        (!folded.trim().is_empty()).then(|| Self::new(&exact))
    }
}

fn lies_in(area: &Area, above: &[Query]) -> bool {
    let parents: Vec<Area> = std::iter::successors(area.parent(), Area::parent).collect();
    above.iter().all(|query| parents.iter().any(|parent| query.compare(parent, (&fold(parent.name), &fold_loose(parent.name))).is_some()))
}

const KIND_WORDS: [(AreaKind, &str); 16] = [
    (AreaKind::Province, "tinh"),
    (AreaKind::City, "thanh pho"),
    (AreaKind::City, "tp"),
    (AreaKind::UrbanDistrict, "quan"),
    (AreaKind::UrbanDistrict, "q"),
    (AreaKind::RuralDistrict, "huyen"),
    (AreaKind::RuralDistrict, "h"),
    (AreaKind::Town, "thi xa"),
    (AreaKind::Town, "tx"),
    (AreaKind::Ward, "phuong"),
    (AreaKind::Ward, "p"),
    (AreaKind::Township, "thi tran"),
    (AreaKind::Township, "tt"),
    (AreaKind::Commune, "xa"),
    (AreaKind::Commune, "x"),
    (AreaKind::SpecialZone, "dac khu"),
];

/// The names of all areas, folded and folded loosely, a line each in the order of the table: one allocation instead of fifteen thousand.
fn folded_names(era: Era) -> &'static str {
    static NAMES: [OnceLock<String>; 2] = [OnceLock::new(), OnceLock::new()];
    let slot = match era {
        Era::Y2021 => 0,
        Era::Y2025 => 1,
    };
    NAMES[slot].get_or_init(|| {
        table::of(era).all().map(|area| format!("{}\t{}", fold(area.name), fold_loose(area.name))).collect::<Vec<_>>().join("\n")
    })
}
