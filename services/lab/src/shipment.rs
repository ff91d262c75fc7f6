//! A box on the way to a laboratory: what should be in it, what was, and how each difference was explained.

use chrono::{DateTime, Utc};
use contract::lab::v1::{ManifestState, ShipmentState};
use ids::{AccountId, ShipmentId, TubeId};
use vietnam::AreaKey;

#[derive(Debug, Clone)]
pub struct Shipment {
    pub id: ShipmentId,
    pub number: String,
    pub state: ShipmentState,
    pub area: AreaKey,
    pub seen_by: Vec<String>,
    pub laboratory: String,
    pub packed_at: DateTime<Utc>,
    pub packed_by: AccountId,
    pub handed_at: Option<DateTime<Utc>>,
    pub handed_celsius: Option<f64>,
    pub left_at: Option<DateTime<Utc>>,
    pub left_where: String,
    pub received_at: Option<DateTime<Utc>>,
    pub received_celsius: Option<f64>,
    pub version: i64,
    pub lines: Vec<Line>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    pub barcode: String,
    /// None for a barcode that nobody knows.
    pub tube: Option<TubeId>,
    pub state: ManifestState,
}

/// The step does not allow this.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WrongStep;

impl Shipment {
    pub fn hand_over(mut self, celsius: Option<f64>, now: DateTime<Utc>) -> Result<Self, WrongStep> {
        self.require(&[ShipmentState::Packed])?;
        self.handed_at = Some(now);
        self.handed_celsius = celsius;
        Ok(self.to(ShipmentState::OnTheWay))
    }

    /// Nobody was there.
    pub fn leave(mut self, place: &str, now: DateTime<Utc>) -> Result<Self, WrongStep> {
        self.require(&[ShipmentState::Packed, ShipmentState::OnTheWay])?;
        self.left_at = Some(now);
        place.clone_into(&mut self.left_where);
        Ok(self.to(ShipmentState::Left))
    }

    /// `found` is what was in the box, each with its tube where there is one.
    pub fn receive(mut self, found: &[(String, Option<TubeId>)], celsius: Option<f64>, now: DateTime<Utc>) -> Result<Self, WrongStep> {
        self.require(&[ShipmentState::Packed, ShipmentState::OnTheWay, ShipmentState::Left])?;
        for line in &mut self.lines {
            let arrived = found.iter().any(|(barcode, _)| *barcode == line.barcode);
            line.state = if arrived { ManifestState::Arrived } else { ManifestState::Missing };
        }
        for (barcode, tube) in found {
            if self.lines.iter().all(|line| line.barcode != *barcode) {
                self.lines.push(Line { barcode: barcode.clone(), tube: *tube, state: ManifestState::Unlisted });
            }
        }
        self.received_at = Some(now);
        self.received_celsius = celsius;
        Ok(self.settle())
    }

    /// Explains a tube that was missing; the tube with it.
    pub fn resolve(mut self, barcode: &str, state: ManifestState) -> Result<(Self, TubeId), WrongStep> {
        self.require(&[ShipmentState::Different])?;
        let missing = self.lines.iter_mut().find(|line| line.barcode == barcode && line.state == ManifestState::Missing);
        let line = missing.ok_or(WrongStep)?;
        line.state = state;
        let tube = line.tube.ok_or(WrongStep)?;
        Ok((self.settle(), tube))
    }

    /// A tube of the manifest came by another way before the box was opened or explained.
    pub fn tube_came(mut self, tube: TubeId) -> Self {
        let waited_for = [ManifestState::Missing, ManifestState::Lost];
        for line in self.lines.iter_mut().filter(|line| line.tube == Some(tube) && waited_for.contains(&line.state)) {
            line.state = ManifestState::Arrived;
        }
        if self.received_at.is_some() { self.settle() } else { self }
    }

    fn settle(self) -> Self {
        let missing = self.lines.iter().any(|line| line.state == ManifestState::Missing);
        self.to(if missing { ShipmentState::Different } else { ShipmentState::Settled })
    }

    fn require(&self, states: &[ShipmentState]) -> Result<(), WrongStep> {
        if states.contains(&self.state) { Ok(()) } else { Err(WrongStep) }
    }

    fn to(mut self, state: ShipmentState) -> Self {
        self.state = state;
        self.version += 1;
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shipment(barcodes: &[&str]) -> Shipment {
        let now = DateTime::from_timestamp(1_634_540_400, 0).unwrap();
        let line = |barcode: &&str| Line { barcode: (*barcode).to_owned(), tube: Some(TubeId::mint(now)), state: ManifestState::Expected };
        Shipment {
            id: ShipmentId::mint(now),
            number: "VC-20211018-0001".to_owned(),
            state: ShipmentState::Packed,
            area: AreaKey::parse("2021.64.622.23596").unwrap(),
            seen_by: Vec::new(),
            laboratory: "CDC-GL".to_owned(),
            packed_at: now,
            packed_by: AccountId::mint(now),
            handed_at: None,
            handed_celsius: None,
            left_at: None,
            left_where: String::new(),
            received_at: None,
            received_celsius: None,
            version: 1,
            lines: barcodes.iter().map(line).collect(),
        }
    }

    fn states(shipment: &Shipment) -> Vec<ManifestState> {
        shipment.lines.iter().map(|line| line.state).collect()
    }

    #[test]
    fn every_difference_is_explained_tube_by_tube() {
        let shipment = shipment(&["A", "B", "C"]);
        let now = shipment.packed_at;
        let found = [("A".to_owned(), shipment.lines[0].tube), ("X".to_owned(), None)];
        let shipment = shipment.hand_over(Some(4.0), now).unwrap().leave("tủ lạnh cửa sau", now).unwrap();
        let shipment = shipment.receive(&found, Some(6.0), now).unwrap();
        assert_eq!(shipment.state, ShipmentState::Different);
        assert_eq!(states(&shipment), [ManifestState::Arrived, ManifestState::Missing, ManifestState::Missing, ManifestState::Unlisted]);
        assert_eq!(shipment.clone().resolve("A", ManifestState::Lost).unwrap_err(), WrongStep);
        let (shipment, _) = shipment.resolve("B", ManifestState::NotSent).unwrap();
        assert_eq!(shipment.state, ShipmentState::Different);
        let (shipment, _) = shipment.resolve("C", ManifestState::Lost).unwrap();
        assert_eq!(shipment.state, ShipmentState::Settled);
    }

    #[test]
    fn a_tube_that_comes_by_another_way_settles_its_box() {
        let shipment = shipment(&["A"]);
        let tube = shipment.lines[0].tube.unwrap();
        let now = shipment.packed_at;
        let different = shipment.receive(&[], None, now).unwrap();
        assert_eq!(different.state, ShipmentState::Different);
        let settled = different.tube_came(tube);
        assert_eq!((settled.state, states(&settled)), (ShipmentState::Settled, vec![ManifestState::Arrived]));
        assert_eq!(settled.hand_over(None, now).unwrap_err(), WrongStep);
    }
}
