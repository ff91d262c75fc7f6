//! Rows of `campaigns`, `sites` and `sessions`.

use chrono::{DateTime, NaiveDate, Utc};
use contract::lab::v1::{self as pb, SamplingReason};
use ids::{CampaignId, SamplingSessionId};
use requests::Coded;
use sqlx::PgConnection;
use uuid::Uuid;
use vietnam::AreaKey;

use crate::{
    access,
    campaign::{Campaign, Site},
    error::Error,
    store, view,
};

pub async fn insert_campaign(conn: &mut PgConnection, campaign: &Campaign, request_hash: &[u8], now: DateTime<Utc>) -> Result<bool, Error> {
    let inserted = sqlx::query!(
        "insert into campaigns (campaign_id, request_hash, name, reason, area, areas, from_day, to_day, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict on constraint campaigns_pkey do nothing",
        campaign.id.as_uuid(),
        request_hash,
        campaign.name,
        campaign.reason.code(),
        campaign.area.to_string(),
        &access::seen_by(campaign.area),
        campaign.from_day,
        campaign.to_day,
        now
    );
    if inserted.execute(&mut *conn).await?.rows_affected() == 0 {
        return Ok(false);
    }
    for site in &campaign.sites {
        sqlx::query!(
            "insert into sites (campaign_id, site_id, name, area, capacity_per_hour) values ($1, $2, $3, $4, $5)",
            campaign.id.as_uuid(),
            site.id,
            site.name,
            site.area.to_string(),
            site.capacity_per_hour
        )
        .execute(&mut *conn)
        .await?;
    }
    Ok(true)
}

pub async fn campaign_hash(conn: &mut PgConnection, campaign: CampaignId) -> Result<Option<Vec<u8>>, Error> {
    Ok(sqlx::query_scalar!("select request_hash from campaigns where campaign_id = $1", campaign.as_uuid()).fetch_optional(conn).await?)
}

/// A campaign whose days have not passed, for who opens a shift: with the site.
pub async fn site(
    conn: &mut PgConnection,
    campaign: CampaignId,
    site: &str,
) -> Result<Option<(Site, SamplingReason, NaiveDate, NaiveDate)>, Error> {
    let row = sqlx::query!(
        "select s.site_id, s.name, s.area, s.capacity_per_hour, c.reason, c.from_day, c.to_day
         from sites s join campaigns c using (campaign_id) where s.campaign_id = $1 and s.site_id = $2",
        campaign.as_uuid(),
        site
    );
    let Some(row) = row.fetch_optional(conn).await? else { return Ok(None) };
    let site = Site { id: row.site_id, name: row.name, area: store::area(&row.area)?, capacity_per_hour: row.capacity_per_hour };
    Ok(Some((site, SamplingReason::read(&row.reason)?, row.from_day, row.to_day)))
}

/// Newest first. Campaigns that lie in the caller's areas, and those around them.
pub async fn campaigns(
    conn: &mut PgConnection,
    eyes: &[String],
    around: &[String],
    after: Option<(DateTime<Utc>, Uuid)>,
    limit: i64,
) -> Result<Vec<(pb::Campaign, DateTime<Utc>, Uuid)>, Error> {
    let (at, id) = after.unzip();
    let rows = sqlx::query!(
        "select campaign_id, name, reason, area, from_day, to_day, created_at from campaigns
         where (areas && $1 or area = any($2)) and ($3::timestamptz is null or (created_at, campaign_id) < ($3, $4))
         order by created_at desc, campaign_id desc limit $5",
        eyes,
        around,
        at,
        id,
        limit
    )
    .fetch_all(&mut *conn)
    .await?;
    let ids: Vec<Uuid> = rows.iter().map(|row| row.campaign_id).collect();
    let sites = sqlx::query!(
        "select campaign_id, site_id, name, area, capacity_per_hour from sites where campaign_id = any($1) order by site_id",
        &ids
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|row| {
            let own = sites.iter().filter(|site| site.campaign_id == row.campaign_id);
            let sites =
                own.map(|own| site_message(&own.site_id, &own.name, &own.area, own.capacity_per_hour)).collect::<Result<_, Error>>()?;
            let campaign = pb::Campaign {
                campaign_id: row.campaign_id.to_string(),
                name: row.name,
                reason: SamplingReason::read(&row.reason)?.into(),
                area: view::area(store::area(&row.area)?),
                from_day: row.from_day.to_string(),
                to_day: row.to_day.to_string(),
                sites,
                created_at: Some(row.created_at.into()),
            };
            Ok((campaign, row.created_at, row.campaign_id))
        })
        .collect()
}

