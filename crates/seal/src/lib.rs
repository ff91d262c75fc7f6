//! Keys and what they protect: sealed fields (envelope encryption), blind indexes, signed passes. What a field means is its service's business.
//!
//! A service opens its [`Keyring`] once. A record (an account, a trip) gets one [`DataKey`], made with [`create_key`] in the transaction that
//! inserts the record; its fields are sealed with it, each bound to its [`Place`]. [`erase`] destroys the key and with it every field.

mod cipher;
mod data_key;
mod error;
mod index;
mod key_file;
mod keyring;
pub mod pass;
mod secret;

pub use cipher::Place;
pub use data_key::{DataKey, create_key, create_keys, erase, erase_all, erased, open_key, open_keys};
pub use error::SealError;
pub use keyring::Keyring;
pub use secret::SecretBytes;

/// Makes the schema `seal` in a service's database.
pub static MIGRATOR: sqlx::migrate::Migrator = sqlx::migrate!();
