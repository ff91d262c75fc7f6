//! A person who is sampled, parsed from what a desk, a scan or he himself wrote.

use chrono::{DateTime, Utc};
use contract::lab::v1::{self as pb, SubjectSex};
use ids::SubjectId;
use requests::fault::{Fault, Faults};
use seal::Keyring;
use vietnam::{
    AreaKey, IdNumber, PartialDate, PersonName, Phone, Sex,
    province::Profile,
    scan::{CitizenCard, HealthCard, PersonalQr},
};

use crate::{access, error::Error};

#[derive(Debug, Clone)]
pub struct Subject {
    pub id: SubjectId,
    pub name: PersonName,
    pub birth: PartialDate,
    pub number: Option<IdNumber>,
    pub phone: Option<Phone>,
    pub area: Option<AreaKey>,
    /// In canonical spelling; what is sealed.
    pub message: pb::Subject,
}

/// By which a person is found again.
#[derive(Debug, Clone, Default)]
pub struct Indexes {
    pub qid: Option<Vec<u8>>,
    pub id: Option<Vec<u8>>,
    /// Name, birth and phone together.
    pub matching: Option<Vec<u8>>,
    /// The name, folded.
    pub name: Vec<u8>,
    /// Of the birth as it is on file.
    pub birth: Vec<u8>,
    /// With the linking key of the province.
    pub person: Option<Vec<u8>>,
}

pub fn parse(message: &pb::Subject, profile: &Profile, now: DateTime<Utc>) -> Result<Subject, Vec<Fault>> {
    let mut faults = Faults::default();
    let id = SubjectId::parse(&message.subject_id);
    let id = faults.take(id, "subject.subject_id", "Cần một UUID phiên bản 7", "A UUID of version 7");
    let name = PersonName::parse(&message.full_name);
    let name = faults.take(name, "subject.full_name", "Ghi họ tên bằng chữ, tối đa 100 ký tự", "Write the name in letters, at most 100");
    let birth = PartialDate::parse(&message.birth, vietnam::time::day_of(now));
    let birth = faults.take(
        birth,
        "subject.birth",
        "Ghi ngày sinh trong quá khứ, ví dụ 18/01/1986 hoặc 1986",
        "A birth in the past, such as 18/01/1986 or 1986",
    );
    let number = optional(&message.id_number, |text| IdNumber::detect(text, &message.id_country).ok().filter(|number| !number.is_masked()));
    let number = faults.take(number, "subject.id_number", "Ghi đúng số giấy tờ, hoặc để trống", "Check the number, or leave it empty");
    let phone = optional(&message.phone, |text| Phone::parse(text).ok());
    let phone = faults.take(phone, "subject.phone", "Ghi đủ 10 chữ số, ví dụ 0905 123 456", "Ten digits, such as 0905 123 456");
    let area = message.area.as_ref().filter(|area| !area.code.is_empty());
    let area = area.and_then(|area| access::area(profile, Some(area), "subject.area", &mut faults));
    let subject = (|| {
        let (id, name, birth, number, phone) = (id?, name?, birth?, number?, phone?);
        let message = pb::Subject {
            subject_id: id.to_string(),
            code: String::new(),
            full_name: name.to_string(),
            birth: birth.canonical(),
            id_number: number.as_ref().map(|number| number.as_str().to_owned()).unwrap_or_default(),
            id_country: number.as_ref().map(|number| number.country().to_owned()).unwrap_or_default(),
            phone: phone.as_ref().map(|phone| phone.e164().to_owned()).unwrap_or_default(),
            qid: message.qid.trim().to_owned(),
            health_card: message.health_card.trim().to_uppercase(),
            address: message.address.trim().to_owned(),
            workplace: message.workplace.trim().to_owned(),
            ..message.clone()
        };
        Some(Subject { id, name, birth, number, phone, area, message })
    })();
    faults.or(subject)
}

/// None for no text, a fault for one that does not read.
fn optional<T>(text: &str, parse: impl Fn(&str) -> Option<T>) -> Result<Option<T>, ()> {
    if text.trim().is_empty() { Ok(None) } else { parse(text).map(Some).ok_or(()) }
}

