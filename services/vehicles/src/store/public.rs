//! The public list: reads of `trips` that hold nothing of a person, and the sweep that keeps its indexes small.

use chrono::{DateTime, Utc};
use contract::vehicles::v1::PublicState;
use ids::TripId;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{error::Error, paging::Cursor, store::coded::Coded};

/// What is asked of the list.
#[derive(Debug, Clone)]
pub struct Filter {
    pub search: Search,
    pub post: Option<String>,
    pub state: Option<PublicState>,
    /// Entered in this half-open span.
    pub entered_from: DateTime<Utc>,
    pub entered_until: DateTime<Utc>,
    /// Rows that ended at this time or earlier have left the list.
    pub ended_after: DateTime<Utc>,
}

/// By what the rows are found; each way has its index.
#[derive(Debug, Clone)]
pub enum Search {
    All,
    /// Compact, the start or the whole; with destinations too when they are named.
    Plate {
        start: String,
        communes: Option<Vec<String>>,
    },
    /// Keys of the communes that the area consists of.
    Communes(Vec<String>),
}

/// A row as anybody may see it.
#[derive(Debug)]
pub struct PublicRow {
    pub trip_id: Uuid,
    pub plate_text: String,
    pub plate_country: String,
    pub plate_color: String,
    pub plate_recognised: bool,
    pub vehicle_type: String,
    pub purpose: String,
    pub entry_post: String,
    pub exit_post: Option<String>,
    pub destination_areas: Vec<String>,
    pub admitted_at: DateTime<Utc>,
    pub due_at: Option<DateTime<Utc>>,
    pub public_state: String,
    pub public_since: Option<DateTime<Utc>>,
    pub clauses_vi: Vec<String>,
    pub clauses_en: Vec<String>,
}

/// Greater than every character of a plate: a start and this end all texts that begin with the start.
const LAST: char = '\u{10ffff}';

/// What a row shows, of `trips t` with its admitting decision.
macro_rules! rows {
    ($from:literal $(+ $more:literal)* $(, $argument:expr)*) => {
        sqlx::query_as!(
            PublicRow,
            r#"select t.trip_id, plate_text, plate_country, plate_color, plate_recognised, vehicle_type, purpose, entry_post, exit_post,
                destination_areas, t.admitted_at as "admitted_at!", due_at, t.public_state as "public_state!", public_since,
                coalesce(d.clauses_vi, '{}') as "clauses_vi!", coalesce(d.clauses_en, '{}') as "clauses_en!" "# + $from $(+ $more)*
            $(, $argument)*
        )
    };
}

/// A search is made first and whole, because it finds few: only the list without one is read in its order.
macro_rules! page {
    ($how:literal, $condition:literal, $filter:expr, $after:expr, $limit:expr $(, $argument:expr)*) => {
        rows!(
            "from (
                with hits as " + $how + " (
                    select trip_id, admitted_at from trips
                    where public_state is not null and not public_ended and (ended_at is null or ended_at > $1)
                      and admitted_at >= $2 and admitted_at < $3 and ($4::text is null or entry_post = $4)
                      and ($5::text is null or public_state = $5) and (admitted_at, trip_id) < ($6, $7) " + $condition + "
                )
                select trip_id from hits order by admitted_at desc, trip_id desc limit $8
            ) found
            join trips t using (trip_id) left join decisions d using (decision_id)
            order by t.admitted_at desc, t.trip_id desc",
            $filter.ended_after,
            $filter.entered_from,
            $filter.entered_until,
            $filter.post,
            $filter.state.map(Coded::code),
            $after.at,
            $after.id,
            $limit
            $(, $argument)*
        )
    };
}

/// Newest first, one row more than `size` when there is one.
pub async fn page(conn: &mut PgConnection, filter: &Filter, after: Option<Cursor>, size: usize) -> Result<Vec<PublicRow>, Error> {
    let after = after.unwrap_or(Cursor { rank: 0, at: DateTime::<Utc>::MAX_UTC, id: Uuid::max() });
    let limit = i64::try_from(size + 1).unwrap_or(i64::MAX);
    let rows = match &filter.search {
        Search::All => page!("not materialized", "", filter, after, limit).fetch_all(conn).await?,
        Search::Plate { start, communes } => {
            page!(
                "materialized",
                "and replace(plate_compact, 'Đ', 'D') ~>=~ $9 and replace(plate_compact, 'Đ', 'D') ~<~ $10
                 and ($11::text[] is null or destination_areas && $11)",
                filter,
                after,
                limit,
                start,
                format!("{start}{LAST}"),
                communes.as_deref() as Option<&[String]>
            )
            .fetch_all(conn)
            .await?
        }
        Search::Communes(communes) => {
            page!("materialized", "and destination_areas && $9", filter, after, limit, communes).fetch_all(conn).await?
        }
    };
    Ok(rows)
}

