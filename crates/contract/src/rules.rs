//! The limits that `(gsvt.common.v1.field)` puts on a request, checked all at once. What a plate or a name means is the domain's to parse.
mod limits;
mod words;

pub(crate) use limits::{Format, Number, Text, choice, given_number, items, moment, number, present, text};
pub use words::code;

/// One field that breaks a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldViolation {
    /// From the request, in the protos' names: `declaration.people[2].full_name`.
    pub field_path: String,
    /// Stable, such as `REQUIRED`; those of the limits are in `rules::code`, a service adds its own.
    pub code: &'static str,
    pub description_vi: String,
    pub description_en: String,
}

/// A message whose limits are known.
pub trait Limited {
    /// Adds what is wrong with this message, which lies at `at`.
    #[doc(hidden)]
    fn violations(&self, at: &Path<'_>, found: &mut Vec<FieldViolation>);
}

/// Everything that the limits say is wrong with `message`; empty when it keeps them.
pub fn check<M: Limited>(message: &M) -> Vec<FieldViolation> {
    let mut found = Vec::new();
    message.violations(&Path::Root, &mut found);
    found
}

/// Where a field lies; written out only when something is wrong with it.
#[derive(Clone, Copy)]
pub enum Path<'a> {
    Root,
    Field(&'a Path<'a>, &'static str),
    Item(&'a Path<'a>, &'static str, usize),
}

impl Path<'_> {
    pub(crate) fn field(&self, name: &'static str) -> Path<'_> {
        Path::Field(self, name)
    }

    pub(crate) fn item(&self, name: &'static str, index: usize) -> Path<'_> {
        Path::Item(self, name, index)
    }
}

impl std::fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (parent, name, index) = match self {
            Path::Root => return Ok(()),
            Path::Field(parent, name) => (parent, name, None),
            Path::Item(parent, name, index) => (parent, name, Some(index)),
        };
        if !matches!(parent, Path::Root) {
            write!(f, "{parent}.")?;
        }
        f.write_str(name)?;
        index.map_or(Ok(()), |index| write!(f, "[{index}]"))
    }
}

include!(concat!(env!("OUT_DIR"), "/rules.rs"));
