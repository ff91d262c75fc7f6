//! How many swabs a tube should hold: Dorfman's two-stage testing (1943), as domain.md B4 computes it.

/// The most that pays in the field and in law.
pub const MOST: i16 = 10;

/// Tests for each person with pools of `size` at prevalence `p`: one for the pool shared by all, and one more each when it is positive.
fn tests_for_each(size: i16, p: f64) -> f64 {
    if size == 1 { 1.0 } else { 1.0 / f64::from(size) + 1.0 - (1.0 - p).powi(i32::from(size)) }
}

/// The size up to `limit` that needs the fewest tests; 1 where pooling does not pay.
pub fn advised(positive: i64, people: i64, limit: i16) -> i16 {
    if people <= 0 {
        return 1;
    }
    // Counts of people are far below 2^52.
    #[expect(clippy::cast_precision_loss, reason = "counts of people are far below 2^52")]
    let p = positive as f64 / people as f64;
    (1..=limit.clamp(1, MOST)).min_by(|one, other| tests_for_each(*one, p).total_cmp(&tests_for_each(*other, p))).unwrap_or(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The best sizes of domain.md B4.
    #[test]
    fn the_sizes_of_the_table() {
        for (per_mille, size) in [(16, 8), (26, 7), (50, 5), (100, 4), (200, 3)] {
            assert_eq!(advised(per_mille, 1000, 20), size.min(MOST), "{per_mille}");
        }
        assert_eq!(advised(1, 1000, 10), 10);
        assert_eq!(advised(16, 1000, 5), 5);
    }

    #[test]
    fn above_thirty_one_of_a_hundred_each_is_tested_alone() {
        assert_eq!(advised(30, 100, 10), 3);
        assert_eq!(advised(31, 100, 10), 1);
        assert_eq!(advised(0, 0, 10), 1);
    }
}
