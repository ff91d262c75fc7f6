//! How areas and the contract's enumerations stand in a column.

use crate::error::Error;

pub use requests::Coded;

/// A column's area key.
pub fn area(text: &str) -> Result<vietnam::AreaKey, Error> {
    vietnam::AreaKey::parse(text).map_err(|_| Error::corrupt("area"))
}

pub fn texts(areas: &[vietnam::AreaKey]) -> Vec<String> {
    areas.iter().map(ToString::to_string).collect()
}
