//! The units that a province has by law and by its profile.

use chrono::{DateTime, Utc};
use ids::UnitId;
use sqlx::PgConnection;
use vietnam::{Area, AreaKey, areas, province::Profile};

use crate::{
    error::Error,
    store,
    unit::{Unit, UnitKind},
};

pub struct Units {
    pub province_police: Unit,
    pub department: Unit,
    pub posts: Vec<Unit>,
    police: Vec<Unit>,
    pub health_department: Unit,
    pub disease_control: Unit,
    health: Vec<Unit>,
}

impl Units {
    /// The police of a district or commune.
    pub fn police_of(&self, area: AreaKey) -> Option<&Unit> {
        self.police.iter().find(|unit| unit.area == area)
    }

    /// The health centre of a district, or the health station of a commune where there are no districts.
    pub fn health_of(&self, area: AreaKey) -> Option<&Unit> {
        self.health.iter().find(|unit| unit.area == area)
    }
}

/// Adds what is missing. The province's police is the root of its units, because it gives out their accounts; the health service stands under a root of
/// its own, so that no administrator of the police reaches an account that reads results.
pub async fn ensure(conn: &mut PgConnection, profile: &Profile, now: DateTime<Utc>) -> Result<Units, Error> {
    let mut seeder = Seeder { conn, profile, now };
    let province = &profile.name_vi;
    let province_police =
        seeder.add("province-police", None, format!("Công an {province}"), UnitKind::ProvincePolice, profile.area, None).await?;
    let root = &province_police;
    let name = format!("Sở Thông tin và Truyền thông {}", bare(province));
    let department = seeder.add("department", Some(root), name, UnitKind::Department, profile.area, None).await?;
    let mut posts = Vec::new();
    for post in &profile.posts {
        posts.push(seeder.add(&post.id, Some(root), post.name_vi.clone(), UnitKind::Post, post.area, Some(post.id.clone())).await?);
    }
    let mut police = Vec::new();
    for area in areas::children(profile.area) {
        let kind = if profile.has_districts { UnitKind::DistrictPolice } else { UnitKind::CommunePolice };
        let unit = seeder.police(root, area, kind).await?;
        if profile.has_districts {
            for commune in areas::children(area.key) {
                police.push(seeder.police(&unit, commune, UnitKind::CommunePolice).await?);
            }
        }
        police.push(unit);
    }
    let (health_department, disease_control, health) = seeder.health().await?;
    Ok(Units { province_police, department, posts, police, health_department, disease_control, health })
}

struct Seeder<'a> {
    conn: &'a mut PgConnection,
    profile: &'a Profile,
    now: DateTime<Utc>,
}

impl Seeder<'_> {
    async fn police(&mut self, parent: &Unit, area: Area, kind: UnitKind) -> Result<Unit, Error> {
        let name = format!("Công an {}", lower_first(&area.full_name()));
        self.add(&area.code(), Some(parent), name, kind, area.key, None).await
    }

    async fn health(&mut self) -> Result<(Unit, Unit, Vec<Unit>), Error> {
        let province = bare(&self.profile.name_vi);
        let area = self.profile.area;
        let root = self.add("health", None, format!("Sở Y tế {province}"), UnitKind::Department, area, None).await?;
        let name = format!("Trung tâm Kiểm soát bệnh tật {province}");
        let disease_control = self.add("health/cdc", Some(&root), name, UnitKind::Department, area, None).await?;
        let kind = if self.profile.has_districts { "Trung tâm Y tế" } else { "Trạm Y tế" };
        let mut below = Vec::new();
        for area in areas::children(area) {
            let (code, name) = (format!("health/{}", area.code()), format!("{kind} {}", lower_first(&area.full_name())));
            below.push(self.add(&code, Some(&root), name, UnitKind::Department, area.key, None).await?);
        }
        Ok((root, disease_control, below))
    }

    async fn add(
        &mut self,
        code: &str,
        parent: Option<&Unit>,
        name: String,
        kind: UnitKind,
        area: AreaKey,
        post_code: Option<String>,
    ) -> Result<Unit, Error> {
        let code = format!("{}/{code}", self.profile.id);
        if let Some(unit) = store::units::by_code(self.conn, &code).await? {
            return Ok(unit);
        }
        let id = UnitId::mint(self.now);
        let path = parent.into_iter().flat_map(|parent| parent.path.iter().copied()).chain([id]).collect();
        let unit = Unit { id, parent: parent.map(|parent| parent.id), name, kind, area, post_code, path };
        store::units::insert(self.conn, &code, &unit).await?;
        Ok(unit)
    }
}

/// "Tỉnh Gia Lai" within a sentence: "tỉnh Gia Lai".
fn lower_first(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_lowercase().chain(letters).collect()).unwrap_or_default()
}

fn bare(province: &str) -> &str {
    province.trim_start_matches("Tỉnh ").trim_start_matches("tỉnh ")
}
