//! Lists of people of a campaign, as a page shows them: what a file came to, and the lists that were taken.
use std::collections::HashMap;

use base64ct::{Base64, Encoding as _};
use contract::{
    Permission,
    accounts::v1::GetAccountRequest,
    lab::v1::{ImportRosterResponse, Roster, RosterFault},
};

use crate::{
    session::CurrentUser,
    site::Site,
    text::Words,
    view::{Moment, Tag},
};

/// The service tells no more wrong cells than these.
const MOST_FAULTS: usize = 200;

/// What a file came to.
pub struct Answer {
    pub heading: String,
    /// Whether it was taken by this answer, and no question is left.
    pub taken: bool,
    /// Of the same file, where it was taken before.
    pub same: String,
    pub sums: Vec<Sum>,
    pub faults: Vec<Fault>,
    pub more_faults: bool,
    /// What the button says that takes the right rows; none where there is nothing to take.
    pub take: Option<String>,
    /// The person's own rows with what became of each, in base64: no address holds them.
    pub workbook: Option<String>,
}

/// A figure of an answer.
pub struct Sum {
    pub count: i32,
    pub label: &'static str,
    pub alarm: bool,
}

/// A cell to mend.
pub struct Fault {
    pub row: i32,
    pub column: String,
    pub value: String,
    pub rule: String,
}

impl Answer {
    /// `dry`: nothing was stored. `before` are the lists of the campaign, by which the same file is known again.
    pub fn new(site: &Site, words: &Words, answer: ImportRosterResponse, dry: bool, before: &[Roster]) -> Self {
        let same = same(site, words, &answer.same_as_import_id, before);
        let taken = !dry && same.is_empty();
        let right = answer.rows - answer.wrong_rows;
        let sum = |count, label, alarm| Sum { count, label, alarm };
        let heading = match (taken, same.is_empty()) {
            (true, _) => "roster-taken",
            (false, false) => "roster-same-title",
            (false, true) => "roster-looked",
        };
        Self {
            heading: words.t(heading),
            take: (!taken && same.is_empty() && right > 0).then(|| words.n("roster-take", right)),
            workbook: taken.then(|| Base64::encode_string(&answer.result)),
            sums: vec![
                sum(answer.rows, "roster-rows", false),
                sum(answer.new_people, "roster-new", false),
                sum(answer.known_people, "roster-known", false),
                sum(answer.wrong_rows, "roster-wrong", answer.wrong_rows > 0),
            ],
            more_faults: answer.faults.len() >= MOST_FAULTS,
            faults: answer.faults.into_iter().map(|fault| cell(words, fault)).collect(),
            taken,
            same,
        }
    }
}

fn cell(words: &Words, fault: RosterFault) -> Fault {
    let value = if fault.value.is_empty() { words.t("roster-cell-empty") } else { fault.value };
    Fault { row: fault.row, column: fault.column, value, rule: fault.rule }
}

/// That the file was taken before, and when; empty where it was not.
fn same(site: &Site, words: &Words, import_id: &str, before: &[Roster]) -> String {
    if import_id.is_empty() {
        return String::new();
    }
    let at =
        before.iter().find(|roster| roster.import_id == import_id).and_then(|roster| Moment::of(roster.imported_at.as_ref(), site.now()));
    at.map_or_else(|| words.t("roster-same"), |at| words.a("roster-same-at", at.short()))
}

/// A list that was taken.
pub struct Row {
    pub at: Option<Moment>,
    pub rows: i32,
    pub new_people: i32,
    pub wrong_rows: i32,
    pub by: String,
    pub tag: Tag,
    pub undone: Option<Moment>,
    /// Where it is taken back; none where it was.
    pub undo: Option<String>,
}

/// The lists of a campaign whose page is at `path`.
pub async fn rows(site: &Site, user: &CurrentUser, path: &str, rosters: &[Roster]) -> Vec<Row> {
    let words = site.words(user.lang);
    let names = names(site, user, &words, rosters).await;
    let row = |roster: &Roster| {
        let undone = Moment::of(roster.undone_at.as_ref(), site.now());
        let (class, icon, key) = if undone.is_some() { ("quiet", "turn", "roster-undone") } else { ("good", "ok", "roster-stands") };
        Row {
            at: Moment::of(roster.imported_at.as_ref(), site.now()),
            rows: roster.rows,
            new_people: roster.new_people,
            wrong_rows: roster.wrong_rows,
            by: names.get(&roster.account_id).cloned().unwrap_or_else(|| words.t("roster-by-other")),
            tag: Tag { class, icon, word: words.t(key) },
            undo: undone.is_none().then(|| format!("{path}/{}/undo", roster.import_id)),
            undone,
        }
    };
    rosters.iter().map(row).collect()
}

/// Who took lists, as far as the reader may know their names: a page of lists is shown without those that cannot be read.
async fn names(site: &Site, user: &CurrentUser, words: &Words, rosters: &[Roster]) -> HashMap<String, String> {
    let mut names = HashMap::from([(user.principal.account_id.clone(), words.t("roster-by-you"))]);
    if user.require(Permission::AccountsAccountsRead).is_err() {
        return names;
    }
    for roster in rosters {
        if names.contains_key(&roster.account_id) {
            continue;
        }
        let request = GetAccountRequest { account_id: roster.account_id.clone() };
        let found = site.clients.accounts(user.caller.clone()).get_account(request).await;
        let name = found.ok().and_then(|found| found.into_inner().account).map(|account| account.full_name);
        names.insert(roster.account_id.clone(), name.unwrap_or_else(|| words.t("roster-by-other")));
    }
    names
}
