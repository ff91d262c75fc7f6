//! Everything that is known of people, as their meaning is derived from it.

use std::collections::BTreeMap;

use contract::lab::v1::TubeKind;
use ids::{ResultId, RunId, SubjectId, TubeId};
use requests::Coded;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{
    error::Error,
    meaning::{Decision, Finding, Person, Sample},
    store,
};

/// One derivation at a time: what two of them find would depend on which of them saw the other. Taken before any row of people is locked.
pub async fn lock(conn: &mut PgConnection) -> Result<(), Error> {
    const DERIVING: i64 = 0x6c61_625f_6d65_616e;
    sqlx::query_scalar!(r#"select pg_advisory_xact_lock($1)::text as "locked""#, DERIVING).fetch_one(&mut *conn).await?;
    store::plan_anew(conn).await
}

/// Whose swabs are in these tubes.
pub async fn people_of(conn: &mut PgConnection, tubes: &[Uuid]) -> Result<Vec<Uuid>, Error> {
    let people = sqlx::query_scalar!("select distinct subject_id from tube_members where tube_id = any($1)", tubes);
    Ok(people.fetch_all(conn).await?)
}

/// With everybody who is in a pool under suspicion with one of them. `reading` is a run whose results count as if they were approved.
pub async fn with_their_pools(conn: &mut PgConnection, people: &[Uuid], reading: Option<RunId>) -> Result<Vec<Uuid>, Error> {
    let all = sqlx::query_scalar!(
        r#"select unnest($1::uuid[]) as "subject_id!"
           union
           select other.subject_id
           from tube_members member
           join tubes tube using (tube_id)
           join well_tubes pooled on pooled.tube_id = member.tube_id
           join wells well on well.run_id = pooled.run_id and well.position = pooled.position
           join results result on result.run_id = pooled.run_id and result.position = pooled.position
           join well_tubes neighbour on neighbour.run_id = pooled.run_id and neighbour.position = pooled.position
           join tube_members other on other.tube_id = neighbour.tube_id
           where member.subject_id = any($1) and (well.kind = 'LAB_POOL' or tube.kind = 'FIELD_POOL')
             and result.outcome in ('POSITIVE', 'INDETERMINATE')
             and (result.state = 'APPROVED' or (result.state = 'READ' and result.run_id = $2))"#,
        people,
        reading.map(RunId::as_uuid)
    );
    Ok(all.fetch_all(conn).await?)
}

/// The people with their tubes, each with what the laboratory found in it.
pub async fn of_people(conn: &mut PgConnection, people: &[Uuid], reading: Option<RunId>) -> Result<Vec<Person>, Error> {
    let rows = sqlx::query!(
        "select m.subject_id, m.tube_id, m.swabbed_at, t.kind, t.state from tube_members m join tubes t using (tube_id)
         where m.subject_id = any($1) and t.state <> 'OPEN' order by m.subject_id, m.swabbed_at, m.tube_id",
        people
    )
    .fetch_all(&mut *conn)
    .await?;
    let tubes: Vec<Uuid> = rows.iter().map(|row| row.tube_id).collect();
    let findings = findings(conn, &tubes, reading).await?;
    let decisions = decisions(conn, &tubes, &findings).await?;
    let mut all: BTreeMap<Uuid, Person> =
        people.iter().map(|id| (*id, Person { subject: SubjectId::from_uuid(*id), samples: Vec::new() })).collect();
    for row in rows {
        let own = findings.get(&row.tube_id).cloned().unwrap_or_default();
        let pools = own.iter().filter_map(|finding| finding.pool.map(TubeId::as_uuid));
        let kind = TubeKind::read(&row.kind)?;
        let called = pools.chain((kind == TubeKind::FieldPool).then_some(row.tube_id));
        let sample = Sample {
            tube: TubeId::from_uuid(row.tube_id),
            kind,
            state: Coded::read(&row.state)?,
            swabbed_at: row.swabbed_at,
            decision: called.filter_map(|pool| decisions.get(&pool).copied()).next_back(),
            findings: own,
        };
        if let Some(person) = all.get_mut(&row.subject_id) {
            person.samples.push(sample);
        }
    }
    Ok(all.into_values().collect())
}

/// Approved findings that stand, by tube. A laboratory pool is called by the first of its tubes. `offset 0` has the planner begin at these tubes, whatever
/// it believes of a table of results that was empty in the morning.
async fn findings(conn: &mut PgConnection, tubes: &[Uuid], reading: Option<RunId>) -> Result<BTreeMap<Uuid, Vec<Finding>>, Error> {
    let rows = sqlx::query!(
        r#"select here.tube_id, result.result_id, run.method, result.outcome, result.tested_at,
             coalesce(result.approved_at, result.tested_at) as "approved_at!",
             case when well.kind = 'LAB_POOL' then
               (select pooled.tube_id from well_tubes pooled where pooled.run_id = here.run_id and pooled.position = here.position
                order by pooled.tube_id limit 1)
             end as pool
           from (select tube_id, run_id, position from well_tubes where tube_id = any($1) offset 0) here
           join wells well on well.run_id = here.run_id and well.position = here.position
           cross join lateral (select * from results where run_id = here.run_id and position = here.position offset 0) result
           join runs run on run.run_id = here.run_id
           where result.state = 'APPROVED' or (result.state = 'READ' and result.run_id = $2)"#,
        tubes,
        reading.map(RunId::as_uuid)
    );
    let mut findings: BTreeMap<Uuid, Vec<Finding>> = BTreeMap::new();
    for row in rows.fetch_all(conn).await? {
        findings.entry(row.tube_id).or_default().push(Finding {
            result: ResultId::from_uuid(row.result_id),
            pool: row.pool.map(TubeId::from_uuid),
            method: Coded::read(&row.method)?,
            outcome: Coded::read(&row.outcome)?,
            tested_at: row.tested_at,
            approved_at: row.approved_at,
        });
    }
    Ok(findings)
}

/// What was decided on discordant pools, by the tube that the pool is called by.
async fn decisions(
    conn: &mut PgConnection,
    tubes: &[Uuid],
    findings: &BTreeMap<Uuid, Vec<Finding>>,
) -> Result<BTreeMap<Uuid, Decision>, Error> {
    let pools = findings.values().flatten().filter_map(|finding| finding.pool.map(TubeId::as_uuid));
    let called: Vec<Uuid> = tubes.iter().copied().chain(pools).collect();
    let rows = sqlx::query!(
        r#"select tube_id, accept_singles as "singles_stand!", done_at as "at!" from tasks
           where kind = 'DISCORDANT_POOL' and tube_id = any($1) and accept_singles is not null and done_at is not null order by done_at"#,
        &called
    );
    let rows = rows.fetch_all(conn).await?;
    Ok(rows.into_iter().map(|row| (row.tube_id, Decision { singles_stand: row.singles_stand, at: row.at })).collect())
}

/// All tubes of the pool that is called by this one.
pub async fn tubes_of_pool(conn: &mut PgConnection, pool: TubeId) -> Result<Vec<TubeId>, Error> {
    let tubes = sqlx::query_scalar!(
        r#"select $1::uuid as "tube_id!"
           union
           select other.tube_id from well_tubes here
           join wells well on well.run_id = here.run_id and well.position = here.position and well.kind = 'LAB_POOL'
           join well_tubes other on other.run_id = here.run_id and other.position = here.position
           where here.tube_id = $1"#,
        pool.as_uuid()
    );
    Ok(tubes.fetch_all(conn).await?.into_iter().map(TubeId::from_uuid).collect())
}
