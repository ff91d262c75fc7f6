//! The payload in CBOR to and from what it means, held against the EU DCC schema 1.3.3. Older versions pass where they differ in form alone.

use chrono::DateTime;
use ciborium::Value;

use crate::name::LONGEST;
use crate::payload::{AMPLIFICATION, ANTIGEN, COVID_19, VERSION};
use crate::{Birth, Finding, Holder, HolderName, Kind, Method, Refusal, TestEntry, wire};

/// What a payload holds: one group with one entry.
pub(crate) enum Payload {
    Test(Box<(Holder, TestEntry)>),
    Other(Kind),
}

pub(crate) fn read(payload: &Value) -> Result<Payload, Refusal> {
    let map = Fields::of(payload).ok_or(Refusal::Schema("hcert"))?;
    if !map.text("ver")?.is_some_and(|version| version.starts_with("1.") && version.len() <= 10) {
        return Err(Refusal::Schema("ver"));
    }
    let holder = holder(&map)?;
    let groups = [("v", Some(Kind::Vaccination)), ("t", None), ("r", Some(Kind::Recovery))];
    let mut present = groups.into_iter().filter_map(|(group, kind)| Some((map.entry(group).transpose()?, kind)));
    match (present.next(), present.next()) {
        (Some((entry, kind)), None) => {
            let entry = entry?;
            kind.map_or_else(|| Ok(Payload::Test(Box::new((holder, test(&entry)?)))), |kind| Ok(Payload::Other(kind)))
        }
        _ => Err(Refusal::Schema("t")),
    }
}

pub(crate) fn write(holder: &Holder, entry: &TestEntry) -> Value {
    let name = &holder.name;
    let mut names = Vec::new();
    for (written, text, machine_key, machine) in
        [("fn", &name.family, "fnt", &name.family_transliterated), ("gn", &name.given, "gnt", &name.given_transliterated)]
    {
        if !machine.is_empty() {
            names.extend([field(written, text), field(machine_key, machine)]);
        }
    }
    let mut test = vec![
        field("tg", COVID_19),
        field("tt", entry.method.code()),
        field("sc", &entry.collected_at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true)),
        field("tr", entry.finding.code()),
        field("co", &entry.country),
        field("is", &entry.issuer),
        field("ci", &entry.uvci),
    ];
    test.extend(entry.centre.as_deref().map(|centre| field("tc", centre)));
    match &entry.method {
        Method::Amplification { name } => test.extend(name.as_deref().map(|name| field("nm", name))),
        Method::Antigen { device } => test.extend(device.as_deref().map(|device| field("ma", device))),
        Method::Other { .. } => {}
    }
    Value::Map(vec![
        field("ver", VERSION),
        (Value::from("nam"), Value::Map(names)),
        field("dob", &holder.birth.text()),
        (Value::from("t"), Value::Array(vec![Value::Map(test)])),
    ])
}

fn field(key: &str, text: &str) -> (Value, Value) {
    (Value::from(key), Value::from(text))
}

fn holder(map: &Fields<'_>) -> Result<Holder, Refusal> {
    let names = map.get("nam").and_then(Fields::of).ok_or(Refusal::Schema("nam"))?;
    let machine = |key: &'static str| {
        let text = names.text(key)?.unwrap_or_default();
        if text.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'<') { Ok(text) } else { Err(Refusal::Schema(key)) }
    };
    let name = HolderName {
        family: names.text("fn")?.unwrap_or_default(),
        given: names.text("gn")?.unwrap_or_default(),
        family_transliterated: machine("fnt")?,
        given_transliterated: machine("gnt")?,
    };
    if name.family_transliterated.is_empty() && name.given_transliterated.is_empty() {
        return Err(Refusal::Schema("fnt"));
    }
    let birth = map.text("dob")?.as_deref().and_then(Birth::read).ok_or(Refusal::Schema("dob"))?;
    Ok(Holder { name, birth })
}

fn test(entry: &Fields<'_>) -> Result<TestEntry, Refusal> {
    let needed = |key: &'static str| entry.text(key)?.filter(|text| !text.is_empty()).ok_or(Refusal::Schema(key));
    if needed("tg")? != COVID_19 {
        return Err(Refusal::Schema("tg"));
    }
    let country = needed("co")?;
    if country.len() > 10 || !country.bytes().all(|byte| byte.is_ascii_uppercase()) {
        return Err(Refusal::Schema("co"));
    }
    let code = needed("tt")?;
    Ok(TestEntry {
        method: match code.as_str() {
            AMPLIFICATION => Method::Amplification { name: entry.text("nm")? },
            ANTIGEN => Method::Antigen { device: entry.text("ma")? },
            _ => Method::Other { code },
        },
        finding: Finding::read(&needed("tr")?).ok_or(Refusal::Schema("tr"))?,
        collected_at: DateTime::parse_from_rfc3339(&needed("sc")?).map_err(|_| Refusal::Schema("sc"))?,
        centre: entry.text("tc")?,
        country,
        issuer: needed("is")?,
        uvci: needed("ci")?,
    })
}

/// A CBOR map, none of whose keys is there twice.
struct Fields<'a>(&'a [(Value, Value)]);

impl<'a> Fields<'a> {
    fn of(value: &'a Value) -> Option<Self> {
        value.as_map().filter(|map| wire::are_distinct(map)).map(|map| Self(map))
    }

    fn get(&self, key: &str) -> Option<&'a Value> {
        let found = self.0.iter().find(|(name, _)| name.as_text() == Some(key)).map(|(_, value)| value);
        found.filter(|value| !value.is_null())
    }

    /// A text of at most 80 characters; dates carry tag 0 with some issuers.
    fn text(&self, key: &'static str) -> Result<Option<String>, Refusal> {
        let value = match self.get(key) {
            Some(Value::Tag(0, inner)) => inner,
            Some(value) => value,
            None => return Ok(None),
        };
        let text = value.as_text().filter(|text| text.chars().count() <= LONGEST).ok_or(Refusal::Schema(key))?;
        Ok(Some(text.to_owned()))
    }

    /// The one entry of a group; a group without any counts as absent.
    fn entry(&self, group: &'static str) -> Result<Option<Fields<'a>>, Refusal> {
        match self.get(group).map(|value| value.as_array().map(Vec::as_slice)) {
            None | Some(Some([])) => Ok(None),
            Some(Some([entry])) => Fields::of(entry).map(Some).ok_or(Refusal::Schema(group)),
            Some(_) => Err(Refusal::Schema(group)),
        }
    }
}
