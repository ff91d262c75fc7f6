//! Makes a new migration a reason to build again: `sqlx::migrate!` does not watch the folder itself.

#[expect(clippy::print_stdout, reason = "how a build script speaks to cargo")]
fn main() {
    println!("cargo:rerun-if-changed=migrations");
}