impl Subject {
    pub fn indexes(&self, keyring: &Keyring) -> Result<Indexes, Error> {
        let index = |label: &str, text: Option<String>| text.map(|text| keyring.index(label, &text)).transpose();
        let number = self.number.as_ref().and_then(IdNumber::key);
        let matching = self.phone.as_ref().map(|phone| [self.name.folded(), self.birth.canonical(), phone.e164().to_owned()].join("|"));
        Ok(Indexes {
            qid: qid_index(keyring, &self.message.qid)?,
            id: index(ID_INDEX, number.clone())?.map(Vec::from),
            matching: index("lab.subjects.matching", matching)?.map(Vec::from),
            name: name_index(keyring, &self.name)?,
            birth: birth_index(keyring, self.id, &self.birth.canonical())?,
            person: number.map(|number| keyring.person_key(&number)).transpose()?.map(Vec::from),
        })
    }
}

const ID_INDEX: &str = "lab.subjects.id_number";

/// The index of an identity number, by which a scan finds its person.
pub fn id_index(keyring: &Keyring, number: &IdNumber) -> Result<Option<Vec<u8>>, Error> {
    Ok(number.key().map(|number| keyring.index(ID_INDEX, &number)).transpose()?.map(Vec::from))
}

/// Also of a masked personal QR: its number is hidden and its QID is not.
pub fn qid_index(keyring: &Keyring, qid: &str) -> Result<Option<Vec<u8>>, Error> {
    let qid = qid.trim();
    if qid.is_empty() { Ok(None) } else { Ok(Some(keyring.index("lab.subjects.qid", qid)?.to_vec())) }
}

/// Written in whatever way: without marks and case.
pub fn name_index(keyring: &Keyring, name: &PersonName) -> Result<Vec<u8>, Error> {
    Ok(keyring.index("lab.subjects.name", &name.folded())?.to_vec())
}

/// Bound to the person, so that equal birthdays are not told from the table.
pub fn birth_index(keyring: &Keyring, subject: SubjectId, birth: &str) -> Result<Vec<u8>, Error> {
    Ok(keyring.index("lab.subjects.birth", &format!("{subject}:{birth}"))?.to_vec())
}

fn sex(sex: Sex) -> i32 {
    match sex {
        Sex::Unknown => SubjectSex::Unspecified,
        Sex::Male => SubjectSex::Male,
        Sex::Female => SubjectSex::Female,
    }
    .into()
}

fn birth(birth: Option<PartialDate>) -> String {
    birth.map(PartialDate::canonical).unwrap_or_default()
}

/// What a citizen card says of its holder.
pub fn of_card(card: &CitizenCard) -> pb::Subject {
    pb::Subject {
        full_name: card.name.to_string(),
        birth: birth(card.birth),
        sex: sex(card.sex),
        id_number: card.id.as_str().to_owned(),
        address: card.residence.clone(),
        ..pb::Subject::default()
    }
}

/// What a personal QR says; a masked number is left out.
pub fn of_personal_qr(qr: &PersonalQr) -> pb::Subject {
    pb::Subject {
        full_name: qr.name.to_string(),
        birth: birth(qr.birth),
        sex: sex(qr.sex),
        id_number: qr.id.as_ref().filter(|number| !number.is_masked()).map(|number| number.as_str().to_owned()).unwrap_or_default(),
        qid: qr.qid.clone(),
        phone: qr.phone.as_ref().map(|phone| phone.e164().to_owned()).unwrap_or_default(),
        health_card: qr.health_card.clone().unwrap_or_default(),
        ..pb::Subject::default()
    }
}

pub fn of_health_card(card: &HealthCard) -> pb::Subject {
    pb::Subject {
        full_name: card.name.to_string(),
        birth: birth(card.birth),
        sex: sex(card.sex),
        health_card: card.number.clone(),
        address: card.address.clone().unwrap_or_default(),
        ..pb::Subject::default()
    }
}
