//! What an owner types to sign in. Logins are in ASCII: they are typed on any keyboard, read over the telephone and printed on paper.

/// 3 to 60 of lower-case letters, digits, dots and dashes, beginning with a letter or digit: `duong.le`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Login(String);

/// A text that is no login.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("3 to 60 lower-case letters without marks, digits, dots and dashes")]
pub struct InvalidLogin;

impl Login {
    /// Capitals and white space around it are forgiven: a telephone's keyboard adds both.
    pub fn parse(text: &str) -> Result<Self, InvalidLogin> {
        let login = text.trim().to_ascii_lowercase();
        let fits =
            (3..=60).contains(&login.len()) && login.bytes().all(allowed) && login.starts_with(|first: char| first.is_ascii_alphanumeric());
        if fits { Ok(Self(login)) } else { Err(InvalidLogin) }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn allowed(byte: u8) -> bool {
    byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'.' || byte == b'-'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_login_is_typed_anywhere() {
        for (text, expected) in [
            ("duong.le", Some("duong.le")),
            (" Duong.Le ", Some("duong.le")),
            ("cp1", Some("cp1")),
            ("ab", None),
            (".abc", None),
            ("dương", None),
            ("a b c", None),
            ("a_b", None),
            (&"a".repeat(60), Some(&*"a".repeat(60))),
            (&"a".repeat(61), None),
        ] {
            assert_eq!(Login::parse(text).ok().as_ref().map(Login::as_str), expected, "{text}");
        }
    }
}
