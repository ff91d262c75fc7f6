//! From what was typed to the request, or everything that has to be mended.
use chrono::{DateTime, TimeDelta, Utc};
use contract::{
    Timestamp,
    common::v1::Area,
    vehicles::v1::{
        Carrier, Declaration, DeclaredBy, Destination, Direction, GoodsKind, IdType, Origin, Person, PersonRole, Plate, PlateColor,
        Purpose, Sex, VehicleType,
    },
};
use vietnam::{PartialDate, PersonName, Phone, province::Profile, time};

use super::{MOST_PEOPLE, MOST_PLACES};
use crate::{
    forms::Typed,
    pages::place_filter::{self, Place},
    text::Words,
    view::{Mistake, moment},
};

/// Destinations and exits lie at most this far ahead.
const AHEAD: TimeDelta = TimeDelta::hours(72);

/// Details of a scanned card that the form carries along and nobody types.
pub const CARRIED: [&str; 3] = ["-sex", "-qid", "-other"];

/// The request of a driver's form, or every mistake in the order of the page.
pub fn parse(words: &Words, province: &Profile, typed: &Typed, now: DateTime<Utc>) -> Result<Declaration, Vec<Mistake>> {
    read(Reader { words, province, typed, now, at_post: false, mistakes: Vec::new() })
}

/// The same of an officer, who writes down what he sees: what a person does not have is left empty.
pub fn at_post(words: &Words, province: &Profile, typed: &Typed, now: DateTime<Utc>) -> Result<Declaration, Vec<Mistake>> {
    read(Reader { words, province, typed, now, at_post: true, mistakes: Vec::new() })
}

fn read(mut reader: Reader<'_>) -> Result<Declaration, Vec<Mistake>> {
    let declaration = reader.declaration();
    if reader.mistakes.is_empty() { Ok(declaration) } else { Err(reader.mistakes) }
}

struct Reader<'a> {
    words: &'a Words,
    province: &'a Profile,
    typed: &'a Typed,
    now: DateTime<Utc>,
    at_post: bool,
    mistakes: Vec<Mistake>,
}

