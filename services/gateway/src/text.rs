//! Texts that people read: `locales/vi/*.ftl` and `locales/en/*.ftl`, Vietnamese first. Pages say only keys.
use std::{borrow::Cow, fmt, sync::Arc};

use fluent_bundle::{FluentArgs, FluentResource, FluentValue, concurrent::FluentBundle};
use unic_langid::LanguageIdentifier;

/// Language of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Lang {
    Vi,
    En,
}

impl Lang {
    /// Of a public address: `/en/…` is English, all else Vietnamese.
    pub fn of_path(path: &str) -> Self {
        if path == "/en" || path.starts_with("/en/") { Lang::En } else { Lang::Vi }
    }

    /// Of an account's preference; Vietnamese when it has none.
    pub fn of_preference(code: &str) -> Self {
        if code == "en" { Lang::En } else { Lang::Vi }
    }

    /// BCP 47, also what the services' `language` fields take.
    pub fn code(self) -> &'static str {
        match self {
            Lang::Vi => "vi",
            Lang::En => "en",
        }
    }

    /// What stands before a public path: `` or `/en`.
    pub fn prefix(self) -> &'static str {
        match self {
            Lang::Vi => "",
            Lang::En => "/en",
        }
    }

    pub fn other(self) -> Self {
        match self {
            Lang::Vi => Lang::En,
            Lang::En => Lang::Vi,
        }
    }
}

macro_rules! locale {
    ($lang:literal: $($file:literal)*) => { &[$(($file, include_str!(concat!("../locales/", $lang, "/", $file, ".ftl")))),*] };
}

/// Name and content of each file.
pub const VI: &[(&str, &str)] = locale!("vi": "common" "words" "list" "declare" "pass" "guide" "account" "errors" "statistics" "accounts" "command" "desk" "arrivals" "reports" "cases" "handling" "open311" "lab" "lab_guide" "rosters");
/// Name and content of each file.
pub const EN: &[(&str, &str)] = locale!("en": "common" "words" "list" "declare" "pass" "guide" "account" "errors" "statistics" "accounts" "command" "desk" "arrivals" "reports" "cases" "handling" "open311" "lab" "lab_guide" "rosters");

/// A file of texts that cannot be read: its name and the first thing wrong in it.
#[derive(Debug, thiserror::Error)]
#[error("the texts {lang}/{file}.ftl: {fault}")]
pub struct TextError {
    lang: &'static str,
    file: &'static str,
    fault: String,
}

/// Both languages.
#[derive(Clone)]
pub struct Texts {
    vi: Words,
    en: Words,
}

impl Texts {
    pub fn load() -> Result<Self, TextError> {
        Ok(Self { vi: Words::load(Lang::Vi, VI)?, en: Words::load(Lang::En, EN)? })
    }

    pub fn words(&self, lang: Lang) -> Words {
        match lang {
            Lang::Vi => self.vi.clone(),
            Lang::En => self.en.clone(),
        }
    }
}

/// The texts of one language.
#[derive(Clone)]
pub struct Words {
    lang: Lang,
    bundle: Arc<FluentBundle<FluentResource>>,
}

impl fmt::Debug for Words {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Words({})", self.lang.code())
    }
}

impl Words {
    fn load(lang: Lang, files: &'static [(&'static str, &'static str)]) -> Result<Self, TextError> {
        let identifier: LanguageIdentifier = lang.code().parse().unwrap_or_default();
        let mut bundle = FluentBundle::new_concurrent(vec![identifier]);
        bundle.set_use_isolating(false);
        for (file, content) in files {
            let fault = |fault: String| TextError { lang: lang.code(), file, fault };
            let resource = FluentResource::try_new((*content).to_owned()).map_err(|(_, errors)| fault(format!("{:?}", errors.first())))?;
            bundle.add_resource(resource).map_err(|errors| fault(format!("{:?}", errors.first())))?;
        }
        Ok(Self { lang, bundle: Arc::new(bundle) })
    }

    pub fn lang(&self) -> Lang {
        self.lang
    }

    pub fn has(&self, key: &str) -> bool {
        self.bundle.has_message(key)
    }

    /// The text of a key.
    pub fn t(&self, key: &str) -> String {
        self.format(key, None)
    }

    /// The text of a key that counts: `$n`.
    pub fn n(&self, key: &str, count: impl TryInto<i64>) -> String {
        let mut args = FluentArgs::new();
        args.set("n", FluentValue::from(count.try_into().unwrap_or(i64::MAX)));
        self.format(key, Some(&args))
    }

    /// The text of a key with one value: `$a`.
    pub fn a(&self, key: &str, a: impl fmt::Display) -> String {
        let mut args = FluentArgs::new();
        args.set("a", a.to_string());
        self.format(key, Some(&args))
    }

    /// The text of a key with two values: `$a`, `$b`.
    pub fn ab(&self, key: &str, a: impl fmt::Display, b: impl fmt::Display) -> String {
        let mut args = FluentArgs::new();
        args.set("a", a.to_string());
        args.set("b", b.to_string());
        self.format(key, Some(&args))
    }

    fn format(&self, key: &str, args: Option<&FluentArgs<'_>>) -> String {
        let Some(pattern) = self.bundle.get_message(key).and_then(|message| message.value()) else {
            tracing::error!(key, lang = self.lang.code(), "the text `{key}` is missing");
            return key.to_owned();
        };
        let mut errors = Vec::new();
        let text: Cow<'_, str> = self.bundle.format_pattern(pattern, args, &mut errors);
        if let Some(error) = errors.first() {
            tracing::error!(key, %error, "the text `{key}` is not as its caller believes");
        }
        text.into_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn language_is_read_from_the_path() {
        for (path, lang) in [("/", Lang::Vi), ("/en", Lang::En), ("/en/declare", Lang::En), ("/enough", Lang::Vi)] {
            assert_eq!(Lang::of_path(path), lang, "{path}");
        }
    }

    #[test]
    fn counts_follow_the_grammar() {
        let texts = Texts::load().unwrap();
        assert_eq!(texts.words(Lang::En).n("errors-title", 1), "1 thing to mend");
        assert_eq!(texts.words(Lang::En).n("errors-title", 2), "2 things to mend");
        assert_eq!(texts.words(Lang::Vi).n("errors-title", 2), "Có 2 chỗ cần sửa");
    }
}
