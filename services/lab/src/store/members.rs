//! Rows of `tube_members`: whose swab is in which tube.

use chrono::{DateTime, Utc};
use ids::{SubjectId, TubeId};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{error::Error, tube::Tube};

#[derive(Debug, Clone)]
pub struct MemberRow {
    pub tube: TubeId,
    pub subject: SubjectId,
    pub position: i16,
    pub swabbed_at: DateTime<Utc>,
    pub code: String,
    pub sealed: Vec<u8>,
}

/// The people of tubes, in the order of swabbing.
pub async fn of_tubes(conn: &mut PgConnection, tubes: &[Uuid]) -> Result<Vec<MemberRow>, Error> {
    let rows = sqlx::query!(
        "select m.tube_id, m.subject_id, m.position, m.swabbed_at, s.code, s.sealed from tube_members m join subjects s using (subject_id)
         where m.tube_id = any($1) order by m.tube_id, m.position",
        tubes
    )
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| MemberRow {
            tube: TubeId::from_uuid(row.tube_id),
            subject: SubjectId::from_uuid(row.subject_id),
            position: row.position,
            swabbed_at: row.swabbed_at,
            code: row.code,
            sealed: row.sealed,
        })
        .collect())
}

pub async fn insert(
    conn: &mut PgConnection,
    tube: &Tube,
    subject: SubjectId,
    position: i16,
    now: DateTime<Utc>,
    device_at: Option<DateTime<Utc>>,
) -> Result<(), Error> {
    sqlx::query!(
        "insert into tube_members (tube_id, subject_id, session_id, position, swabbed_at, device_at) values ($1, $2, $3, $4, $5, $6)",
        tube.id.as_uuid(),
        subject.as_uuid(),
        tube.session.as_uuid(),
        position,
        now,
        device_at
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Whether he was in it. Those behind him move up.
pub async fn remove(conn: &mut PgConnection, tube: TubeId, subject: SubjectId) -> Result<bool, Error> {
    let removed = sqlx::query_scalar!(
        "delete from tube_members where tube_id = $1 and subject_id = $2 returning position",
        tube.as_uuid(),
        subject.as_uuid()
    );
    let Some(position) = removed.fetch_optional(&mut *conn).await? else { return Ok(false) };
    sqlx::query!("update tube_members set position = position - 1 where tube_id = $1 and position > $2", tube.as_uuid(), position)
        .execute(conn)
        .await?;
    Ok(true)
}

/// The tube is not open any more: its people may be in another of the shift.
pub async fn close(conn: &mut PgConnection, tube: TubeId) -> Result<(), Error> {
    sqlx::query!("update tube_members set open = false where tube_id = $1", tube.as_uuid()).execute(conn).await?;
    Ok(())
}
