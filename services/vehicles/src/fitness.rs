//! What the laboratory tells of a person: whether he may travel and until when, never why.

use chrono::{DateTime, Utc};
use contract::vehicles::v1::Fitness;

/// What the laboratory last told of a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Told {
    pub fitness: Fitness,
    pub until: Option<DateTime<Utc>>,
    pub resample_wanted: bool,
}

impl Told {
    /// What it is worth at a time: a fitness that has run out is not known any more.
    pub fn at(self, now: DateTime<Utc>) -> Self {
        if self.until.is_some_and(|until| until <= now) { Self { fitness: Fitness::Unspecified, until: None, ..self } } else { self }
    }
}

#[cfg(test)]
mod tests {
    use chrono::Duration;

    use super::*;

    #[test]
    fn a_fitness_that_has_run_out_is_not_known() {
        let now = DateTime::from_timestamp(1_634_540_400, 0).unwrap();
        let told = Told { fitness: Fitness::Fit, until: Some(now), resample_wanted: false };
        assert_eq!(told.at(now - Duration::seconds(1)), told);
        assert_eq!(told.at(now).fitness, Fitness::Unspecified);
        let unfit = Told { fitness: Fitness::NotFit, until: None, resample_wanted: true };
        assert_eq!(unfit.at(now + Duration::days(30)), unfit);
    }
}
