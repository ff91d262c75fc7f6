//! Rows of `rosters` and `roster_members`.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use contract::lab::v1 as pb;
use ids::{AccountId, CampaignId, RosterId, SubjectId};
use sqlx::PgConnection;
use uuid::Uuid;
use vietnam::AreaKey;

use crate::{error::Error, store, subject::Indexes};

/// A list that is taken.
#[derive(Debug)]
pub struct New<'a> {
    pub id: RosterId,
    pub campaign: CampaignId,
    pub file_index: &'a [u8],
    pub rows: i32,
    pub wrong_rows: i32,
    pub account: AccountId,
}

/// The area of a campaign that the caller sees.
pub async fn campaign_area(conn: &mut PgConnection, campaign: CampaignId, eyes: &[String]) -> Result<AreaKey, Error> {
    let area = sqlx::query_scalar!("select area from campaigns where campaign_id = $1 and areas && $2", campaign.as_uuid(), eyes);
    store::area(&area.fetch_optional(conn).await?.ok_or(Error::not_found())?)
}

/// The name of a campaign that the caller sees.
pub async fn campaign_name(conn: &mut PgConnection, campaign: CampaignId, eyes: &[String]) -> Result<String, Error> {
    let name = sqlx::query_scalar!("select name from campaigns where campaign_id = $1 and areas && $2", campaign.as_uuid(), eyes);
    name.fetch_optional(conn).await?.ok_or(Error::not_found())
}

/// Lists of a campaign that the caller sees, newest first, those that were taken back among them.
pub async fn list(
    conn: &mut PgConnection,
    campaign: CampaignId,
    eyes: &[String],
    after: Option<(DateTime<Utc>, Uuid)>,
    limit: i64,
) -> Result<Vec<(pb::Roster, DateTime<Utc>, Uuid)>, Error> {
    let (at, id) = after.unzip();
    let rows = sqlx::query!(
        r#"select r.import_id, r.imported_at, r.imported_by, r.rows, r.wrong_rows, r.undone_at,
             (select count(*)::integer from roster_members m where m.import_id = r.import_id and m.registered) as "new_people!"
         from rosters r join campaigns c using (campaign_id)
         where r.campaign_id = $1 and c.areas && $2 and ($3::timestamptz is null or (r.imported_at, r.import_id) < ($3, $4))
         order by r.imported_at desc, r.import_id desc limit $5"#,
        campaign.as_uuid(),
        eyes,
        at,
        id,
        limit
    );
    let read = rows.fetch_all(conn).await?.into_iter().map(|row| {
        let roster = pb::Roster {
            import_id: row.import_id.to_string(),
            imported_at: Some(row.imported_at.into()),
            account_id: row.imported_by.to_string(),
            rows: row.rows,
            new_people: row.new_people,
            wrong_rows: row.wrong_rows,
            undone_at: row.undone_at.map(Into::into),
        };
        (roster, row.imported_at, row.import_id)
    });
    Ok(read.collect())
}

/// The list of this file, where it was taken before and not taken back. Until the end of the transaction nobody takes one for the campaign.
pub async fn of_file(conn: &mut PgConnection, campaign: CampaignId, file_index: &[u8]) -> Result<Option<RosterId>, Error> {
    sqlx::query_scalar!("select campaign_id from campaigns where campaign_id = $1 for no key update", campaign.as_uuid())
        .fetch_one(&mut *conn)
        .await?;
    let found = sqlx::query_scalar!(
        "select import_id from rosters where campaign_id = $1 and file_index = $2 and undone_at is null",
        campaign.as_uuid(),
        file_index
    );
    Ok(found.fetch_optional(conn).await?.map(RosterId::from_uuid))
}

