//! The text that names an area in rows, grants and subjects, and what contains what.

use std::fmt;

use super::{Era, Level};

/// `2021.64.622.23563`, `2021.64.622`, `2021.64`; without districts `2025.52.23563`. Well formed, not necessarily known.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AreaKey {
    era: Era,
    province: u8,
    district: Option<u16>,
    commune: Option<u32>,
}

/// A text that is no area key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an area key such as 2021.64.622.23563 or 2025.52.23563")]
pub struct InvalidAreaKey;

impl AreaKey {
    pub fn parse(text: &str) -> Result<Self, InvalidAreaKey> {
        Self::read(text).ok_or(InvalidAreaKey)
    }

    fn read(text: &str) -> Option<Self> {
        let mut parts = text.split('.');
        let era = Era::parse(parts.next()?)?;
        let province = u8::try_from(code(parts.next()?, 2)?).ok()?;
        let rest: Vec<&str> = parts.collect();
        let (district, commune) = match (era, rest.as_slice()) {
            (_, []) => (None, None),
            (Era::Y2021, [district]) => (Some(code(district, 3)?), None),
            (Era::Y2021, [district, commune]) => (Some(code(district, 3)?), Some(code(commune, 5)?)),
            (Era::Y2025, [commune]) => (None, Some(code(commune, 5)?)),
            _ => return None,
        };
        Some(Self { era, province, district: district.and_then(|district| u16::try_from(district).ok()), commune })
    }

    pub(super) const fn new(era: Era, province: u8, district: Option<u16>, commune: Option<u32>) -> Self {
        Self { era, province, district, commune }
    }

    pub const fn era(self) -> Era {
        self.era
    }

    pub const fn level(self) -> Level {
        match (self.district, self.commune) {
            (_, Some(_)) => Level::Commune,
            (Some(_), None) => Level::District,
            (None, None) => Level::Province,
        }
    }

    /// The code of the lowest level: `64`, `622`, `23563`.
    pub fn code(self) -> String {
        match (self.district, self.commune) {
            (_, Some(commune)) => format!("{commune:05}"),
            (Some(district), None) => format!("{district:03}"),
            (None, None) => format!("{:02}", self.province),
        }
    }

    pub const fn province(self) -> Self {
        Self { district: None, commune: None, ..self }
    }

    /// The district that contains it (or that it is); `None` for provinces and in the state of 2025.
    pub fn district(self) -> Option<Self> {
        self.district.map(|_| Self { commune: None, ..self })
    }

    pub fn parent(self) -> Option<Self> {
        match (self.district, self.commune) {
            (_, Some(_)) => Some(Self { commune: None, ..self }),
            (Some(_), None) => Some(self.province()),
            (None, None) => None,
        }
    }

    /// Whether `other` lies in this area; every area covers itself, none covers one of another state.
    pub fn covers(self, other: Self) -> bool {
        other.ancestors().contains(&self)
    }

    /// From the province down to this area, itself included.
    pub fn ancestors(self) -> Vec<Self> {
        let mut path: Vec<Self> = std::iter::successors(Some(self), |key| key.parent()).collect();
        path.reverse();
        path
    }

    /// The three area tokens of an event's subject: `64.622.23563`, `52._.23563`, `64._._`.
    pub fn subject(self) -> String {
        let district = self.district.map_or("_".to_owned(), |district| format!("{district:03}"));
        let commune = self.commune.map_or("_".to_owned(), |commune| format!("{commune:05}"));
        format!("{:02}.{district}.{commune}", self.province)
    }
}

impl fmt::Display for AreaKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}.{:02}", self.era.as_str(), self.province)?;
        if let Some(district) = self.district {
            write!(formatter, ".{district:03}")?;
        }
        self.commune.map_or(Ok(()), |commune| write!(formatter, ".{commune:05}"))
    }
}

impl fmt::Debug for AreaKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

impl std::str::FromStr for AreaKey {
    type Err = InvalidAreaKey;

    fn from_str(text: &str) -> Result<Self, InvalidAreaKey> {
        Self::parse(text)
    }
}

fn code(text: &str, length: usize) -> Option<u32> {
    let digits = text.len() == length && text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn key(text: &str) -> AreaKey {
        AreaKey::parse(text).unwrap()
    }

    #[test]
    fn subjects_have_a_token_for_every_level() {
        for (text, subject) in [
            ("2021.64.622.23563", "64.622.23563"),
            ("2021.64.622", "64.622._"),
            ("2021.64", "64._._"),
            ("2025.52.23563", "52._.23563"),
            ("2021.01.001.00001", "01.001.00001"),
        ] {
            assert_eq!(key(text).subject(), subject);
            assert_eq!(key(text).to_string(), text);
        }
    }

    #[test]
    fn malformed_keys_are_refused() {
        for text in [
            "",
            "2021",
            "2021.6",
            "2021.064",
            "2022.64",
            "2025.52.622.23563",
            "2021.64.23563",
            "2021.64.622.23563.1",
            "2021.64.",
            "2021.+4",
            "2021.64.٦٢٢",
        ] {
            assert_eq!(AreaKey::parse(text), Err(InvalidAreaKey), "{text}");
        }
    }

    #[test]
    fn ancestors_go_down_from_the_province() {
        let path: Vec<String> = key("2021.64.622.23563").ancestors().iter().map(ToString::to_string).collect();
        assert_eq!(path, ["2021.64", "2021.64.622", "2021.64.622.23563"]);
        let path: Vec<String> = key("2025.52.23563").ancestors().iter().map(ToString::to_string).collect();
        assert_eq!(path, ["2025.52", "2025.52.23563"]);
    }

    #[test]
    fn states_do_not_cover_each_other() {
        assert!(key("2021.64").covers(key("2021.64.622.23563")));
        assert!(!key("2021.64").covers(key("2025.52.23563")));
        assert!(!key("2021.64.623").covers(key("2021.64.622.23563")));
        assert!(!key("2021.64.622.23563").covers(key("2021.64.622")));
    }

    fn any_key() -> impl Strategy<Value = AreaKey> {
        (0u8..100, proptest::option::of(0u16..1000), proptest::option::of(0u32..100_000), any::<bool>()).prop_map(
            |(province, district, commune, old)| match (old, district) {
                (true, None) => AreaKey::new(Era::Y2021, province, None, None),
                (true, district) => AreaKey::new(Era::Y2021, province, district, commune),
                (false, _) => AreaKey::new(Era::Y2025, province, None, commune),
            },
        )
    }

    proptest! {
        #[test]
        fn the_text_reads_back(key in any_key()) {
            prop_assert_eq!(AreaKey::parse(&key.to_string()), Ok(key));
        }

        #[test]
        fn an_area_is_covered_by_its_ancestors_and_by_nothing_else(one in any_key(), two in any_key()) {
            prop_assert!(one.covers(one));
            prop_assert!(one.ancestors().iter().all(|above| above.covers(one)));
            prop_assert_eq!(one.ancestors().last().copied(), Some(one));
            prop_assert_eq!(one.covers(two), two.ancestors().contains(&one));
            prop_assert!(!(one.covers(two) && two.covers(one)) || one == two);
        }
    }
}