impl Reader<'_> {
    fn declaration(&mut self) -> Declaration {
        let plate = Plate {
            text: self.needed("plate", "declare-missing-plate"),
            country: self.text("country"),
            color: self.color().into(),
            recognised: false,
        };
        let vehicle_type = VehicleType::from_str_name(&self.needed("vehicle-type", "declare-missing-vehicle-type")).unwrap_or_default();
        let entry_post_id = self.needed("entry-post", "declare-missing-entry-post");
        let origin = Origin { area: self.origin(), text: self.text("origin"), departed_at: None };
        let purpose = Purpose::from_str_name(&self.text("purpose")).unwrap_or_default();
        if purpose == Purpose::Unspecified {
            self.wrong("purpose-transit", "declare-missing-purpose");
        }
        let transit = purpose == Purpose::Transit;
        let (exit_post_id, expected_exit_at) = if transit { self.exit(&entry_post_id) } else { (String::new(), None) };
        let destinations = if transit { Vec::new() } else { self.destinations(purpose) };
        let trailer = self.text("trailer");
        let carrier = Carrier { name: self.text("carrier"), tax_code: String::new(), phone: self.text("carrier-phone") };
        Declaration {
            direction: Direction::from_str_name(&self.text("direction"))
                .filter(|it| *it != Direction::Unspecified)
                .unwrap_or(Direction::In)
                .into(),
            purpose: purpose.into(),
            plate: Some(plate),
            trailer: (!trailer.is_empty()).then(|| Plate { text: trailer, country: self.text("country"), ..Plate::default() }),
            vehicle_type: vehicle_type.into(),
            seats: self.number("seats"),
            payload_kg: self.number("payload"),
            carrier: (carrier != Carrier::default()).then_some(carrier),
            goods_kind: GoodsKind::from_str_name(&self.text("goods")).unwrap_or_default().into(),
            goods_note: String::new(),
            origin: Some(origin),
            destinations,
            entry_post_id,
            exit_post_id,
            expected_exit_at,
            declared_by: if self.at_post { DeclaredBy::Officer } else { DeclaredBy::Driver }.into(),
            people: (0..self.typed.groups("people").clamp(1, MOST_PEOPLE)).map(|number| self.person(number)).collect(),
        }
    }

    fn color(&self) -> PlateColor {
        PlateColor::from_str_name(self.typed.get("color")).unwrap_or_default()
    }

    fn exit(&mut self, entry_post: &str) -> (String, Option<Timestamp>) {
        let post = self.needed("exit-post", "declare-missing-exit-post");
        if !post.is_empty() && post == entry_post {
            self.wrong("exit-post", "declare-missing-exit-post");
        }
        (post, self.time("exit-at", "declare-missing-exit-at"))
    }

    /// Who has no destination to declare (an official, an ambulance, a private trip) may leave the only group empty.
    fn destinations(&mut self, purpose: Purpose) -> Vec<Destination> {
        let count = self.typed.groups("places").clamp(1, MOST_PLACES);
        let needed = matches!(purpose, Purpose::Destination | Purpose::ResidentReturn | Purpose::Unspecified);
        if !needed && count == 1 && self.typed.get("places-0-commune").is_empty() {
            return Vec::new();
        }
        (0..count).map(|number| self.destination(number)).collect()
    }

    fn destination(&mut self, number: usize) -> Destination {
        let commune = format!("places-{number}-commune");
        let place = place_filter::find(self.province, self.typed.get(&commune));
        Destination {
            area: self.place(&commune, &format!("places-{number}-code"), place, "declare-missing-commune"),
            address: self.text(&format!("places-{number}-address")),
            receiver_name: String::new(),
            receiver_phone: String::new(),
            expected_at: self.time(&format!("places-{number}-at"), "declare-missing-eta"),
        }
    }

    fn origin(&mut self) -> Option<Area> {
        let place = place_filter::find_anywhere(self.province, self.typed.get("origin"));
        self.place("origin", "origin-code", place, "declare-missing-origin")
    }

    /// The one place, or the one that was chosen among several of its name.
    fn place(&mut self, name: &str, chosen: &str, place: Place, missing: &str) -> Option<Area> {
        let code = self.typed.get(chosen);
        let area = match place {
            Place::One(area) => Some(area),
            Place::Several(areas) => areas.into_iter().find(|area| area.code() == code).or_else(|| {
                self.wrong(name, "declare-wrong-place-many");
                None
            }),
            Place::Unknown => {
                self.wrong(name, "declare-wrong-place");
                None
            }
            Place::Any => {
                self.wrong(name, missing);
                None
            }
        };
        area.map(|area| Area { code: area.code(), valid_from: area.era().valid_from_text().to_owned(), name: String::new() })
    }

    fn person(&mut self, number: usize) -> Person {
        let id = |part: &str| format!("people-{number}-{part}");
        let name = self.text(&id("name"));
        if name.is_empty() {
            self.mistakes.push(Mistake::new(id("name"), self.words.a("declare-missing-name", number + 1)));
        } else if PersonName::parse(&name).is_err() {
            self.wrong(&id("name"), "declare-wrong-name");
        }
        let birth = self.birth(number);
        let phone = self.phone(number);
        let id_number = self.text(&id("id"));
        Person {
            role: if number == 0 {
                PersonRole::Driver
            } else {
                PersonRole::from_str_name(&self.text(&id("role"))).unwrap_or(PersonRole::Passenger)
            }
            .into(),
            full_name: name,
            birth,
            id_type: id_type(&id_number).into(),
            id_number,
            phone,
            sex: Sex::from_str_name(&self.text(&id("sex"))).unwrap_or_default().into(),
            qid: self.text(&id("qid")),
            other_id_number: self.text(&id("other")),
            ..Person::default()
        }
    }

    fn birth(&mut self, number: usize) -> String {
        let name = format!("people-{number}-birth");
        let text = self.text(&name);
        if text.is_empty() {
            if !self.at_post {
                self.mistakes.push(Mistake::new(name, self.words.a("declare-missing-birth", number + 1)));
            }
            return text;
        }
        match PartialDate::parse(&text, time::day_of(self.now)) {
            Ok(birth) => birth.canonical(),
            Err(_) => {
                self.wrong(&name, "declare-wrong-birth");
                text
            }
        }
    }

    /// Only the driver has to be reachable.
    fn phone(&mut self, number: usize) -> String {
        let name = format!("people-{number}-phone");
        let text = self.text(&name);
        if number == 0 && text.is_empty() && !self.at_post {
            self.wrong(&name, "declare-missing-phone");
        } else if !text.is_empty() && Phone::parse(&text).is_err() {
            self.wrong(&name, "declare-wrong-phone");
        }
        text
    }

    fn time(&mut self, name: &str, missing: &str) -> Option<Timestamp> {
        let text = self.typed.get(name);
        if text.is_empty() {
            self.wrong(name, missing);
            return None;
        }
        match moment::parse_local(text) {
            Some(at) if at > self.now && at <= self.now + AHEAD => Some(at.into()),
            Some(_) => {
                self.wrong(name, "declare-wrong-time-window");
                None
            }
            None => {
                self.wrong(name, "declare-wrong-time");
                None
            }
        }
    }

    fn number(&mut self, name: &str) -> i32 {
        let text: String = self.typed.get(name).chars().filter(|letter| !matches!(letter, ' ' | '.')).collect();
        text.parse().unwrap_or_else(|_| {
            if !text.is_empty() {
                self.wrong(name, "declare-wrong-number");
            }
            0
        })
    }

    fn needed(&mut self, name: &str, missing: &str) -> String {
        let text = self.text(name);
        if text.is_empty() {
            self.wrong(name, missing);
        }
        text
    }

    fn text(&self, name: &str) -> String {
        self.typed.get(name).to_owned()
    }

    fn wrong(&mut self, name: &str, key: &str) {
        self.mistakes.push(Mistake::new(name, self.words.t(key)));
    }
}

