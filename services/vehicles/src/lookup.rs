//! What the one field of the post desk holds: the text read, what to look for, and what to tell the officer about it.

use chrono::{DateTime, Utc};
use contract::vehicles::v1 as pb;
use seal::pass::{PassClaims, PassError, PassVerifier};
use vietnam::{
    IdKind, IdNumber, PartialDate, PersonName, Phone, Plate, PlateColor, Sex, ShortCode,
    scan::{self, CitizenCard, HealthCard, Payload, PersonalQr},
};

use crate::person::possible_match;

/// A text of the field.
#[derive(Debug)]
pub struct Lookup {
    /// A word of the contract: `pass`, `code`, `plate`, `personal-qr`, `cccd`, `health-card`, `eu-dcc`, `unknown`.
    pub read_as: &'static str,
    pub canonical: String,
    /// Stable codes.
    pub warnings: Vec<&'static str>,
    /// A person read from a card, for the form.
    pub person: Option<pb::Person>,
    pub wanted: Vec<Wanted>,
}

#[derive(Debug)]
pub enum Wanted {
    /// The pass is genuine.
    Pass(Box<PassClaims>),
    Code(ShortCode),
    Plate(Plate),
    Person(Identity),
}

/// By what a person is found; each text is indexed before it is compared.
#[derive(Default)]
pub struct Identity {
    pub numbers: Vec<String>,
    /// Name, birth and phone together: possibly the same person.
    pub possible: Option<String>,
}

impl std::fmt::Debug for Identity {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Identity(…)")
    }
}

impl Lookup {
    pub fn read(text: &str, verifier: &PassVerifier, now: DateTime<Utc>) -> Self {
        let scanned = scan::read(text);
        let mangled = scanned.mangled_by.map(scan::Mangling::code);
        let mut lookup = match scanned.payload {
            Payload::OwnPass(text) => Self::pass(&text, verifier, mangled.is_some(), now),
            Payload::ShortCode(code) => Self::of("code", code.to_string(), vec![Wanted::Code(code)]),
            Payload::Plate(plate) => Self::of("plate", plate.display().to_owned(), vec![Wanted::Plate(plate)]),
            Payload::CodeOrPlate(code, plate) => {
                Self::of("plate", plate.display().to_owned(), vec![Wanted::Plate(plate), Wanted::Code(code)])
            }
            Payload::PersonalQr(person) => Self::personal(&person),
            Payload::CitizenCard(card) => Self::citizen(&card),
            Payload::HealthCard(card) => Self::health(&card),
            Payload::EuDcc(_) => Self::of("eu-dcc", String::new(), Vec::new()),
            Payload::Unknown(text) => Self::unknown(&text),
        };
        lookup.warnings.extend(mangled);
        lookup
    }

    fn of(read_as: &'static str, canonical: String, wanted: Vec<Wanted>) -> Self {
        Self { read_as, canonical, warnings: Vec::new(), person: None, wanted }
    }

    /// A repaired text that fails its check was repaired wrongly: the keyboard is to blame before the driver.
    fn pass(text: &str, verifier: &PassVerifier, repaired: bool, now: DateTime<Utc>) -> Self {
        let (claims, warning) = match verifier.verify(text, now) {
            Ok(claims) => (Some(claims), None),
            Err(PassError::Expired(claims)) => (Some(*claims), Some("PASS_EXPIRED")),
            Err(_) if repaired => (None, None),
            Err(PassError::Forged | PassError::UnknownKey) => (None, Some("PASS_FORGED")),
            Err(PassError::Malformed) => (None, Some("PASS_UNREADABLE")),
        };
        let canonical = claims.as_ref().map(|claims| claims.short_code.clone()).unwrap_or_default();
        let wanted = claims.map(|claims| Wanted::Pass(Box::new(claims)));
        Self { warnings: warning.into_iter().collect(), ..Self::of("pass", canonical, wanted.into_iter().collect()) }
    }

    fn personal(read: &PersonalQr) -> Self {
        let whole = read.id.as_ref().filter(|id| !id.is_masked());
        let person = pb::Person { qid: read.qid.clone(), ..person(&read.name, read.birth, read.sex, whole, read.phone.as_ref()) };
        let identity = Identity {
            numbers: whole.and_then(IdNumber::key).into_iter().collect(),
            possible: possible_match(&read.name, read.birth, read.phone.as_ref()),
        };
        Self { person: Some(person), ..Self::of("personal-qr", String::new(), vec![Wanted::Person(identity)]) }
    }

    fn citizen(card: &CitizenCard) -> Self {
        let other_id_number = card.former_id.as_ref().map(|id| id.as_str().to_owned()).unwrap_or_default();
        let person = pb::Person { other_id_number, ..person(&card.name, card.birth, card.sex, Some(&card.id), None) };
        let numbers = [Some(&card.id), card.former_id.as_ref()].into_iter().flatten().filter_map(IdNumber::key).collect();
        let wanted = vec![Wanted::Person(Identity { numbers, possible: None })];
        Self { person: Some(person), ..Self::of("cccd", String::new(), wanted) }
    }

    /// Says who somebody is and no number that a trip has.
    fn health(card: &HealthCard) -> Self {
        Self { person: Some(person(&card.name, card.birth, card.sex, None, None)), ..Self::of("health-card", String::new(), Vec::new()) }
    }

    /// An unusual plate, perhaps foreign, is worth looking for.
    fn unknown(text: &str) -> Self {
        let plate = Plate::parse(text, "", PlateColor::Unspecified).ok().filter(|_| text.bytes().any(|byte| byte.is_ascii_digit()));
        let canonical = plate.as_ref().map(|plate| plate.display().to_owned()).unwrap_or_default();
        Self::of("unknown", canonical, plate.map(Wanted::Plate).into_iter().collect())
    }
}

fn person(name: &PersonName, birth: Option<PartialDate>, sex: Sex, id: Option<&IdNumber>, phone: Option<&Phone>) -> pb::Person {
    let sex = match sex {
        Sex::Unknown => pb::Sex::Unspecified,
        Sex::Male => pb::Sex::Male,
        Sex::Female => pb::Sex::Female,
    };
    let id_type = id.map(|id| match id.kind() {
        IdKind::Cccd => pb::IdType::Cccd,
        IdKind::Cmnd => pb::IdType::Cmnd,
        IdKind::Passport => pb::IdType::Passport,
        IdKind::Other => pb::IdType::Other,
    });
    pb::Person {
        full_name: name.to_string(),
        birth: birth.map(PartialDate::canonical).unwrap_or_default(),
        sex: sex.into(),
        id_type: id_type.unwrap_or_default().into(),
        id_number: id.map(|id| id.as_str().to_owned()).unwrap_or_default(),
        id_country: id.map(|id| id.country().to_owned()).unwrap_or_default(),
        phone: phone.map(|phone| phone.e164().to_owned()).unwrap_or_default(),
        ..pb::Person::default()
    }
}
