//! What people upload: which photos are taken, how they are cleaned, and where files lie, sealed. Whose a photo is, who may see it and how long it
//! stays is its service's business.
//!
//! A service opens one [`Darkroom`] and one [`Files`]. [`Darkroom::develop`] makes of an upload two pictures that hold pixels and nothing else.

mod darkroom;
mod jpeg;
mod picture;
mod refusal;
mod store;

pub use darkroom::{Darkroom, digest};
pub use picture::{Kind, MOST_BYTES, MOST_PIXELS, MOST_SIDE, PHOTO_SIDE, Picture, Pictures, THUMBNAIL_SIDE, kind};
pub use refusal::Refusal;
pub use store::{File, Files, FilesError};