pub async fn insert(conn: &mut PgConnection, new: &New<'_>, now: DateTime<Utc>) -> Result<(), Error> {
    sqlx::query!(
        "insert into rosters (import_id, campaign_id, file_index, rows, wrong_rows, imported_at, imported_by) values ($1, $2, $3, $4, $5, $6, $7)",
        new.id.as_uuid(),
        new.campaign.as_uuid(),
        new.file_index,
        new.rows,
        new.wrong_rows,
        now,
        new.account.as_uuid()
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub async fn insert_members(conn: &mut PgConnection, roster: RosterId, members: &[(SubjectId, bool)]) -> Result<(), Error> {
    let subjects: Vec<Uuid> = members.iter().map(|(subject, _)| subject.as_uuid()).collect();
    let registered: Vec<bool> = members.iter().map(|(_, registered)| *registered).collect();
    sqlx::query!(
        "insert into roster_members (import_id, subject_id, registered)
         select $1, subject_id, registered from unnest($2::uuid[], $3::boolean[]) as members (subject_id, registered)
         on conflict on constraint roster_members_pkey do nothing",
        roster.as_uuid(),
        &subjects,
        &registered
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Who of them is registered already, by his place among them: found by QID or number, else by name, birth and phone together.
pub async fn known(conn: &mut PgConnection, people: &[&Indexes]) -> Result<HashMap<usize, SubjectId>, Error> {
    let column = |value: fn(&Indexes) -> &Option<Vec<u8>>| people.iter().map(|it| value(it).clone()).collect::<Vec<_>>();
    let found = sqlx::query!(
        r#"select distinct on (place) place as "place!", subject_id as "subject_id!" from (
             select place, subject_id, 1 as rank from unnest($1::bytea[]) with ordinality as sought (index, place) join subjects on qid_index = index
             union all select place, subject_id, 2 from unnest($2::bytea[]) with ordinality as sought (index, place) join subjects on id_index = index
             union all
             select place, subject_id, 3 from unnest($3::bytea[]) with ordinality as sought (index, place) join subjects on match_index = index
         ) found order by place, rank, subject_id desc"#,
        &column(|it| &it.qid) as &[Option<Vec<u8>>],
        &column(|it| &it.id) as &[Option<Vec<u8>>],
        &column(|it| &it.matching) as &[Option<Vec<u8>>]
    );
    // Ordinality counts from one.
    let place = |place: i64| usize::try_from(place - 1).map_err(|_| Error::corrupt("a place in a list"));
    found.fetch_all(conn).await?.into_iter().map(|row| Ok((place(row.place)?, SubjectId::from_uuid(row.subject_id)))).collect()
}

/// The list, locked; its campaign's area. None: taken back before.
pub async fn lock(conn: &mut PgConnection, roster: RosterId, eyes: &[String]) -> Result<Option<AreaKey>, Error> {
    let row = sqlx::query!(
        "select c.area, r.undone_at from rosters r join campaigns c using (campaign_id) where r.import_id = $1 and c.areas && $2 for update of r",
        roster.as_uuid(),
        eyes
    );
    let row = row.fetch_optional(conn).await?.ok_or(Error::not_found())?;
    if row.undone_at.is_some() { Ok(None) } else { store::area(&row.area).map(Some) }
}

/// Marks it as taken back; whom it registered and nobody sampled or listed otherwise, and how many stay.
pub async fn undo(conn: &mut PgConnection, roster: RosterId, now: DateTime<Utc>) -> Result<(Vec<SubjectId>, i64), Error> {
    sqlx::query!("update rosters set undone_at = $2 where import_id = $1", roster.as_uuid(), now).execute(&mut *conn).await?;
    let members = sqlx::query!(
        r#"select m.subject_id, m.registered
             and not exists (select from tube_members t where t.subject_id = m.subject_id)
             and not exists (
                 select from roster_members o join rosters r using (import_id)
                 where o.subject_id = m.subject_id and o.import_id <> m.import_id and r.undone_at is null
             ) as "only_here!"
         from roster_members m where m.import_id = $1"#,
        roster.as_uuid()
    );
    let members = members.fetch_all(conn).await?;
    let kept = members.iter().filter(|member| !member.only_here).count();
    let gone = members.into_iter().filter(|member| member.only_here).map(|member| SubjectId::from_uuid(member.subject_id)).collect();
    Ok((gone, i64::try_from(kept).unwrap_or(i64::MAX)))
}

/// Nobody is found by these any more; what is sealed of them cannot be opened once their keys are destroyed.
pub async fn forget(conn: &mut PgConnection, subjects: &[SubjectId]) -> Result<(), Error> {
    let subjects: Vec<Uuid> = subjects.iter().map(|subject| subject.as_uuid()).collect();
    sqlx::query!(
        "update subjects set qid_index = null, id_index = null, match_index = null, name_index = null, person_key = null, birth_index = '', sealed = ''
         where subject_id = any($1)",
        &subjects
    )
    .execute(conn)
    .await?;
    Ok(())
}
