//! A declaration: parsed once into the field's vocabulary, with every fault of it named. Strict for a driver who can mend his form, lenient
//! for an officer who sees the vehicle before him: what is odd there is a warning. Lengths and ranges are the contract's rules.

use std::collections::HashSet;

use chrono::{DateTime, Duration, Utc};
use contract::{
    common::v1::Area as AreaMessage,
    vehicles::v1::{self as pb, DeclaredBy, Direction, GoodsKind, PersonRole, Purpose, VehicleType},
};
use vietnam::{AreaKey, Level, Phone, Plate, PlateKind, areas, province::Profile};

pub use crate::person::Person;
use crate::{
    fault::{Fault, Faults},
    trip::Destination,
};

/// Who wrote it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    Public,
    Post,
}

#[derive(Debug, Clone)]
pub struct Declaration {
    pub direction: Direction,
    pub purpose: Purpose,
    pub plate: Plate,
    pub vehicle_type: VehicleType,
    pub seats: i32,
    pub goods_kind: GoodsKind,
    pub origin: AreaKey,
    /// Those in the province.
    pub destinations: Vec<Destination>,
    pub entry_post: String,
    pub exit_post: Option<String>,
    pub expected_exit_at: Option<DateTime<Utc>>,
    pub declared_by: DeclaredBy,
    pub people: Vec<Person>,
    /// Its posts and destinations with all areas above them.
    pub areas: Vec<AreaKey>,
    /// Stable codes, only from a post.
    pub warnings: Vec<&'static str>,
    /// In canonical spelling, without the people; what is sealed.
    pub message: pb::Declaration,
}

const MOST_AHEAD_HOURS: i64 = 72;
const MOST_PEOPLE: usize = 60;
const MOST_DESTINATIONS: usize = 20;

/// Reads `message`, whose path in the request is `declaration`.
pub fn parse(message: &pb::Declaration, profile: &Profile, source: Source, now: DateTime<Utc>) -> Result<Declaration, Vec<Fault>> {
    let mut parser = Parser { message, profile, source, now, faults: Faults::default(), warnings: Vec::new() };
    let parsed = parser.declaration();
    parser.faults.or(parsed)
}

/// The color of the contract in the vocabulary's word.
pub fn plate_color(color: i32) -> vietnam::PlateColor {
    match pb::PlateColor::try_from(color) {
        Ok(pb::PlateColor::White) => vietnam::PlateColor::White,
        Ok(pb::PlateColor::Yellow) => vietnam::PlateColor::Yellow,
        Ok(pb::PlateColor::Blue) => vietnam::PlateColor::Blue,
        Ok(pb::PlateColor::Red) => vietnam::PlateColor::Red,
        Ok(pb::PlateColor::Other) => vietnam::PlateColor::Other,
        Ok(pb::PlateColor::Unspecified) | Err(_) => vietnam::PlateColor::Unspecified,
    }
}

struct Parser<'a> {
    message: &'a pb::Declaration,
    profile: &'a Profile,
    source: Source,
    now: DateTime<Utc>,
    faults: Faults,
    warnings: Vec<&'static str>,
}

