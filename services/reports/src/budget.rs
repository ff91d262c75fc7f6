//! How many reports are taken at their turn. Whoever sends more, or more about one plate, is not refused: his come after the others, so that a flood
//! silences nobody and no plate.

use chrono::Duration;

/// Over which reports are counted.
pub const WINDOW: Duration = Duration::hours(1);
const ABOUT_A_PLATE: i64 = 5;
const FROM_A_CLIENT: i64 = 20;
/// Of them without proof of work: somebody without script, or a program.
const WITHOUT_PROOF: i64 = 5;

/// Whether a report belongs into the slow lane, counted with those before it.
pub const fn is_slow(about_the_plate: i64, from_the_client: i64, proved: bool) -> bool {
    about_the_plate > ABOUT_A_PLATE || from_the_client > if proved { FROM_A_CLIENT } else { WITHOUT_PROOF }
}
