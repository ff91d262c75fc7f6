//! Invented travellers and plates: names of the province's peoples, numbers that follow the rules of the real ones.

use std::collections::HashSet;

use rand::{RngExt as _, rngs::StdRng};

const FAMILIES: [&str; 12] = ["Nguyễn", "Trần", "Lê", "Phạm", "Võ", "Đinh", "Rơ Châm", "Ksor", "Siu", "Rmah", "Kpă", "Rơ Mah"];
const MIDDLES: [&str; 8] = ["Văn", "Thị", "Hữu", "Quốc", "Minh", "Thanh", "Đức", "Ngọc"];
const GIVENS: [&str; 12] = ["Thường", "Bính", "H’Lan", "Lịch", "Hạnh", "Thoan", "Dưỡng", "Quỳnh", "Luyến", "Ễ", "H'Bưm", "Nguyệt"];

/// Series of lorries and coaches that pass: the province's own, its neighbours', Ho Chi Minh City's.
const SERIES: [&str; 8] = ["81C", "77C", "82C", "47H", "78C", "51D", "43C", "81B"];

/// One person on board.
#[derive(Debug, Clone)]
pub struct Traveller {
    pub name: String,
    pub birth_year: i32,
    pub citizen_number: String,
    pub phone: String,
}

impl Traveller {
    pub fn invent(rng: &mut StdRng) -> Self {
        let birth_year = rng.random_range(1955..2001);
        let pick = |rng: &mut StdRng, names: &[&str]| names[rng.random_range(0..names.len())].to_owned();
        let (century_and_sex, year) =
            if birth_year < 2000 { (rng.random_range(0..2), birth_year - 1900) } else { (rng.random_range(2..4), birth_year - 2000) };
        Self {
            name: format!("{} {} {}", pick(rng, &FAMILIES), pick(rng, &MIDDLES), pick(rng, &GIVENS)),
            birth_year,
            citizen_number: format!("064{century_and_sex}{year:02}{:06}", rng.random_range(0..1_000_000)),
            phone: format!("09{:08}", 5_000_000 + rng.random_range(0..4_000_000)),
        }
    }
}

/// Plates, none twice.
#[derive(Debug, Default)]
pub struct Plates(HashSet<String>);

impl Plates {
    pub fn next(&mut self, rng: &mut StdRng) -> String {
        loop {
            let number = rng.random_range(0..100_000);
            let plate = format!("{}-{:03}.{:02}", SERIES[rng.random_range(0..SERIES.len())], number / 100, number % 100);
            if self.0.insert(plate.clone()) {
                return plate;
            }
        }
    }
}
