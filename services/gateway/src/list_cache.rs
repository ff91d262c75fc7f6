//! Rendered pages of the public list, kept as bytes by their normalised query: a storm of readers costs one rendering a second.
use std::{
    collections::HashMap,
    future::Future,
    io::Write as _,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use axum::response::{IntoResponse as _, Response};
use bytes::Bytes;
use chrono::{DateTime, TimeDelta, Utc};
use flate2::{Compression, write::GzEncoder};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use sha2::{Digest as _, Sha256};

use crate::{assets::accepts_gzip, error::PageError};

/// Queries kept; the oldest leave first.
const MOST: usize = 512;
/// Younger than this a page is served as it is, whatever happened since.
const FRESH: TimeDelta = TimeDelta::seconds(1);
/// While the feed says that nothing happened, a page may be this old.
const QUIET: TimeDelta = TimeDelta::seconds(5);
/// While somebody else renders it anew, a page may be this old.
const STALE: TimeDelta = TimeDelta::seconds(10);
/// While the service sends readers away, a page may be this old: it says when it was made.
const BETTER_THAN_NONE: TimeDelta = TimeDelta::seconds(60);

/// What a page was made of, so that its next version can be told from it.
#[derive(Debug, Clone)]
pub struct Rendered {
    pub html: String,
    /// Everything that the page shows, encoded; its hash becomes the ETag.
    pub content: Vec<u8>,
}

/// One page as bytes.
#[derive(Debug)]
pub struct Entry {
    plain: Bytes,
    gzip: Bytes,
    etag: HeaderValue,
    made_at: DateTime<Utc>,
    /// Number of the last event that it can know.
    sequence: u64,
}

#[derive(Default)]
struct Slot {
    entry: Option<Arc<Entry>>,
    /// Held by the one who renders.
    turn: Arc<tokio::sync::Mutex<()>>,
}

/// Pages by their normalised query.
#[derive(Default)]
pub struct ListCache {
    slots: Mutex<HashMap<String, Slot>>,
}

/// What is known of the feed when a page is asked for.
#[derive(Debug, Clone, Copy)]
pub struct Feed {
    pub sequence: u64,
    /// False: nobody would tell us that something happened.
    pub up: bool,
}

impl ListCache {
    /// The page of `key`; `make` renders it when there is none that is fresh enough. Many at once wait for one rendering.
    pub async fn page<F>(&self, key: &str, now: DateTime<Utc>, feed: Feed, make: impl FnOnce() -> F) -> Result<Arc<Entry>, PageError>
    where
        F: Future<Output = Result<Rendered, PageError>>,
    {
        let (kept, turn) = self.look(key);
        if let Some(entry) = kept.as_ref().filter(|entry| entry.is_fresh(now, feed)) {
            return Ok(Arc::clone(entry));
        }
        let guard = match (turn.try_lock(), kept) {
            (Ok(guard), _) => guard,
            (Err(_), Some(entry)) if now - entry.made_at < STALE => return Ok(entry),
            (Err(_), _) => turn.lock().await,
        };
        // Whoever had the turn before us may have rendered it.
        let kept = self.look(key).0;
        if let Some(entry) = kept.as_ref().filter(|entry| entry.is_fresh(now, feed)) {
            return Ok(Arc::clone(entry));
        }
        let rendered = match (make().await, kept) {
            (Err(PageError::Unavailable), Some(entry)) if now - entry.made_at < BETTER_THAN_NONE => return Ok(entry),
            (rendered, _) => rendered?,
        };
        let entry = Arc::new(Entry::new(rendered, now, feed.sequence)?);
        self.keep(key, Arc::clone(&entry));
        drop(guard);
        Ok(entry)
    }

    /// The page of `key` if there is one that is fresh enough.
    pub fn fresh(&self, key: &str, now: DateTime<Utc>, feed: Feed) -> Option<Arc<Entry>> {
        self.slots().get(key)?.entry.as_ref().filter(|entry| entry.is_fresh(now, feed)).map(Arc::clone)
    }

    fn look(&self, key: &str) -> (Option<Arc<Entry>>, Arc<tokio::sync::Mutex<()>>) {
        let mut slots = self.slots();
        let slot = slots.entry(key.to_owned()).or_default();
        (slot.entry.clone(), Arc::clone(&slot.turn))
    }

    fn keep(&self, key: &str, entry: Arc<Entry>) {
        let mut slots = self.slots();
        if slots.len() > MOST {
            let mut ages: Vec<_> = slots.values().filter_map(|slot| slot.entry.as_ref().map(|entry| entry.made_at)).collect();
            ages.sort_unstable();
            let middle = ages.get(ages.len() / 2).copied().unwrap_or(entry.made_at);
            slots.retain(|_, slot| slot.entry.as_ref().is_some_and(|entry| entry.made_at > middle));
        }
        slots.entry(key.to_owned()).or_default().entry = Some(entry);
    }

    fn slots(&self) -> MutexGuard<'_, HashMap<String, Slot>> {
        self.slots.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Entry {
    fn new(rendered: Rendered, now: DateTime<Utc>, sequence: u64) -> Result<Self, PageError> {
        let mut encoder = GzEncoder::new(Vec::with_capacity(rendered.html.len() / 4), Compression::default());
        let packed = encoder.write_all(rendered.html.as_bytes()).and_then(|()| encoder.finish());
        let gzip = packed.map_err(|error| {
            tracing::error!(%error, "a page cannot be compressed");
            PageError::Internal
        })?;
        let digest = Sha256::digest(&rendered.content);
        let tag: String = digest.iter().take(12).map(|byte| format!("{byte:02x}")).collect();
        let etag = HeaderValue::from_str(&format!("W/\"{tag}\"")).map_err(|_| PageError::Internal)?;
        Ok(Self { plain: rendered.html.into(), gzip: gzip.into(), etag, made_at: now, sequence })
    }

    fn is_fresh(&self, now: DateTime<Utc>, feed: Feed) -> bool {
        let age = now - self.made_at;
        age < FRESH || (feed.up && feed.sequence == self.sequence && age < QUIET)
    }

    /// The page, or 304 when the client has it.
    pub fn answer(&self, headers: &HeaderMap) -> Response {
        let known = headers.get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let etag = self.etag.to_str().unwrap_or_default();
        let mut response = if known.split(',').any(|one| one.trim() == etag || one.trim() == "*") {
            StatusCode::NOT_MODIFIED.into_response()
        } else if accepts_gzip(headers) {
            ([(header::CONTENT_ENCODING, "gzip"), (header::CONTENT_TYPE, "text/html; charset=utf-8")], self.gzip.clone()).into_response()
        } else {
            ([(header::CONTENT_TYPE, "text/html; charset=utf-8")], self.plain.clone()).into_response()
        };
        let headers = response.headers_mut();
        headers.insert(header::ETAG, self.etag.clone());
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=1"));
        headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
        response
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    fn at(second: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_634_600_000 + second, 0).unwrap()
    }

    async fn ask(cache: &ListCache, calls: &AtomicUsize, second: i64, feed: Feed) -> Arc<Entry> {
        let make = || async {
            calls.fetch_add(1, Ordering::Relaxed);
            Ok(Rendered { html: "<p>xe</p>".into(), content: b"xe".to_vec() })
        };
        cache.page("vi?", at(second), feed, make).await.unwrap()
    }

    #[tokio::test]
    async fn a_page_is_made_anew_when_something_happened_or_it_grew_old() {
        let (cache, calls) = (ListCache::default(), AtomicUsize::new(0));
        let quiet = Feed { sequence: 7, up: true };
        for (second, feed, made) in [
            (0, quiet, 1),
            (0, quiet, 1),
            (4, quiet, 1),
            (5, quiet, 2),
            (6, Feed { sequence: 8, up: true }, 3),
            (7, Feed { sequence: 8, up: false }, 4),
        ] {
            ask(&cache, &calls, second, feed).await;
            assert_eq!(calls.load(Ordering::Relaxed), made, "at {second} with {feed:?}");
        }
    }

    #[tokio::test]
    async fn while_the_service_sends_readers_away_the_last_page_is_shown_for_a_minute() {
        let (cache, calls) = (ListCache::default(), AtomicUsize::new(0));
        let feed = Feed { sequence: 1, up: false };
        ask(&cache, &calls, 0, feed).await;
        let turned_away = |error: PageError| async { Err(error) };
        let kept = cache.page("vi?", at(59), feed, || turned_away(PageError::Unavailable)).await;
        assert_eq!(kept.unwrap().made_at, at(0));
        assert_eq!(cache.page("vi?", at(59), feed, || turned_away(PageError::Internal)).await.unwrap_err(), PageError::Internal);
        assert_eq!(cache.page("vi?", at(60), feed, || turned_away(PageError::Unavailable)).await.unwrap_err(), PageError::Unavailable);
    }

    #[tokio::test]
    async fn a_hundred_readers_cost_one_rendering() {
        let (cache, calls) = (ListCache::default(), AtomicUsize::new(0));
        let feed = Feed { sequence: 1, up: true };
        futures::future::join_all((0..100).map(|_| ask(&cache, &calls, 0, feed))).await;
        assert_eq!(calls.load(Ordering::Relaxed), 1);
    }

    #[tokio::test]
    async fn who_has_the_page_gets_no_body() {
        let (cache, calls) = (ListCache::default(), AtomicUsize::new(0));
        let entry = ask(&cache, &calls, 0, Feed { sequence: 1, up: true }).await;
        let etag = entry.answer(&HeaderMap::new()).headers()[header::ETAG].clone();
        let again = entry.answer(&HeaderMap::from_iter([(header::IF_NONE_MATCH, etag)]));
        assert_eq!(again.status(), StatusCode::NOT_MODIFIED);
    }
}
