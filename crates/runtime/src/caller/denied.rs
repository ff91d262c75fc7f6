//! The refusals that depend on who calls alone.

use contract::Permission;
use tonic::Code;

use crate::grpc::Problem;

/// The caller may not do this, whatever it is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Denied {
    #[error("nobody is signed in")]
    NotSignedIn,
    #[error("the permission {0} is missing")]
    Permission(Permission),
    #[error("only the gateway may call this")]
    NotGateway,
}

impl Denied {
    pub fn problem(self) -> Problem {
        match self {
            Self::NotSignedIn => Problem::new(Code::Unauthenticated, "NOT_SIGNED_IN", "Hãy đăng nhập để tiếp tục.", "Sign in to continue."),
            Self::Permission(_) => Problem::new(
                Code::PermissionDenied,
                "PERMISSION_MISSING",
                "Tài khoản của bạn không có quyền làm việc này.",
                "Your account may not do this.",
            ),
            Self::NotGateway => Problem::new(
                Code::PermissionDenied,
                "GATEWAY_ONLY",
                "Chức năng này chỉ dành cho hệ thống.",
                "Only the system itself may do this.",
            ),
        }
    }
}

impl From<Denied> for tonic::Status {
    fn from(denied: Denied) -> Self {
        denied.problem().into()
    }
}
