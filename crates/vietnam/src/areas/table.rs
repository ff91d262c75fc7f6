//! The embedded files of areas, parsed once into sorted rows that borrow their names.

use std::sync::OnceLock;

use super::{Area, AreaKey, AreaKind, Era};

pub(super) struct Table {
    era: Era,
    provinces: Vec<Row>,
    districts: Vec<Row>,
    communes: Vec<Row>,
}

/// One area; sorted by code inside its level.
#[derive(Clone, Copy)]
struct Row {
    code: u32,
    parent: u32,
    kind: AreaKind,
    name: &'static str,
}

static TABLES: [OnceLock<Table>; 2] = [OnceLock::new(), OnceLock::new()];

/// The table of a state; the first call parses it (a few milliseconds).
pub(super) fn of(era: Era) -> &'static Table {
    match era {
        Era::Y2021 => TABLES[0].get_or_init(|| Table::parse(era, include_str!("../../data/areas/areas_2021.csv"))),
        Era::Y2025 => TABLES[1].get_or_init(|| Table::parse(era, include_str!("../../data/areas/areas_2025.csv"))),
    }
}

impl Table {
    fn parse(era: Era, text: &'static str) -> Self {
        let mut table = Self { era, provinces: Vec::new(), districts: Vec::new(), communes: Vec::new() };
        for (length, row) in text.lines().skip(1).filter_map(row) {
            match length {
                2 => table.provinces.push(row),
                3 => table.districts.push(row),
                _ => table.communes.push(row),
            }
        }
        for rows in [&mut table.provinces, &mut table.districts, &mut table.communes] {
            rows.sort_unstable_by_key(|row| row.code);
            rows.shrink_to_fit();
        }
        table
    }

    pub(super) fn find(&self, code: &str) -> Option<Area> {
        let rows = match code.len() {
            2 => &self.provinces,
            3 => &self.districts,
            5 => &self.communes,
            _ => return None,
        };
        let number = number(code)?;
        lookup(rows, number).map(|row| self.area(row, code.len()))
    }

    pub(super) fn provinces(&self) -> Vec<Area> {
        self.provinces.iter().map(|row| self.area(row, 2)).collect()
    }

    pub(super) fn children(&self, parent: AreaKey) -> Vec<Area> {
        let (rows, length) = match (parent.level(), self.era) {
            (super::Level::Province, Era::Y2021) => (&self.districts, 3),
            (super::Level::Commune, _) => return Vec::new(),
            _ => (&self.communes, 5),
        };
        let Some(code) = number(&parent.code()) else { return Vec::new() };
        rows.iter()
            .filter(|row| row.parent == code)
            .map(|row| self.area(row, length))
            .filter(|area| area.key.parent() == Some(parent))
            .collect()
    }

    pub(super) fn communes(&self, within: AreaKey) -> Vec<Area> {
        self.all().filter(|area| area.level() == super::Level::Commune && within.covers(area.key)).collect()
    }

    /// Every area, provinces first.
    pub(super) fn all(&self) -> impl Iterator<Item = Area> + '_ {
        let levels = [(&self.provinces, 2), (&self.districts, 3), (&self.communes, 5)];
        levels.into_iter().flat_map(move |(rows, length)| rows.iter().map(move |row| self.area(row, length)))
    }

    fn area(&self, row: &Row, length: usize) -> Area {
        let province = |code: u32| u8::try_from(code).unwrap_or_default();
        let district = |code: u32| u16::try_from(code).ok();
        let key = match (length, self.era) {
            (2, _) => AreaKey::new(self.era, province(row.code), None, None),
            (3, _) => AreaKey::new(self.era, province(row.parent), district(row.code), None),
            (_, Era::Y2025) => AreaKey::new(self.era, province(row.parent), None, Some(row.code)),
            (_, Era::Y2021) => {
                let above = lookup(&self.districts, row.parent).map_or(0, |district| district.parent);
                AreaKey::new(self.era, province(above), district(row.parent), Some(row.code))
            }
        };
        Area { key, name: row.name, kind: row.kind }
    }
}

fn lookup(rows: &[Row], code: u32) -> Option<&Row> {
    rows.binary_search_by_key(&code, |row| row.code).ok().map(|place| &rows[place])
}

/// `code,parent_code,kind,name`; no field of these files has a quote or a comma (a test counts the rows).
fn row(line: &'static str) -> Option<(usize, Row)> {
    let mut fields = line.split(',');
    let (code, parent, kind, name) = (fields.next()?, fields.next()?, fields.next()?, fields.next()?);
    Some((code.len(), Row { code: number(code)?, parent: number(parent).unwrap_or_default(), kind: kind_of(kind)?, name }))
}

fn kind_of(text: &str) -> Option<AreaKind> {
    Some(match text {
        "tinh" => AreaKind::Province,
        "thanh-pho" => AreaKind::City,
        "quan" => AreaKind::UrbanDistrict,
        "huyen" => AreaKind::RuralDistrict,
        "thi-xa" => AreaKind::Town,
        "phuong" => AreaKind::Ward,
        "thi-tran" => AreaKind::Township,
        "xa" => AreaKind::Commune,
        "dac-khu" => AreaKind::SpecialZone,
        _ => return None,
    })
}

fn number(digits: &str) -> Option<u32> {
    digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().ok()).flatten()
}
