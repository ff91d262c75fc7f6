//! What can go wrong with the database, in the three kinds that a caller can act on.

use crate::grpc::Problem;

/// A fault of the database, told by what the caller may do about it.
#[derive(Debug, thiserror::Error)]
pub enum DatabaseError {
    /// Nothing was done and it may be tried again: no connection, a time limit, a conflict between transactions.
    #[error("the database is not available")]
    Unavailable(#[source] sqlx::Error),
    /// The commit's answer did not come: the change may have been made or not.
    #[error("the database did not say whether the change was made")]
    Unknown(#[source] sqlx::Error),
    #[error("the database refused")]
    Other(#[source] sqlx::Error),
}

impl From<sqlx::Error> for DatabaseError {
    fn from(error: sqlx::Error) -> Self {
        if is_temporary(&error) { Self::Unavailable(error) } else { Self::Other(error) }
    }
}

impl DatabaseError {
    /// A server that answers has decided; without an answer nobody knows. Admin shutdown during a commit is such a non-answer.
    pub(super) fn of_commit(error: sqlx::Error) -> Self {
        match &error {
            sqlx::Error::Database(answer) => match answer.code().as_deref() {
                Some("57P01" | "57P02" | "57P03" | "57014") => Self::Unknown(error),
                _ => error.into(),
            },
            _ => Self::Unknown(error),
        }
    }

    /// What the caller of an RPC is told.
    pub fn problem(&self) -> Problem {
        match self {
            Self::Unavailable(_) => Problem::unavailable("DATABASE_UNAVAILABLE"),
            Self::Unknown(_) => Problem::outcome_unknown(),
            Self::Other(_) => Problem::internal(self),
        }
    }
}

/// Whether the error is the violation of the constraint `name`: the database's word for a rule of the domain.
pub fn on_constraint(error: &sqlx::Error, name: &str) -> bool {
    matches!(error, sqlx::Error::Database(error) if error.constraint() == Some(name))
}

/// Two transactions were in each other's way (40001, 40P01); the whole transaction may be tried again.
pub fn is_serialization_failure(error: &sqlx::Error) -> bool {
    matches!(code(error).as_deref(), Some("40001" | "40P01"))
}

fn is_temporary(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(_)
        | sqlx::Error::Tls(_)
        | sqlx::Error::PoolTimedOut
        | sqlx::Error::PoolClosed
        | sqlx::Error::WorkerCrashed
        | sqlx::Error::BeginFailed => true,
        // Connection lost, too many connections or out of resources, shut down or starting, cancelled by a time limit, lock not had in time.
        sqlx::Error::Database(_) => {
            is_serialization_failure(error)
                || code(error)
                    .is_some_and(|code| ["08", "53", "57"].contains(&&code[..2.min(code.len())]) || code == "55P03" || code == "25P03")
        }
        _ => false,
    }
}

fn code(error: &sqlx::Error) -> Option<String> {
    match error {
        sqlx::Error::Database(error) => error.code().map(std::borrow::Cow::into_owned),
        _ => None,
    }
}
