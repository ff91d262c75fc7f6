//! Administrative areas of Viet Nam in the two states that records meet: of 2021 with districts, and since 1 July 2025 without.
//! A code is reused across the states for another place, so an area's key is its state and its codes from the province down.

mod key;
mod reform;
mod search;
mod table;

use chrono::NaiveDate;

pub use key::{AreaKey, InvalidAreaKey};
pub use reform::{Extent, Succession, predecessors, successors};
pub use search::{Hit, Match, search};

/// A state of the administrative map.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Era {
    /// 63 provinces, 705 districts, 10,599 communes; in force in October 2021.
    Y2021,
    /// 34 provinces, 3,321 communes, no districts; since 2025-07-01.
    Y2025,
}

impl Era {
    pub const ALL: [Self; 2] = [Self::Y2021, Self::Y2025];

    /// `2021` or `2025`, the first part of an area key.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Y2021 => "2021",
            Self::Y2025 => "2025",
        }
    }

    /// `2021-01-01` or `2025-07-01`, as the contract's `Area.valid_from` has it.
    pub const fn valid_from_text(self) -> &'static str {
        match self {
            Self::Y2021 => "2021-01-01",
            Self::Y2025 => "2025-07-01",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|era| era.as_str() == text)
    }

    /// Reads `valid_from`; only the two dates on which a state begins name one.
    pub fn from_valid_from(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|era| era.valid_from_text() == text)
    }

    /// The state in force on a day; days before 2021 get that of 2021, the oldest that is known here.
    pub fn on(date: NaiveDate) -> Self {
        let reform = NaiveDate::from_ymd_opt(2025, 7, 1);
        if reform.is_some_and(|reform| date >= reform) { Self::Y2025 } else { Self::Y2021 }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    Province,
    District,
    Commune,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AreaKind {
    /// tỉnh
    Province,
    /// thành phố, of a province or of the state
    City,
    /// quận
    UrbanDistrict,
    /// huyện
    RuralDistrict,
    /// thị xã
    Town,
    /// phường
    Ward,
    /// thị trấn
    Township,
    /// xã
    Commune,
    /// đặc khu
    SpecialZone,
}

impl AreaKind {
    /// The word before the name: `Xã`, `Thành phố`.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Province => "Tỉnh",
            Self::City => "Thành phố",
            Self::UrbanDistrict => "Quận",
            Self::RuralDistrict => "Huyện",
            Self::Town => "Thị xã",
            Self::Ward => "Phường",
            Self::Township => "Thị trấn",
            Self::Commune => "Xã",
            Self::SpecialZone => "Đặc khu",
        }
    }
}

/// One area of one state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Area {
    pub key: AreaKey,
    /// Without the kind: `Trà Đa`.
    pub name: &'static str,
    pub kind: AreaKind,
}

impl Area {
    /// The statistics office's code with its leading zeros: `64`, `622`, `23596`.
    pub fn code(&self) -> String {
        self.key.code()
    }

    pub fn level(&self) -> Level {
        self.key.level()
    }

    pub fn era(&self) -> Era {
        self.key.era()
    }

    /// `Xã Trà Đa`
    pub fn full_name(&self) -> String {
        format!("{} {}", self.kind.label(), self.name)
    }

    /// With the area above it: `Xã Trà Đa, Thành phố Pleiku`; a province alone.
    pub fn display_name(&self) -> String {
        match self.parent() {
            Some(parent) => format!("{}, {}", self.full_name(), parent.full_name()),
            None => self.full_name(),
        }
    }

    pub fn parent(&self) -> Option<Self> {
        self.key.parent().and_then(get)
    }
}

/// An area that the named state does not have.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UnknownArea {
    #[error("valid_from must be 2021-01-01 or 2025-07-01")]
    ValidFrom,
    #[error("no area has this code in the state of {0}")]
    Code(&'static str),
}

/// The area of a code of any level; codes of different levels differ in length.
pub fn find(era: Era, code: &str) -> Option<Area> {
    table::of(era).find(code)
}

/// The area of a key, `None` when the state has no such area (or has it elsewhere).
pub fn get(key: AreaKey) -> Option<Area> {
    find(key.era(), &key.code()).filter(|area| area.key == key)
}

/// The contract's pair of code and `valid_from`; an empty `valid_from` means `default`.
pub fn resolve(code: &str, valid_from: &str, default: Era) -> Result<Area, UnknownArea> {
    let era = if valid_from.is_empty() { default } else { Era::from_valid_from(valid_from).ok_or(UnknownArea::ValidFrom)? };
    find(era, code).ok_or(UnknownArea::Code(era.as_str()))
}

/// All provinces of a state, by code.
pub fn provinces(era: Era) -> Vec<Area> {
    table::of(era).provinces()
}

/// The areas one level below, by code: districts of a province of 2021, communes of a province of 2025 or of a district.
pub fn children(parent: AreaKey) -> Vec<Area> {
    table::of(parent.era()).children(parent)
}

/// All communes of an area, by code; a commune is its own.
pub fn communes(within: AreaKey) -> Vec<Area> {
    table::of(within.era()).communes(within)
}
