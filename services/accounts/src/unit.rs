//! Agencies and their tree.

use ids::UnitId;
use vietnam::AreaKey;

/// Numbers of `gsvt.accounts.v1.UnitKind`, also in the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnitKind {
    ProvincePolice = 1,
    DistrictPolice = 2,
    CommunePolice = 3,
    Post = 4,
    Department = 5,
}

impl UnitKind {
    pub const fn number(self) -> i16 {
        self as i16
    }

    pub fn from_number(number: i16) -> Option<Self> {
        [Self::ProvincePolice, Self::DistrictPolice, Self::CommunePolice, Self::Post, Self::Department]
            .into_iter()
            .find(|kind| kind.number() == number)
    }
}

#[derive(Debug, Clone)]
pub struct Unit {
    pub id: UnitId,
    pub parent: Option<UnitId>,
    pub name: String,
    pub kind: UnitKind,
    pub area: AreaKey,
    /// `CP3`, of a post.
    pub post_code: Option<String>,
    /// From the root down to the unit itself.
    pub path: Vec<UnitId>,
}

impl Unit {
    /// Whether `other` is this unit or below it.
    pub fn contains(&self, other: &Self) -> bool {
        other.path.contains(&self.id)
    }
}
