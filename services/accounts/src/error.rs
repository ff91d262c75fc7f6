//! Everything that can go wrong in accounts, and what the caller is told.

use std::time::Duration;

use contract::rules;
use runtime::{
    BoxError, DatabaseError, Denied,
    grpc::{FieldViolation, Problem},
};
use tonic::Code;

use crate::{account::Refused, authority::Beyond, tries::Wait};

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("the caller may not")]
    Denied(#[from] Denied),
    #[error("the request breaks rules")]
    Invalid(Vec<rules::FieldViolation>),
    /// No such record, or none that the caller may know of.
    #[error("not found")]
    NotFound,
    /// Unknown login or wrong password: nobody learns which.
    #[error("wrong login or password")]
    WrongPassword,
    #[error("no open session")]
    NoSession,
    #[error("too many tries")]
    TooManyTries(#[from] Wait),
    /// Too many passwords wait to be hashed.
    #[error("busy")]
    Busy,
    #[error("the id was used with other content")]
    IdReused,
    #[error("the login is taken")]
    LoginTaken,
    #[error("the account's state refuses")]
    Refused(#[from] Refused),
    #[error("beyond the administrator's authority")]
    Beyond(#[from] Beyond),
    #[error("something broke")]
    Broken(#[source] Broken),
}

/// What no caller can do anything about.
#[derive(Debug, thiserror::Error)]
pub enum Broken {
    #[error("the database failed")]
    Database(#[from] DatabaseError),
    #[error("stored data cannot be read: {0}")]
    Stored(&'static str),
    #[error("a part failed")]
    Other(#[source] BoxError),
}

impl Error {
    pub fn internal(error: impl Into<BoxError>) -> Self {
        Self::Broken(Broken::Other(error.into()))
    }

    /// A value that this service cannot have written: which table and column.
    pub const fn broken(place: &'static str) -> Self {
        Self::Broken(Broken::Stored(place))
    }

    fn problem(self) -> Problem {
        match self {
            Self::Denied(denied) => denied.problem(),
            Self::Invalid(violations) => Problem::invalid(violations.into_iter().map(field).collect()),
            Self::NotFound => {
                problem(Code::NotFound, "NOT_FOUND", "Không tìm thấy, hoặc nằm ngoài địa bàn của bạn.", "Not found, or outside your area.")
            }
            Self::WrongPassword => problem(
                Code::Unauthenticated,
                "WRONG_LOGIN_OR_PASSWORD",
                "Tên đăng nhập hoặc mật khẩu không đúng.",
                "The login or the password is not right.",
            ),
            Self::NoSession => problem(
                Code::Unauthenticated,
                "SESSION_ENDED",
                "Phiên làm việc đã kết thúc. Hãy đăng nhập lại.",
                "The session has ended. Sign in again.",
            ),
            Self::TooManyTries(Wait(left)) => too_many_tries(left.to_std().unwrap_or_default()),
            Self::Busy => Problem::unavailable("SIGN_IN_BUSY"),
            Self::IdReused => problem(
                Code::AlreadyExists,
                "ID_REUSED",
                "Mã này đã được dùng với nội dung khác. Hãy mở lại trang và nhập lại.",
                "This id was used with other content. Open the page again.",
            ),
            Self::LoginTaken => problem(Code::AlreadyExists, "LOGIN_TAKEN", "Tên đăng nhập này đã có người dùng.", "This login is taken."),
            Self::Refused(refused) => of_refused(refused),
            Self::Beyond(Beyond::Unit) => problem(
                Code::PermissionDenied,
                "UNIT_BEYOND_OWN",
                "Đơn vị này không thuộc đơn vị hoặc địa bàn bạn quản lý.",
                "This unit is not below yours, or not in your area.",
            ),
            Self::Beyond(Beyond::Grant { .. }) => problem(
                Code::PermissionDenied,
                "GRANT_BEYOND_OWN",
                "Bạn chỉ được giao những quyền mình có, trong địa bàn và thời hạn của mình.",
                "You can only give what you hold yourself, in your own area and for no longer than you hold it.",
            ),
            Self::Broken(Broken::Database(error)) => error.problem(),
            Self::Broken(broken @ (Broken::Stored(_) | Broken::Other(_))) => Problem::internal(&broken),
        }
    }
}

fn of_refused(refused: Refused) -> Problem {
    match refused {
        Refused::Stale => problem(
            Code::Aborted,
            "STALE_VERSION",
            "Tài khoản vừa được người khác thay đổi. Hãy xem lại rồi thực hiện.",
            "Somebody else has just changed the account. Look at it again first.",
        ),
        Refused::Own => problem(
            Code::FailedPrecondition,
            "OWN_ACCOUNT",
            "Không thể thực hiện trên tài khoản của chính mình.",
            "This cannot be done to one's own account.",
        ),
        Refused::Locked => problem(Code::FailedPrecondition, "ACCOUNT_LOCKED", "Tài khoản đang bị khóa.", "The account is locked."),
        Refused::NoGrant => {
            problem(Code::NotFound, "NOT_FOUND", "Tài khoản không có quyền được giao này.", "The account has no such grant.")
        }
    }
}

fn too_many_tries(left: Duration) -> Problem {
    // Whole seconds, never none: what a person waits for.
    let seconds = left.as_secs() + 1;
    let vi = format!("Đã thử quá nhiều lần. Hãy thử lại sau {seconds} giây.");
    let en = format!("Too many tries. Try again in {seconds} seconds.");
    Problem { retry_after: Some(Duration::from_secs(seconds)), ..Problem::new(Code::ResourceExhausted, "TOO_MANY_TRIES", vi, en) }
}

fn problem(code: Code, reason: &'static str, vi: &'static str, en: &'static str) -> Problem {
    Problem::new(code, reason, vi, en)
}

fn field(violation: rules::FieldViolation) -> FieldViolation {
    FieldViolation::new(violation.field_path, violation.code, violation.description_vi, violation.description_en)
}

impl From<Error> for tonic::Status {
    fn from(error: Error) -> Self {
        error.problem().into()
    }
}

impl From<DatabaseError> for Error {
    fn from(error: DatabaseError) -> Self {
        Self::Broken(Broken::Database(error))
    }
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        DatabaseError::from(error).into()
    }
}

impl From<seal::SealError> for Error {
    fn from(error: seal::SealError) -> Self {
        match error {
            seal::SealError::Database(error) => error.into(),
            // An erased account is nobody's any more.
            seal::SealError::Erased(_) => Self::NotFound,
            other => Self::internal(other),
        }
    }
}

impl From<events::AppendError> for Error {
    fn from(error: events::AppendError) -> Self {
        match error {
            events::AppendError::Database(error) => error.into(),
            other => Self::internal(other),
        }
    }
}
