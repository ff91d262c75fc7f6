//! What is printed, read back by programs of others: the text out of the file, the codes off the page.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so by panicking")]

mod labels;
mod slips;

use std::io::Write as _;
use std::process::{Command, Stdio};

use serde_json::Value;

/// What others see in the file when it is printed at this resolution.
fn read_back(pdf: &[u8], resolution: u32) -> Value {
    let mut child = Command::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/python"))
        .args([concat!(env!("CARGO_MANIFEST_DIR"), "/tests/read_back.py"), &resolution.to_string()])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(pdf).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "run deploy/setup --tests, which installs what this test needs");
    serde_json::from_slice(&output.stdout).unwrap()
}

/// The texts of the codes of one kind on a page, sorted.
fn codes(page: &Value, format: &str) -> Vec<String> {
    let all = page["codes"].as_array().unwrap().iter().filter(|code| code["format"] == format);
    let mut texts: Vec<String> = all.map(|code| code["text"].as_str().unwrap().to_owned()).collect();
    texts.sort();
    texts
}
