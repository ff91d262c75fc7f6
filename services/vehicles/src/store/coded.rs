//! How the contract's enumerations stand in a column: their name without its prefix, such as `IN_TRANSIT`.

use contract::vehicles::v1::{
    ArrivalResult, ArrivalState, Decision, DeclaredBy, Direction, GoodsKind, PersonRole, PlateColor, PublicState, Purpose, SightingOutcome,
    SigningMethod, TripState, VehicleType, ViolationKind, ViolationState,
};

use crate::error::Error;

pub trait Coded: Sized {
    fn code(self) -> &'static str;
    /// An error where a column holds what this version does not know.
    fn read(text: &str) -> Result<Self, Error>;
}

macro_rules! coded {
    ($($name:ident $prefix:literal),* $(,)?) => {$(
        impl Coded for $name {
            fn code(self) -> &'static str {
                let name = self.as_str_name();
                name.strip_prefix($prefix).unwrap_or(name)
            }

            fn read(text: &str) -> Result<Self, Error> {
                Self::from_str_name(&[$prefix, text].concat()).ok_or(Error::Corrupt(stringify!($name)))
            }
        }
    )*};
}

coded! {
    ArrivalResult "ARRIVAL_RESULT_",
    ArrivalState "ARRIVAL_STATE_",
    DeclaredBy "DECLARED_BY_",
    Decision "DECISION_",
    Direction "DIRECTION_",
    GoodsKind "GOODS_KIND_",
    PersonRole "PERSON_ROLE_",
    PlateColor "PLATE_COLOR_",
    PublicState "PUBLIC_STATE_",
    Purpose "PURPOSE_",
    SightingOutcome "SIGHTING_OUTCOME_",
    SigningMethod "SIGNING_METHOD_",
    TripState "TRIP_STATE_",
    VehicleType "VEHICLE_TYPE_",
    ViolationKind "VIOLATION_KIND_",
    ViolationState "VIOLATION_STATE_",
}

/// A column's area key.
pub fn area(text: &str) -> Result<vietnam::AreaKey, Error> {
    vietnam::AreaKey::parse(text).map_err(|_| Error::Corrupt("area"))
}

pub fn texts(areas: &[vietnam::AreaKey]) -> Vec<String> {
    areas.iter().map(ToString::to_string).collect()
}
