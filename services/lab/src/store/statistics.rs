//! The numbers of a bulletin. People are counted once in each area and once in the total.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use vietnam::AreaKey;

use crate::{error::Error, store};

#[derive(Debug, Clone, Default)]
pub struct CountRow {
    /// None in the total.
    pub area: Option<String>,
    pub people_sampled: i64,
    pub tubes: i64,
    pub tubes_resulted: i64,
    pub positive_people: i64,
    pub positive_again: i64,
    pub suspect_tubes: i64,
    pub suspect_people: i64,
    pub waiting_people: i64,
    pub rejected_tubes: i64,
}

impl CountRow {
    pub fn area(&self) -> Result<Option<AreaKey>, Error> {
        self.area.as_deref().map(store::area).transpose()
    }
}

/// Of tubes in these areas. `parts` is how many parts of an area's key name the group: 3 for a district of the province, 4 for its communes.
pub async fn count(
    conn: &mut PgConnection,
    eyes: &[String],
    parts: i32,
    from: DateTime<Utc>,
    until: DateTime<Utc>,
) -> Result<Vec<CountRow>, Error> {
    let rows = sqlx::query_as!(
        CountRow,
        r#"with facts as (
             select 'SAMPLED' as fact, tube_id, subject_id from tube_members where swabbed_at >= $3 and swabbed_at < $4
             union all
             -- A tube that has waited for a month waits for nothing any more.
             select 'WAITING', tube_id, subject_id from tubes join tube_members using (tube_id)
             where state in ('SEALED', 'SHIPPED', 'RECEIVED', 'IN_RUN') and opened_at >= $3::timestamptz - interval '30 days' and swabbed_at < $4
             union all
             select 'RESULTED', tube_id, null from results join well_tubes using (run_id, position)
             where version = 1 and approved_at >= $3 and approved_at < $4
             union all
             select 'REJECTED', tube_id, null from tube_steps where kind = 'TubeRejected' and at >= $3 and at < $4
             union all
             select case when exists (select from person_outcomes b where b.subject_id = o.subject_id and b.outcome = 'POSITIVE'
               and b.sampled_at < o.sampled_at) then 'AGAIN' else 'NEW' end, tube_id, subject_id
             from person_outcomes o where outcome = 'POSITIVE' and decided_at >= $3 and decided_at < $4
             union all
             select 'SUSPECT', tube_id, subject_id from person_outcomes
             where outcome = 'SUSPECT_PENDING' and answered_by is null and decided_at < $4
           ), seen as (
             -- Each tube by its key, however many there are of other days.
             select fact, tube_id, subject_id, area from facts cross join lateral (
               select array_to_string((string_to_array(tubes.area, '.'))[1:$2], '.') as area from tubes
               where tubes.tube_id = facts.tube_id and state <> 'VOID'
                 and exists (select from unnest($1::text[]) eye where tubes.area = eye or starts_with(tubes.area, eye || '.'))
               offset 0
             ) tube
           )
           select area, count(distinct subject_id) filter (where fact = 'SAMPLED') as "people_sampled!",
             count(distinct tube_id) filter (where fact = 'SAMPLED') as "tubes!",
             count(distinct tube_id) filter (where fact = 'RESULTED') as "tubes_resulted!",
             count(distinct subject_id) filter (where fact = 'NEW') as "positive_people!",
             count(distinct subject_id) filter (where fact = 'AGAIN') as "positive_again!",
             count(distinct tube_id) filter (where fact = 'SUSPECT') as "suspect_tubes!",
             count(distinct subject_id) filter (where fact = 'SUSPECT') as "suspect_people!",
             count(distinct subject_id) filter (where fact = 'WAITING') as "waiting_people!",
             count(distinct tube_id) filter (where fact = 'REJECTED') as "rejected_tubes!"
           from seen group by grouping sets ((), (area)) order by area nulls first"#,
        eyes,
        parts,
        from,
        until
    );
    Ok(rows.fetch_all(conn).await?)
}
