//! Settings: what the environment says, read by name, with one clear sentence for each fault. What a setting means belongs to who reads it.

use std::{
    collections::BTreeMap,
    fmt::{Debug, Display},
    path::PathBuf,
    str::FromStr,
    sync::{Arc, Mutex, PoisonError},
};

/// The settings of a process. Clones share the record of what was read.
#[derive(Clone)]
pub struct Env {
    values: Arc<BTreeMap<String, String>>,
    read: Arc<Mutex<BTreeMap<String, Setting>>>,
}

/// One setting that was asked for, as `gsvt check-config` prints it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting {
    pub name: String,
    /// What holds, without any password; `None` where it is missing.
    pub value: Option<String>,
    /// The environment did not say it.
    pub defaulted: bool,
}

/// A setting that cannot be used. The executable prints the sentence and exits with 64.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    #[error("{name} is not set; write {}", hint(.name))]
    Missing { name: String },
    #[error("{name} is {value:?}, which does not fit ({fault}); write {}", hint(.name))]
    Invalid { name: String, value: String, fault: String },
    #[error("{name} names {}, which cannot be used ({fault}); write {}", .path.display(), hint(.name))]
    File { name: String, path: PathBuf, fault: String },
}

impl Env {
    /// The environment of this process. Variables that are not Unicode are as good as unset.
    pub fn from_process() -> Self {
        Self::from_pairs(std::env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?))))
    }

    pub fn from_pairs<N: Into<String>, V: Into<String>>(pairs: impl IntoIterator<Item = (N, V)>) -> Self {
        let values = pairs.into_iter().map(|(name, value)| (name.into(), value.into())).collect();
        Self { values: Arc::new(values), read: Arc::default() }
    }

    /// The same settings and this one.
    pub fn with(&self, name: impl Into<String>, value: impl Into<String>) -> Self {
        let mut values = (*self.values).clone();
        values.insert(name.into(), value.into());
        Self { values: Arc::new(values), read: self.read.clone() }
    }

    /// A setting that must be there. Empty is as good as unset.
    pub fn text(&self, name: &str) -> Result<String, ConfigError> {
        self.optional(name).ok_or_else(|| ConfigError::Missing { name: name.to_owned() })
    }

    /// A setting that may be missing.
    pub fn optional(&self, name: &str) -> Option<String> {
        let value = self.lookup(name);
        self.note(name, value.as_deref().map(without_password), value.is_none());
        value
    }

    pub fn text_or(&self, name: &str, default: &str) -> String {
        let value = self.lookup(name);
        self.note(name, Some(without_password(value.as_deref().unwrap_or(default))), value.is_none());
        value.unwrap_or_else(|| default.to_owned())
    }

    pub fn parsed<T: FromStr<Err: Display>>(&self, name: &str) -> Result<T, ConfigError> {
        parse(name, &self.text(name)?)
    }

    pub fn parsed_or<T: FromStr<Err: Display> + Display>(&self, name: &str, default: T) -> Result<T, ConfigError> {
        match self.lookup(name) {
            Some(value) => {
                self.note(name, Some(without_password(&value)), false);
                parse(name, &value)
            }
            None => {
                self.note(name, Some(default.to_string()), true);
                Ok(default)
            }
        }
    }

    /// A setting that is never shown.
    pub fn secret(&self, name: &str) -> Result<Secret<String>, ConfigError> {
        let value = self.lookup(name);
        self.note(name, value.as_ref().map(|_| REDACTED.to_owned()), value.is_none());
        value.map(Secret::new).ok_or_else(|| ConfigError::Missing { name: name.to_owned() })
    }

    /// The content of the file that a setting names.
    pub fn file(&self, name: &str) -> Result<Secret<String>, ConfigError> {
        let path = PathBuf::from(self.text(name)?);
        match std::fs::read_to_string(&path) {
            Ok(content) => Ok(Secret::new(content)),
            Err(error) => Err(ConfigError::File { name: name.to_owned(), path, fault: error.to_string() }),
        }
    }

    /// What was asked for so far, by name.
    pub fn settings(&self) -> Vec<Setting> {
        self.read.lock().unwrap_or_else(PoisonError::into_inner).values().cloned().collect()
    }

    /// Variables beginning with `prefix` that nobody asked for: most likely misspelt.
    pub fn unread(&self, prefix: &str) -> Vec<String> {
        let read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        self.values.keys().filter(|name| name.starts_with(prefix) && !read.contains_key(*name)).cloned().collect()
    }

    fn lookup(&self, name: &str) -> Option<String> {
        self.values.get(name).filter(|value| !value.is_empty()).cloned()
    }

    fn note(&self, name: &str, value: Option<String>, defaulted: bool) {
        let setting = Setting { name: name.to_owned(), value, defaulted };
        self.read.lock().unwrap_or_else(PoisonError::into_inner).insert(name.to_owned(), setting);
    }
}

impl Debug for Env {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_list().entries(self.settings()).finish()
    }
}

fn parse<T: FromStr<Err: Display>>(name: &str, value: &str) -> Result<T, ConfigError> {
    value.parse().map_err(|error: T::Err| ConfigError::Invalid {
        name: name.to_owned(),
        value: without_password(value),
        fault: error.to_string(),
    })
}

