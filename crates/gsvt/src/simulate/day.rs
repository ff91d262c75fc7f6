//! The day of the province (volumes of the dispatch's first weeks): how many vehicles, when, where, with whom, and what goes wrong.

use contract::{
    common::v1::Area,
    vehicles::v1::{Post, VehicleType},
};
use rand::{RngExt as _, SeedableRng as _, rngs::StdRng};

use super::people::{self, Traveller};

/// A kind of day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Preset {
    /// About 2,000 vehicles with 3,400 people: 35 % cross the province, 3 % are turned back, 1 % break their promise, 4 % arrive late. 2,500 people are
    /// sampled, 1.6 % of them infected.
    NormalDay,
    /// No vehicles unless asked for. 15,000 people are sampled in four waves of which each has more infected: from 1 in 200 to 3 in 20.
    Outbreak,
    /// Vehicles as on a normal day, as fast as their posts decide, while 500 readers a second ask for the public list and look vehicles up.
    Storm,
}

/// Share of each hour in the day's vehicles, in thousandths: peaks from 5 to 8 and from 19 to 23, 10 % in the busiest hour.
const HOURS: [u32; 24] = [25, 22, 20, 22, 36, 62, 78, 66, 44, 34, 30, 28, 26, 26, 28, 30, 34, 40, 52, 70, 100, 66, 40, 21];

/// Share of the posts in percent; posts that are not named get nothing.
const POSTS: [(&str, u32); 4] = [("CP3", 45), ("CP1", 30), ("CP2", 18), ("CP4", 7)];

/// One vehicle of the day and its fate.
#[derive(Debug, Clone)]
pub struct Vehicle {
    pub number: usize,
    /// Minute of the day at which it reaches the post.
    pub minute: f64,
    pub plate: String,
    pub kind: VehicleType,
    pub entry: Post,
    pub exit: Post,
    /// None: crosses the province.
    pub destination: Option<Area>,
    pub origin: Area,
    pub people: Vec<Traveller>,
    /// Declared on the driver's phone before; the others are entered at the post.
    pub declared_before: bool,
    pub fate: Fate,
    /// The link is bad: commands are sent twice.
    pub repeats: bool,
}

/// What becomes of a vehicle.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    AsPromised,
    TurnedBack,
    /// Seen where a transit may not be, or not as declared at its destination.
    BreaksPromise,
    /// Nobody confirms it on this day.
    Late,
}

impl Preset {
    pub fn name(self) -> &'static str {
        match self {
            Preset::NormalDay => "normal-day",
            Preset::Outbreak => "outbreak",
            Preset::Storm => "storm",
        }
    }

    /// Readers of the public pages in a second.
    pub fn readers(self) -> Option<u32> {
        match self {
            Preset::NormalDay | Preset::Outbreak => None,
            Preset::Storm => Some(500),
        }
    }

    /// How many people are sampled, and how many of a thousand carry the virus in each wave of them.
    pub fn sampled(self) -> (usize, &'static [usize]) {
        match self {
            Preset::NormalDay => (2_500, &[16]),
            Preset::Outbreak => (15_000, &[5, 20, 60, 150]),
            Preset::Storm => (0, &[16]),
        }
    }

    /// The vehicles in the order in which they reach the posts. The same seed gives the same day.
    pub fn vehicles(self, seed: u64, count: Option<usize>, posts: &[Post], places: &Places) -> Vec<Vehicle> {
        let usual = match self {
            Preset::NormalDay => 2_000,
            Preset::Outbreak => 0,
            Preset::Storm => 600,
        };
        let mut rng = StdRng::seed_from_u64(seed);
        let mut plates = people::Plates::default();
        let mut day: Vec<Vehicle> =
            (0..count.unwrap_or(usual)).map(|number| vehicle(number, &mut rng, &mut plates, posts, places)).collect();
        day.sort_by(|one, other| one.minute.total_cmp(&other.minute));
        day
    }
}

