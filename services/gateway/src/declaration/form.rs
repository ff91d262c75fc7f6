//! What the declaration form shows, made of what was typed and what has to be mended.
use askama::{Template, filters::HtmlSafe};
use contract::vehicles::v1::{Direction, GoodsKind, PersonRole, PlateColor, Purpose, VehicleType};

use super::{MOST_PEOPLE, MOST_PLACES};
use crate::{
    forms::Typed,
    pages::place_filter,
    site::Site,
    text::Words,
    view::{Choice, Field, Kind, Mistake, words},
};

/// The boxes of a declaration, without the form around them.
#[derive(Template)]
#[template(path = "_declaration.html")]
pub struct DeclarationForm {
    words: Words,
    vehicle: Vec<Field>,
    optional: Vec<Field>,
    optional_open: bool,
    purposes: Vec<PurposeChoice>,
    purpose_error: String,
    transit: Vec<Field>,
    places: Vec<Group>,
    people: Vec<Group>,
    /// Names for the boxes of destinations, once for all of them.
    communes: Vec<String>,
    provinces: Vec<String>,
}

impl HtmlSafe for DeclarationForm {}

struct PurposeChoice {
    id: String,
    value: &'static str,
    label: String,
    hint: String,
    checked: bool,
}

/// One destination or one person.
struct Group {
    number: usize,
    title: String,
    /// Words for the removing button; empty where it cannot be removed.
    removes: String,
    fields: Vec<Field>,
}

const PURPOSES: [(Purpose, &str, &str); 6] = [
    (Purpose::Destination, "destination", "declare-purpose-destination-hint"),
    (Purpose::Transit, "transit", "declare-purpose-transit-hint"),
    (Purpose::ResidentReturn, "resident-return", "declare-purpose-resident-return-hint"),
    (Purpose::Ambulance, "ambulance", ""),
    (Purpose::Official, "official", ""),
    (Purpose::Personal, "personal", ""),
];
const OPTIONAL: [&str; 9] = ["direction", "color", "country", "trailer", "seats", "payload", "goods", "carrier", "carrier-phone"];
const COUNTRIES: [(&str, &str); 5] =
    [("VN", "country-vn"), ("LA", "country-la"), ("KH", "country-kh"), ("CN", "country-cn"), ("TH", "country-th")];

impl DeclarationForm {
    pub fn new(site: &Site, words: &Words, typed: &Typed, mistakes: &[Mistake]) -> Self {
        let maker = Maker { site, words, typed, mistakes };
        let places = typed.groups("places").clamp(1, MOST_PLACES);
        let people = typed.groups("people").clamp(1, MOST_PEOPLE);
        Self {
            vehicle: maker.vehicle(),
            optional: maker.optional(),
            optional_open: OPTIONAL.iter().any(|name| !Mistake::of(mistakes, name).is_empty()),
            purposes: PURPOSES.iter().map(|(purpose, id, hint)| maker.purpose(*purpose, id, hint)).collect(),
            purpose_error: Mistake::of(mistakes, "purpose-transit").to_owned(),
            transit: maker.transit(),
            places: (0..places).map(|number| maker.place(number, places)).collect(),
            people: (0..people).map(|number| maker.person(number)).collect(),
            communes: place_filter::communes(&site.province),
            provinces: vietnam::areas::provinces(site.province.era).iter().map(vietnam::Area::full_name).collect(),
            words: words.clone(),
        }
    }
}

struct Maker<'a> {
    site: &'a Site,
    words: &'a Words,
    typed: &'a Typed,
    mistakes: &'a [Mistake],
}

