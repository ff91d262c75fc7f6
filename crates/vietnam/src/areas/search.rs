//! Finding areas by what people type. It ranks and never chooses: several areas of one spelling all come back.

use std::sync::OnceLock;

use super::{Area, AreaKey, Era, table};
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
    let Some(wanted) = parts.next().map(Wanted::new).filter(|wanted| !wanted.folded.is_empty()) else { return Vec::new() };
    let above: Vec<Wanted> = parts.map(Wanted::new).collect();
    let mut hits: Vec<Hit> = table::of(era)
        .all()
        .zip(folded_names(era).lines())
        .filter(|(area, _)| within.is_none_or(|within| within.covers(area.key)))
        .filter_map(|(area, folded)| wanted.compare(&area, folded).map(|matched| Hit { area, matched }))
        .filter(|hit| lies_in(&hit.area, &above))
        .collect();
    hits.sort_by_key(|hit| (hit.matched, hit.area.level(), hit.area.key));
    hits.truncate(MOST);
    hits
}

struct Wanted {
    exact: String,
    folded: String,
    loose: String,
}

impl Wanted {
    fn new(text: &str) -> Self {
        let exact = text.nfc().collect::<String>().to_lowercase();
        Self { exact: exact.split_whitespace().collect::<Vec<_>>().join(" "), folded: fold(text), loose: fold_loose(text) }
    }

    /// `folded` is the area's folded name; the kind before it is folded only when the query has one.
    fn compare(&self, area: &Area, folded: &str) -> Option<Match> {
        let bare = self.without_kind(area);
        let rest = bare.as_ref().unwrap_or(self);
        if rest.folded == folded {
            return Some(if rest.exact == area.name.to_lowercase() { Match::Exact } else { Match::Folded });
        }
        if rest.loose == fold_loose(folded) {
            return Some(Match::Variant);
        }
        if folded.starts_with(&rest.folded) {
            return Some(Match::Prefix);
        }
        folded.split([' ', '-']).any(|word| word.starts_with(&rest.folded)).then_some(Match::Word)
    }

    /// The query without the kind before it, when it names the kind of this area: `xã Trà Đa`, `tp Pleiku`, `TT. Ia Ly`.
    fn without_kind(&self, area: &Area) -> Option<Self> {
        kind_words(area.kind).iter().find_map(|word| {
            let folded = self.folded.strip_prefix(word)?.strip_prefix([' ', '.'])?;
            let exact: String = self.exact.split([' ', '.']).skip(word.split(' ').count()).filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ");
            (!folded.trim().is_empty()).then(|| Self::new(&exact))
        })
    }
}

fn lies_in(area: &Area, above: &[Wanted]) -> bool {
    let parents: Vec<Area> = std::iter::successors(area.parent(), Area::parent).collect();
    above.iter().all(|wanted| parents.iter().any(|parent| wanted.compare(parent, &fold(parent.name)).is_some()))
}

fn kind_words(kind: super::AreaKind) -> &'static [&'static str] {
    use super::AreaKind;
    match kind {
        AreaKind::Province => &["tinh"],
        AreaKind::City => &["thanh pho", "tp"],
        AreaKind::UrbanDistrict => &["quan", "q"],
        AreaKind::RuralDistrict => &["huyen", "h"],
        AreaKind::Town => &["thi xa", "tx"],
        AreaKind::Ward => &["phuong", "p"],
        AreaKind::Township => &["thi tran", "tt"],
        AreaKind::Commune => &["xa", "x"],
        AreaKind::SpecialZone => &["dac khu"],
    }
}

/// The folded names of all areas, a line each in the order of the table: one allocation instead of fifteen thousand.
fn folded_names(era: Era) -> &'static str {
    static NAMES: [OnceLock<String>; 2] = [OnceLock::new(), OnceLock::new()];
    let slot = match era {
        Era::Y2021 => 0,
        Era::Y2025 => 1,
    };
    NAMES[slot].get_or_init(|| table::of(era).all().map(|area| fold(area.name)).collect::<Vec<_>>().join("\n"))
}
