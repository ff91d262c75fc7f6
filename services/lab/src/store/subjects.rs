//! Rows of `subjects`.

use chrono::{DateTime, Utc};
use ids::SubjectId;
use sqlx::PgConnection;
use uuid::Uuid;
use vietnam::AreaKey;

use crate::{error::Error, subject::Indexes};

#[derive(Debug, Clone)]
pub struct SubjectRow {
    pub id: SubjectId,
    pub request_hash: Vec<u8>,
    pub code: String,
    pub sealed: Vec<u8>,
}

struct Row {
    subject_id: Uuid,
    request_hash: Vec<u8>,
    code: String,
    sealed: Vec<u8>,
}

impl From<Row> for SubjectRow {
    fn from(row: Row) -> Self {
        Self { id: SubjectId::from_uuid(row.subject_id), request_hash: row.request_hash, code: row.code, sealed: row.sealed }
    }
}

pub async fn get(conn: &mut PgConnection, subject: SubjectId) -> Result<Option<SubjectRow>, Error> {
    let row = sqlx::query_as!(Row, "select subject_id, request_hash, code, sealed from subjects where subject_id = $1", subject.as_uuid());
    Ok(row.fetch_optional(conn).await?.map(Into::into))
}

pub async fn by_code(conn: &mut PgConnection, code: &str) -> Result<Option<SubjectRow>, Error> {
    let row = sqlx::query_as!(Row, "select subject_id, request_hash, code, sealed from subjects where code = $1", code);
    Ok(row.fetch_optional(conn).await?.map(Into::into))
}

/// By the QID of a personal QR first, else by the number of a card; the one registered last.
pub async fn by_scan(conn: &mut PgConnection, qid: Option<&[u8]>, id: Option<&[u8]>) -> Result<Option<SubjectRow>, Error> {
    let row = sqlx::query_as!(
        Row,
        r#"select subject_id as "subject_id!", request_hash as "request_hash!", code as "code!", sealed as "sealed!" from (
             select subject_id, request_hash, code, sealed, 1 as rank, registered_at from subjects where qid_index = $1
             union all select subject_id, request_hash, code, sealed, 2, registered_at from subjects where id_index = $2
         ) found order by rank, registered_at desc limit 1"#,
        qid,
        id
    );
    Ok(row.fetch_optional(conn).await?.map(Into::into))
}

/// People of this name who are on a list or came from the areas that the caller sees, newest first.
pub async fn by_name(conn: &mut PgConnection, name_index: &[u8], eyes: &[String]) -> Result<Vec<SubjectRow>, Error> {
    let rows = sqlx::query_as!(
        Row,
        "select subject_id, request_hash, code, sealed from subjects s where name_index = $1 and (
             exists (select from roster_members m join rosters r using (import_id) join campaigns c using (campaign_id)
                     where m.subject_id = s.subject_id and r.undone_at is null and c.areas && $2)
             or exists (select from tube_members m join tubes t using (tube_id) where m.subject_id = s.subject_id and t.seen_by && $2)
         ) order by registered_at desc limit 10",
        name_index,
        eyes
    );
    Ok(rows.fetch_all(conn).await?.into_iter().map(Into::into).collect())
}

/// Others who may be the same person, each once, with what is the same.
pub async fn matches(conn: &mut PgConnection, subject: SubjectId, indexes: &Indexes) -> Result<Vec<(SubjectRow, String)>, Error> {
    let rows = sqlx::query!(
        r#"select subject_id as "subject_id!", request_hash as "request_hash!", code as "code!", sealed as "sealed!", same as "same!" from (
             select distinct on (subject_id) * from (
                 select subject_id, request_hash, code, sealed, 'QID' as same, 1 as rank from subjects where qid_index = $2
                 union all select subject_id, request_hash, code, sealed, 'ID_NUMBER', 2 from subjects where id_index = $3
                 union all select subject_id, request_hash, code, sealed, 'NAME_BIRTH_PHONE', 3 from subjects where match_index = $4
             ) found where subject_id <> $1 order by subject_id, rank
         ) people order by rank, subject_id desc limit 5"#,
        subject.as_uuid(),
        indexes.qid,
        indexes.id,
        indexes.matching
    )
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let subject =
                SubjectRow { id: SubjectId::from_uuid(row.subject_id), request_hash: row.request_hash, code: row.code, sealed: row.sealed };
            (subject, row.same)
        })
        .collect())
}

/// A person with what he is found by.
#[derive(Debug)]
pub struct New {
    pub row: SubjectRow,
    pub indexes: Indexes,
    pub area: Option<AreaKey>,
}

/// Those whose codes were free; the others are not stored.
pub async fn insert(conn: &mut PgConnection, people: &[New], now: DateTime<Utc>) -> Result<Vec<SubjectId>, Error> {
    fn column<'a, T>(people: &'a [New], value: impl Fn(&'a New) -> T) -> Vec<T> {
        people.iter().map(value).collect()
    }
    let inserted = sqlx::query_scalar!(
        r#"insert into subjects (subject_id, request_hash, code, sealed, qid_index, id_index, match_index, name_index, birth_index, person_key,
             area, registered_at)
         select *, $12 from unnest($1::uuid[], $2::bytea[], $3::text[], $4::bytea[], $5::bytea[], $6::bytea[], $7::bytea[], $8::bytea[],
             $9::bytea[], $10::bytea[], $11::text[])
         on conflict on constraint subjects_code_key do nothing returning subject_id"#,
        &column(people, |it| it.row.id.as_uuid()),
        &column(people, |it| it.row.request_hash.clone()),
        &column(people, |it| it.row.code.clone()),
        &column(people, |it| it.row.sealed.clone()),
        &column(people, |it| it.indexes.qid.clone()) as &[Option<Vec<u8>>],
        &column(people, |it| it.indexes.id.clone()) as &[Option<Vec<u8>>],
        &column(people, |it| it.indexes.matching.clone()) as &[Option<Vec<u8>>],
        &column(people, |it| it.indexes.name.clone()),
        &column(people, |it| it.indexes.birth.clone()),
        &column(people, |it| it.indexes.person.clone()) as &[Option<Vec<u8>>],
        &column(people, |it| it.area.map(|area| area.to_string())) as &[Option<String>],
        now
    );
    Ok(inserted.fetch_all(conn).await?.into_iter().map(SubjectId::from_uuid).collect())
}
