//! What a test certificate says of a test, in the words of the EU JSON schema 1.3.3, with the value sets that the province uses.

use chrono::{DateTime, FixedOffset};

use crate::{Birth, HolderName};

/// Disease or agent targeted: COVID-19 in SNOMED CT.
pub(crate) const COVID_19: &str = "840539006";
pub(crate) const VERSION: &str = "1.3.3";

/// Whose certificate it is.
#[derive(Clone, PartialEq, Eq)]
pub struct Holder {
    pub name: HolderName,
    pub birth: Birth,
}

/// Says of a person as little as possible.
impl std::fmt::Debug for Holder {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Holder(…)")
    }
}

/// `tr`: what the test found, in SNOMED CT.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Finding {
    NotDetected,
    Detected,
}

impl Finding {
    pub const fn code(self) -> &'static str {
        match self {
            Self::NotDetected => "260415000",
            Self::Detected => "260373001",
        }
    }

    pub(crate) fn read(code: &str) -> Option<Self> {
        [Self::NotDetected, Self::Detected].into_iter().find(|finding| finding.code() == code)
    }
}

/// `tt` with what belongs to it: how was tested, in LOINC.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Method {
    /// Nucleic acid amplification, as RT-PCR; the name of the test where it is known.
    Amplification { name: Option<String> },
    /// Rapid antigen test; its number in the EU's list of common tests.
    Antigen { device: Option<String> },
    /// A code of another list, which some issuers write.
    Other { code: String },
}

pub(crate) const AMPLIFICATION: &str = "LP6464-4";
pub(crate) const ANTIGEN: &str = "LP217198-3";

impl Method {
    pub fn code(&self) -> &str {
        match self {
            Self::Amplification { .. } => AMPLIFICATION,
            Self::Antigen { .. } => ANTIGEN,
            Self::Other { code } => code,
        }
    }
}

/// One entry of the group `t`.
#[derive(Clone, PartialEq, Eq)]
pub struct TestEntry {
    pub method: Method,
    pub finding: Finding,
    /// `sc`: when the sample was taken, in the zone that the issuer wrote.
    pub collected_at: DateTime<FixedOffset>,
    /// `tc`: the testing centre, where it is given.
    pub centre: Option<String>,
    /// `co`: the country of the test, ISO 3166-1.
    pub country: String,
    /// `is`: who issued the certificate.
    pub issuer: String,
    /// `ci`: the certificate's number. Other issuers' numbers follow rules of their own.
    pub uvci: String,
}

/// Names no number of a certificate.
impl std::fmt::Debug for TestEntry {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("TestEntry").field("method", &self.method).field("country", &self.country).finish_non_exhaustive()
    }
}
