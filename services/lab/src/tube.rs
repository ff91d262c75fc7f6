//! A tube from the desk to the laboratory: what may be done to it when. Which people are in it is known to the desk alone.

use chrono::{DateTime, Datelike, Utc};
use contract::lab::v1::{RejectReason, SamplingReason, Specimen, TubeKind, TubeState};
use ids::{SamplingSessionId, ShipmentId, TubeId};
use requests::Coded;
use runtime::grpc::Problem;
use tonic::Code;
use vietnam::{AreaKey, time};

#[derive(Debug, Clone)]
pub struct Tube {
    pub id: TubeId,
    pub barcode: String,
    pub kind: TubeKind,
    /// Swabs that it may hold.
    pub limit: i16,
    pub specimen: Specimen,
    pub state: TubeState,
    pub session: SamplingSessionId,
    pub reason: SamplingReason,
    pub area: AreaKey,
    pub seen_by: Vec<String>,
    pub opened_at: DateTime<Utc>,
    pub sealed_at: Option<DateTime<Utc>>,
    pub version: i64,
    pub people: i16,
    pub reject_reason: Option<RejectReason>,
    pub laboratory: Option<String>,
    pub shipment: Option<ShipmentId>,
    pub received_at: Option<DateTime<Utc>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TubeError {
    #[error("the state of the tube does not allow this")]
    State(TubeState),
    #[error("the tube holds {0} swabs already")]
    Full(i16),
    #[error("nobody's swab is in the tube")]
    Empty,
}

impl TubeError {
    pub fn problem(self) -> Problem {
        let precondition = |reason, vi: String, en: String| Problem::new(Code::FailedPrecondition, reason, vi, en);
        match self {
            Self::State(state) => precondition(
                "TUBE_STATE",
                "Ống không còn ở bước này. Tải lại để xem.".to_owned(),
                "The tube is past this step. Reload to see.".to_owned(),
            )
            .with("state", state.code()),
            Self::Full(limit) => precondition(
                "TUBE_FULL",
                format!("Ống đã đủ {limit} que. Niêm phong rồi mở ống mới."),
                format!("The tube holds {limit} swabs already. Seal it and open another."),
            ),
            Self::Empty => precondition(
                "TUBE_EMPTY",
                "Ống chưa có ai. Quét người được lấy mẫu, hoặc hủy ống.".to_owned(),
                "Nobody is in the tube. Scan a person, or void the tube.".to_owned(),
            ),
        }
    }
}

/// The year of collection, by which a barcode is unique.
pub fn year_of(at: DateTime<Utc>) -> i16 {
    i16::try_from(time::day_of(at).year()).unwrap_or(i16::MAX)
}

impl Tube {
    /// One more person's swab; its position.
    pub fn add(mut self) -> Result<(Self, i16), TubeError> {
        self.require(&[TubeState::Open])?;
        if self.people >= self.limit {
            return Err(TubeError::Full(self.limit));
        }
        self.people += 1;
        let position = self.people;
        Ok((self.next(), position))
    }

    pub fn remove(mut self) -> Result<Self, TubeError> {
        self.require(&[TubeState::Open])?;
        self.people -= 1;
        Ok(self.next())
    }

    pub fn seal(mut self, now: DateTime<Utc>) -> Result<Self, TubeError> {
        self.require(&[TubeState::Open])?;
        if self.people == 0 {
            return Err(TubeError::Empty);
        }
        self.sealed_at = Some(now);
        Ok(self.to(TubeState::Sealed))
    }

    /// Spoiled before it left the desk.
    pub fn void(self) -> Result<Self, TubeError> {
        self.require(&[TubeState::Open, TubeState::Sealed])?;
        Ok(self.to(TubeState::Void))
    }

    /// Into a box for a laboratory, whose people see it from now on.
    pub fn pack(mut self, shipment: ShipmentId, laboratory: &str, seen_by: &[String]) -> Result<Self, TubeError> {
        self.require(&[TubeState::Sealed])?;
        self.shipment = Some(shipment);
        self.send_to(laboratory, seen_by);
        Ok(self.to(TubeState::Shipped))
    }

