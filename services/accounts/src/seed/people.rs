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
    pub roles: &'static [&'static str],
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
    HealthDepartment,
    DiseaseControl,
    /// The health centre of the district, where there are districts; else the health station of the ward that has its name.
    HealthCentre {
        district: &'static str,
        ward_2025: &'static str,
    },
}

pub const PEOPLE: [Person; 16] = [
    Person { login: "admin", full_name: "Nguyễn Hoàng Sơn", roles: &["PROVINCE_POLICE_ADMIN"], works: Works::ProvincePolice },
    Person { login: "cp1", full_name: "Lê Thị Thanh Lịch", roles: &["POST_OFFICER"], works: Works::Post("CP1") },
    Person { login: "cp2", full_name: "Rơ Châm H’Lan", roles: &["POST_OFFICER"], works: Works::Post("CP2") },
    Person { login: "cp3", full_name: "Trần Quốc Đạt", roles: &["POST_OFFICER"], works: Works::Post("CP3") },
    Person { login: "cp4", full_name: "Ksor Hŏ", roles: &["POST_OFFICER"], works: Works::Post("CP4") },
    Person { login: "trada", full_name: "Phạm Văn Tĩnh", roles: &["COMMUNE_POLICE"], works: Works::Commune("23596") },
    Person { login: "phuthien", full_name: "Nay H’Bưm", roles: &["COMMUNE_POLICE"], works: Works::Commune("24043") },
    Person { login: "songan", full_name: "Đinh Thị Ưng", roles: &["COMMUNE_POLICE"], works: Works::Commune("23632") },
    Person {
        login: "pleiku",
        full_name: "Võ Minh Khuê",
        roles: &["DISTRICT_POLICE"],
        works: Works::District { district: "622", ward_2025: "23575" },
    },
    Person { login: "tttt", full_name: "Hồ Ngọc Ẩn", roles: &["TECH_ADMIN"], works: Works::Department },
    Person { login: "soyte", full_name: "Trương Thị Kim Oanh", roles: &["HEALTH_ADMIN"], works: Works::HealthDepartment },
    Person { login: "cdc", full_name: "Đặng Quang Huy", roles: &["CDC_EPI", "CAMPAIGN_MANAGER"], works: Works::DiseaseControl },
    Person { login: "laymau", full_name: "Siu H’Nhiên", roles: &["SAMPLER"], works: PLEIKU_HEALTH },
    Person { login: "giaomau", full_name: "Bùi Văn Lộc", roles: &["COURIER"], works: PLEIKU_HEALTH },
    Person {
        login: "xetnghiem", full_name: "Nguyễn Thị Thu Sương", roles: &["LAB_RECEIVER", "LAB_TECH"], works: Works::DiseaseControl
    },
    Person { login: "duyet", full_name: "Kpă H’Miên", roles: &["LAB_APPROVER"], works: Works::DiseaseControl },
];

const PLEIKU_HEALTH: Works = Works::HealthCentre { district: "622", ward_2025: "23575" };

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
            Works::HealthDepartment => &units.health_department,
            Works::DiseaseControl => &units.disease_control,
            Works::HealthCentre { district, ward_2025 } => {
                let code = if profile.has_districts { district } else { ward_2025 };
                units.health_of(areas::find(profile.era, code)?.key)?
            }
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