impl Maker<'_> {
    fn field(&self, name: &str, label: &str) -> Field {
        Field {
            name: name.to_owned(),
            label: self.words.t(label),
            value: self.typed.get(name).to_owned(),
            error: Mistake::of(self.mistakes, name).to_owned(),
            ..Field::default()
        }
    }

    fn select(&self, name: &str, label: &str, choices: Vec<Choice>) -> Field {
        Field { kind: Kind::Select(choices), ..self.field(name, label) }
    }

    fn posts(&self) -> Vec<Choice> {
        let posts = self.site.province.posts.iter().map(|post| Choice::new(&post.id, self.site.post_name(self.words.lang(), &post.id)));
        std::iter::once(words::none(self.words)).chain(posts).collect()
    }

    fn vehicle(&self) -> Vec<Field> {
        use VehicleType::{Ambulance, Car, Coach, Container, Motorbike, Other, Truck};
        let kinds = words::choices(
            self.words,
            [Truck, Container, Coach, Car, Motorbike, Ambulance, Other],
            VehicleType::as_str_name,
            words::vehicle_type,
        );
        let mut fields = vec![
            Field { hint: self.words.t("declare-plate-hint"), class: "code w-m", maxlength: 20, ..self.field("plate", "declare-plate") },
            self.select("vehicle-type", "declare-vehicle-type", kinds),
            self.select("entry-post", "declare-entry-post", self.posts()),
            Field {
                hint: self.words.t("declare-origin-hint"),
                maxlength: 100,
                datalist: "provinces",
                ..self.field("origin", "declare-origin")
            },
        ];
        fields.extend(self.which("origin-code", place_filter::find_anywhere(&self.site.province, self.typed.get("origin"))));
        fields
    }

    /// A choice among places of one name; nothing where the name is plain.
    fn which(&self, name: &str, place: place_filter::Place) -> Option<Field> {
        let areas = place.choices();
        let lines = areas.iter().map(|area| Choice::new(area.code(), area.display_name()));
        (!areas.is_empty())
            .then(|| self.select(name, "declare-commune-choose", std::iter::once(words::none(self.words)).chain(lines).collect()))
    }

    fn optional(&self) -> Vec<Field> {
        let colors = [PlateColor::White, PlateColor::Yellow, PlateColor::Blue, PlateColor::Red, PlateColor::Other];
        let goods = [
            GoodsKind::Essential,
            GoodsKind::Feed,
            GoodsKind::Agricultural,
            GoodsKind::Materials,
            GoodsKind::Fuel,
            GoodsKind::Medical,
            GoodsKind::Relief,
            GoodsKind::Other,
        ];
        let directions = [Direction::In, Direction::Out].map(|it| Choice::new(it.as_str_name(), self.words.t(words::direction(it))));
        let countries = COUNTRIES.iter().map(|(code, key)| Choice::new(*code, self.words.t(key))).collect();
        let number = |name: &str, label: &str| Field { inputmode: "numeric", class: "w-s", maxlength: 8, ..self.field(name, label) };
        vec![
            self.select("direction", "declare-direction", directions.into()),
            self.select("color", "declare-colour", words::choices(self.words, colors, PlateColor::as_str_name, words::plate_color)),
            self.select("country", "declare-country", countries),
            Field { class: "code w-m", maxlength: 20, ..self.field("trailer", "declare-trailer") },
            number("seats", "declare-seats"),
            number("payload", "declare-payload"),
            self.select("goods", "declare-goods", words::choices(self.words, goods, GoodsKind::as_str_name, words::goods)),
            Field { maxlength: 200, autocomplete: "organization", ..self.field("carrier", "declare-carrier") },
            Field { kind: Kind::Input("tel"), inputmode: "tel", maxlength: 20, ..self.field("carrier-phone", "declare-carrier-phone") },
        ]
    }

    fn purpose(&self, purpose: Purpose, id: &str, hint: &str) -> PurposeChoice {
        let value = purpose.as_str_name();
        PurposeChoice {
            id: format!("purpose-{id}"),
            value,
            label: self.words.t(words::purpose(purpose)),
            hint: if hint.is_empty() { String::new() } else { self.words.t(hint) },
            checked: self.typed.get("purpose") == value,
        }
    }

    fn time(&self, name: &str, label: &str) -> Field {
        Field { kind: Kind::Input("datetime-local"), hint: self.words.t("declare-time-hint"), class: "w-m", ..self.field(name, label) }
    }

    fn transit(&self) -> Vec<Field> {
        vec![self.select("exit-post", "declare-exit-post", self.posts()), self.time("exit-at", "declare-exit-at")]
    }

    fn place(&self, number: usize, count: usize) -> Group {
        let name = |part: &str| format!("places-{number}-{part}");
        let commune = name("commune");
        let mut fields = vec![Field {
            hint: self.words.t("declare-commune-hint"),
            maxlength: 100,
            datalist: "communes",
            ..self.field(&commune, "declare-commune")
        }];
        fields.extend(self.which(&name("code"), place_filter::find(&self.site.province, self.typed.get(&commune))));
        fields.push(Field {
            hint: self.words.t("declare-address-hint"),
            maxlength: 200,
            ..self.field(&name("address"), "declare-address")
        });
        fields.push(self.time(&name("at"), "declare-eta"));
        let title = self.words.a("declare-place", number + 1);
        let removes = if count > 1 { self.words.a("declare-remove-place", number + 1) } else { String::new() };
        Group { number, title, removes, fields }
    }

    fn person(&self, number: usize) -> Group {
        let name = |part: &str| format!("people-{number}-{part}");
        let driver = number == 0;
        let mut fields = Vec::new();
        if !driver {
            let roles = [PersonRole::CoDriver, PersonRole::Assistant, PersonRole::Passenger]
                .map(|it| Choice::new(it.as_str_name(), self.words.t(words::role(it))));
            fields.push(self.select(&name("role"), "declare-role", roles.into()));
        }
        fields.push(Field {
            maxlength: 100,
            autocomplete: if driver { "name" } else { "off" },
            ..self.field(&name("name"), "declare-name")
        });
        fields.push(Field {
            hint: self.words.t("declare-birth-hint"),
            class: "w-m",
            maxlength: 10,
            ..self.field(&name("birth"), "declare-birth")
        });
        fields.push(Field { hint: self.words.t("declare-id-hint"), class: "w-m", maxlength: 20, ..self.field(&name("id"), "declare-id") });
        if driver {
            let hint = self.words.t("declare-phone-hint");
            fields.push(Field {
                kind: Kind::Input("tel"),
                hint,
                inputmode: "tel",
                autocomplete: "tel",
                class: "w-m",
                maxlength: 20,
                ..self.field(&name("phone"), "declare-phone")
            });
        }
        let title = self.words.a(if driver { "declare-driver" } else { "declare-person" }, number + 1);
        let removes = if driver { String::new() } else { self.words.a("declare-remove-person", number + 1) };
        Group { number, title, removes, fields }
    }
}
