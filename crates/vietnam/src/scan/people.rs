//! The texts of people's own QR codes: fields between bars, unsigned, each kind with its own layout.

use chrono::NaiveDate;

use super::Payload;
use crate::date::PartialDate;
use crate::identity::{IdNumber, Sex};
use crate::name::PersonName;
use crate::phone::Phone;

/// Personal QR, version 1.1 (decision 1405/QĐ-BTTTT of 11 September 2021); by default number and birth come masked.
#[derive(Clone, PartialEq, Eq)]
pub struct PersonalQr {
    pub id: Option<IdNumber>,
    /// In capitals without marks, as the decision wants it.
    pub name: PersonName,
    pub birth: Option<PartialDate>,
    /// Whether somebody else declared for this person.
    pub on_behalf: bool,
    /// The person's number in the platform, digits.
    pub qid: String,
    pub declarant_qid: Option<String>,
    pub sex: Sex,
    pub health_card: Option<String>,
    pub phone: Option<Phone>,
}

/// The chip card's QR. Cards since 2024 add fields, which are left aside.
#[derive(Clone, PartialEq, Eq)]
pub struct CitizenCard {
    pub id: IdNumber,
    /// The identity card's number of before.
    pub former_id: Option<IdNumber>,
    pub name: PersonName,
    pub birth: Option<PartialDate>,
    pub sex: Sex,
    pub residence: String,
    pub issued_on: Option<NaiveDate>,
}

/// The health-insurance card's QR.
#[derive(Clone, PartialEq, Eq)]
pub struct HealthCard {
    pub number: String,
    pub name: PersonName,
    pub birth: Option<PartialDate>,
    pub sex: Sex,
    pub address: Option<String>,
}

crate::redacted_debug!(PersonalQr, "PersonalQr");
crate::redacted_debug!(CitizenCard, "CitizenCard");
crate::redacted_debug!(HealthCard, "HealthCard");

pub(super) fn read(text: &str) -> Option<Payload> {
    let fields: Vec<&str> = text.split('|').map(str::trim).collect();
    health_card(&fields)
        .map(|card| Payload::HealthCard(Box::new(card)))
        .or_else(|| citizen_card(&fields).map(|card| Payload::CitizenCard(Box::new(card))))
        .or_else(|| personal(&fields).map(|personal| Payload::PersonalQr(Box::new(personal))))
}

/// `SoGiayTo|HoTen|NgaySinh|LoaiDinhDanh|QID|EXT`, EXT = `declarantQID<sex<BHYT<phone<signature`
fn personal(fields: &[&str]) -> Option<PersonalQr> {
    let [id, name, birth, declared, qid, extension] = fields else { return None };
    let well_formed =
        birth.contains('-') && matches!(*declared, "0" | "1") && qid.len() <= 32 && qid.bytes().all(|byte| byte.is_ascii_digit());
    if !well_formed {
        return None;
    }
    let mut extension = extension.split('<');
    let mut next = || extension.next().filter(|field| !field.is_empty());
    let (declarant_qid, sex, health_card, phone) = (next(), next(), next(), next());
    Some(PersonalQr {
        id: IdNumber::detect(id, "VN").ok(),
        name: PersonName::parse(name).ok()?,
        birth: PartialDate::read(birth).ok(),
        on_behalf: *declared == "1",
        qid: (*qid).to_owned(),
        declarant_qid: declarant_qid.map(str::to_owned),
        sex: sex.map_or(Sex::Unknown, Sex::read),
        health_card: health_card.map(str::to_owned),
        phone: phone.and_then(|phone| Phone::parse(phone).ok()),
    })
}

/// `cccd|cmnd or empty|Họ Tên|ddMMyyyy|Nam/Nữ|địa chỉ|ddMMyyyy…`
fn citizen_card(fields: &[&str]) -> Option<CitizenCard> {
    let [id, former, name, birth, sex, residence, issued, ..] = fields else { return None };
    if id.len() != 12 || !id.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    Some(CitizenCard {
        id: IdNumber::parse(crate::IdKind::Cccd, id, "VN").ok()?,
        former_id: IdNumber::parse(crate::IdKind::Cmnd, former, "VN").ok(),
        name: PersonName::parse(name).ok()?,
        birth: PartialDate::read(birth).ok(),
        sex: Sex::read(sex),
        residence: (*residence).to_owned(),
        issued_on: match PartialDate::read(issued) {
            Ok(PartialDate::Day(day)) => Some(day),
            _ => None,
        },
    })
}

/// `code|name as hex of UTF-8|birth|1 male, 2 female|address hex|facility|from|to…`
fn health_card(fields: &[&str]) -> Option<HealthCard> {
    let [number, name, birth, sex, address, _, ..] = fields else { return None };
    let plausible = matches!(number.len(), 10 | 15) && number.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let name = plausible.then(|| hex_text(name)).flatten()?;
    Some(HealthCard {
        number: number.to_ascii_uppercase(),
        name: PersonName::parse(&name).ok()?,
        birth: PartialDate::read(birth).ok(),
        sex: Sex::read(sex),
        address: hex_text(address),
    })
}

fn hex_text(text: &str) -> Option<String> {
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) || !text.len().is_multiple_of(2) {
        return None;
    }
    let bytes: Option<Vec<u8>> = (0..text.len()).step_by(2).map(|place| u8::from_str_radix(&text[place..place + 2], 16).ok()).collect();
    String::from_utf8(bytes?).ok()
}