fn site_message(id: &str, name: &str, area: &str, capacity_per_hour: i32) -> Result<pb::Site, Error> {
    Ok(pb::Site { site_id: id.to_owned(), name: name.to_owned(), area: view::area(store::area(area)?), capacity_per_hour })
}

/// A shift, as far as its table knows it.
#[derive(Debug, Clone)]
pub struct Session {
    pub id: SamplingSessionId,
    pub reason: SamplingReason,
    pub area: AreaKey,
    pub opened_at: DateTime<Utc>,
    pub message: pb::SamplingSession,
}

struct Row {
    session_id: Uuid,
    campaign_id: Uuid,
    campaign_name: String,
    site_id: String,
    site_name: String,
    capacity_per_hour: i32,
    team: String,
    day: NaiveDate,
    shift: String,
    reason: String,
    area: String,
    opened_at: DateTime<Utc>,
    closed_at: Option<DateTime<Utc>>,
    tubes: i64,
    people: i64,
}

impl TryFrom<Row> for Session {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self, Error> {
        let reason = SamplingReason::read(&row.reason)?;
        let message = pb::SamplingSession {
            session_id: row.session_id.to_string(),
            campaign_id: row.campaign_id.to_string(),
            campaign_name: row.campaign_name,
            reason: reason.into(),
            site: Some(site_message(&row.site_id, &row.site_name, &row.area, row.capacity_per_hour)?),
            team: row.team,
            day: row.day.to_string(),
            shift: row.shift,
            tubes: i32::try_from(row.tubes).unwrap_or(i32::MAX),
            people: i32::try_from(row.people).unwrap_or(i32::MAX),
            closed: row.closed_at.is_some(),
            ..pb::SamplingSession::default()
        };
        Ok(Self {
            id: SamplingSessionId::from_uuid(row.session_id),
            reason,
            area: store::area(&row.area)?,
            opened_at: row.opened_at,
            message,
        })
    }
}

/// `$condition` comes after the `from`.
macro_rules! select {
    ($condition:literal $(, $argument:expr)*) => {
        sqlx::query_as!(
            Row,
            r#"select s.session_id, s.campaign_id, c.name as campaign_name, s.site_id, sites.name as site_name, sites.capacity_per_hour, s.team, s.day,
                s.shift, s.reason, s.area, s.opened_at, s.closed_at,
                (select count(*) from tubes t where t.session_id = s.session_id and t.state <> 'VOID') as "tubes!",
                (select count(distinct m.subject_id) from tube_members m join tubes t using (tube_id)
                 where t.session_id = s.session_id and t.state <> 'VOID') as "people!"
            from sessions s join campaigns c using (campaign_id) join sites on sites.campaign_id = s.campaign_id and sites.site_id = s.site_id "#
                + $condition
            $(, $argument)*
        )
    };
}

pub async fn get(conn: &mut PgConnection, session: SamplingSessionId, eyes: &[String]) -> Result<Session, Error> {
    let row = select!("where s.session_id = $1 and s.areas && $2", session.as_uuid(), eyes).fetch_optional(conn).await?;
    row.map(Session::try_from).transpose()?.ok_or(Error::not_found())
}

