//! Session tokens and one-time links: 256 random bits for their owner, a SHA-256 for us.

use base64ct::{Base64UrlUnpadded, Encoding as _};
use chrono::Duration;
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

/// Without a request in between.
pub const SESSION_IDLE: Duration = Duration::minutes(30);
/// A shift.
pub const SESSION_LONGEST: Duration = Duration::hours(12);
/// Of a one-time link with which a password is set.
pub const LINK_LIFE: Duration = Duration::hours(72);

/// How long the rows of ended sessions and links are kept, for who looks into what happened.
pub const KEPT: Duration = Duration::days(30);

/// A secret that its owner shows again. `Debug` shows nothing of it.
pub struct Token(Zeroizing<[u8; 32]>);

/// The system gives no random bytes.
#[derive(Debug, thiserror::Error)]
#[error("the system gives no random bytes")]
pub struct NoRandom;

impl Token {
    pub fn random() -> Result<Self, NoRandom> {
        let mut bytes = Zeroizing::new([0; 32]);
        getrandom::fill(bytes.as_mut()).map_err(|_| NoRandom)?;
        Ok(Self(bytes))
    }

    /// `None` for a text that no token has: it is looked up no further.
    pub fn parse(text: &str) -> Option<Self> {
        let mut bytes = Zeroizing::new([0; 32]);
        let read = Base64UrlUnpadded::decode(text, bytes.as_mut()).ok()?.len();
        (read == 32).then_some(Self(bytes))
    }

    /// 43 characters that fit into a URL and a header.
    pub fn text(&self) -> String {
        Base64UrlUnpadded::encode_string(&self.0[..])
    }

    /// What is stored and looked up: it opens nothing.
    pub fn hash(&self) -> [u8; 32] {
        Sha256::digest(&self.0[..]).into()
    }
}

impl std::fmt::Debug for Token {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Token(***)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_reads_back_and_nothing_else_is_one() {
        let token = Token::random().unwrap();
        assert_eq!(token.text().len(), 43);
        assert_eq!(Token::parse(&token.text()).unwrap().hash(), token.hash());
        for text in ["", "x", &token.text()[1..], &format!("{}A", token.text()), &format!("{}=", token.text())] {
            assert!(Token::parse(text).is_none(), "{text}");
        }
    }
}
