//! The field's vocabulary: plates, people's numbers and names, codes, scanned texts, areas and times, parsed once and compared in one way.
//! Plain values without a clock, a database or the network; nothing here knows the rest of the workspace.

pub mod areas;
pub mod code;
pub mod date;
pub mod fold;
pub mod identity;
pub mod name;
pub mod phone;
pub mod plate;
pub mod province;
pub mod scan;
pub mod time;
pub mod working_time;

pub use areas::{Area, AreaKey, AreaKind, Era, Level};
pub use code::ShortCode;
pub use date::PartialDate;
pub use identity::{IdKind, IdNumber, Sex};
pub use name::PersonName;
pub use phone::Phone;
pub use plate::{Plate, PlateColor, PlateKind};

/// `Debug` that names the type alone: these values are of a person and must reach no log and no error by accident.
macro_rules! redacted_debug {
    ($type:ty, $name:literal) => {
        impl std::fmt::Debug for $type {
            fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str(concat!($name, "(…)"))
            }
        }
    };
}
pub(crate) use redacted_debug;