pub async fn of_day(
    conn: &mut PgConnection,
    day: NaiveDate,
    eyes: &[String],
    after: Option<(DateTime<Utc>, Uuid)>,
    limit: i64,
) -> Result<Vec<Session>, Error> {
    let (at, id) = after.unzip();
    let rows = select!(
        "where s.day = $1 and s.areas && $2 and ($3::timestamptz is null or (s.opened_at, s.session_id) < ($3, $4))
         order by s.opened_at desc, s.session_id desc limit $5",
        day,
        eyes,
        at,
        id,
        limit
    );
    rows.fetch_all(conn).await?.into_iter().map(Session::try_from).collect()
}

/// A shift that is opened.
#[derive(Debug)]
pub struct New<'a> {
    pub id: SamplingSessionId,
    pub campaign: CampaignId,
    pub site: &'a Site,
    pub reason: SamplingReason,
    pub team: &'a str,
    pub shift: &'a str,
    pub day: NaiveDate,
}

/// Whether it is new.
pub async fn insert(conn: &mut PgConnection, new: &New<'_>, request_hash: &[u8], now: DateTime<Utc>) -> Result<bool, Error> {
    let inserted = sqlx::query!(
        "insert into sessions (session_id, request_hash, campaign_id, site_id, team, day, shift, reason, area, areas, opened_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) on conflict on constraint sessions_pkey do nothing",
        new.id.as_uuid(),
        request_hash,
        new.campaign.as_uuid(),
        new.site.id,
        new.team,
        new.day,
        new.shift,
        new.reason.code(),
        new.site.area.to_string(),
        &access::seen_by(new.site.area),
        now
    );
    Ok(inserted.execute(conn).await?.rows_affected() == 1)
}

pub async fn session_hash(conn: &mut PgConnection, session: SamplingSessionId) -> Result<Option<Vec<u8>>, Error> {
    Ok(sqlx::query_scalar!("select request_hash from sessions where session_id = $1", session.as_uuid()).fetch_optional(conn).await?)
}

/// Closes the shift unless a tube is open; until the end of the transaction nobody opens one.
pub async fn close(conn: &mut PgConnection, session: SamplingSessionId, now: DateTime<Utc>) -> Result<bool, Error> {
    sqlx::query_scalar!("select session_id from sessions where session_id = $1 for update", session.as_uuid())
        .fetch_one(&mut *conn)
        .await?;
    let closed = sqlx::query!(
        "update sessions set closed_at = coalesce(closed_at, $2)
         where session_id = $1 and not exists (select from tubes where session_id = $1 and state = 'OPEN')",
        session.as_uuid(),
        now
    );
    Ok(closed.execute(conn).await?.rows_affected() == 1)
}

/// Keeps the shift from being closed until the end of the transaction; whether it is open.
pub async fn hold_open(conn: &mut PgConnection, session: SamplingSessionId) -> Result<bool, Error> {
    let open =
        sqlx::query_scalar!(r#"select closed_at is null as "open!" from sessions where session_id = $1 for key share"#, session.as_uuid());
    Ok(open.fetch_one(conn).await?)
}

/// Of the people behind the newest outcomes since then in a district, or in a province without districts: (positive, people). Sites of a whole province
/// that has districts count by themselves.
pub async fn prevalence(conn: &mut PgConnection, within: AreaKey, since: DateTime<Utc>) -> Result<(i64, i64), Error> {
    // At one positive of a hundred so many say it to a seventh of a percent, and more would be read in vain whenever a shift is looked at.
    const NEWEST: i64 = 5_000;
    let row = sqlx::query!(
        r#"select count(*) filter (where is_positive) as "positive!", count(*) as "people!"
         from (
             select bool_or(outcome = 'POSITIVE') as is_positive
             from (
                 select subject_id, outcome from person_outcomes
                 where district = $1 and sampled_at >= $2 and outcome in ('POSITIVE', 'NEGATIVE', 'SUSPECT_PENDING')
                 order by sampled_at desc limit $3
             ) newest
             group by subject_id
         ) people"#,
        within.to_string(),
        since,
        NEWEST
    )
    .fetch_one(conn)
    .await?;
    Ok((row.positive, row.people))
}
