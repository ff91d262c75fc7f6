//! The passwords of a demonstration, made once and kept for the next start in a file that its owner alone may read.

use std::{
    collections::BTreeMap,
    fs::{self, OpenOptions},
    io::{ErrorKind, Write as _},
    os::unix::fs::OpenOptionsExt as _,
    path::Path,
};

use crate::{
    ServeError,
    error::Error,
    login::Login,
    password::{Password, SHORTEST},
};

/// No vowels, so that no words appear; nothing that looks like another.
const LETTERS: &[u8; 24] = b"bcdfghjkmnpqrstvwxz23467";
const GROUPS: usize = 4;
const GROUP: usize = 4;

pub struct DemoLogins {
    passwords: BTreeMap<String, String>,
    are_new: bool,
}

impl DemoLogins {
    /// Reads `demo-logins` in the folder, or makes it: one login and its password a line. Logins that came with a later version are added.
    pub fn open<'a>(folder: &str, logins: impl Iterator<Item = &'a str>) -> Result<Self, ServeError> {
        let path = Path::new(folder).join("demo-logins");
        let failed = |source| ServeError::DemoLogins { path: path.display().to_string(), source };
        let (known, are_new) = match fs::read_to_string(&path) {
            Ok(text) => (text, false),
            Err(error) if error.kind() == ErrorKind::NotFound => (String::new(), true),
            Err(error) => return Err(failed(error)),
        };
        let mut passwords = read(&known);
        let missing = make(logins.filter(|login| !passwords.contains_key(*login)))?;
        if !missing.is_empty() {
            append(&path, &missing).map_err(failed)?;
            passwords.extend(read(&missing));
        }
        Ok(Self { passwords, are_new })
    }

    /// Empty for a login that the file does not have; no account takes an empty password.
    pub fn password(&self, login: &str) -> &str {
        self.passwords.get(login).map_or("", String::as_str)
    }

    pub const fn are_new(&self) -> bool {
        self.are_new
    }
}

fn read(text: &str) -> BTreeMap<String, String> {
    let pairs = text.lines().filter_map(|line| line.split_once(' '));
    pairs.map(|(login, password)| (login.to_owned(), password.to_owned())).collect()
}

fn make<'a>(logins: impl Iterator<Item = &'a str>) -> Result<String, Error> {
    let mut text = String::new();
    for login in logins {
        text.push_str(&format!("{login} {}\n", acceptable(login)?));
    }
    Ok(text)
}

/// A password that the rules accept: by chance one holds the login `cp3`.
fn acceptable(login: &str) -> Result<String, Error> {
    let login = Login::parse(login).map_err(|_| Error::broken("demo login"))?;
    loop {
        let password = password()?;
        if Password::choose(&password, &login, SHORTEST).is_ok() {
            return Ok(password);
        }
    }
}

/// Four groups of four, 73 bits: `bk7w-q2mx-…`.
fn password() -> Result<String, Error> {
    let mut letters = Vec::with_capacity(GROUPS * GROUP);
    while letters.len() < GROUPS * GROUP {
        let mut byte = [0];
        getrandom::fill(&mut byte).map_err(Error::internal)?;
        // 240 is the largest multiple of 24 in a byte: no letter comes more often than another.
        if byte[0] < 240 {
            letters.push(char::from(LETTERS[usize::from(byte[0]) % LETTERS.len()]));
        }
    }
    let groups: Vec<String> = letters.chunks(GROUP).map(|group| group.iter().collect()).collect();
    Ok(groups.join("-"))
}

fn append(path: &Path, text: &str) -> std::io::Result<()> {
    let mut file = OpenOptions::new().append(true).create(true).mode(0o600).open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}