macro_rules! count {
    ($condition:literal, $filter:expr $(, $argument:expr)*) => {
        sqlx::query!(
            r#"select public_state as "state!", count(*)::int as "trips!" from trips
            where public_state is not null and not public_ended and (ended_at is null or ended_at > $1)
              and admitted_at >= $2 and admitted_at < $3 and ($4::text is null or entry_post = $4) "# + $condition + r#"
            group by public_state"#,
            $filter.ended_after,
            $filter.entered_from,
            $filter.entered_until,
            $filter.post
            $(, $argument)*
        )
        .map(|row| (row.state, row.trips))
    };
}

/// How many rows there are in each state, with every filter but the state.
pub async fn counts(conn: &mut PgConnection, filter: &Filter) -> Result<Vec<(PublicState, i32)>, Error> {
    let rows = match &filter.search {
        Search::All => count!("", filter).fetch_all(conn).await?,
        Search::Plate { start, communes } => {
            count!(
                "and replace(plate_compact, 'Đ', 'D') ~>=~ $5 and replace(plate_compact, 'Đ', 'D') ~<~ $6
                 and ($7::text[] is null or destination_areas && $7)",
                filter,
                start,
                format!("{start}{LAST}"),
                communes.as_deref() as Option<&[String]>
            )
            .fetch_all(conn)
            .await?
        }
        Search::Communes(communes) => count!("and destination_areas && $5", filter, communes).fetch_all(conn).await?,
    };
    rows.into_iter().map(|(state, trips)| Ok((PublicState::read(&state)?, trips))).collect()
}

/// One row, while it is on the list.
pub async fn get(conn: &mut PgConnection, trip: TripId, ended_after: DateTime<Utc>) -> Result<Option<PublicRow>, Error> {
    let row = rows!(
        "from trips t left join decisions d using (decision_id)
         where t.trip_id = $1 and t.public_state is not null and not t.public_ended and (t.ended_at is null or t.ended_at > $2)",
        trip.as_uuid(),
        ended_after
    );
    Ok(row.fetch_optional(conn).await?)
}

/// A line of the history that anybody may see.
#[derive(Debug)]
pub struct PublicLine {
    pub at: DateTime<Utc>,
    pub kind: String,
    pub post: Option<String>,
    pub area: Option<String>,
}

/// What the public states came from. Nothing of a referral, a violation or a mismatch.
pub async fn history(conn: &mut PgConnection, trip: TripId) -> Result<Vec<PublicLine>, Error> {
    let lines = sqlx::query_as!(
        PublicLine,
        "select at, kind, post, area from trip_history
         where trip_id = $1 and (kind in ('ArrivalRequested', 'ArrivalConfirmed', 'ArrivalOverdue', 'TripOverdue', 'TripExited', 'TripClosed')
             or kind = 'TripDecided' and detail in ('TRANSIT', 'DESTINATION'))
         order by position",
        trip.as_uuid()
    );
    Ok(lines.fetch_all(conn).await?)
}

/// Hours that a row stays after its trip ended, as the dated setting says.
pub async fn hours_listed(conn: &mut PgConnection, now: DateTime<Utc>) -> Result<i64, Error> {
    let value = sqlx::query_scalar!(
        "select value from settings where name = 'public_list_hours' and valid_from <= $1 order by valid_from desc limit 1",
        now
    );
    let value = value.fetch_optional(conn).await?.ok_or(Error::corrupt("no public_list_hours is in force"))?;
    value.as_i64().ok_or(Error::corrupt("settings.public_list_hours"))
}

/// Marks rows that have left the list for good; how many there were, at most `most`.
pub async fn sweep(conn: &mut PgConnection, ended_until: DateTime<Utc>, most: i64) -> Result<u64, Error> {
    let swept = sqlx::query!(
        "update trips set public_ended = true where trip_id in (
             select trip_id from trips
             where public_state is not null and not public_ended and ended_at is not null and ended_at <= $1
             limit $2 for update skip locked
         )",
        ended_until,
        most
    );
    Ok(swept.execute(conn).await?.rows_affected())
}
