//! Why an upload is not taken. Never says what was inside.

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("the file is empty")]
    Empty,
    #[error("the file has more than {} bytes", crate::MOST_BYTES)]
    TooLarge,
    /// By its content; what it is called says nothing.
    #[error("the file is neither JPEG nor PNG nor WebP")]
    UnknownKind,
    #[error("the picture has too many pixels")]
    TooManyPixels,
    /// It ends too early: the transfer broke off.
    #[error("the picture is cut off")]
    CutOff,
    #[error("the picture does not decode")]
    Broken,
    /// Too many wait for their turn.
    #[error("too many pictures wait to be looked at")]
    Busy,
}
