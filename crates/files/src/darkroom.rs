//! Where uploads become pictures: beside the threads that answer, one at a time, because the memory of a decoder is what has to be bounded; a few
//! more may wait, the rest is told to come again.

use std::sync::Arc;

use bytes::Bytes;
use sha2::{Digest as _, Sha256};
use tokio::sync::Semaphore;

use crate::{Refusal, picture, picture::Pictures};

const AT_ONCE: usize = 1;
const WAITING: usize = 12;

/// Clones share the places.
#[derive(Debug, Clone)]
pub struct Darkroom {
    inside: Arc<Semaphore>,
    queue: Arc<Semaphore>,
}

impl Default for Darkroom {
    fn default() -> Self {
        Self { inside: Arc::new(Semaphore::new(AT_ONCE)), queue: Arc::new(Semaphore::new(AT_ONCE + WAITING)) }
    }
}

impl Darkroom {
    /// Makes the pictures of an upload. Work that has begun ends, also when nobody waits for it any more, and holds its place until then.
    pub async fn develop(&self, upload: Bytes) -> Result<Pictures, Refusal> {
        picture::kind(&upload)?;
        let queued = Arc::clone(&self.queue).try_acquire_owned().map_err(|_| Refusal::Busy)?;
        let place = Arc::clone(&self.inside).acquire_owned().await.map_err(|_| Refusal::Busy)?;
        let work = tokio::task::spawn_blocking(move || {
            let _until_done = (queued, place);
            picture::make(&upload)
        });
        // A decoder that panics has met a file that is no picture.
        work.await.unwrap_or(Err(Refusal::Broken))
    }
}

/// SHA-256 of an upload as it came: by it the original is recognised as evidence.
pub fn digest(upload: &[u8]) -> [u8; 32] {
    Sha256::digest(upload).into()
}
