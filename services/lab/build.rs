//! Makes a new migration a reason to build again: `sqlx::migrate!` does not watch the folder itself.

fn main() {
    println!("cargo:rerun-if-changed=migrations");
}
