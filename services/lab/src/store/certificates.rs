//! Rows of `certificates`, and the numbers of printed labels.

use certificates::Fingerprints;
use chrono::{DateTime, Utc};
use contract::lab::v1::{PersonOutcome, TestMethod, TubeKind};
use ids::{ResultId, SubjectId, TubeId};
use requests::Coded;
use sqlx::PgConnection;

use crate::error::Error;

/// The newest answer that a person may read and prove.
#[derive(Debug, Clone)]
pub struct Answer {
    pub subject: SubjectId,
    pub tube: TubeId,
    pub kind: TubeKind,
    pub outcome: PersonOutcome,
    pub method: TestMethod,
    pub result: ResultId,
    pub sampled_at: DateTime<Utc>,
    pub tested_at: DateTime<Utc>,
    pub laboratory: String,
    pub place: String,
}

/// Of the sample that was taken last and has an answer; nothing while a later suspicion is open. An answer that he may not read yet counts as little as one
/// that is not there, so that nobody reads it out of what is missing.
pub async fn newest(conn: &mut PgConnection, subject: SubjectId) -> Result<Option<Answer>, Error> {
    let row = sqlx::query!(
        "select o.tube_id, t.kind, o.outcome, o.method, o.result_id, o.sampled_at, o.tested_at,
             l.name as laboratory, p.name as place
           from person_outcomes o
           join tubes t using (tube_id)
           join laboratories l on l.laboratory_id = t.laboratory_id
           join sessions e on e.session_id = t.session_id
           join sites p on p.campaign_id = e.campaign_id and p.site_id = e.site_id
           where o.subject_id = $1 and o.answered_by is null and (o.outcome = 'SUSPECT_PENDING' or o.outcome in ('NEGATIVE', 'POSITIVE') and o.released_at is not null)
           order by o.sampled_at desc, o.tube_id desc limit 1",
        subject.as_uuid()
    );
    let Some(row) = row.fetch_optional(conn).await? else { return Ok(None) };
    let outcome = PersonOutcome::read(&row.outcome)?;
    let (Some(method), Some(result), Some(tested_at)) = (row.method, row.result_id, row.tested_at) else { return Ok(None) };
    if outcome == PersonOutcome::SuspectPending {
        return Ok(None);
    }
    Ok(Some(Answer {
        subject,
        tube: TubeId::from_uuid(row.tube_id),
        kind: TubeKind::read(&row.kind)?,
        outcome,
        method: TestMethod::read(&method)?,
        result: ResultId::from_uuid(result),
        sampled_at: row.sampled_at,
        tested_at,
        laboratory: row.laboratory,
        place: row.place,
    }))
}

/// A certificate as it is kept.
#[derive(Debug, Clone)]
pub struct Kept {
    pub sealed: Vec<u8>,
    pub issued_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
}

pub async fn of_answer(conn: &mut PgConnection, answer: &Answer) -> Result<Option<Kept>, Error> {
    let kept = sqlx::query_as!(
        Kept,
        "select sealed, issued_at, expires_at from certificates where subject_id = $1 and tube_id = $2 and result_id = $3 and outcome = $4",
        answer.subject.as_uuid(),
        answer.tube.as_uuid(),
        answer.result.as_uuid(),
        answer.outcome.code()
    );
    Ok(kept.fetch_optional(conn).await?)
}

/// Whether the sample had a certificate that says something else.
pub async fn replaces(conn: &mut PgConnection, answer: &Answer) -> Result<bool, Error> {
    let other = sqlx::query_scalar!(
        r#"select exists (select from certificates where subject_id = $1 and tube_id = $2 and result_id <> $3) as "other!""#,
        answer.subject.as_uuid(),
        answer.tube.as_uuid(),
        answer.result.as_uuid()
    );
    Ok(other.fetch_one(conn).await?)
}

pub async fn insert(conn: &mut PgConnection, answer: &Answer, kept: &Kept, fingerprints: &Fingerprints) -> Result<(), Error> {
    sqlx::query!(
        "insert into certificates (subject_id, tube_id, outcome, result_id, sealed, uci, country_uci, signature, issued_at, expires_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        answer.subject.as_uuid(),
        answer.tube.as_uuid(),
        answer.outcome.code(),
        answer.result.as_uuid(),
        kept.sealed,
        &fingerprints.uci[..],
        &fingerprints.country_uci[..],
        &fingerprints.signature[..],
        kept.issued_at,
        kept.expires_at
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Those that have not expired and whose answer has changed since.
pub async fn revoked(conn: &mut PgConnection, now: DateTime<Utc>) -> Result<Vec<Fingerprints>, Error> {
    let rows = sqlx::query!(
        "select c.uci, c.country_uci, c.signature from certificates c join person_outcomes o using (subject_id, tube_id)
         where c.expires_at > $1 and (o.outcome <> c.outcome or o.result_id is distinct from c.result_id)",
        now
    );
    let hash = |bytes: &[u8]| <[u8; 16]>::try_from(bytes).map_err(|_| Error::corrupt("a fingerprint"));
    let rows = rows.fetch_all(conn).await?;
    rows.iter()
        .map(|row| Ok(Fingerprints { uci: hash(&row.uci)?, country_uci: hash(&row.country_uci)?, signature: hash(&row.signature)? }))
        .collect()
}

/// So many serial numbers that no label of the year has; the first of them.
pub async fn take_serials(conn: &mut PgConnection, year: i16, count: i32) -> Result<i32, Error> {
    let last = sqlx::query_scalar!(
        "insert into label_serials as serials (year, last) values ($1, $2)
         on conflict on constraint label_serials_pkey do update set last = serials.last + excluded.last returning last",
        year,
        count
    );
    Ok(last.fetch_one(conn).await? - count)
}
