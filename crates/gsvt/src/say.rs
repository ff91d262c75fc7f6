//! What the person at the terminal reads: lines on standard output, the one sentence of a failure on standard error.

use std::io::Write;

/// A line for the person who started us. Nobody may be reading any more, which is no failure of ours.
pub fn line(text: impl std::fmt::Display) {
    let _ = writeln!(std::io::stdout(), "{text}");
}

/// Why we end, on one line.
pub fn complaint(error: &anyhow::Error) {
    let _ = writeln!(std::io::stderr(), "gsvt: {error:#}");
}
