//! The frame of a page: whose it is, where one can go, in which language and light.
use contract::accounts::v1::{Principal, UnitKind};

use crate::text::{Lang, Words};

/// What `base.html` needs of every page.
#[derive(Debug, Clone)]
pub struct Page {
    pub words: Words,
    /// The thing; place and product follow in the template.
    pub title: String,
    pub bar: Bar,
    /// "", "light" or "dark": an account's choice.
    pub theme: String,
    pub gloves: bool,
    /// Modules from `assets`, such as `assets::LIVE_JS`.
    pub scripts: Vec<&'static str>,
    /// Address of a public page in the other language; absent on officers' pages.
    pub other_language: Option<String>,
    /// Goes into every officer's form as `csrf`.
    pub csrf: String,
    /// Minutes without a touch after which the screen locks; absent where nobody is signed in.
    pub lock_minutes: Option<f64>,
}

/// The line on top: whose desk this is.
#[derive(Debug, Clone)]
pub struct Bar {
    pub home: String,
    pub name: String,
    pub below: String,
    pub links: Vec<BarLink>,
    /// Name of the person signed in.
    pub who: Option<String>,
}

#[derive(Debug, Clone)]
pub struct BarLink {
    pub href: String,
    pub label: String,
    pub count: Option<i64>,
    pub current: bool,
}

impl Page {
    /// A public page. `path` is its address without the language.
    pub fn public(words: Words, province: &str, path: &str, title: String) -> Self {
        let prefix = words.lang().prefix();
        let link = |to: &str, key: &str| BarLink {
            href: format!("{prefix}{to}"),
            label: words.t(key),
            count: None,
            current: path == to
                || (to == "/" && path.starts_with("/list/"))
                || (to == "/report" && matches!(path, "/follow" | "/published"))
                || (to.starts_with("/guide/") && path.starts_with("/guide/")),
        };
        let home = if prefix.is_empty() { "/".to_owned() } else { prefix.to_owned() };
        let mut links = vec![
            link("/", "nav-list"),
            link("/declare", "nav-declare"),
            link("/report", "nav-reports"),
            link("/guide/driver", "nav-guide"),
        ];
        links[0].href.clone_from(&home);
        let bar = Bar { home, name: words.t("site-name"), below: province.to_owned(), links, who: None };
        let other = words.lang().other().prefix();
        let other = if path == "/" && !other.is_empty() { other.to_owned() } else { format!("{other}{path}") };
        Self {
            title,
            bar,
            theme: String::new(),
            gloves: false,
            scripts: Vec::new(),
            other_language: Some(other),
            csrf: String::new(),
            lock_minutes: None,
            words,
        }
    }

    /// An officer's page. `path` is its address: the link of the bar that leads there is the current one.
    pub fn staff(words: Words, principal: &Principal, csrf: String, path: &str, title: String) -> Self {
        let preferences = principal.preferences.clone().unwrap_or_default();
        let bar = staff_bar(&words, principal, path);
        Self {
            title,
            bar,
            theme: preferences.theme,
            gloves: preferences.gloves,
            scripts: Vec::new(),
            other_language: None,
            csrf,
            lock_minutes: None,
            words,
        }
    }

    /// Pages before sign-in belong to the officers' face: they lead nowhere on the public one.
    pub fn for_staff_door(mut self) -> Self {
        self.bar.links.clear();
        self.bar.home = "/sign-in".to_owned();
        self.other_language = None;
        self
    }

    /// An officer's page locks itself when nobody touches it.
    pub fn locked_after(mut self, minutes: f64) -> Self {
        self.lock_minutes = Some(minutes);
        self
    }

    pub fn with_script(mut self, script: &'static str) -> Self {
        self.scripts.push(script);
        self
    }

    pub fn lang(&self) -> Lang {
        self.words.lang()
    }

    pub fn prefix(&self) -> &'static str {
        self.words.lang().prefix()
    }

    pub fn t(&self, key: &str) -> String {
        self.words.t(key)
    }

    pub fn n(&self, key: &str, count: impl TryInto<i64>) -> String {
        self.words.n(key, count)
    }

    pub fn a(&self, key: &str, a: impl std::fmt::Display) -> String {
        self.words.a(key, a)
    }

    pub fn ab(&self, key: &str, a: impl std::fmt::Display, b: impl std::fmt::Display) -> String {
        self.words.ab(key, a, b)
    }
}

