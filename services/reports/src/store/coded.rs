//! How the contract's enumerations stand in a column: their name without its prefix, such as `IN_PROGRESS`.

use contract::reports::v1::{Outcome, QuestionKind, RejectionReason, ReportState, Speaker, Urgency};

use crate::error::Error;

pub trait Coded: Sized {
    fn code(self) -> &'static str;
    /// An error where a column holds what this version does not know.
    fn read(text: &str) -> Result<Self, Error>;
}

macro_rules! coded {
    ($($name:ident $prefix:literal),* $(,)?) => {$(
        impl Coded for $name {
            fn code(self) -> &'static str {
                let name = self.as_str_name();
                name.strip_prefix($prefix).unwrap_or(name)
            }

            fn read(text: &str) -> Result<Self, Error> {
                Self::from_str_name(&[$prefix, text].concat()).ok_or(Error::Corrupt(stringify!($name)))
            }
        }
    )*};
}

coded! {
    Outcome "OUTCOME_",
    QuestionKind "QUESTION_KIND_",
    RejectionReason "REJECTION_REASON_",
    ReportState "REPORT_STATE_",
    Speaker "SPEAKER_",
    Urgency "URGENCY_",
}

/// A column's area key.
pub fn area(text: &str) -> Result<vietnam::AreaKey, Error> {
    vietnam::AreaKey::parse(text).map_err(|_| Error::Corrupt("area"))
}

pub fn texts(areas: &[vietnam::AreaKey]) -> Vec<String> {
    areas.iter().map(ToString::to_string).collect()
}