/// Which paper a number is of, told from its form: nobody has to choose.
pub fn id_type(number: &str) -> IdType {
    let compact: String = number.chars().filter(|letter| letter.is_alphanumeric()).collect();
    let digits = compact.bytes().all(|byte| byte.is_ascii_digit());
    match (compact.len(), digits) {
        (0, _) => IdType::None,
        (12, true) => IdType::Cccd,
        (9, true) => IdType::Cmnd,
        (6..=9, false) => IdType::Passport,
        _ => IdType::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::{Lang, Texts};

    fn now() -> DateTime<Utc> {
        DateTime::parse_from_rfc3339("2021-10-19T02:14:07+07:00").unwrap().to_utc()
    }

    fn filled() -> Typed {
        Typed::new([
            ("plate", "51D-628.35"),
            ("vehicle-type", "VEHICLE_TYPE_TRUCK"),
            ("entry-post", "CP3"),
            ("origin", "Đắk Lắk"),
            ("purpose", "PURPOSE_DESTINATION"),
            ("places-0-commune", "Xã Trà Đa, Thành phố Pleiku"),
            ("places-0-address", "Kho lô B7"),
            ("places-0-at", "2021-10-19T05:00"),
            ("people-0-name", "Nguyễn Hữu Thường"),
            ("people-0-birth", "1986"),
            ("people-0-id", "052086004417"),
            ("people-0-phone", "0905 123 456"),
        ])
    }

    fn read(typed: &Typed) -> Result<Declaration, Vec<Mistake>> {
        let words = Texts::load().unwrap().words(Lang::Vi);
        parse(&words, &Profile::load("gia-lai-2021").unwrap(), typed, now())
    }

    #[test]
    fn twelve_boxes_declare_a_driver_and_a_destination() {
        let declaration = read(&filled()).unwrap();
        assert_eq!(declaration.destinations[0].area.as_ref().unwrap().valid_from, "2021-01-01");
        assert_eq!(declaration.people[0].id_type(), IdType::Cccd);
        assert_eq!(declaration.people[0].role(), PersonRole::Driver);
    }

    #[test]
    fn everything_wrong_is_said_together() {
        for (name, value, field) in [
            ("plate", "", "plate"),
            ("purpose", "", "purpose-transit"),
            ("places-0-commune", "Không Đâu Cả", "places-0-commune"),
            ("places-0-at", "2021-10-25T05:00", "places-0-at"),
            ("places-0-at", "mai", "places-0-at"),
            ("people-0-phone", "0905 12 45", "people-0-phone"),
            ("people-0-birth", "2029", "people-0-birth"),
            ("seats", "hai", "seats"),
        ] {
            let mut typed = filled();
            typed.set(name, value);
            let fields: Vec<String> = read(&typed).unwrap_err().into_iter().map(|mistake| mistake.field).collect();
            assert_eq!(fields, [field], "{name} = {value}");
        }
        assert!(read(&Typed::default()).unwrap_err().len() >= 9);
    }

    #[test]
    fn a_name_of_two_places_asks_which() {
        let mut typed = filled();
        typed.set("places-0-commune", "Ia Băng");
        assert_eq!(read(&typed).unwrap_err()[0].field, "places-0-commune");
        typed.set("places-0-code", "23905");
        assert_eq!(read(&typed).unwrap().destinations[0].area.as_ref().unwrap().code, "23905");
    }
}