impl Parser<'_> {
    fn declaration(&mut self) -> Option<Declaration> {
        let direction = if self.message.direction == Direction::Out as i32 { Direction::Out } else { Direction::In };
        let purpose = self.purpose(direction);
        let vehicle_type = self.vehicle_type();
        let plate = self.plate();
        self.trailer();
        self.carrier();
        let origin = self.origin();
        let people = self.people();
        let (entry_post, exit_post) = self.posts(purpose, direction);
        let destinations = self.destinations(purpose, direction, exit_post.is_some());
        let expected_exit_at = self.faults.time(self.message.expected_exit_at, "declaration.expected_exit_at");
        let (purpose, plate, origin, entry_post) = (purpose?, plate?, origin?, entry_post?);
        Some(Declaration {
            areas: self.areas(&entry_post, exit_post.as_deref(), &destinations),
            direction,
            purpose,
            vehicle_type: vehicle_type?,
            seats: self.message.seats,
            goods_kind: GoodsKind::try_from(self.message.goods_kind).unwrap_or_default(),
            origin,
            destinations,
            entry_post,
            exit_post,
            expected_exit_at,
            declared_by: self.declared_by(),
            people,
            warnings: std::mem::take(&mut self.warnings),
            message: self.canonical(&plate),
            plate,
        })
    }

    fn purpose(&mut self, direction: Direction) -> Option<Purpose> {
        let purpose = Purpose::try_from(self.message.purpose).ok().filter(|purpose| *purpose != Purpose::Unspecified);
        match purpose {
            None => self.faults.add("declaration.purpose", "Chọn hình thức: quá cảnh, đến địa bàn…", "Choose transit, destination…"),
            Some(Purpose::Transit) if direction == Direction::Out => {
                self.faults.add(
                    "declaration.purpose",
                    "Xe ra khỏi tỉnh không khai quá cảnh",
                    "A vehicle that leaves the province is no transit",
                );
            }
            Some(_) => {}
        }
        purpose
    }

    fn vehicle_type(&mut self) -> Option<VehicleType> {
        let known = VehicleType::try_from(self.message.vehicle_type).ok().filter(|kind| *kind != VehicleType::Unspecified);
        if known.is_none() {
            self.faults.add("declaration.vehicle_type", "Chọn loại xe", "Choose the type of vehicle");
        }
        known
    }

    fn plate(&mut self) -> Option<Plate> {
        let said = self.message.plate.clone().unwrap_or_default();
        let plate = Plate::parse(&said.text, &said.country, plate_color(said.color));
        let plate = self.faults.take(
            plate,
            "declaration.plate.text",
            "Ghi biển số, ví dụ 81C-123.45",
            "Give the number plate, such as 81C-123.45",
        )?;
        if plate.kind() == PlateKind::Unrecognised {
            match self.source {
                Source::Post => self.warnings.push("PLATE_UNRECOGNISED"),
                Source::Public => self.faults.add(
                    "declaration.plate.text",
                    "Ghi biển số như trên xe, ví dụ 81C-123.45; xe nước ngoài chọn nước",
                    "Write the plate as on the vehicle, such as 81C-123.45; choose the country of a foreign one",
                ),
            }
        }
        Some(plate)
    }

    fn trailer(&mut self) {
        if let Some(said) = self.message.trailer.as_ref().filter(|said| !said.text.trim().is_empty()) {
            let parsed = Plate::parse(&said.text, &said.country, plate_color(said.color));
            self.faults.take(
                parsed,
                "declaration.trailer.text",
                "Ghi biển số rơ moóc, ví dụ 51R-123.45",
                "Give the trailer's plate, such as 51R-123.45",
            );
        }
    }

    fn carrier(&mut self) {
        let Some(carrier) = &self.message.carrier else { return };
        if !carrier.tax_code.is_empty() && !is_tax_code(&carrier.tax_code) {
            self.faults.add("declaration.carrier.tax_code", "Ghi mã số thuế 10 chữ số, hoặc 10-3", "A tax code of 10 digits, or 10-3");
        }
        if !carrier.phone.is_empty() {
            let phone = Phone::parse(&carrier.phone);
            self.faults.take(
                phone,
                "declaration.carrier.phone",
                "Ghi đủ 10 chữ số, ví dụ 0905 123 456",
                "Ten digits, such as 0905 123 456",
            );
        }
    }

    fn origin(&mut self) -> Option<AreaKey> {
        let origin = self.message.origin.clone().unwrap_or_default();
        self.faults.time(origin.departed_at, "declaration.origin.departed_at");
        self.area(origin.area.as_ref(), "declaration.origin.area")
    }

    fn area(&mut self, area: Option<&AreaMessage>, field: &str) -> Option<AreaKey> {
        let found = area.ok_or(()).and_then(|area| areas::resolve(&area.code, &area.valid_from, self.profile.era).map_err(|_| ()));
        self.faults.take(found, field, "Chọn tỉnh, huyện, xã trong danh mục", "Choose an area of the list").map(|area| area.key)
    }

    fn people(&mut self) -> Vec<Person> {
        let message = self.message;
        let count = message.people.len();
        if !(1..=MOST_PEOPLE).contains(&count) {
            self.faults.add("declaration.people", "Khai từ 1 đến 60 người trên xe", "Declare 1 to 60 people on board");
            return Vec::new();
        }
        if message.seats > 0 && usize::try_from(message.seats).is_ok_and(|seats| count > seats) {
            match self.source {
                Source::Post => self.warnings.push("MORE_PEOPLE_THAN_SEATS"),
                Source::Public => {
                    let (vi, en) = (format!("Số người ({count}) nhiều hơn số chỗ"), format!("More people ({count}) than seats"));
                    self.faults.add("declaration.people", vi, en);
                }
            }
        }
        if !message.people.iter().any(|person| person.role == PersonRole::Driver as i32) {
            self.faults.add("declaration.people", "Ghi người lái xe", "Name the driver");
        }
        let (source, now, faults) = (self.source, self.now, &mut self.faults);
        let parse = |(index, person)| Person::parse(person, &format!("declaration.people[{index}]"), source, now, faults);
        let people: Vec<Person> = message.people.iter().enumerate().filter_map(parse).collect();
        self.repeated(&people);
        if source == Source::Post && people.iter().any(|person| person.lacks_papers(now)) {
            self.warnings.push("PERSON_WITHOUT_PAPERS");
        }
        people
    }

    fn repeated(&mut self, people: &[Person]) {
        let mut seen = HashSet::new();
        for (index, person) in people.iter().enumerate() {
            if let Some(key) = person.number.as_ref().and_then(vietnam::IdNumber::key)
                && !seen.insert(key)
            {
                self.faults.add(
                    format!("declaration.people[{index}].id_number"),
                    "Số giấy tờ này đã ghi cho người khác",
                    "Another person has this number",
                );
            }
        }
    }

    fn posts(&mut self, purpose: Option<Purpose>, direction: Direction) -> (Option<String>, Option<String>) {
        let entry = Some(self.message.entry_post_id.clone()).filter(|id| self.profile.post(id).is_some());
        if entry.is_none() {
            self.faults.add("declaration.entry_post_id", "Chọn chốt trong danh sách", "Choose a post of the list");
        }
        let said = &self.message.exit_post_id;
        let exit = Some(said.clone()).filter(|id| self.profile.post(id).is_some());
        if !said.is_empty() && exit.is_none() {
            self.faults.add("declaration.exit_post_id", "Chọn chốt ra trong danh sách", "Choose an exit post of the list");
        } else if purpose == Some(Purpose::Transit) && (exit.is_none() || exit == entry) && direction == Direction::In {
            self.faults.add("declaration.exit_post_id", "Chọn chốt ra, khác chốt vào", "Choose an exit post other than the entry post");
        }
        (entry, exit)
    }

    fn destinations(&mut self, purpose: Option<Purpose>, direction: Direction, leaves: bool) -> Vec<Destination> {
        let message = self.message;
        if message.destinations.len() > MOST_DESTINATIONS {
            self.faults.add("declaration.destinations", "Khai tối đa 20 nơi đến", "At most 20 destinations");
            return Vec::new();
        }
        let mut found = Vec::new();
        for (index, destination) in message.destinations.iter().enumerate() {
            let path = format!("declaration.destinations[{index}]");
            self.receiver(destination, &path);
            let Some(area) = self.area(destination.area.as_ref(), &format!("{path}.area")) else { continue };
            let inside = self.profile.area.covers(area);
            if direction == Direction::Out || (purpose == Some(Purpose::Transit) && !inside) {
                continue;
            }
            if purpose == Some(Purpose::Transit) {
                self.faults.add(path, "Xe quá cảnh không có nơi đến trong tỉnh", "A transit has no destination in the province");
            } else if !inside || area.level() != Level::Commune {
                self.faults.add(format!("{path}.area"), "Chọn xã, phường trong tỉnh", "Choose a commune of the province");
            } else if let Some(expected_at) = self.expected_at(destination, &path) {
                found.push(Destination { area, expected_at });
            }
        }
        let must_arrive = match purpose {
            Some(Purpose::Destination | Purpose::ResidentReturn | Purpose::Personal) => true,
            Some(Purpose::Official | Purpose::Ambulance) => !leaves,
            Some(Purpose::Transit | Purpose::Unspecified) | None => false,
        };
        if must_arrive && direction == Direction::In && message.destinations.is_empty() {
            self.faults.add("declaration.destinations", "Khai ít nhất một nơi đến", "Declare at least one destination");
        }
        found
    }

    fn receiver(&mut self, destination: &pb::Destination, path: &str) {
        if !destination.receiver_phone.is_empty() {
            let phone = Phone::parse(&destination.receiver_phone);
            self.faults.take(
                phone,
                format!("{path}.receiver_phone"),
                "Ghi đủ 10 chữ số, ví dụ 0905 123 456",
                "Ten digits, such as 0905 123 456",
            );
        }
    }

    fn expected_at(&mut self, destination: &pb::Destination, path: &str) -> Option<DateTime<Utc>> {
        let field = format!("{path}.expected_at");
        let at = self.faults.time(destination.expected_at, field.clone());
        let latest = self.now + Duration::hours(MOST_AHEAD_HOURS);
        match (at, self.source) {
            (Some(at), Source::Post) if at <= latest => Some(at),
            (Some(at), Source::Public) if self.now < at && at <= latest => Some(at),
            (None, Source::Post) if destination.expected_at.is_none() => Some(self.now),
            _ => {
                self.faults.add(field, "Ghi giờ hẹn đến trong 72 giờ tới", "Give the time of arrival, within the next 72 hours");
                None
            }
        }
    }

    fn declared_by(&self) -> DeclaredBy {
        match (self.source, DeclaredBy::try_from(self.message.declared_by)) {
            (Source::Post, _) => DeclaredBy::Officer,
            (Source::Public, Ok(DeclaredBy::OnBehalf)) => DeclaredBy::OnBehalf,
            (Source::Public, _) => DeclaredBy::Driver,
        }
    }

    fn areas(&self, entry: &str, exit: Option<&str>, destinations: &[Destination]) -> Vec<AreaKey> {
        let posts = [Some(entry), exit].into_iter().flatten().filter_map(|id| self.profile.post(id)).map(|post| post.area);
        with_ancestors(posts.chain(destinations.iter().map(|destination| destination.area)))
    }

    /// Writes out the state of an area: what is stored must not depend on a setting.
    fn date(&self, said: &mut AreaMessage) {
        if let Ok(area) = areas::resolve(&said.code, &said.valid_from, self.profile.era) {
            area.era().valid_from_text().clone_into(&mut said.valid_from);
        }
    }

    fn canonical(&self, plate: &Plate) -> pb::Declaration {
        let mut message = self.message.clone();
        message.people.clear();
        if let Some(said) = &mut message.plate {
            plate.display().clone_into(&mut said.text);
            plate.country().clone_into(&mut said.country);
        }
        let origin = message.origin.as_mut().and_then(|origin| origin.area.as_mut());
        let destinations = message.destinations.iter_mut().filter_map(|destination| destination.area.as_mut());
        for said in origin.into_iter().chain(destinations) {
            self.date(said);
        }
        message
    }
}

/// The areas and all above them, each once, in order.
pub fn with_ancestors(areas: impl Iterator<Item = AreaKey>) -> Vec<AreaKey> {
    let mut all: Vec<AreaKey> = areas.flat_map(AreaKey::ancestors).collect();
    all.sort();
    all.dedup();
    all
}

/// 10 digits, or 10-3.
fn is_tax_code(text: &str) -> bool {
    let (number, branch) = text.split_once('-').map_or((text, None), |(number, branch)| (number, Some(branch)));
    let digits = |part: &str, length| part.len() == length && part.bytes().all(|byte| byte.is_ascii_digit());
    digits(number, 10) && branch.is_none_or(|branch| digits(branch, 3))
}
