//! Bytes that are wiped when dropped and never printed.

use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::SealError;

/// 32 secret bytes. `Debug` shows nothing of them.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct SecretBytes([u8; 32]);

impl SecretBytes {
    pub(crate) fn random() -> Result<Self, SealError> {
        let mut bytes = Self([0; 32]);
        getrandom::fill(&mut bytes.0).map_err(|_| SealError::Random)?;
        Ok(bytes)
    }

    pub(crate) const fn zero() -> Self {
        Self([0; 32])
    }

    /// `None` unless there are exactly 32.
    pub(crate) fn copy_of(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }

    pub(crate) fn as_mut(&mut self) -> &mut [u8; 32] {
        &mut self.0
    }

    /// The bytes themselves: for a cipher or a password hash, never for storing.
    pub fn expose(&self) -> &[u8; 32] {
        &self.0
    }
}

impl std::fmt::Debug for SecretBytes {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("SecretBytes(***)")
    }
}
