//! A text in both languages.

use serde::Deserialize;

/// Vietnamese first, English beside it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Words {
    pub vi: String,
    pub en: String,
}

impl Words {
    pub fn new(vi: impl Into<String>, en: impl Into<String>) -> Self {
        Self { vi: vi.into(), en: en.into() }
    }
}
