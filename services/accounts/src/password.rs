//! Which passwords are good enough. How one is stored is `hashing.rs`.

use std::{collections::HashSet, sync::OnceLock};

use unicode_normalization::UnicodeNormalization as _;
use zeroize::Zeroizing;

use crate::login::Login;

/// Characters of an ordinary account's password; a role may ask for more.
pub const SHORTEST: usize = 12;
pub const LONGEST: usize = 128;
/// Different characters that even a long password needs.
const VARIETY: usize = 5;

/// Passwords and stems of passwords that people here choose, one a line.
const COMMON: &str = include_str!("../data/common_passwords.txt");

/// A password as it is hashed: composed text, so that two keyboards give the same bytes. No `Debug`: it is printed nowhere.
pub struct Password(Zeroizing<String>);

/// Why a password is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Weak {
    #[error("at least {0} characters")]
    TooShort(usize),
    #[error("at most {LONGEST} characters")]
    TooLong,
    #[error("not the login, nor a password with the login in it")]
    ContainsLogin,
    #[error("not a common password, nor one that repeats a few characters")]
    Common,
}

impl Password {
    /// For signing in: whatever was typed.
    pub fn typed(text: &str) -> Self {
        Self(Zeroizing::new(text.nfc().collect()))
    }

    /// For setting: `shortest` is 12, or 15 where a role asks for it. Any characters may come in any mixture.
    pub fn choose(text: &str, login: &Login, shortest: usize) -> Result<Self, Weak> {
        let password = Self::typed(text);
        let length = password.0.chars().count();
        if length < shortest {
            return Err(Weak::TooShort(shortest));
        }
        if length > LONGEST {
            return Err(Weak::TooLong);
        }
        let plain = Zeroizing::new(bare(&password.0));
        if plain.contains(&bare(login.as_str())) {
            return Err(Weak::ContainsLogin);
        }
        if is_common(&plain) { Err(Weak::Common) } else { Ok(password) }
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

/// Lower case, letters and digits of any script without marks: "Mật khẩu 123" is "matkhau123".
fn bare(text: &str) -> String {
    vietnam::fold::fold(text).chars().filter(|letter| letter.is_alphanumeric()).collect()
}

fn is_common(plain: &str) -> bool {
    let different = plain.chars().collect::<HashSet<char>>().len();
    different < VARIETY || is_run(plain) || repeats(plain) || is_known(plain)
}

/// Only steps of one along the alphabet, the digits or a row of the keyboard: "abcdefghijkl", "987654321098".
fn is_run(plain: &str) -> bool {
    const ROWS: [&str; 6] = [
        "01234567890123456789",
        "abcdefghijklmnopqrstuvwxyz",
        "qwertyuiop",
        "asdfghjkl",
        "zxcvbnm",
        "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p",
    ];
    let back: String = plain.chars().rev().collect();
    ROWS.iter().any(|row| row.contains(plain) || row.contains(&back))
}

/// One block of at most six characters over and over: "abcabcabcabc", "1234512345".
fn repeats(plain: &str) -> bool {
    let letters: Vec<char> = plain.chars().collect();
    (1..=6).any(|size| letters.len() > size && letters.iter().zip(letters.iter().skip(size)).all(|(one, next)| one == next))
}

/// A known password, alone, doubled, or with nothing but digits around it: "matkhau" in "matkhau20212021".
fn is_known(plain: &str) -> bool {
    let core = plain.trim_matches(|letter: char| letter.is_ascii_digit());
    let half = plain.len() / 2;
    let doubled = plain.is_char_boundary(half) && plain.len().is_multiple_of(2) && plain[..half] == plain[half..];
    [plain, core].into_iter().chain(doubled.then(|| &plain[..half])).any(|text| common().contains(text))
}

fn common() -> &'static HashSet<&'static str> {
    static LIST: OnceLock<HashSet<&'static str>> = OnceLock::new();
    LIST.get_or_init(|| COMMON.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn choose(text: &str, shortest: usize) -> Result<(), Weak> {
        Password::choose(text, &Login::parse("duong.le").unwrap(), shortest).map(drop)
    }

    #[test]
    fn length_is_what_counts() {
        assert_eq!(choose("mưa rừng ướt", SHORTEST), Ok(()));
        assert_eq!(choose("mưa rừng ướ", SHORTEST), Err(Weak::TooShort(12)));
        assert_eq!(choose("mưa rừng ướt", 15), Err(Weak::TooShort(15)));
        let long: String = "chín con trâu đen ".chars().cycle().take(129).collect();
        assert_eq!(choose(&long, SHORTEST), Err(Weak::TooLong));
        assert_eq!(choose(&long.chars().take(128).collect::<String>(), SHORTEST), Ok(()));
    }

    #[test]
    fn what_everybody_tries_first_is_refused() {
        for text in [
            "123456789012",
            "210987654321",
            "aaaaaaaaaaaa",
            "abcdefghijkl",
            "qwertyuiopqwertyuiop",
            "1qaz2wsx3edc4rfv",
            "matkhau123456",
            "Mật khẩu 2021",
            "passwordpassword",
            "congan113113",
            "Công An Gia Lai",
            "abcabcabcabcabc",
            "gialai81818181",
            "iloveyou123456",
        ] {
            assert_eq!(choose(text, SHORTEST), Err(Weak::Common), "{text}");
        }
        assert_eq!(choose("xin-duong.le-chao", SHORTEST), Err(Weak::ContainsLogin));
        assert_eq!(choose("xin DUONGLE chao", SHORTEST), Err(Weak::ContainsLogin));
    }

    #[test]
    fn a_phrase_with_a_common_word_in_it_is_fine() {
        for text in ["trâu vàng ăn mật khẩu", "9-cái-chén-ở-Chư-Păh", "k3x8 vtq2 mm4z", "пароль от дома 7"] {
            assert_eq!(choose(text, SHORTEST), Ok(()), "{text}");
        }
    }

    #[test]
    fn two_keyboards_give_the_same_bytes() {
        let composed = Password::typed("Rơ̆ Mah ẳ");
        let decomposed: String = "Rơ̆ Mah ẳ".nfd().collect();
        assert_eq!(composed.as_bytes(), Password::typed(&decomposed).as_bytes());
    }
}
