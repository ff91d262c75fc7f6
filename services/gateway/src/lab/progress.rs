//! How far an import of results is, in words.
use contract::lab::v1::ResultImport;

use crate::{text::Words, view::Tag};

/// Runs are still being recorded or approved.
pub fn goes_on(import: &ResultImport) -> bool {
    import.runs_recorded < import.runs || import.runs_approved < import.runs_to_approve
}

/// `12 of 110 runs recorded`, or how many were approved.
pub fn says(words: &Words, import: &ResultImport) -> String {
    if import.runs_to_approve > 0 {
        words.ab("imports-approved", import.runs_approved, import.runs_to_approve)
    } else {
        words.ab("imports-recorded", import.runs_recorded, import.runs)
    }
}

pub fn tag(words: &Words, import: &ResultImport) -> Tag {
    let (class, icon, key) = match (goes_on(import), import.rows_aside) {
        (true, _) => ("info", "wait", "imports-working"),
        (false, 0) => ("good", "ok", "imports-done"),
        (false, _) => ("warn", "hold", "imports-aside"),
    };
    Tag { class, icon, word: words.t(key) }
}
