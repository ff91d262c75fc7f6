//! What `gsvt up` shows when the system answers: where it is and how to sign in.

use std::net::SocketAddr;

use accounts::DemoLogin;

use crate::say;

/// Prints the address and the demo logins.
pub fn greet(address: SocketAddr, logins: &[DemoLogin]) {
    say::line(format_args!("\nGSVT runs at {} (Ctrl-C stops it)\n", link(address)));
    say::line("Demo logins:");
    let width = |text: fn(&DemoLogin) -> &str| logins.iter().map(|login| text(login).chars().count()).max().unwrap_or_default();
    let (login_width, password_width) = (width(|login| &login.login), width(|login| &login.password));
    for DemoLogin { login, password, whose } in logins {
        say::line(format_args!("  {login:login_width$}  {password:password_width$}  {whose}"));
    }
    say::line("");
}

/// Passkeys and cookies need a name where there is one.
fn link(address: SocketAddr) -> String {
    let host = if address.ip().is_loopback() && address.ip().is_ipv4() { "localhost".to_owned() } else { address.ip().to_string() };
    format!("http://{host}:{}", address.port())
}