const REDACTED: &str = "***";

/// `postgresql://user:password@host/` without the password, whether it stands before the host or among the parameters.
fn without_password(value: &str) -> String {
    let Some((scheme, rest)) = value.split_once("://") else { return value.to_owned() };
    let host = rest.find(['/', '?']).unwrap_or(rest.len());
    let rest = match rest[..host].rfind('@') {
        Some(at) => {
            let user = rest[..at].split(':').next().unwrap_or_default();
            let colon = if user.len() < at { ":***" } else { "" };
            format!("{user}{colon}{}", &rest[at..])
        }
        None => rest.to_owned(),
    };
    match rest.split_once("password=") {
        Some((before, after)) => {
            let after = after.find('&').map_or("", |end| &after[end..]);
            format!("{scheme}://{before}password={REDACTED}{after}")
        }
        None => format!("{scheme}://{rest}"),
    }
}

/// What to write, told from the ending that all settings of a kind share.
fn hint(name: &str) -> &'static str {
    let endings = [
        ("_DATABASE_URL", "the database's address, such as postgresql://user:password@localhost:5432/name"),
        ("_CONNECTIONS", "a number of connections, such as 8"),
        ("NATS_URL", "the address of nats-server, such as nats://localhost:4222"),
        ("_ENDPOINT", "an address, such as http://localhost:4317"),
        ("_URL", "an address, such as http://localhost:9001"),
        ("_KEYS", "a folder of keys, such as /etc/gsvt/keys"),
        ("_KEY", "the path of a PEM file"),
        ("_GRPC", "an address to listen on, such as 127.0.0.1:9001"),
        ("_ADMIN", "an address to listen on, such as 127.0.0.1:9101"),
        ("_HTTP", "an address to listen on, such as 127.0.0.1:8080"),
        ("GSVT_LOG", "a filter of log lines, such as info,sqlx=warn"),
        ("GSVT_PROVINCE", "a province profile, such as gia-lai-2021"),
    ];
    endings.iter().find(|(ending, _)| name.ends_with(ending)).map_or("a value that fits", |(_, hint)| hint)
}

/// A value that no log, error or `{:?}` shows.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret<T>(T);

impl<T> Secret<T> {
    pub const fn new(value: T) -> Self {
        Self(value)
    }

    pub const fn expose(&self) -> &T {
        &self.0
    }
}

impl<T> Debug for Secret<T> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(REDACTED)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_never_shown() {
        for (value, shown) in [
            ("postgresql://gsvt:hunter2@db:5432/vehicles", "postgresql://gsvt:***@db:5432/vehicles"),
            ("postgresql://gsvt:p@ss:w@db/vehicles?x=1", "postgresql://gsvt:***@db/vehicles?x=1"),
            ("postgresql://gsvt@db/vehicles", "postgresql://gsvt@db/vehicles"),
            ("postgresql:///vehicles?password=hunter2&sslmode=disable", "postgresql:///vehicles?password=***&sslmode=disable"),
            ("nats://token@localhost", "nats://token@localhost"),
            ("http://localhost:9001", "http://localhost:9001"),
            ("plain", "plain"),
        ] {
            assert_eq!(without_password(value), shown);
        }
    }

    #[test]
    fn each_fault_is_one_sentence_that_names_the_variable_and_says_what_to_write() {
        let env = Env::from_pairs([("VEHICLES_CONNECTIONS", "many"), ("VEHICLES_GRPC", ""), ("CALLER_PUBLIC_KEY", "/nowhere/key.pem")]);
        for (error, sentence) in [
            (env.text("VEHICLES_GRPC").err(), "VEHICLES_GRPC is not set; write an address to listen on, such as 127.0.0.1:9001"),
            (
                env.parsed_or("VEHICLES_CONNECTIONS", 8_u32).err(),
                "VEHICLES_CONNECTIONS is \"many\", which does not fit (invalid digit found in string); write a number of connections, such as 8",
            ),
            (
                env.file("CALLER_PUBLIC_KEY").err(),
                "CALLER_PUBLIC_KEY names /nowhere/key.pem, which cannot be used (No such file or directory (os error 2)); write the path of a PEM file",
            ),
        ] {
            assert_eq!(error.map(|error| error.to_string()).as_deref(), Some(sentence));
        }
    }

    #[test]
    fn what_was_read_is_recorded_without_secrets() {
        let env = Env::from_pairs([("A_TOKEN", "hunter2"), ("A_DATABASE_URL", "postgresql://u:hunter2@h/d"), ("A_TYPO", "1")]);
        let shared = env.with("B", "2");
        let secret = shared.secret("A_TOKEN").expect("set");
        assert_eq!(secret.expose(), "hunter2");
        assert_eq!(shared.text("A_DATABASE_URL").as_deref(), Ok("postgresql://u:hunter2@h/d"));
        assert_eq!(shared.text_or("C", "3"), "3");
        let shown = format!("{secret:?} {env:?}");
        assert!(!shown.contains("hunter2"), "{shown}");
        assert_eq!(env.unread("A_"), ["A_TYPO"]);
        assert_eq!(env.settings().last(), Some(&Setting { name: "C".into(), value: Some("3".into()), defaulted: true }));
    }
}
