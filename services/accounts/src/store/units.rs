//! Units.

use ids::UnitId;
use sqlx::PgConnection;
use uuid::Uuid;
use vietnam::AreaKey;

use crate::{
    error::Error,
    unit::{Unit, UnitKind},
};

/// A row as every query of units selects it.
pub(super) struct UnitRow {
    pub id: Uuid,
    pub parent_id: Option<Uuid>,
    pub name: String,
    pub kind: i16,
    pub area: String,
    pub post_code: Option<String>,
    pub path: Vec<Uuid>,
}

impl UnitRow {
    pub(super) fn read(self) -> Result<Unit, Error> {
        Ok(Unit {
            id: UnitId::from_uuid(self.id),
            parent: self.parent_id.map(UnitId::from_uuid),
            name: self.name,
            kind: UnitKind::from_number(self.kind).ok_or_else(|| Error::broken("units.kind"))?,
            area: AreaKey::parse(&self.area).map_err(|_| Error::broken("units.area"))?,
            post_code: self.post_code,
            path: self.path.into_iter().map(UnitId::from_uuid).collect(),
        })
    }
}

/// A unit, whoever asks.
pub async fn get(conn: &mut PgConnection, id: UnitId) -> Result<Option<Unit>, Error> {
    let row =
        sqlx::query_as!(UnitRow, "select id, parent_id, name, kind, area, post_code, path from accounts.units where id = $1", id.as_uuid())
            .fetch_optional(conn)
            .await?;
    row.map(UnitRow::read).transpose()
}

/// Units of these areas, parents before their children, at most `limit` after the unit `after`.
pub async fn list(conn: &mut PgConnection, areas: &[String], after: Option<UnitId>, limit: i64) -> Result<Vec<Unit>, Error> {
    let rows = sqlx::query_as!(
        UnitRow,
        "select id, parent_id, name, kind, area, post_code, path from accounts.units
         where areas && $1
           and ($2::uuid is null or (cardinality(path), code) > (select cardinality(path), code from accounts.units where id = $2))
         order by cardinality(path), code
         limit $3",
        areas,
        after.map(UnitId::as_uuid),
        limit
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter().map(UnitRow::read).collect()
}

/// The unit of a province's profile that has this code.
pub async fn by_code(conn: &mut PgConnection, code: &str) -> Result<Option<Unit>, Error> {
    let row = sqlx::query_as!(UnitRow, "select id, parent_id, name, kind, area, post_code, path from accounts.units where code = $1", code)
        .fetch_optional(conn)
        .await?;
    row.map(UnitRow::read).transpose()
}

pub async fn insert(conn: &mut PgConnection, code: &str, unit: &Unit) -> Result<(), Error> {
    let areas: Vec<String> = unit.area.ancestors().iter().map(ToString::to_string).collect();
    let path: Vec<Uuid> = unit.path.iter().map(|id| id.as_uuid()).collect();
    sqlx::query!(
        "insert into accounts.units (id, code, parent_id, name, kind, area, areas, path, post_code) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        unit.id.as_uuid(),
        code,
        unit.parent.map(UnitId::as_uuid),
        unit.name,
        unit.kind.number(),
        unit.area.to_string(),
        &areas,
        &path,
        unit.post_code
    )
    .execute(conn)
    .await?;
    Ok(())
}
