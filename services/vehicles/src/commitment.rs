//! What a driver promises: dated templates of clauses, and the one that he signed.

use contract::vehicles::v1::{Purpose, SigningMethod};

/// A version of the clauses for one purpose, in force at the time that was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    pub id: String,
    pub version: i32,
    pub purpose: Purpose,
    pub valid_from: chrono::DateTime<chrono::Utc>,
    pub clauses_vi: Vec<String>,
    pub clauses_en: Vec<String>,
}

/// A signature as the officer recorded it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signed {
    pub template_id: String,
    pub version: i32,
    pub method: SigningMethod,
    pub paper_no: String,
}

impl Template {
    /// Whether this is what was signed: another version has other clauses.
    pub fn is_signed_by(&self, signed: &Signed) -> bool {
        self.id == signed.template_id && self.version == signed.version
    }
}