/// Whether the principal holds a permission anywhere.
pub fn holds(principal: &Principal, permission: &str) -> bool {
    principal.permissions.iter().any(|grant| grant.permission == permission && !grant.areas.is_empty())
}

/// The desk an officer starts from, by what he may do and where he serves.
pub fn home_of(principal: &Principal) -> String {
    let Some(unit) = principal.unit.as_ref() else { return "/account".to_owned() };
    let area = unit.area.as_ref().map(|area| area.code.as_str()).unwrap_or_default();
    match unit.kind() {
        UnitKind::Post if holds(principal, "vehicles.trips.find") => format!("/posts/{}", unit.post_code),
        UnitKind::CommunePolice | UnitKind::DistrictPolice if holds(principal, "vehicles.arrivals.read") => {
            format!("/areas/{area}/arrivals")
        }
        UnitKind::ProvincePolice if holds(principal, "vehicles.trips.read") => "/command".to_owned(),
        _ if holds(principal, "vehicles.trips.read") => "/overdue".to_owned(),
        _ if holds(principal, "lab.sampling.take") => "/sampling".to_owned(),
        _ if holds(principal, "lab.shipments.carry") => "/shipments".to_owned(),
        _ if holds(principal, "lab.tubes.receive") || holds(principal, "lab.runs.perform") => "/lab".to_owned(),
        _ if holds(principal, "lab.results.approve") => "/lab/runs".to_owned(),
        _ if holds(principal, "lab.results.read") => "/lab/positives".to_owned(),
        _ if holds(principal, "lab.campaigns.manage") => "/sampling".to_owned(),
        _ if holds(principal, "accounts.accounts.read") => "/accounts".to_owned(),
        _ => "/account".to_owned(),
    }
}

/// Pages of the health service: any of the permissions, address, word.
const LABORATORY: [(&[&str], &str, &str); 7] = [
    (&["lab.sampling.take", "lab.campaigns.manage"], "/sampling", "nav-sampling"),
    (&["lab.shipments.carry", "lab.tubes.receive"], "/shipments", "nav-shipments"),
    (&["lab.tubes.receive", "lab.runs.perform"], "/lab", "nav-lab"),
    (&["lab.runs.read"], "/lab/runs", "nav-runs"),
    (&["lab.results.read"], "/lab/positives", "nav-positives"),
    (&["lab.tasks.read"], "/lab/tasks", "nav-tasks"),
    (&["lab.statistics.read"], "/lab/statistics", "nav-lab-statistics"),
];

fn staff_bar(words: &Words, principal: &Principal, path: &str) -> Bar {
    let mut links = Vec::new();
    let current = path.find("/trips/").or(path.find("/new")).map_or(path, |end| &path[..end]);
    let mut link = |href: String, key: &str| links.push(BarLink { current: href == current, href, label: words.t(key), count: None });
    let home = home_of(principal);
    let unit = principal.unit.clone().unwrap_or_default();
    let post = &unit.post_code;
    if holds(principal, "vehicles.trips.find") && !post.is_empty() {
        link(home.clone(), "nav-desk");
        link(format!("/posts/{post}/open"), "nav-open");
        link(format!("/posts/{post}/overdue"), "nav-overdue");
    } else if home.ends_with("/arrivals") {
        link(home.clone(), "nav-arrivals");
        link(home.replace("/arrivals", "/overdue"), "nav-overdue");
    } else if home == "/command" {
        link(home.clone(), "nav-command");
        link("/overdue".to_owned(), "nav-overdue");
    } else if holds(principal, "vehicles.trips.read") {
        link("/overdue".to_owned(), "nav-overdue");
    }
    if holds(principal, "reports.reports.read") {
        link("/reports".to_owned(), "nav-reports");
    }
    for (permissions, href, key) in LABORATORY {
        if permissions.iter().any(|permission| holds(principal, permission)) {
            link(href.to_owned(), key);
        }
    }
    if holds(principal, "accounts.accounts.read") {
        link("/accounts".to_owned(), "nav-accounts");
    }
    if holds(principal, "vehicles.statistics.read") {
        link("/statistics".to_owned(), "nav-statistics");
    }
    let below = unit.area.as_ref().map(|area| area.name.clone()).unwrap_or_default();
    Bar { home, name: unit.name, below, links, who: Some(principal.full_name.clone()) }
}
