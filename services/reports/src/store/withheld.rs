//! Rows of `withheld`: written, never read. Whatever needs them one day has to say why here.

use ids::{CommandId, ReportId};
use sqlx::PgConnection;

use crate::error::Error;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// How the reporter can be reached.
    Contact,
    /// His words as he wrote them, where something in them was hidden.
    Original,
}

pub async fn insert(conn: &mut PgConnection, report: ReportId, id: CommandId, kind: Kind, sealed: &[u8]) -> Result<(), Error> {
    let kind = match kind {
        Kind::Contact => "CONTACT",
        Kind::Original => "ORIGINAL",
    };
    sqlx::query!(
        "insert into withheld (withheld_id, report_id, kind, sealed) values ($1, $2, $3, $4)",
        id.as_uuid(),
        report.as_uuid(),
        kind,
        sealed
    )
    .execute(conn)
    .await?;
    Ok(())
}
