//! What can go wrong in any service, and what the caller is told. A service's own refusals stand beside it in the service's `error.rs`, which says of each
//! what its `problem` is.

use runtime::{
    DatabaseError, Denied,
    grpc::{FieldViolation, Problem},
};
use tonic::Code;

use crate::{IdReused, Invalid, UnknownCode, fault::Fault};

#[derive(Debug, thiserror::Error)]
pub enum Failure {
    #[error("the request breaks the rules of its fields")]
    Invalid(Vec<Fault>),
    /// Also where the caller may not see it.
    #[error("there is no such record")]
    NotFound,
    #[error(transparent)]
    Denied(#[from] Denied),
    #[error("the id was used for another content")]
    IdReused,
    #[error("the database failed")]
    Database(#[from] DatabaseError),
    #[error("sealing failed")]
    Seal(#[source] seal::SealError),
    #[error("the event was not appended")]
    Event(#[source] events::AppendError),
    #[error("a stored value is not understood: {0}")]
    Corrupt(&'static str),
}

impl Failure {
    /// Whether the database enforced one of these constraints.
    pub fn is_on(&self, constraints: &[&str]) -> bool {
        let Self::Database(DatabaseError::Other(error)) = self else { return false };
        constraints.iter().any(|name| runtime::database::on_constraint(error, name))
    }

    pub fn problem(&self) -> Problem {
        match self {
            Self::Invalid(faults) => Problem::invalid(faults.iter().map(violation).collect()),
            Self::NotFound => Problem::new(Code::NotFound, "NOT_FOUND", "Không tìm thấy.", "Not found."),
            Self::Denied(denied) => denied.problem(),
            Self::IdReused => Problem::new(
                Code::AlreadyExists,
                "ID_REUSED",
                "Mã này đã dùng cho nội dung khác. Tải lại trang rồi gửi lại.",
                "This id was used for another content. Reload the page and send again.",
            ),
            Self::Database(error) => error.problem(),
            Self::Seal(seal::SealError::Erased(_)) => {
                Problem::new(Code::NotFound, "ERASED", "Dữ liệu đã được xóa.", "The data was erased.")
            }
            Self::Seal(error) => Problem::internal(error),
            Self::Event(error) => Problem::internal(error),
            Self::Corrupt(_) => Problem::internal(self),
        }
    }
}

fn violation(fault: &Fault) -> FieldViolation {
    FieldViolation::new(fault.field_path.clone(), fault.code, fault.description_vi.clone(), fault.description_en.clone())
}

impl From<Invalid> for Failure {
    fn from(invalid: Invalid) -> Self {
        Self::Invalid(invalid.0)
    }
}

impl From<IdReused> for Failure {
    fn from(_: IdReused) -> Self {
        Self::IdReused
    }
}

impl From<UnknownCode> for Failure {
    fn from(unknown: UnknownCode) -> Self {
        Self::Corrupt(unknown.0)
    }
}

impl From<sqlx::Error> for Failure {
    fn from(error: sqlx::Error) -> Self {
        Self::Database(error.into())
    }
}

impl From<seal::SealError> for Failure {
    fn from(error: seal::SealError) -> Self {
        match error {
            seal::SealError::Database(error) => error.into(),
            other => Self::Seal(other),
        }
    }
}

impl From<events::AppendError> for Failure {
    fn from(error: events::AppendError) -> Self {
        match error {
            events::AppendError::Database(error) => error.into(),
            other => Self::Event(other),
        }
    }
}

/// What the error of a service has in common with every other's: for an enumeration with `Failure(Failure)` among its variants.
#[macro_export]
macro_rules! failures {
    ($error:ident) => {
        impl $error {
            pub const fn corrupt(what: &'static str) -> Self {
                Self::Failure($crate::Failure::Corrupt(what))
            }

            pub const fn not_found() -> Self {
                Self::Failure($crate::Failure::NotFound)
            }

            pub const fn invalid(faults: Vec<$crate::fault::Fault>) -> Self {
                Self::Failure($crate::Failure::Invalid(faults))
            }

            /// Whether the database enforced one of these constraints.
            pub fn is_on(&self, constraints: &[&str]) -> bool {
                matches!(self, Self::Failure(failure) if failure.is_on(constraints))
            }

            /// The primary key of a client's id was taken by another record.
            pub fn or_reused(self, key: &str) -> Self {
                if self.is_on(&[key]) { $crate::IdReused.into() } else { self }
            }
        }

        $crate::failures! {
            $error: $crate::Invalid, $crate::IdReused, $crate::UnknownCode, runtime::Denied, runtime::DatabaseError, sqlx::Error,
            seal::SealError, events::AppendError,
        }

        impl From<$error> for tonic::Status {
            fn from(error: $error) -> Self {
                problem(&error).into()
            }
        }
    };
    ($error:ident: $($from:ty),* $(,)?) => {$(
        impl From<$from> for $error {
            fn from(error: $from) -> Self {
                Self::Failure(error.into())
            }
        }
    )*};
}
