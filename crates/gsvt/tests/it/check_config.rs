//! `gsvt check-config` shows what holds and hides what is secret.

use crate::running::output;

#[test]
fn settings_are_shown_without_secrets() {
    let folder = testing::folder().unwrap();
    let (secret, public) = (folder.path().join("caller.key"), folder.path().join("caller.pub"));
    seal::pass::create_missing_pair(&secret, &public).unwrap();
    let output = output(
        &["check-config", "--target=vehicles"],
        &[
            ("VEHICLES_GRPC", "127.0.0.1:9001"),
            ("VEHICLES_DATABASE_URL", "postgresql://vehicles:hunter2@db/vehicles"),
            ("VEHICLES_KEYS", "/etc/gsvt/keys"),
            ("NATS_URL", "nats://gsvt:hunter2@nats:4222"),
            ("CALLER_PUBLIC_KEY", public.to_str().unwrap()),
            ("VEHICLES_TYPO", "1"),
        ],
    );
    let shown = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    for line in [
        "VEHICLES_DATABASE_URL=postgresql://vehicles:***@db/vehicles",
        "NATS_URL=nats://gsvt:***@nats:4222",
        "GSVT_PROVINCE=gia-lai-2021 # default",
        "# VEHICLES_TYPO is set but means nothing here",
    ] {
        assert!(shown.lines().any(|shown| shown == line), "{line} is missing in\n{shown}");
    }
    assert!(!shown.contains("hunter2"));
}
