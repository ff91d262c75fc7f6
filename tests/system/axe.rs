//! axe-core on the page that a browser shows.

use std::{path::PathBuf, sync::OnceLock};

use serde_json::{Value, json};

use crate::browser::Browser;

/// What counts: WCAG up to 2.2 AA, and what axe's makers call best practice.
const TAGS: [&str; 7] = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"];

/// Hands `[rule, what to do, [where, why]]` of each violation to WebDriver.
const RUN: &str = "
    const done = arguments[arguments.length - 1];
    axe.run(document, {runOnly: arguments[0], resultTypes: ['violations']}).then(
        (found) => done(found.violations.map((rule) => `${rule.id}: ${rule.help}` +
            rule.nodes.map((node) => `\\n    ${node.target}: ${node.failureSummary.replace(/\\s+/g, ' ')}`).join(''))),
        (error) => done([`axe failed: ${error}`]));";

/// What axe finds wrong on the page, a rule and its places each.
pub async fn violations(browser: &Browser) -> Vec<String> {
    if browser.value("typeof window.axe === 'undefined'").await == Value::Bool(true) {
        browser.client.execute(program(), Vec::new()).await.unwrap();
    }
    let found = browser.client.execute_async(RUN, vec![json!(TAGS)]).await.unwrap();
    found.as_array().unwrap().iter().map(|line| line.as_str().unwrap().to_owned()).collect()
}

fn program() -> &'static str {
    static PROGRAM: OnceLock<String> = OnceLock::new();
    PROGRAM.get_or_init(|| {
        let cache = std::env::var_os("XDG_CACHE_HOME")
            .map_or_else(|| PathBuf::from(std::env::var_os("HOME").unwrap()).join(".cache"), PathBuf::from);
        let file = cache.join("gsvt/tools/axe-core-4.14.1/node_modules/axe-core/axe.min.js");
        std::fs::read_to_string(file).expect("axe-core, which `deploy/setup --tests` installs")
    })
}
