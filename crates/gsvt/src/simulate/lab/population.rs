//! Who is sampled on a day, in what waves, and who of them carries the virus: what nobody in the system knows, and what it has to find out.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use contract::lab::v1::Subject;
use ids::SubjectId;
use rand::{RngExt as _, SeedableRng as _, rngs::StdRng, seq::SliceRandom as _};

use crate::simulate::{day::Preset, people::Traveller};

/// One of so many is swabbed into a tube of his own.
const ALONE: f64 = 1.0 / 12.0;
/// Names of the waves are others than those of the vehicles.
const SEED: u64 = 1 << 32;

#[derive(Debug, Clone)]
pub struct Somebody {
    /// His place in the day.
    pub place: usize,
    pub traveller: Traveller,
    pub infected: bool,
    pub alone: bool,
    pub way: Way,
}

/// How he comes to be registered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// He stands on the list of his village, and shows his card.
    Listed,
    /// On his phone, before; he shows his code.
    ByHimself,
    AtTheDesk,
}

impl Somebody {
    pub fn subject(&self, now: DateTime<Utc>) -> Subject {
        Subject {
            subject_id: SubjectId::mint(now).to_string(),
            full_name: self.traveller.name.clone(),
            birth: self.traveller.birth_year.to_string(),
            id_number: self.traveller.citizen_number.clone(),
            phone: self.traveller.phone.clone(),
            ..Subject::default()
        }
    }

    /// His row in the list of a village.
    pub fn row(&self) -> String {
        let Traveller { name, birth_year, citizen_number, phone } = &self.traveller;
        format!("{name};{birth_year};{phone};{citizen_number}\r\n")
    }

    /// What a hand scanner reads from his citizen card.
    pub fn card(&self) -> String {
        let Traveller { name, birth_year, citizen_number, .. } = &self.traveller;
        format!("{citizen_number}||{name}|0101{birth_year}|Nữ|Pleiku|01052021")
    }
}

/// The day's people in the waves in which they are sampled and answered. The same seed gives the same people; `run` keeps the papers of two days apart.
pub fn waves(preset: Preset, seed: u64, count: Option<usize>, run: u32) -> Vec<Vec<Somebody>> {
    let (usual, infected) = preset.sampled();
    let count = count.unwrap_or(usual);
    let mut rng = StdRng::seed_from_u64(seed.wrapping_add(SEED));
    let mut papers = HashSet::new();
    let mut place = 0;
    let waves = infected.len().max(1);
    let wave = |(number, per_mille): (usize, &usize)| {
        let size = count * (number + 1) / waves - count * number / waves;
        let mut carriers: Vec<bool> = (0..size).map(|one| one < (size * per_mille).div_ceil(1_000)).collect();
        carriers.shuffle(&mut rng);
        let people = carriers.into_iter().map(|infected| {
            let mut traveller = Traveller::invent(&mut rng);
            while !papers.insert(traveller.citizen_number.clone()) {
                traveller = Traveller::invent(&mut rng);
            }
            traveller.citizen_number = of_this_run(&traveller.citizen_number, run);
            let way = match rng.random_range(0..3) {
                0 => Way::Listed,
                1 => Way::ByHimself,
                _ => Way::AtTheDesk,
            };
            place += 1;
            Somebody { place: place - 1, traveller, infected, alone: rng.random_bool(ALONE), way }
        });
        people.collect()
    };
    infected.iter().enumerate().map(wave).collect()
}

/// The number with its last six digits moved on: nobody of an earlier day comes again.
fn of_this_run(number: &str, run: u32) -> String {
    let (head, serial) = number.split_at(number.len().saturating_sub(6));
    let serial: u32 = serial.parse().unwrap_or_default();
    format!("{head}{:06}", (serial + run % 1_000_000) % 1_000_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_gives_the_same_people_and_as_many_carriers_as_the_preset_says() {
        let day = waves(Preset::NormalDay, 7, None, 0).concat();
        assert_eq!((day.len(), day.iter().filter(|one| one.infected).count()), (2_500, 40));
        let alone = day.iter().filter(|one| one.alone).count();
        assert!((160..=260).contains(&alone), "{alone}");
        let places: Vec<usize> = day.iter().map(|one| one.place).collect();
        assert_eq!(places, (0..2_500).collect::<Vec<_>>());
        let (again, later) = (waves(Preset::NormalDay, 7, None, 0).concat(), waves(Preset::NormalDay, 7, None, 1).concat());
        assert_eq!(day[3].traveller.citizen_number, again[3].traveller.citizen_number);
        assert_ne!(day[3].traveller.citizen_number, later[3].traveller.citizen_number);
        assert_eq!(day[3].traveller.name, later[3].traveller.name);
    }

    #[test]
    fn an_outbreak_rises_from_wave_to_wave() {
        let carriers: Vec<usize> =
            waves(Preset::Outbreak, 1, Some(400), 0).iter().map(|wave| wave.iter().filter(|one| one.infected).count()).collect();
        assert_eq!(carriers, [1, 2, 6, 15]);
        assert!(waves(Preset::Storm, 1, None, 0).concat().is_empty());
    }
}
