//! A person on board, parsed from what a driver or an officer wrote.

use chrono::{DateTime, Datelike, Utc};
use contract::vehicles::v1::{self as pb, IdType, PersonRole};
use ids::PersonId;
use vietnam::{IdKind, IdNumber, PartialDate, PersonName, Phone};

use crate::{declaration::Source, fault::Faults};

/// Younger people have no papers of their own.
const PAPERS_FROM_AGE: i32 = 14;

#[derive(Debug, Clone)]
pub struct Person {
    pub id: PersonId,
    pub role: PersonRole,
    pub name: PersonName,
    pub birth: Option<PartialDate>,
    pub number: Option<IdNumber>,
    /// A second number of the same person: the old one beside the new.
    pub other_number: Option<IdNumber>,
    pub phone: Option<Phone>,
    /// In canonical spelling; what is sealed.
    pub message: pb::Person,
}

impl Person {
    /// None with faults added where something is wrong. `path` is the field path of the message.
    pub fn parse(message: &pb::Person, path: &str, source: Source, now: DateTime<Utc>, faults: &mut Faults) -> Option<Self> {
        let before = faults.0.len();
        let at = |field: &str| format!("{path}.{field}");
        let role = PersonRole::try_from(message.role).ok().filter(|role| *role != PersonRole::Unspecified);
        if role.is_none() {
            faults.add(at("role"), "Chọn vai trò: lái xe, phụ xe hay hành khách", "Choose driver, co-driver, assistant or passenger");
        }
        let name = PersonName::parse(&message.full_name);
        let name = faults.take(name, at("full_name"), "Ghi họ tên bằng chữ, tối đa 100 ký tự", "Write the name in letters, at most 100");
        let birth = birth(message, at("birth"), source, now, faults);
        let number = number(message, path, faults);
        let other_number = other_number(message, at("other_id_number"), faults);
        if source == Source::Public && number.is_none() && message.qid.is_empty() && has_papers_age(birth, now) && before == faults.0.len()
        {
            faults.add(at("id_number"), "Ghi số giấy tờ tùy thân", "Give the number of an identity paper");
        }
        let phone = phone(message, at("phone"), source, role, faults);
        let given = PersonId::parse(&message.person_id).ok().filter(|_| source == Source::Post);
        let id = given.unwrap_or_else(|| PersonId::mint(now));
        let (role, name) = (role?, name?);
        if faults.0.len() > before {
            return None;
        }
        let message = canonical(message, id, &name, birth, number.as_ref(), phone.as_ref());
        Some(Self { id, role, name, birth, number, other_number, phone, message })
    }

    /// Without any paper, though old enough to have one.
    pub fn lacks_papers(&self, now: DateTime<Utc>) -> bool {
        self.number.is_none() && self.message.qid.is_empty() && has_papers_age(self.birth, now)
    }

    /// What makes two people possibly the same: name, birth and phone together. None where one of them is not known.
    pub fn possible_match(&self) -> Option<String> {
        possible_match(&self.name, self.birth, self.phone.as_ref())
    }
}

/// See [`Person::possible_match`].
pub fn possible_match(name: &PersonName, birth: Option<PartialDate>, phone: Option<&Phone>) -> Option<String> {
    Some(format!("{}|{}|{}", name.folded(), birth?.canonical(), phone?.e164()))
}

fn canonical(
    message: &pb::Person,
    id: PersonId,
    name: &PersonName,
    birth: Option<PartialDate>,
    number: Option<&IdNumber>,
    phone: Option<&Phone>,
) -> pb::Person {
    pb::Person {
        person_id: id.to_string(),
        full_name: name.to_string(),
        birth: birth.map(PartialDate::canonical).unwrap_or_default(),
        id_number: number.map(|number| number.as_str().to_owned()).unwrap_or_default(),
        id_country: number.map(|number| number.country().to_owned()).unwrap_or_default(),
        phone: phone.map(|phone| phone.e164().to_owned()).unwrap_or_default(),
        added_at_post: false,
        check: None,
        ..message.clone()
    }
}

fn birth(message: &pb::Person, field: String, source: Source, now: DateTime<Utc>, faults: &mut Faults) -> Option<PartialDate> {
    if message.birth.trim().is_empty() {
        if source == Source::Public {
            faults.add(field, "Ghi ngày sinh hoặc năm sinh, ví dụ 1986", "Give the day or the year of birth, such as 1986");
        }
        return None;
    }
    let parsed = PartialDate::parse(&message.birth, vietnam::time::day_of(now));
    faults.take(parsed, field, "Ghi ngày sinh trong quá khứ, ví dụ 18/01/1986 hoặc 1986", "A birth in the past, such as 18/01/1986 or 1986")
}

fn number(message: &pb::Person, path: &str, faults: &mut Faults) -> Option<IdNumber> {
    if message.id_number.trim().is_empty() {
        return None;
    }
    let parsed = match IdType::try_from(message.id_type) {
        Ok(IdType::Cccd) => IdNumber::parse(IdKind::Cccd, &message.id_number, ""),
        Ok(IdType::Cmnd) => IdNumber::parse(IdKind::Cmnd, &message.id_number, ""),
        Ok(IdType::Passport) => IdNumber::parse(IdKind::Passport, &message.id_number, &message.id_country),
        Ok(IdType::Other) => IdNumber::parse(IdKind::Other, &message.id_number, &message.id_country),
        Ok(IdType::None | IdType::Unspecified) | Err(_) => IdNumber::detect(&message.id_number, &message.id_country),
    };
    let field = format!("{path}.id_number");
    faults.take(
        parsed,
        field,
        "Ghi đúng số giấy tờ: CCCD 12 chữ số, CMND 9 chữ số",
        "Check the number: 12 digits (CCCD) or 9 digits (CMND)",
    )
}

fn other_number(message: &pb::Person, field: String, faults: &mut Faults) -> Option<IdNumber> {
    if message.other_id_number.trim().is_empty() {
        return None;
    }
    let parsed = IdNumber::detect(&message.other_id_number, &message.id_country);
    faults.take(parsed, field, "Ghi đúng số giấy tờ thứ hai", "Check the second number")
}

fn phone(message: &pb::Person, field: String, source: Source, role: Option<PersonRole>, faults: &mut Faults) -> Option<Phone> {
    if message.phone.trim().is_empty() {
        if source == Source::Public && role == Some(PersonRole::Driver) {
            faults.add(field, "Ghi số điện thoại của lái xe, ví dụ 0905 123 456", "Give the driver's phone, such as 0905 123 456");
        }
        return None;
    }
    faults.take(Phone::parse(&message.phone), field, "Ghi đủ 10 chữ số, ví dụ 0905 123 456", "Ten digits, such as 0905 123 456")
}

fn has_papers_age(birth: Option<PartialDate>, now: DateTime<Utc>) -> bool {
    birth.is_none_or(|birth| vietnam::time::day_of(now).year() - birth.year() > PAPERS_FROM_AGE)
}