    /// It is in the laboratory, whether it was on a manifest or not.
    pub fn receive(mut self, laboratory: &str, seen_by: &[String], now: DateTime<Utc>) -> Result<Self, TubeError> {
        self.require(&[TubeState::Sealed, TubeState::Shipped, TubeState::Lost])?;
        self.send_to(laboratory, seen_by);
        self.received_at = Some(now);
        Ok(self.to(TubeState::Received))
    }

    /// It never left: it can be sent again.
    pub fn unpack(mut self) -> Result<Self, TubeError> {
        self.require(&[TubeState::Shipped])?;
        self.shipment = None;
        Ok(self.to(TubeState::Sealed))
    }

    pub fn lose(self) -> Result<Self, TubeError> {
        self.require(&[TubeState::Shipped])?;
        Ok(self.to(TubeState::Lost))
    }

    pub fn reject(mut self, reason: RejectReason) -> Result<Self, TubeError> {
        self.require(&[TubeState::Received])?;
        self.reject_reason = Some(reason);
        Ok(self.to(TubeState::Rejected))
    }

    fn require(&self, states: &[TubeState]) -> Result<(), TubeError> {
        if states.contains(&self.state) { Ok(()) } else { Err(TubeError::State(self.state)) }
    }

    fn send_to(&mut self, laboratory: &str, seen_by: &[String]) {
        self.laboratory = Some(laboratory.to_owned());
        for seer in seen_by {
            if !self.seen_by.contains(seer) {
                self.seen_by.push(seer.clone());
            }
        }
    }

    fn to(mut self, state: TubeState) -> Self {
        self.state = state;
        self.next()
    }

    fn next(mut self) -> Self {
        self.version += 1;
        self
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn tube(limit: i16) -> Tube {
        let now = DateTime::from_timestamp(1_634_540_400, 0).unwrap();
        Tube {
            id: TubeId::mint(now),
            barcode: "GLAB00000001".to_owned(),
            kind: TubeKind::FieldPool,
            limit,
            specimen: Specimen::NpSwab,
            state: TubeState::Open,
            session: SamplingSessionId::mint(now),
            reason: SamplingReason::CommunityScreening,
            area: AreaKey::parse("2021.64.622.23596").unwrap(),
            seen_by: vec!["2021.64".to_owned()],
            opened_at: now,
            sealed_at: None,
            version: 1,
            people: 0,
            reject_reason: None,
            laboratory: None,
            shipment: None,
            received_at: None,
        }
    }

    fn step(tube: Tube, number: u8) -> Result<Tube, TubeError> {
        let now = tube.opened_at;
        let laboratory = ["2021.64.622.23575".to_owned()];
        match number {
            0 => tube.add().map(|(tube, _)| tube),
            1 if tube.people > 0 => tube.remove(),
            1 => Err(TubeError::Empty),
            2 => tube.seal(now),
            3 => tube.void(),
            4 => tube.pack(ShipmentId::mint(now), "CDC-GL", &laboratory),
            5 => tube.receive("CDC-GL", &laboratory, now),
            6 => tube.unpack(),
            7 => tube.lose(),
            _ => tube.reject(RejectReason::Leak),
        }
    }

    proptest! {
        #[test]
        fn whatever_is_tried_a_sealed_tube_keeps_its_people(limit in 1_i16..11, steps in proptest::collection::vec(0_u8..9, 0..40)) {
            let mut now = tube(limit);
            for number in steps {
                let before = now.clone();
                let Ok(after) = step(now.clone(), number) else { continue };
                prop_assert!(after.version == before.version + 1);
                prop_assert!((0..=limit).contains(&after.people));
                if before.state != TubeState::Open {
                    prop_assert!(after.people == before.people && after.people > 0 || before.state == TubeState::Void);
                    prop_assert!(after.state != TubeState::Open);
                }
                prop_assert!(!matches!(before.state, TubeState::Void | TubeState::Rejected));
                now = after;
            }
        }
    }

    #[test]
    fn a_barcode_belongs_to_the_year_of_vietnam() {
        let silvester: DateTime<Utc> = "2021-12-31T17:30:00Z".parse().unwrap();
        assert_eq!(year_of(silvester), 2022);
    }
}
