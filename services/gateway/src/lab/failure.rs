//! What a page says when the laboratory service refused a command: something to mend, or a failure of the page.
use tonic::Status;

use crate::{
    error::{self, Fault, PageError},
    text::Lang,
    view::Mistake,
};

/// Refused because the same person may not do both; it is said, not hidden.
const OWN_RESULT: &str = "OWN_RESULT";

/// What has to be mended, each fault where `place` puts it; else the failure.
pub fn mistakes(status: Status, lang: Lang, place: impl Fn(&Fault) -> Mistake) -> Result<Vec<Mistake>, PageError> {
    let (reason, said) = (error::reason(&status), error::message(&status, lang));
    match PageError::from(status) {
        PageError::Invalid(faults) | PageError::Refused { faults, .. } if !faults.is_empty() => Ok(faults.iter().map(place).collect()),
        PageError::Invalid(_) | PageError::Refused { .. } | PageError::Conflict | PageError::TooMany => Ok(vec![Mistake::new("", said)]),
        PageError::Forbidden if reason == OWN_RESULT => Ok(vec![Mistake::new("", said)]),
        error => Err(error),
    }
}

/// The number in `barcodes[3]`.
pub fn index(path: &str) -> Option<usize> {
    path.split_once('[')?.1.split(']').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use tonic::Code;

    use super::*;

    #[test]
    fn what_can_be_mended_is_said_and_all_else_fails() {
        let at = |fault: &Fault| Mistake::new(&fault.path, fault.text(Lang::Vi));
        assert!(mistakes(Status::new(Code::AlreadyExists, "x"), Lang::Vi, at).is_ok());
        assert!(mistakes(Status::new(Code::FailedPrecondition, "x"), Lang::Vi, at).is_ok());
        assert_eq!(mistakes(Status::new(Code::NotFound, "x"), Lang::Vi, at), Err(PageError::NotFound));
        assert_eq!(mistakes(Status::new(Code::PermissionDenied, "x"), Lang::Vi, at), Err(PageError::Forbidden));
        assert_eq!((index("wells[11].barcodes[0]"), index("barcodes")), (Some(11), None));
    }
}
