//! A photo: how many a report has, how long one waits for its report, and why one is not taken.

use chrono::Duration;
use files::{FilesError, Refusal};

/// With a submission.
pub const MOST_WITH_SUBMISSION: usize = 5;
/// Of a report, those too that its reporter adds later.
pub const MOST_OF_REPORT: usize = 10;
/// Of a report, by those who handle it.
pub const MOST_OF_HANDLERS: usize = 20;
/// How long one waits for the report that names it.
pub const WAITS: Duration = Duration::days(1);
/// How often time looks whether a photo's report was erased.
pub const LOOK_AGAIN: Duration = Duration::days(1);
/// Over which those of a client are counted.
pub const WINDOW: Duration = Duration::hours(1);
/// Of a client within the window: many phones may stand behind one address.
pub const MOST_FROM_A_CLIENT: i64 = 60;
/// Of everybody, waiting for a report: about 3 GB.
pub const MOST_WAITING: i64 = 500;

/// Why a photo is not taken.
#[derive(Debug, thiserror::Error)]
pub enum PhotoError {
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The report or submission has as many as it may have.
    #[error("there are enough photos")]
    Enough,
    #[error("too many photos came from one client")]
    TooManySent,
    #[error("too many photos wait for their reports")]
    NoRoom,
    #[error("the report of the submission was sent")]
    Sent,
    #[error("files cannot be stored or read")]
    Files(#[from] FilesError),
}

/// Refuses one photo more where there is no room for it.
pub fn make_room(there: usize, most: usize, from_the_client: i64, waiting: i64) -> Result<(), PhotoError> {
    if there >= most {
        return Err(PhotoError::Enough);
    }
    if from_the_client >= MOST_FROM_A_CLIENT {
        return Err(PhotoError::TooManySent);
    }
    if waiting >= MOST_WAITING { Err(PhotoError::NoRoom) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_is_room_until_one_of_three_is_used_up() {
        assert!(make_room(4, 5, 59, 499).is_ok());
        assert!(matches!(make_room(5, 5, 0, 0), Err(PhotoError::Enough)));
        assert!(matches!(make_room(0, 5, 60, 0), Err(PhotoError::TooManySent)));
        assert!(matches!(make_room(0, 5, 0, 500), Err(PhotoError::NoRoom)));
    }
}
