//! What vehicles tell: which trips of which plate were on the road when. A report finds its trips among them whenever it is read, so an event that
//! comes after the report links it too.

use contract::vehicles::v1::{self as pb, Decision};
use events::{Event, HandlerError};
use ids::TripId;
use sqlx::PgConnection;

use crate::{error::Error, store::trips};

/// Applies one event; those that say nothing of when a trip was on the road are left alone.
pub async fn apply(conn: &mut PgConnection, event: &Event) -> Result<(), HandlerError> {
    let trip = TripId::from_uuid(event.aggregate);
    match event.schema.as_str() {
        "gsvt.vehicles.v1.TripDecided" => {
            let decided: pb::TripDecided = event.decode()?;
            if matches!(decided.decision(), Decision::Transit | Decision::Destination) {
                let at = decided.decided_at.map_or(Ok(event.time), TryInto::try_into).map_err(|_| Error::corrupt("decided_at"))?;
                trips::admit(conn, trip, &decided.plate_key, at).await?;
            }
        }
        "gsvt.vehicles.v1.TripExited" => {
            let exited: pb::TripExited = event.decode()?;
            let at = exited.seen_at.map_or(Ok(event.time), TryInto::try_into).map_err(|_| Error::corrupt("seen_at"))?;
            trips::end(conn, trip, at).await?;
        }
        "gsvt.vehicles.v1.TripClosed" | "gsvt.vehicles.v1.TripCancelled" => trips::end(conn, trip, event.time).await?,
        _ => {}
    }
    Ok(())
}
