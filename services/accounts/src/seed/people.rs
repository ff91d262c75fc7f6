//! Who is in a demonstration. The names are invented.

use vietnam::{
    AreaKey, Era,
    areas::{self, Succession},
    province::Profile,
};

use super::units::Units;
use crate::unit::Unit;

pub struct Person {
    pub login: &'static str,
    pub full_name: &'static str,
    pub role: &'static str,
    pub works: Works,
}

/// Where somebody works. Areas are those of 2021; in the state of 2025 the commune counts that came of it.
pub enum Works {
    ProvincePolice,
    Department,
    Post(&'static str),
    /// District police, where there are districts; else the police of the ward that has its name.
    District {
        district: &'static str,
        ward_2025: &'static str,
    },
    Commune(&'static str),
}

pub const PEOPLE: [Person; 10] = [
    Person { login: "admin", full_name: "Nguyễn Hoàng Sơn", role: "PROVINCE_POLICE_ADMIN", works: Works::ProvincePolice },
    Person { login: "cp1", full_name: "Lê Thị Thanh Lịch", role: "POST_OFFICER", works: Works::Post("CP1") },
    Person { login: "cp2", full_name: "Rơ Châm H’Lan", role: "POST_OFFICER", works: Works::Post("CP2") },
    Person { login: "cp3", full_name: "Trần Quốc Đạt", role: "POST_OFFICER", works: Works::Post("CP3") },
    Person { login: "cp4", full_name: "Ksor Hŏ", role: "POST_OFFICER", works: Works::Post("CP4") },
    Person { login: "trada", full_name: "Phạm Văn Tĩnh", role: "COMMUNE_POLICE", works: Works::Commune("23596") },
    Person { login: "phuthien", full_name: "Nay H’Bưm", role: "COMMUNE_POLICE", works: Works::Commune("24043") },
    Person { login: "songan", full_name: "Đinh Thị Ưng", role: "COMMUNE_POLICE", works: Works::Commune("23632") },
    Person {
        login: "pleiku",
        full_name: "Võ Minh Khuê",
        role: "DISTRICT_POLICE",
        works: Works::District { district: "622", ward_2025: "23575" },
    },
    Person { login: "tttt", full_name: "Hồ Ngọc Ẩn", role: "TECH_ADMIN", works: Works::Department },
];

impl Person {
    /// His unit; `None` where the province has none of the kind.
    pub fn unit(&self, profile: &Profile, units: &Units) -> Option<Unit> {
        let unit = match &self.works {
            Works::ProvincePolice => &units.province_police,
            Works::Department => &units.department,
            Works::Post(code) => units.posts.iter().find(|post| post.post_code.as_deref() == Some(*code))?,
            Works::District { district, ward_2025 } => {
                let code = if profile.has_districts { district } else { ward_2025 };
                units.police_of(areas::find(profile.era, code)?.key)?
            }
            Works::Commune(code) => units.police_of(commune(profile.era, code)?)?,
        };
        Some(unit.clone())
    }
}

fn commune(era: Era, code_2021: &str) -> Option<AreaKey> {
    match (era, areas::successors(code_2021)) {
        (Era::Y2021, _) => areas::find(era, code_2021).map(|area| area.key),
        (Era::Y2025, Succession::Into(steps)) => steps.first().map(|(area, _)| area.key),
        (Era::Y2025, Succession::Unknown) => None,
    }
}
