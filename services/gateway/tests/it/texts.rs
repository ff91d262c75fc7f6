//! Both languages say the same things, and every key that a page names exists.
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use gateway::text;

/// Key and the variables of its text.
fn keys(files: &[(&str, &str)]) -> BTreeMap<String, BTreeSet<char>> {
    let mut found = BTreeMap::new();
    let mut current = String::new();
    for line in files.iter().flat_map(|(_, content)| content.lines()) {
        if let Some((key, _)) = line
            .split_once(" = ")
            .filter(|(key, _)| key.chars().all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '-'))
        {
            assert!(found.insert(key.to_owned(), BTreeSet::new()).is_none(), "{key} is written twice");
            current = key.to_owned();
        }
        let variables = line.match_indices('$').filter_map(|(at, _)| line[at + 1..].chars().next());
        found.entry(current.clone()).or_default().extend(variables);
    }
    found.remove("");
    found
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { sources(&path, found) } else { found.push(path) }
    }
}

/// Every string literal of the pages' code and templates that can be a key.
fn literals() -> BTreeSet<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    sources(&root.join("src"), &mut files);
    sources(&root.join("templates"), &mut files);
    let texts = files.iter().map(|path| fs::read_to_string(path).unwrap());
    texts.flat_map(|text| text.split('"').map(str::to_owned).collect::<Vec<_>>()).collect()
}

#[test]
fn both_languages_have_the_same_keys_and_variables() {
    assert_eq!(keys(text::VI), keys(text::EN));
}

#[test]
fn every_key_is_used_and_every_used_key_exists() {
    let (keys, literals) = (keys(text::VI), literals());
    // Guides are numbered, error pages are made from the status.
    let made = |key: &str| ["guide-", "about-", "accessibility-", "error-4", "error-5"].iter().any(|start| key.starts_with(start));
    let unused: Vec<&String> = keys.keys().filter(|key| !made(key) && !literals.contains(*key)).collect();
    assert!(unused.is_empty(), "written and never shown: {unused:?}");
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    sources(&root.join("templates"), &mut files);
    sources(&root.join("src"), &mut files);
    let missing: BTreeSet<String> =
        files.iter().flat_map(|path| named(&fs::read_to_string(path).unwrap())).filter(|key| !keys.contains_key(key)).collect();
    assert!(missing.is_empty(), "shown and never written: {missing:?}");
}

/// Keys in `.t("…")`, `.n("…", …)`, `.a("…", …)`, `.ab("…", …)`.
fn named(text: &str) -> Vec<String> {
    let calls = [".t(\"", ".n(\"", ".a(\"", ".ab(\""];
    calls.iter().flat_map(|call| text.split(call).skip(1).filter_map(|rest| rest.split('"').next())).map(str::to_owned).collect()
}
