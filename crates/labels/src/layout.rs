//! How labels lie on a sheet. Sheets are bought by the box and change: each layout has its dates.

use chrono::NaiveDate;
use serde::Deserialize;

use crate::Words;

/// Millimetres.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
pub struct Size {
    pub width: f32,
    pub height: f32,
}

/// A kind of sheet.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Layout {
    pub key: String,
    pub title: Words,
    pub valid_from: NaiveDate,
    /// Exclusive; open without it.
    pub valid_until: Option<NaiveDate>,
    pub page: Size,
    pub columns: u16,
    pub rows: u16,
    pub label: Size,
    /// Where the first label begins.
    pub left: f32,
    pub top: f32,
    pub column_gap: f32,
    pub row_gap: f32,
}

/// Why settings describe no sheets.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidLayout {
    #[error("a list of layouts in JSON")]
    Malformed,
    #[error("the labels of {0} do not fit on its page")]
    DoesNotFit(String),
    #[error("{0} is in force twice on the same day")]
    Twice(String),
}

/// Half a tenth of a millimetre: what rounding in the settings may cost.
const TOLERANCE: f32 = 0.05;

impl Layout {
    /// How many labels a sheet has.
    pub fn count(&self) -> usize {
        usize::from(self.columns) * usize::from(self.rows)
    }

    pub fn is_in_force(&self, day: NaiveDate) -> bool {
        self.valid_from <= day && self.valid_until.is_none_or(|end| day < end)
    }

    /// The left and top edge of a label, counted along the rows.
    pub(crate) fn corner(&self, place: usize) -> Option<(f32, f32)> {
        let (row, column) = (place / usize::from(self.columns), place % usize::from(self.columns));
        let row = u16::try_from(row).ok().filter(|row| *row < self.rows)?;
        let column = u16::try_from(column).ok()?;
        let left = self.left + f32::from(column) * (self.label.width + self.column_gap);
        Some((left, self.top + f32::from(row) * (self.label.height + self.row_gap)))
    }

    fn fits(&self) -> bool {
        let lengths = [self.page.width, self.page.height, self.label.width, self.label.height];
        let distances = [self.left, self.top, self.column_gap, self.row_gap];
        let sound =
            lengths.iter().all(|length| (5.0..=2_000.0).contains(length)) && distances.iter().all(|gap| (0.0..=500.0).contains(gap));
        let last = self.count().checked_sub(1).and_then(|last| self.corner(last));
        sound
            && last.is_some_and(|(left, top)| {
                left + self.label.width <= self.page.width + TOLERANCE && top + self.label.height <= self.page.height + TOLERANCE
            })
    }

    fn overlaps(&self, other: &Self) -> bool {
        let begins_before = |one: &Self, other: &Self| other.valid_until.is_none_or(|end| one.valid_from < end);
        self.key == other.key && begins_before(self, other) && begins_before(other, self)
    }
}

/// All layouts of a province.
#[derive(Debug, Clone, PartialEq)]
pub struct LayoutBook(Vec<Layout>);

impl LayoutBook {
    /// The sheets that shops in the province sell, and one roll for label printers.
    pub fn shipped() -> Result<Self, InvalidLayout> {
        Self::read(include_str!("../data/layouts.json"))
    }

    pub fn read(json: &str) -> Result<Self, InvalidLayout> {
        let layouts: Vec<Layout> = serde_json::from_str(json).map_err(|_| InvalidLayout::Malformed)?;
        for (place, layout) in layouts.iter().enumerate() {
            if !layout.fits() {
                return Err(InvalidLayout::DoesNotFit(layout.key.clone()));
            }
            if layouts.iter().skip(place + 1).any(|other| layout.overlaps(other)) {
                return Err(InvalidLayout::Twice(layout.key.clone()));
            }
        }
        Ok(Self(layouts))
    }

    /// Those that a person may choose from on a day.
    pub fn in_force(&self, day: NaiveDate) -> impl Iterator<Item = &Layout> {
        self.0.iter().filter(move |layout| layout.is_in_force(day))
    }

    pub fn find(&self, key: &str, day: NaiveDate) -> Option<&Layout> {
        self.in_force(day).find(|layout| layout.key == key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn the_shipped_sheets_are_centred_and_full() {
        let book = LayoutBook::shipped().unwrap();
        let counts: Vec<(&str, usize)> = book.in_force(day("2021-10-18")).map(|layout| (layout.key.as_str(), layout.count())).collect();
        assert_eq!(counts, [("a4-5x13", 65), ("a4-3x8", 24), ("roll-50x30", 1)]);
        for layout in book.in_force(day("2021-10-18")) {
            let (left, top) = layout.corner(layout.count() - 1).unwrap();
            let (right, bottom) = (layout.page.width - left - layout.label.width, layout.page.height - top - layout.label.height);
            assert!((right - layout.left).abs() < 0.1 && (bottom - layout.top).abs() < 0.1, "{}", layout.key);
            assert_eq!(layout.corner(layout.count()), None);
        }
        assert!(book.find("a4-3x8", day("2020-12-31")).is_none());
    }

    #[test]
    fn settings_that_cannot_be_printed_are_refused() {
        let shipped = include_str!("../data/layouts.json");
        assert_eq!(LayoutBook::read("{}"), Err(InvalidLayout::Malformed));
        for (from, to) in
            [("\"columns\": 5", "\"columns\": 6"), ("\"rows\": 13", "\"rows\": 14"), ("\"rows\": 13", "\"rows\": 0"), ("38.1,", "-38.1,")]
        {
            assert_eq!(LayoutBook::read(&shipped.replace(from, to)), Err(InvalidLayout::DoesNotFit("a4-5x13".to_owned())), "{to}");
        }
        assert_eq!(LayoutBook::read(&shipped.replace("a4-3x8", "a4-5x13")), Err(InvalidLayout::Twice("a4-5x13".to_owned())));
        let dated = shipped.replace("a4-3x8", "a4-5x13").replacen("\"2021-01-01\"", "\"2021-01-01\", \"validUntil\": \"2022-01-01\"", 1);
        let followed = dated.replacen("\"validFrom\": \"2021-01-01\",\n    \"page\"", "\"validFrom\": \"2022-01-01\",\n    \"page\"", 1);
        let book = LayoutBook::read(&followed).unwrap();
        assert_eq!(book.find("a4-5x13", day("2021-12-31")).unwrap().count(), 65);
        assert_eq!(book.find("a4-5x13", day("2022-01-01")).unwrap().count(), 24);
    }
}
