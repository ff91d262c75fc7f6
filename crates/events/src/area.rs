//! The area part of a subject. Which codes exist and how they nest is the vocabulary of the crate `vietnam`; here they only have to fit into a subject.

use std::fmt;

/// Province, district and commune as the last three tokens of a subject, `_` where a level is missing: `64.622.23563`, `52._.23563`, `64._._`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SubjectArea(String);

/// Text that cannot be the area of a subject.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("an area of a subject is one to three codes joined by dots, `_` for a missing level")]
pub struct InvalidArea;

const LEVELS: usize = 3;

impl SubjectArea {
    /// Reads `64`, `64.622`, `64.622.23563` or `52._.23563`; missing levels are filled with `_`.
    pub fn parse(text: &str) -> Result<Self, InvalidArea> {
        let mut levels: Vec<&str> = text.split('.').collect();
        if levels.len() > LEVELS || !levels.iter().all(|level| is_level(level)) {
            return Err(InvalidArea);
        }
        levels.resize(LEVELS, "_");
        Ok(Self(levels.join(".")))
    }

    /// For an event that is about no area.
    pub fn nowhere() -> Self {
        Self("_._._".to_owned())
    }

    /// The three tokens, joined by dots.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for SubjectArea {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

fn is_level(text: &str) -> bool {
    text == "_" || (!text.is_empty() && text.len() <= 8 && text.bytes().all(|byte| byte.is_ascii_alphanumeric()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn missing_levels_are_filled() {
        for (text, expected) in
            [("64", "64._._"), ("64.622", "64.622._"), ("64.622.23563", "64.622.23563"), ("52._.23563", "52._.23563"), ("_", "_._._")]
        {
            assert_eq!(SubjectArea::parse(text).map(|area| area.to_string()), Ok(expected.to_owned()), "{text}");
        }
    }

    #[test]
    fn what_would_break_a_subject_is_refused() {
        for text in ["", ".", "64.", "64.622.23563.1", "64.*", ">", "64.6 2", "64.622.2356323563"] {
            assert_eq!(SubjectArea::parse(text), Err(InvalidArea), "{text}");
        }
    }
}
