//! Counts the laboratory's day again, from sides that do not know of each other: what people read on their phones, the database, the stream and the
//! bulletin.

use std::{collections::HashMap, sync::Arc};

use anyhow::{Context as _, Result};
use contract::lab::v1::{PersonOutcome, TubeReceived, TubeSealed};
use futures::{StreamExt as _, stream};
use prost::Message as _;
use runtime::Clock;
use serde::Serialize;
use sqlx::{Connection as _, PgConnection, Row as _};
use uuid::Uuid;

use super::{
    Told,
    answers::{Bulletin, Known},
    staff::Staff,
};
use crate::simulate::{
    Plan,
    person::{Desks, Stopwatch},
    reconcile,
};

/// Phones at once.
const AT_ONCE: usize = 12;

/// The laboratory's day as each side tells it.
#[derive(Debug, Serialize)]
pub struct Found {
    pub people: usize,
    pub infected: usize,
    pub tubes: usize,
    pub pools: usize,
    pub positive_pools: usize,
    /// In tubes of their own after a positive pool.
    pub swabbed_again: usize,
    /// Swabs in a tube, as advised before each wave and after the last one.
    pub pool_sizes: Vec<i32>,
    /// Of 10,000 people; -1 where too few are known to say.
    pub prevalence: i32,
    /// People who read on their phones what is true of them, and nothing else.
    pub read: usize,
    /// People whose last sample says the same in the database.
    pub stored: usize,
    /// Rows that call somebody positive for a pool.
    pub positive_by_a_pool: usize,
    /// Tubes with their result.
    pub resulted: usize,
    /// Tubes of which the stream tells once that they were sealed and once that they arrived.
    pub streamed: usize,
    /// By how much the bulletin changed, and by how much it should have.
    pub bulletin: Bulletin,
    pub expected: Bulletin,
    pub differences: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trouble: Option<String>,
}

impl Found {
    pub fn is_clean(&self) -> bool {
        self.differences == 0 && self.trouble.is_none()
    }

    /// Whether the advice at the end of the day is below what it was at its highest, where enough is known to advise.
    pub fn advice_fell(&self) -> bool {
        self.prevalence < 0 || self.pool_sizes.last() < self.pool_sizes.iter().max()
    }
}

pub async fn reconcile(plan: &Plan, told: &Told, desks: Arc<Desks>, watch: &Arc<Stopwatch>, clock: &Clock) -> Result<Found> {
    let mut database = PgConnection::connect(&plan.lab_database_url).await.context("the database of lab cannot be reached")?;
    reconcile::quiet(&mut database, clock).await?;
    let staff = Staff::new(desks, watch.clone(), clock.clone());
    let bulletin = Bulletin::read(&staff, told.cut_off_hour).await?.since(told.before);
    let outcomes = outcomes(&mut database, &told.people).await?;
    let (people, tubes) = (told.people.len(), told.tubes.len());
    let read = stream::iter(told.people.iter().enumerate())
        .map(|(place, known)| async move { known.reads(&plan.gateway, place, watch).await.is_ok_and(|reads| reads == [known.truth()]) })
        .buffer_unordered(AT_ONCE)
        .filter(|right| std::future::ready(*right))
        .count()
        .await;
    let stored = told.people.iter().filter(|known| outcomes.last.get(&known.subject_id) == Some(&known.truth())).count();
    let (resulted, streamed) = (resulted(&mut database, told).await?, streamed(plan, told).await?);
    let (infected, pools) = (told.people.iter().filter(|known| known.infected).count(), told.tubes.iter().filter(|tube| tube.pool));
    let expected = Bulletin {
        people: i64::try_from(people)?,
        tubes: i64::try_from(tubes)?,
        tubes_resulted: i64::try_from(tubes)?,
        positive: i64::try_from(infected)?,
        ..Bulletin::default()
    };
    let differences =
        2 * people - read - stored + 2 * tubes - resulted - streamed + outcomes.positive_by_a_pool + usize::from(bulletin != expected);
    Ok(Found {
        people,
        infected,
        tubes,
        pools: pools.clone().count(),
        positive_pools: pools.filter(|pool| pool.people.iter().any(|place| told.people.get(*place).is_some_and(|it| it.infected))).count(),
        swabbed_again: (told.tubes.iter().map(|tube| tube.people.len()).sum::<usize>()).saturating_sub(people),
        pool_sizes: told.pool_sizes.clone(),
        prevalence: told.prevalence,
        read,
        stored,
        positive_by_a_pool: outcomes.positive_by_a_pool,
        resulted,
        streamed,
        bulletin,
        expected,
        differences,
        trouble: told.trouble.clone(),
    })
}

struct Outcomes {
    /// What the last sample says of each of the people.
    last: HashMap<String, PersonOutcome>,
    positive_by_a_pool: usize,
}

#[expect(clippy::disallowed_methods, reason = "looks into another crate's database from outside, as an inspector would")]
async fn outcomes(database: &mut PgConnection, people: &[Known]) -> Result<Outcomes> {
    let ids = people.iter().map(|known| known.subject_id.parse()).collect::<Result<Vec<Uuid>, _>>()?;
    let rows = sqlx::query(
        "select o.subject_id, o.outcome, t.kind from person_outcomes o join tubes t using (tube_id) where o.subject_id = any($1)
         order by o.sampled_at",
    );
    let mut found = Outcomes { last: HashMap::new(), positive_by_a_pool: 0 };
    for row in rows.bind(ids).fetch_all(database).await? {
        let (subject, outcome, kind): (Uuid, String, String) = (row.get(0), row.get(1), row.get(2));
        let outcome = PersonOutcome::from_str_name(&format!("PERSON_OUTCOME_{outcome}")).unwrap_or_default();
        found.positive_by_a_pool += usize::from(outcome == PersonOutcome::Positive && kind == "FIELD_POOL");
        found.last.insert(subject.to_string(), outcome);
    }
    Ok(found)
}

#[expect(clippy::disallowed_methods, reason = "looks into another crate's database from outside, as an inspector would")]
async fn resulted(database: &mut PgConnection, told: &Told) -> Result<usize> {
    let ids: Vec<Uuid> = told.tubes.iter().map(|tube| tube.id.as_uuid()).collect();
    let count = sqlx::query("select count(*) from tubes where tube_id = any($1) and state = 'RESULTED'").bind(ids);
    Ok(usize::try_from(count.fetch_one(database).await?.get::<i64, _>(0))?)
}

async fn streamed(plan: &Plan, told: &Told) -> Result<usize> {
    let sealed = reconcile::told(&plan.nats_url, "lab", "TubeSealed", |payload| Ok(TubeSealed::decode(payload)?.tube_id)).await?;
    let received = reconcile::told(&plan.nats_url, "lab", "TubeReceived", |payload| Ok(TubeReceived::decode(payload)?.tube_id)).await?;
    let once = |of: &HashMap<String, usize>, id: &str| of.get(id) == Some(&1);
    Ok(told.tubes.iter().map(|tube| tube.id.to_string()).filter(|id| once(&sealed, id) && once(&received, id)).count())
}
