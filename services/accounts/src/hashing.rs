//! Passwords as they are stored: Argon2id (19 MiB, 2 passes, 1 lane) with a pepper from the key folder. Two at a time, for each takes memory and a core.

use std::sync::Arc;

use argon2::{Algorithm, Argon2, Params, PasswordHasher as _, PasswordVerifier as _, Version, password_hash::phc};
use seal::{Keyring, SecretBytes};
use tokio::sync::{Semaphore, SemaphorePermit, TryAcquireError};

use crate::{error::Error, password::Password};

const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;
const AT_A_TIME: usize = 2;
/// More than these waiting are sent away: at about 30 ms each nobody waits longer than a second.
const WAITING: usize = 64;

/// Hashes and verifies passwords off the async threads.
#[derive(Clone)]
pub struct Hashing {
    pepper: Arc<SecretBytes>,
    running: Arc<Semaphore>,
    waiting: Arc<Semaphore>,
    /// Hash of a password that nobody knows, for logins that nobody has: an unknown login takes as long as a known one.
    nobody: Arc<str>,
}

/// Outcome of a verification.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verified {
    No,
    Yes,
    /// Right, but hashed with other settings than today's.
    YesButOld,
}

impl Hashing {
    pub fn new(keyring: &Keyring) -> Result<Self, Error> {
        let pepper = Arc::new(keyring.derive("accounts.passwords.pepper")?);
        let nobody = hash(&pepper, crate::token::Token::random().map_err(Error::internal)?.text().as_bytes())?;
        let (running, waiting) = (Arc::new(Semaphore::new(AT_A_TIME)), Arc::new(Semaphore::new(WAITING)));
        Ok(Self { pepper, running, waiting, nobody: nobody.into() })
    }

    /// A PHC string.
    pub async fn hash(&self, password: Password) -> Result<String, Error> {
        let pepper = self.pepper.clone();
        self.run(move || hash(&pepper, password.as_bytes())).await
    }

    /// Whether the password is the one of the hash; with `None` it never is, and that takes as long.
    pub async fn verify(&self, password: Password, stored: Option<String>) -> Result<Verified, Error> {
        let (pepper, nobody) = (self.pepper.clone(), self.nobody.clone());
        self.run(move || {
            let right = verify(&pepper, password.as_bytes(), stored.as_deref().unwrap_or(&nobody))?;
            Ok(match stored {
                Some(stored) if right && is_old(&stored) => Verified::YesButOld,
                Some(_) if right => Verified::Yes,
                _ => Verified::No,
            })
        })
        .await
    }

    async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> Result<T, Error> + Send + 'static) -> Result<T, Error> {
        let _place = self.place()?;
        let permit = self.running.clone().acquire_owned().await.map_err(Error::internal)?;
        let done = tokio::task::spawn_blocking(move || {
            // Held by the work, not by the request: a client who hangs up does not let a third one start.
            let _permit = permit;
            work()
        });
        done.await.map_err(Error::internal)?
    }

    fn place(&self) -> Result<SemaphorePermit<'_>, Error> {
        self.waiting.try_acquire().map_err(|error| match error {
            TryAcquireError::NoPermits => Error::Busy,
            TryAcquireError::Closed => Error::internal(error),
        })
    }
}

fn argon2(pepper: &SecretBytes) -> Result<Argon2<'_>, Error> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None).map_err(Error::internal)?;
    Argon2::new_with_secret(pepper.expose(), Algorithm::Argon2id, Version::V0x13, params).map_err(Error::internal)
}

fn hash(pepper: &SecretBytes, password: &[u8]) -> Result<String, Error> {
    let hash: phc::PasswordHash = argon2(pepper)?.hash_password(password).map_err(Error::internal)?;
    Ok(hash.to_string())
}

fn verify(pepper: &SecretBytes, password: &[u8], stored: &str) -> Result<bool, Error> {
    let stored = phc::PasswordHash::new(stored).map_err(Error::internal)?;
    match argon2(pepper)?.verify_password(password, &stored) {
        Ok(()) => Ok(true),
        Err(argon2::password_hash::Error::PasswordInvalid) => Ok(false),
        Err(error) => Err(Error::internal(error)),
    }
}

fn is_old(stored: &str) -> bool {
    !stored.starts_with(&format!("$argon2id$v=19$m={MEMORY_KIB},t={PASSES},p={LANES}$"))
}
