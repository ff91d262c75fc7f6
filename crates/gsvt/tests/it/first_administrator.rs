//! `gsvt first-administrator` on a database that is only migrated, as a new province has it.

use crate::running::{complaint, output};

#[tokio::test(flavor = "multi_thread")]
async fn a_new_province_gets_its_first_link() {
    let keys = testing::folder().unwrap();
    let folder = keys.path().join("keys");
    seal::Keyring::create_missing(&folder).unwrap();
    let database = testing::database(&[]).await;
    let settings = [("ACCOUNTS_DATABASE_URL", database.url.as_str()), ("ACCOUNTS_KEYS", folder.to_str().unwrap())];
    assert!(output(&["migrate", "--target=accounts"], &settings).status.success());
    let make = |login: &str| {
        let arguments = ["first-administrator", "--login", login, "--name", "Lê Thùy Dương", "--url", "https://chot.example.vn/"];
        output(&arguments, &settings)
    };
    let (sentence, code) = complaint(&make("Dương"));
    assert_eq!((sentence.starts_with("a login has 3 to 60 letters"), code), (true, 1), "{sentence}");
    let made = make("duong.le");
    let lines = String::from_utf8(made.stdout).unwrap();
    assert!(made.status.success() && lines.starts_with("https://chot.example.vn/password/"), "{lines}");
    assert!(lines.contains("works once, until "), "{lines}");
}