/// Communes of the province and places elsewhere.
#[derive(Debug, Clone, Default)]
pub struct Places {
    pub communes: Vec<Area>,
    pub elsewhere: Vec<Area>,
}

fn vehicle(number: usize, rng: &mut StdRng, plates: &mut people::Plates, posts: &[Post], places: &Places) -> Vehicle {
    let entry = post(rng, posts);
    let mut exit = post(rng, posts);
    while exit.post_id == entry.post_id {
        exit = post(rng, posts);
    }
    let transit = rng.random_bool(0.35);
    let people = match rng.random_range(0..100) {
        0..50 => 1,
        50..85 => 2,
        85..95 => 3,
        _ => 4,
    };
    let kind = match rng.random_range(0..100) {
        0..70 => VehicleType::Truck,
        70..85 => VehicleType::Container,
        85..93 => VehicleType::Coach,
        _ => VehicleType::Car,
    };
    let fate = match rng.random_range(0..100) {
        0..3 => Fate::TurnedBack,
        3 => Fate::BreaksPromise,
        4..8 => Fate::Late,
        _ => Fate::AsPromised,
    };
    Vehicle {
        number,
        minute: minute(rng),
        plate: plates.next(rng),
        kind,
        entry,
        exit,
        destination: (!transit).then(|| pick(rng, &places.communes)),
        origin: pick(rng, &places.elsewhere),
        people: (0..people).map(|_| Traveller::invent(rng)).collect(),
        declared_before: rng.random_bool(0.6),
        fate,
        repeats: rng.random_bool(0.05),
    }
}

fn minute(rng: &mut StdRng) -> f64 {
    let mut ticket = rng.random_range(0..HOURS.iter().sum());
    for (hour, share) in HOURS.iter().enumerate() {
        if ticket < *share {
            return hour as f64 * 60.0 + rng.random_range(0.0..60.0);
        }
        ticket -= share;
    }
    0.0
}

fn post(rng: &mut StdRng, posts: &[Post]) -> Post {
    let mut ticket = rng.random_range(0..100);
    for (id, share) in POSTS {
        if ticket < share
            && let Some(post) = posts.iter().find(|post| post.post_id == id)
        {
            return post.clone();
        }
        ticket = ticket.saturating_sub(share);
    }
    pick(rng, posts)
}

fn pick<T: Clone + Default>(rng: &mut impl rand::Rng, choices: &[T]) -> T {
    if choices.is_empty() { T::default() } else { choices[rng.random_range(0..choices.len())].clone() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day() -> Vec<Vehicle> {
        let posts = ["CP1", "CP2", "CP3", "CP4"].map(|id| Post { post_id: id.to_owned(), ..Post::default() });
        Preset::NormalDay.vehicles(7, None, &posts, &Places::default())
    }

    #[test]
    fn a_seed_gives_one_day_with_the_volumes_of_the_province() {
        let vehicles = day();
        let share = |holds: &dyn Fn(&Vehicle) -> bool| vehicles.iter().filter(|vehicle| holds(vehicle)).count() * 100 / vehicles.len();
        assert_eq!(vehicles.len(), 2_000);
        assert!((42..=48).contains(&share(&|vehicle| vehicle.entry.post_id == "CP3")));
        assert!((31..=39).contains(&share(&|vehicle| vehicle.destination.is_none())));
        let people: usize = vehicles.iter().map(|vehicle| vehicle.people.len()).sum();
        assert!((3_200..=3_600).contains(&people), "{people}");
        let plates: std::collections::HashSet<_> = vehicles.iter().map(|vehicle| &vehicle.plate).collect();
        assert_eq!(plates.len(), vehicles.len());
        assert_eq!(vehicles.first().map(|vehicle| vehicle.plate.clone()), day().first().map(|vehicle| vehicle.plate.clone()));
    }
}
