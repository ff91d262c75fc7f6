//! The conventions of the house that a program can check. Each test names the files that break its rule.

use std::{
    fs,
    path::{Path, PathBuf},
};

use contract::{Audience, METHODS, Method};

const LONGEST_FILE: usize = 400;

#[test]
fn every_file_opens_with_what_belongs_in_it() {
    let broken = rust_files().into_iter().filter(|file| !read(file).starts_with("//!"));
    assert_none(broken, "a Rust file opens with `//!`: what belongs here and what does not");
}

#[test]
fn no_file_grows_past_four_hundred_lines() {
    let broken = rust_files().into_iter().filter(|file| read(file).lines().count() > LONGEST_FILE);
    assert_none(broken, "split the file by its nouns");
}

#[test]
fn every_method_is_a_file_that_authorises_first() {
    let broken = METHODS.iter().filter_map(|method| check_method(method).err());
    assert_none(broken, "the first statement of an rpc file authorises with the permission that the contract names");
}

#[test]
fn every_method_is_called_by_its_services_tests() {
    let tests = |service: &str| {
        files(&root().join("services").join(service).join("tests/it"), "rs").iter().map(|file| read(file)).collect::<String>()
    };
    let uncalled = |method: &&Method| !tests(method.service).contains(&format!(".{}(", snake(method.name)));
    let broken = METHODS.iter().filter(uncalled).map(|method| method.action);
    assert_none(broken, "a method is called in tests/it of its service");
}

#[test]
fn statements_live_in_the_store() {
    let in_store = |file: &PathBuf| file.components().any(|part| part.as_os_str() == "store") || file.ends_with("store.rs");
    let broken = rust_files().into_iter().filter(|file| {
        let is_service = file.starts_with(root().join("services")) && file.components().any(|part| part.as_os_str() == "src");
        is_service && !in_store(file) && (read(file).contains("sqlx::query") || read(file).contains("query!("))
    });
    assert_none(broken, "SQL of a service stands in store.rs or store/");
}

#[test]
fn nothing_waits_by_sleeping_in_a_test() {
    let broken = rust_files().into_iter().filter(|file| {
        let is_test = file.components().any(|part| part.as_os_str() == "tests");
        // A fault of the drill lasts a time, and so does one of its wire.
        let drill = file.components().any(|part| part.as_os_str() == "chaos") || file.ends_with("tests/proxy.rs");
        is_test
            && !drill
            && !file.ends_with("conventions.rs")
            && ["time::sleep(", "thread::sleep("].iter().any(|call| read(file).contains(call))
    });
    assert_none(broken, "a test waits on a door, never on time");
}

#[test]
fn nothing_is_left_undone() {
    let marks = ["TODO", "FIXME", "todo!(", "unimplemented!(", "#[ignore"];
    let broken =
        rust_files().into_iter().filter(|file| !file.ends_with("conventions.rs") && marks.iter().any(|mark| read(file).contains(mark)));
    assert_none(broken, "finish it or leave it out");
}

#[test]
fn rooms_are_named_for_what_they_hold() {
    let vague = ["utils", "util", "common", "helpers", "helper", "manager", "misc"];
    let broken = rust_files().into_iter().filter(|file| file.file_stem().is_some_and(|stem| vague.iter().any(|name| stem == *name)));
    assert_none(broken, "name the file for the noun in it");
}

#[test]
fn both_languages_of_the_pages_have_the_same_texts() {
    let keys = |language: &str| {
        let mut keys: Vec<String> = files(&root().join("services/gateway/locales").join(language), "ftl")
            .iter()
            .flat_map(|file| read(file).lines().filter_map(|line| line.split_once(" =").map(|(key, _)| key.to_owned())).collect::<Vec<_>>())
            .filter(|key| !key.starts_with([' ', '#', '.']))
            .collect();
        keys.sort();
        keys
    };
    let (vi, en) = (keys("vi"), keys("en"));
    assert!(vi.len() > 100, "only {} texts found", vi.len());
    assert_eq!(vi, en);
}

/// The rpc file of a method, and whether its function authorises before anything else.
fn check_method(method: &Method) -> Result<(), String> {
    let file = root().join(format!("services/{}/src/rpc/{}.rs", method.service, snake(method.name)));
    let text = fs::read_to_string(&file).map_err(|_| format!("{} has no {}", method.action, file.display()))?;
    let wanted = match (method.audience, method.permission) {
        (Audience::Holder, Some(permission)) => format!("caller.require(Permission::{permission:?})?"),
        (Audience::Holder, None) => return Err(format!("{} names no permission", method.action)),
        (Audience::SignedIn, _) => "caller.account()?".to_owned(),
        (Audience::Gateway, _) => "caller.require_gateway()?".to_owned(),
        (Audience::Public, _) => return Ok(()),
    };
    let body = text
        .split_once("pub async fn handle(")
        .and_then(|(_, rest)| rest.split_once("{\n"))
        .ok_or_else(|| format!("{} has no function `handle`", file.display()))?
        .1;
    let first = body.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default();
    let named = method.permission.map(|permission| format!("const PERMISSION: Permission = Permission::{permission:?};"));
    let by_name = first.contains("caller.require(PERMISSION)?") && named.is_some_and(|named| text.contains(&named));
    if by_name || first.contains(&wanted) { Ok(()) } else { Err(format!("{}: begins with `{first}`, not with `{wanted}`", method.action)) }
}

fn snake(name: &str) -> String {
    let mut snake = String::new();
    for letter in name.chars() {
        if letter.is_uppercase() && !snake.is_empty() {
            snake.push('_');
        }
        snake.extend(letter.to_lowercase());
    }
    snake
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").canonicalize().unwrap()
}

fn rust_files() -> Vec<PathBuf> {
    ["crates", "services", "tests"].iter().flat_map(|folder| files(&root().join(folder), "rs")).collect()
}

fn files(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path, extension));
        } else if path.extension().is_some_and(|its| its == extension) {
            found.push(path);
        }
    }
    found.sort();
    found
}

fn read(file: &Path) -> String {
    fs::read_to_string(file).unwrap()
}

fn assert_none<T: std::fmt::Debug>(broken: impl IntoIterator<Item = T>, rule: &str) {
    let broken: Vec<T> = broken.into_iter().collect();
    assert!(broken.is_empty(), "{rule}:\n{broken:#?}");
}
