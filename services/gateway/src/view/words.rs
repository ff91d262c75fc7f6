//! Kinds and purposes as words, and the choices of forms made of them.
use contract::vehicles::v1::{Direction, GoodsKind, IdType, PersonRole, PlateColor, Purpose, VehicleType};

use super::Choice;
use crate::text::Words;

pub fn vehicle_type(kind: VehicleType) -> &'static str {
    match kind {
        VehicleType::Truck => "vehicle-truck",
        VehicleType::Container => "vehicle-container",
        VehicleType::Coach => "vehicle-coach",
        VehicleType::Car => "vehicle-car",
        VehicleType::Motorbike => "vehicle-motorbike",
        VehicleType::Ambulance => "vehicle-ambulance",
        VehicleType::Other => "vehicle-other",
        VehicleType::Unspecified => "unknown",
    }
}

pub fn purpose(purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::Transit => "purpose-transit",
        Purpose::Destination => "purpose-destination",
        Purpose::ResidentReturn => "purpose-resident-return",
        Purpose::Official => "purpose-official",
        Purpose::Ambulance => "purpose-ambulance",
        Purpose::Personal => "purpose-personal",
        Purpose::Unspecified => "unknown",
    }
}

pub fn id_type(kind: IdType) -> &'static str {
    match kind {
        IdType::Cccd => "id-cccd",
        IdType::Cmnd => "id-cmnd",
        IdType::Passport => "id-passport",
        IdType::Other => "id-other",
        IdType::None | IdType::Unspecified => "id-none",
    }
}

pub fn role(role: PersonRole) -> &'static str {
    match role {
        PersonRole::Driver => "role-driver",
        PersonRole::CoDriver => "role-co-driver",
        PersonRole::Assistant => "role-assistant",
        PersonRole::Passenger => "role-passenger",
        PersonRole::Unspecified => "unknown",
    }
}

pub fn goods(kind: GoodsKind) -> &'static str {
    match kind {
        GoodsKind::Essential => "goods-essential",
        GoodsKind::Feed => "goods-feed",
        GoodsKind::Agricultural => "goods-agricultural",
        GoodsKind::Materials => "goods-materials",
        GoodsKind::Fuel => "goods-fuel",
        GoodsKind::Medical => "goods-medical",
        GoodsKind::Relief => "goods-relief",
        GoodsKind::Other => "goods-other",
        GoodsKind::Unspecified => "unknown",
    }
}

pub fn plate_color(color: PlateColor) -> &'static str {
    match color {
        PlateColor::White => "plate-white",
        PlateColor::Yellow => "plate-yellow",
        PlateColor::Blue => "plate-blue",
        PlateColor::Red => "plate-red",
        PlateColor::Other => "plate-other",
        PlateColor::Unspecified => "unknown",
    }
}

pub fn direction(direction: Direction) -> &'static str {
    match direction {
        Direction::In => "direction-in",
        Direction::Out => "direction-out",
        Direction::Unspecified => "unknown",
    }
}

/// The line that stands for nothing chosen.
pub fn none(words: &Words) -> Choice {
    Choice::new("", words.t("choose"))
}

/// Lines of a `<select>`, values as the contract writes them (`VEHICLE_TYPE_TRUCK`).
pub fn choices<T: Copy>(
    words: &Words,
    values: impl IntoIterator<Item = T>,
    name: impl Fn(&T) -> &'static str,
    key: impl Fn(T) -> &'static str,
) -> Vec<Choice> {
    std::iter::once(none(words)).chain(values.into_iter().map(|value| Choice::new(name(&value), words.t(key(value))))).collect()
}
