//! The form of a person who is sampled: the same boxes at the desk and for who registers himself.
use chrono::{DateTime, Utc};
use contract::{
    common::v1::Area,
    lab::v1::{Subject, SubjectSex},
};
use vietnam::{Level, PartialDate, PersonName, Phone, province::Profile, time};

use crate::{
    error::Fault,
    forms::Typed,
    pages::place_filter::{self, Place},
    text::{Lang, Words},
    view::{Asked, Choice, Field, Kind, Mistake},
};

/// Told by a scan and shown in no box.
pub const CARRIED: [&str; 2] = ["person-qid", "person-card"];

/// Reads the form.
pub struct Reader<'a> {
    pub words: &'a Words,
    pub province: &'a Profile,
    pub typed: &'a Typed,
    pub now: DateTime<Utc>,
}

impl Reader<'_> {
    /// The person, or everything that has to be mended.
    pub fn subject(&self, subject_id: String) -> Result<Subject, Vec<Mistake>> {
        let mut mistakes = Vec::new();
        let mut wrong = |name: &str, key: &str| mistakes.push(Mistake::new(name, self.words.t(key)));
        let name = self.typed.get("person-name");
        if PersonName::parse(name).is_err() {
            wrong("person-name", "person-wrong-name");
        }
        let birth = PartialDate::parse(self.typed.get("person-birth"), time::day_of(self.now)).map(PartialDate::canonical);
        if birth.is_err() {
            wrong("person-birth", "person-wrong-birth");
        }
        let phone = self.typed.get("person-phone");
        if !phone.is_empty() && Phone::parse(phone).is_err() {
            wrong("person-phone", "person-wrong-phone");
        }
        let area = match place_filter::find(self.province, self.typed.get("person-area")) {
            Place::Any => None,
            Place::One(area) if area.level() == Level::Commune => Some(area),
            Place::Several(_) => {
                wrong("person-area", "person-area-several");
                None
            }
            Place::One(_) | Place::Unknown => {
                wrong("person-area", "person-wrong-area");
                None
            }
        };
        if !mistakes.is_empty() {
            return Err(mistakes);
        }
        Ok(Subject {
            subject_id,
            full_name: name.to_owned(),
            birth: birth.unwrap_or_default(),
            sex: SubjectSex::from_str_name(self.typed.get("person-sex")).unwrap_or_default().into(),
            id_number: self.typed.get("person-id").to_owned(),
            qid: self.typed.get("person-qid").to_owned(),
            phone: phone.to_owned(),
            health_card: self.typed.get("person-card").to_owned(),
            area: area.map(message),
            address: self.typed.get("person-address").to_owned(),
            workplace: self.typed.get("person-work").to_owned(),
            ..Subject::default()
        })
    }
}

/// A place as the contract names it.
pub fn message(area: vietnam::Area) -> Area {
    Area { code: area.code(), valid_from: area.era().valid_from_text().to_owned(), name: String::new() }
}

/// What a scan said, as boxes of the form.
pub fn scanned(subject: &Subject) -> Vec<(String, String)> {
    let sex = if subject.sex == 0 { "" } else { subject.sex().as_str_name() };
    [
        ("person-name", subject.full_name.as_str()),
        ("person-birth", &birth(&subject.birth)),
        ("person-sex", sex),
        ("person-phone", &subject.phone),
        ("person-id", &subject.id_number),
        ("person-address", &subject.address),
        ("person-qid", &subject.qid),
        ("person-card", &subject.health_card),
    ]
    .into_iter()
    .filter(|(_, value)| !value.is_empty())
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .collect()
}

/// "18/01/1986" or "1986"
pub fn birth(canonical: &str) -> String {
    canonical.parse().map_or_else(|_| canonical.to_owned(), time::format_date)
}

/// The boxes, as typed.
pub fn fields(words: &Words, typed: &Typed, mistakes: &[Mistake]) -> Vec<Asked> {
    let field = |name: &str, key: &str, maxlength: u32| Field {
        name: name.to_owned(),
        label: words.t(key),
        value: typed.get(name).to_owned(),
        error: Mistake::of(mistakes, name).to_owned(),
        maxlength,
        ..Field::default()
    };
    let sexes = [(SubjectSex::Female, "person-female"), (SubjectSex::Male, "person-male")];
    let sexes = std::iter::once(Choice::new("", words.t("choose")))
        .chain(sexes.into_iter().map(|(sex, key)| Choice::new(sex.as_str_name(), words.t(key))))
        .collect();
    [
        Field { autocomplete: "name", ..field("person-name", "person-name", 100) },
        Field { hint: words.t("person-birth-hint"), class: "w-m", inputmode: "text", ..field("person-birth", "person-birth", 10) },
        Field {
            hint: words.t("person-phone-hint"),
            class: "w-m",
            inputmode: "tel",
            autocomplete: "tel",
            kind: Kind::Input("tel"),
            ..field("person-phone", "person-phone", 20)
        },
        Field { class: "w-m", kind: Kind::Select(sexes), ..field("person-sex", "person-sex", 0) },
        Field { hint: words.t("optional"), class: "w-m", ..field("person-id", "person-id", 20) },
        Field { hint: words.t("person-area-hint"), datalist: "communes", ..field("person-area", "person-area", 120) },
        Field { hint: words.t("optional"), autocomplete: "street-address", ..field("person-address", "person-address", 200) },
        Field { hint: words.t("optional"), ..field("person-work", "person-work", 120) },
    ]
    .map(Asked::Field)
    .into()
}

/// Where a fault of the service belongs on the form.
pub fn place(lang: Lang) -> impl Fn(&Fault) -> Mistake {
    move |fault| {
        let name = match fault.path.rsplit('.').next().unwrap_or_default() {
            "full_name" => "person-name",
            "birth" => "person-birth",
            "phone" => "person-phone",
            "id_number" | "id_country" => "person-id",
            "area" | "code" => "person-area",
            "address" => "person-address",
            "workplace" => "person-work",
            "sex" => "person-sex",
            _ => "",
        };
        Mistake::new(name, fault.text(lang))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Texts;

    fn read(pairs: &[(&str, &str)]) -> Result<Subject, Vec<Mistake>> {
        let (words, province) = (Texts::load().unwrap().words(Lang::Vi), Profile::load("gia-lai-2021").unwrap());
        let now = DateTime::parse_from_rfc3339("2021-10-19T02:14:07+07:00").unwrap().to_utc();
        let typed = Typed::new(pairs.iter().copied());
        Reader { words: &words, province: &province, typed: &typed, now }.subject("x".to_owned())
    }

    #[test]
    fn a_person_is_read_as_he_writes() {
        let subject = read(&[
            ("person-name", "Rơ̆ Mah H’Bưm"),
            ("person-birth", "18/01/1986"),
            ("person-sex", "SUBJECT_SEX_FEMALE"),
            ("person-area", "Xã Trà Đa, Thành phố Pleiku"),
        ])
        .unwrap();
        assert_eq!(
            (subject.birth.as_str(), subject.sex(), subject.area.unwrap().code.as_str()),
            ("1986-01-18", SubjectSex::Female, "23596")
        );
        assert_eq!(read(&[("person-name", "Siu"), ("person-birth", "1986")]).unwrap().birth, "1986");
        let wrong = read(&[("person-birth", "2031"), ("person-phone", "12"), ("person-area", "Thành phố Pleiku")]).unwrap_err();
        let fields: Vec<&str> = wrong.iter().map(|mistake| mistake.field.as_str()).collect();
        assert_eq!(fields, ["person-name", "person-birth", "person-phone", "person-area"]);
    }
}
