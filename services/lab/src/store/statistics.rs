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
        r#"with seen as not materialized (
             select tube_id, state, array_to_string((string_to_array(area, '.'))[1:$2], '.') as area, opened_at from tubes
             where exists (select from unnest($1::text[]) eye where tubes.area = eye or starts_with(tubes.area, eye || '.'))
           ), swabs as (
             select s.area, s.tube_id, m.subject_id, s.state, m.swabbed_at >= $3 as of_the_day
             from seen s join tube_members m using (tube_id)
             -- A tube that has waited for a month waits for nothing any more.
             where s.opened_at >= $3::timestamptz - interval '30 days' and m.swabbed_at < $4 and s.state <> 'VOID'
           ), facts as (
             select area, 'SAMPLED' as fact, tube_id, subject_id from swabs where of_the_day
             union all
             select area, 'WAITING', tube_id, subject_id from swabs where state in ('SEALED', 'SHIPPED', 'RECEIVED', 'IN_RUN')
             union all
             select s.area, 'RESULTED', s.tube_id, null
             from results r join well_tubes w using (run_id, position) join seen s using (tube_id)
             where r.version = 1 and r.approved_at >= $3 and r.approved_at < $4
             union all
             select s.area, 'REJECTED', s.tube_id, null from tube_steps t join seen s using (tube_id)
             where t.kind = 'TubeRejected' and t.at >= $3 and t.at < $4
             union all
             select s.area,
               case when exists (select from person_outcomes b where b.subject_id = o.subject_id and b.outcome = 'POSITIVE'
                 and b.sampled_at < o.sampled_at) then 'AGAIN' else 'NEW' end, s.tube_id, o.subject_id
             from person_outcomes o join seen s using (tube_id)
             where o.outcome = 'POSITIVE' and o.decided_at >= $3 and o.decided_at < $4
             union all
             select s.area, 'SUSPECT', s.tube_id, o.subject_id from person_outcomes o join seen s using (tube_id)
             where o.outcome = 'SUSPECT_PENDING' and o.answered_by is null and o.decided_at < $4
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
           from facts group by grouping sets ((), (area)) order by area nulls first"#,
        eyes,
        parts,
        from,
        until
    );
    Ok(rows.fetch_all(conn).await?)
}
