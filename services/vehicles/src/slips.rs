//! Making a trip's slip: the secret token that opens it, and the signed text of its QR code.

use contract::vehicles::v1 as pb;
use ids::TripId;
use requests::hex;
use seal::{
    Keyring,
    pass::{PassClaims, Purpose, Standing},
};
use sha2::{Digest as _, Sha256};

use crate::{error::Error, passes, service::Vehicles, store::trips::Record, view};

/// Half of the index: 128 bits.
const TOKEN_BYTES: usize = 16;

/// The token is derived, so that a repeated declaration is answered with the same one, and only its hash is stored.
pub fn token(keyring: &Keyring, trip: TripId) -> Result<String, Error> {
    Ok(hex(&keyring.index("vehicles.pass_token", &trip.to_string())?[..TOKEN_BYTES]))
}

pub fn token_hash(token: &str) -> [u8; 32] {
    Sha256::digest(token).into()
}

/// The slip as it is now. `clauses` are those of the decision that admitted.
pub fn pass(service: &Vehicles, record: &Record, clauses: Vec<String>) -> Result<pb::Pass, Error> {
    let (trip, facts) = (&record.trip, &record.facts);
    let standing = passes::standing(trip.state);
    let issued_at = trip.ended_at.or(trip.decided_at).unwrap_or(facts.declared_at);
    let valid_until = passes::valid_until(trip.state, trip.pass_until, issued_at);
    let claims = PassClaims {
        trip: trip.id,
        short_code: view::short_code(&facts.short_code),
        plate: facts.plate_text.clone(),
        purpose: Purpose::from_number(trip.purpose.into()).ok_or(Error::corrupt("purpose"))?,
        standing: Standing::from_number(standing.into()).ok_or(Error::corrupt("standing"))?,
        entry_post: Some(trip.entry_post.clone()),
        exit_post: trip.exit_post.clone(),
        issued_at,
        valid_until,
    };
    Ok(pb::Pass {
        trip_id: trip.id.to_string(),
        short_code: view::short_code(&facts.short_code),
        standing: standing.into(),
        plate: Some(view::plate(record)),
        purpose: trip.purpose.into(),
        entry_post_id: trip.entry_post.clone(),
        exit_post_id: trip.exit_post.clone().unwrap_or_default(),
        destinations: trip.destinations.iter().filter_map(|destination| view::area(destination.area)).collect(),
        valid_until: Some(valid_until.into()),
        qr_text: service.signer.sign(&claims),
        clauses,
        issued_at: Some(issued_at.into()),
        vehicle_type: trip.vehicle_type.into(),
        trip_state: trip.state.into(),
    })
}
