//! Counts over decisions, arrivals and violations, and the number of the event up to which they count. One snapshot serves them all.

use chrono::{DateTime, NaiveDate, Utc};
use contract::vehicles::v1::{Decision, Direction};
use sqlx::PgConnection;
use vietnam::{AreaKey, time::Window};

use crate::{
    error::Error,
    store::coded::{Coded, area},
};

/// What is counted, for whom.
#[derive(Debug, Clone)]
pub struct Scope {
    pub window: Window,
    /// The report day with which the window begins, and how many there are; each has 24 hours.
    pub first_day: NaiveDate,
    pub days: i32,
    pub posts: Vec<String>,
    /// Areas of the caller's grants.
    pub roots: Vec<String>,
}

/// Decisions of one post on one report day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Crossings {
    pub day: NaiveDate,
    pub post: String,
    pub direction: Direction,
    pub decision: Decision,
    pub vehicles: i32,
    pub people: i32,
}

/// Vehicles that were asked for in one district, or in one commune where there are no districts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Destination {
    pub area: AreaKey,
    pub vehicles: i32,
    pub people: i32,
    pub expected: i32,
    pub confirmed: i32,
    pub late: i32,
    pub missing: i32,
    pub mismatched: i32,
    /// Of the late ones.
    pub median_delay_minutes: i32,
}

/// Makes the open transaction one snapshot that writes nothing. To be called before anything else in it.
async fn freeze(conn: &mut PgConnection) -> Result<(), Error> {
    sqlx::query!("set transaction isolation level repeatable read, read only").execute(conn).await?;
    Ok(())
}

/// The last event that this snapshot knows of: those numbered, and those that the relay will number next.
async fn last_sequence(conn: &mut PgConnection) -> Result<i64, Error> {
    let last = sqlx::query_scalar!(
        r#"select next_number - 1 + (select count(*) from events.outbox where number is null) as "last!" from events.relay"#
    );
    Ok(last.fetch_one(conn).await?)
}

async fn crossings(conn: &mut PgConnection, scope: &Scope) -> Result<Vec<Crossings>, Error> {
    let rows = sqlx::query!(
        r#"select $1::date + place as "day!", post, direction, decision, vehicles as "vehicles!", people as "people!"
        from generate_series(0, $2 - 1) place cross join lateral (
            select post, direction, decision, count(*)::int as vehicles, sum(people_counted)::int as people from decisions
            where decided_at >= $3::timestamptz + place * interval '24 hours' and decided_at < $3 + (place + 1) * interval '24 hours'
              and post = any($4)
            group by post, direction, decision
        ) decided
        order by place, post, direction, decision"#,
        scope.first_day,
        scope.days,
        scope.window.from,
        &scope.posts,
    );
    let rows = rows.fetch_all(conn).await?;
    rows.into_iter()
        .map(|row| {
            Ok(Crossings {
                day: row.day,
                post: row.post,
                direction: Coded::read(&row.direction)?,
                decision: Coded::read(&row.decision)?,
                vehicles: row.vehicles,
                people: row.people,
            })
        })
        .collect()
}

/// A vehicle with two destinations in one district counts there once; its arrivals count each.
async fn destinations(conn: &mut PgConnection, scope: &Scope) -> Result<Vec<Destination>, Error> {
    let rows = sqlx::query!(
        r#"select counted.district as "area!", vehicles as "vehicles!", people as "people!", expected as "expected!",
            confirmed as "confirmed!", late as "late!", missing as "missing!", mismatched as "mismatched!",
            coalesce(minutes, 0) as "median_delay_minutes!"
        from (
            select areas[2] as district,
                (count(*) filter (where first))::int as vehicles,
                coalesce(sum(people) filter (where first), 0)::int as people,
                count(*)::int as expected,
                (count(*) filter (where state = 'CONFIRMED'))::int as confirmed,
                (count(*) filter (where state = 'CONFIRMED' and answered_at > due_at))::int as late,
                (count(*) filter (where state = 'OVERDUE'))::int as missing,
                (count(*) filter (where state = 'MISMATCH'))::int as mismatched
            from (
                select areas, state, due_at, answered_at, people,
                    case when position = 1 then true else not exists (
                        select from arrivals b where b.trip_id = a.trip_id and b.position < a.position and b.areas[2] = a.areas[2]
                    ) end as first
                from arrivals a where asked_at >= $1 and asked_at < $2 and areas && $3
            ) asked
            group by areas[2]
        ) counted left join (
            select areas[2] as district,
                round(percentile_cont(0.5) within group (order by extract(epoch from answered_at - due_at) / 60))::int as minutes
            from arrivals
            where asked_at >= $1 and asked_at < $2 and areas && $3 and state = 'CONFIRMED' and answered_at > due_at
            group by areas[2]
        ) delays using (district)
        order by counted.district"#,
        scope.window.from,
        scope.window.to,
        &scope.roots,
    );
    let rows = rows.fetch_all(conn).await?;
    rows.into_iter()
        .map(|row| {
            Ok(Destination {
                area: area(&row.area)?,
                vehicles: row.vehicles,
                people: row.people,
                expected: row.expected,
                confirmed: row.confirmed,
                late: row.late,
                missing: row.missing,
                mismatched: row.mismatched,
                median_delay_minutes: row.median_delay_minutes,
            })
        })
        .collect()
}

async fn violations(conn: &mut PgConnection, scope: &Scope) -> Result<i32, Error> {
    let opened = sqlx::query_scalar!(
        r#"select count(*)::int as "opened!" from violations
        where detected_at >= $1 and detected_at < $2
          and exists (select from unnest($3::text[]) root where starts_with(area || '.', root || '.'))"#,
        scope.window.from,
        scope.window.to,
        &scope.roots,
    );
    Ok(opened.fetch_one(conn).await?)
}

/// Everything at one moment, as of one event.
#[derive(Debug)]
pub struct Statistics {
    pub crossings: Vec<Crossings>,
    pub destinations: Vec<Destination>,
    pub violations_opened: i32,
    pub as_of_sequence: i64,
    pub as_of: DateTime<Utc>,
}

/// All counts from one snapshot. `conn` is a transaction in which nothing was done yet.
pub async fn read(conn: &mut PgConnection, scope: &Scope, now: DateTime<Utc>) -> Result<Statistics, Error> {
    freeze(conn).await?;
    Ok(Statistics {
        as_of_sequence: last_sequence(conn).await?,
        crossings: crossings(conn, scope).await?,
        destinations: destinations(conn, scope).await?,
        violations_opened: violations(conn, scope).await?,
        as_of: now,
    })
}
