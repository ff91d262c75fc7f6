//! What keeps `gsvt up` from starting is one sentence that says what to do.

use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;

use crate::running::{Running, complaint, output};

#[test]
fn a_taken_port() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let folder = testing::folder().unwrap();
    let (sentence, code) = complaint(&output(&["up"], &[("GSVT_HOME", folder.path().to_str().unwrap()), ("GSVT_HTTP", &address)]));
    assert!(sentence.contains(&format!("GSVT_HTTP={address} cannot be listened on; stop the program that has it")), "{sentence}");
    assert_eq!(code, 1);
}

#[test]
fn a_state_folder_that_is_taken() {
    let folder = testing::folder().unwrap();
    let running = Running::start(&folder.path().join("home"), &[]);
    let (sentence, code) = complaint(&output(&["up"], &[("GSVT_HOME", running.home.to_str().unwrap()), ("GSVT_HTTP", "127.0.0.1:0")]));
    assert!(sentence.starts_with("another gsvt runs on"), "{sentence}");
    assert_eq!(code, 1);
    assert_eq!(running.stop(), Some(0));
}

#[test]
fn a_state_folder_that_is_a_file() {
    let folder = testing::folder().unwrap();
    let file = folder.path().join("file");
    std::fs::write(&file, "").unwrap();
    let (sentence, code) = complaint(&output(&["up"], &[("GSVT_HOME", file.to_str().unwrap()), ("GSVT_HTTP", "127.0.0.1:0")]));
    assert!(sentence.contains("cannot be made; make its parent writable for you or set GSVT_HOME"), "{sentence}");
    assert_eq!(code, 1);
}

#[test]
fn a_state_folder_that_the_user_of_postgresql_cannot_enter() {
    if !rustix::process::geteuid().is_root() {
        return;
    }
    let folder = testing::folder().unwrap();
    std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o700)).unwrap();
    let home = folder.path().join("home");
    let (sentence, code) = complaint(&output(&["up"], &[("GSVT_HOME", home.to_str().unwrap()), ("GSVT_HTTP", "127.0.0.1:0")]));
    assert!(sentence.starts_with(&format!("{} cannot be entered by the user postgres", folder.path().display())), "{sentence}");
    assert_eq!(code, 1);
}

#[test]
fn a_server_that_is_not_installed() {
    let folder = testing::folder().unwrap();
    let home = folder.path().join("home");
    let settings =
        [("GSVT_HOME", home.to_str().unwrap()), ("GSVT_HTTP", "127.0.0.1:0"), ("PATH", "/usr/bin:/bin"), ("XDG_CACHE_HOME", "/nowhere")];
    let (sentence, code) = complaint(&output(&["up"], &settings));
    assert!(sentence.starts_with("nats-server is not installed in a usable version (2.12.6 or newer); run deploy/setup"), "{sentence}");
    assert_eq!(code, 1);
}

#[test]
fn a_wrong_setting_is_named_and_exits_with_64() {
    let folder = testing::folder().unwrap();
    let home = folder.path().join("home");
    for (arguments, settings, beginning) in [
        (&["up"][..], &[("GSVT_PROVINCE", "atlantis")][..], "GSVT_PROVINCE is \"atlantis\""),
        (&["serve", "--target=vehicles"], &[], "VEHICLES_GRPC is not set; write an address to listen on"),
        (&["serve", "--target=vehicles"], &[("VEHICLES_GRPC", "here")], "VEHICLES_GRPC is \"here\", which does not fit"),
        (&["check-config", "--target=gateway"], &[], "GATEWAY_HTTP is not set"),
        (&["up"], &[("GSVT_LOG", "runtime=loudly")], "GSVT_LOG is \"runtime=loudly\", which does not fit"),
    ] {
        let settings: Vec<_> = settings.iter().copied().chain([("GSVT_HOME", home.to_str().unwrap())]).collect();
        let (sentence, code) = complaint(&output(arguments, &settings));
        assert!(sentence.starts_with(beginning), "{sentence}");
        assert_eq!(code, 64, "{sentence}");
    }
}
