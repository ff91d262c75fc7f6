//! A text in both languages.

use std::borrow::Cow;

/// Vietnamese first, English beside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Words {
    pub vi: Cow<'static, str>,
    pub en: Cow<'static, str>,
}

impl Words {
    pub const fn fixed(vi: &'static str, en: &'static str) -> Self {
        Self { vi: Cow::Borrowed(vi), en: Cow::Borrowed(en) }
    }

    pub(crate) const fn made(vi: String, en: String) -> Self {
        Self { vi: Cow::Owned(vi), en: Cow::Owned(en) }
    }

    /// `Họ và tên / Full name`, as it stands in a file that both read.
    pub(crate) fn both(&self) -> String {
        format!("{} / {}", self.vi, self.en)
    }
}
