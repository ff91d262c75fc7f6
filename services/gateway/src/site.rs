//! What every page reaches: clients, texts, the province, the clock, the live feed, limits and the list's cache.
use std::sync::Arc;

use chrono::{DateTime, Utc};
use runtime::Clock;
use tokio::sync::Semaphore;
use vietnam::province::Profile;

use crate::{
    client_address::TrustedProxies,
    clients::Clients,
    face::Hosts,
    limits::Limits,
    list_cache::ListCache,
    live::Hub,
    principal::Principals,
    text::{Lang, Texts, Words},
    view::Page,
};

/// One per process.
pub struct Site {
    pub clients: Clients,
    pub texts: Texts,
    pub province: Profile,
    pub hosts: Hosts,
    pub clock: Clock,
    /// Minutes without a touch after which an officer's screen locks.
    pub lock_minutes: f64,
    /// Events of vehicles.
    pub live: Hub,
    /// Events of reports: their pages count in another stream.
    pub reports_live: Hub,
    pub limits: Arc<Limits>,
    pub principals: Principals,
    pub proxies: TrustedProxies,
    /// Turns addresses into numbers that nobody can turn back.
    pub client_key: [u8; 32],
    pub list_cache: ListCache,
    /// Places of the public live feed; officers have their own, so that citizens never take theirs.
    pub public_feeds: Arc<Semaphore>,
    pub staff_feeds: Arc<Semaphore>,
    /// Places of forms with files: citizens' and officers'.
    pub uploads: Arc<Semaphore>,
    pub staff_uploads: Arc<Semaphore>,
}

/// How handlers hold it.
pub type SharedSite = Arc<Site>;

impl Site {
    pub fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    pub fn words(&self, lang: Lang) -> Words {
        self.texts.words(lang)
    }

    pub fn province_name(&self, lang: Lang) -> &str {
        match lang {
            Lang::Vi => &self.province.name_vi,
            Lang::En => &self.province.name_en,
        }
    }

    /// A post's name; its id when it is not of this province.
    pub fn post_name(&self, lang: Lang, post_id: &str) -> String {
        match (self.province.post(post_id), lang) {
            (Some(post), Lang::Vi) => post.name_vi.clone(),
            (Some(post), Lang::En) => post.name_en.clone(),
            (None, _) => post_id.to_owned(),
        }
    }

    /// The frame of a public page. `path` is its address without the language, `key` names its title.
    pub fn public_page(&self, lang: Lang, path: &str, title: String) -> Page {
        Page::public(self.words(lang), self.province_name(lang), path, title)
    }
}
