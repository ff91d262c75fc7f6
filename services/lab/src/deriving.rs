//! Makes of what became known about tubes what it means for their people: outcomes, tasks, and what the road is told. In the transaction that stores
//! the cause.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::{DateTime, Utc};
use contract::lab::v1::{FitStatus, TaskKind, TubeState};
use ids::{RunId, SubjectId, TubeId};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{
    access,
    error::Error,
    meaning::{self, Derived, Fitness, Meaning, Person},
    policy::Policy,
    publish::{self, Fit, LabEvent},
    service::Lab,
    store::{
        self, evidence,
        outcomes::{self, Told},
        rules,
        tasks::{self, Place, Wanted},
    },
    tube::Tube,
};

/// Derives anew for everybody whose swab is in one of these tubes, and for those whom that concerns too.
pub async fn derive_for_tubes(conn: &mut PgConnection, service: &Lab, tubes: &[TubeId], now: DateTime<Utc>) -> Result<(), Error> {
    evidence::lock(conn).await?;
    let tubes: Vec<Uuid> = tubes.iter().map(|tube| tube.as_uuid()).collect();
    let people = evidence::people_of(conn, &tubes).await?;
    derive_for_people(conn, service, &people, now).await
}

/// A tube was sealed or voided: a sealed one matters at once to who was wanted for another swab, and to nobody else.
pub async fn after_the_desk(conn: &mut PgConnection, service: &Lab, tube: &Tube, now: DateTime<Utc>) -> Result<(), Error> {
    let matters = match tube.state {
        TubeState::Sealed => tasks::wants_any_of(conn, tube.id).await?,
        TubeState::Void => tube.people > 0,
        _ => false,
    };
    if matters { derive_for_tubes(conn, service, &[tube.id], now).await } else { Ok(()) }
}

/// The same for people, of whom time alone has changed something.
pub async fn derive_for_people(conn: &mut PgConnection, service: &Lab, people: &[Uuid], now: DateTime<Utc>) -> Result<(), Error> {
    evidence::lock(conn).await?;
    let concerned = evidence::with_their_pools(conn, people, None).await?;
    let (known, policies) = (known_of(conn, &concerned, None).await?, rules::policies(conn).await?);
    let derived = meaning::derive(&known, &policies, now);
    let ours: BTreeSet<SubjectId> = concerned.iter().copied().map(SubjectId::from_uuid).collect();
    let people: BTreeMap<SubjectId, Meaning> = derived.people.into_iter().filter(|(subject, _)| ours.contains(subject)).collect();
    // Of other people's pools not everybody is known here.
    let pools: BTreeSet<TubeId> = people.values().flat_map(|meaning| &meaning.samples).filter_map(|sample| sample.pool).collect();
    let derived = Derived { people, discordant: derived.discordant.intersection(&pools).copied().collect() };
    let samples = derived.people.iter().flat_map(|(subject, meaning)| meaning.samples.iter().map(|sample| (*subject, sample)));
    outcomes::save(conn, &samples.collect::<Vec<_>>(), now).await?;
    let told = outcomes::told(conn, &concerned).await?;
    let opened = settle_tasks(conn, &derived, &told, &policies, now).await?;
    let mut happened: Vec<LabEvent<'_>> =
        opened.iter().map(|(task, area, due_at)| LabEvent::ResampleRequested { task: *task, area: *area, due_at: *due_at }).collect();
    let changed = changed(told, &derived);
    outcomes::tell(conn, &changed).await?;
    happened.extend(changed.iter().filter_map(|told| fit_changed(service, told)));
    publish::append(conn, &happened, now).await
}

/// The tubes of a run whose results, were they approved, would leave a positive pool without a positive person.
pub async fn discordant_with(conn: &mut PgConnection, run: RunId, tubes: &[Uuid], now: DateTime<Utc>) -> Result<BTreeSet<TubeId>, Error> {
    let people = evidence::people_of(conn, tubes).await?;
    let concerned = evidence::with_their_pools(conn, &people, Some(run)).await?;
    let known = known_of(conn, &concerned, Some(run)).await?;
    let derived = meaning::derive(&known, &rules::policies(conn).await?, now);
    let samples = derived.people.into_values().flat_map(|meaning| meaning.samples);
    Ok(samples.filter(|sample| sample.alarmed).map(|sample| sample.tube).collect())
}

/// Of these people and of all who are in their pools.
async fn known_of(conn: &mut PgConnection, people: &[Uuid], reading: Option<RunId>) -> Result<Vec<Person>, Error> {
    let all = evidence::with_their_pools(conn, people, reading).await?;
    evidence::of_people(conn, &all, reading).await
}

fn changed(told: Vec<Told>, derived: &Derived) -> Vec<Told> {
    let changed = told.into_iter().filter_map(|told| {
        let meaning = derived.people.get(&told.subject)?;
        let (fitness, resample_wanted) = (meaning.fitness, meaning.reswab.is_some());
        let same = fitness == told.fitness && resample_wanted == told.resample_wanted;
        (!same).then(|| Told { fitness, resample_wanted, version: told.version + 1, ..told })
    });
    changed.collect()
}

/// Nobody on the road knows a person without an identity number.
fn fit_changed<'a>(service: &Lab, told: &'a Told) -> Option<LabEvent<'a>> {
    let Fitness { status, until } = told.fitness;
    let fit =
        Fit { status, until: until.filter(|_| status == FitStatus::Fit), resample_wanted: told.resample_wanted, version: told.version };
    Some(LabEvent::FitChanged { subject: told.subject, province: service.profile.area, person_key: told.person_key.as_deref()?, fit })
}

async fn settle_tasks(
    conn: &mut PgConnection,
    derived: &Derived,
    told: &[Told],
    policies: &[Policy],
    now: DateTime<Utc>,
) -> Result<Vec<(ids::TaskId, vietnam::AreaKey, DateTime<Utc>)>, Error> {
    let samples = derived.people.values().flat_map(|meaning| &meaning.samples).map(|sample| sample.tube);
    let tubes: Vec<Uuid> = samples.chain(derived.discordant.iter().copied()).map(TubeId::as_uuid).collect();
    let places = tasks::places(conn, &tubes).await?;
    let places: HashMap<TubeId, Place> = places.into_iter().map(|place| (place.tube, place)).collect();
    let policy = policies.iter().rfind(|policy| policy.valid_from <= now).ok_or(Error::corrupt("no policy is in force"))?;
    let mut wanted = Vec::new();
    for told in told {
        let Some(meaning) = derived.people.get(&told.subject) else { continue };
        wanted.extend(of_person(told, meaning, &places, policy, now)?);
    }
    for pool in &derived.discordant {
        let place = places.get(pool).ok_or(Error::corrupt("the tube of a pool"))?;
        wanted.push(of_laboratory(TaskKind::DiscordantPool, place, "POOL_POSITIVE", policy.resample_due(now)));
    }
    let people: Vec<Uuid> = told.iter().map(|told| told.subject.as_uuid()).collect();
    tasks::settle(conn, &people, &tubes, &wanted, now).await
}

fn of_person(
    told: &Told,
    meaning: &Meaning,
    places: &HashMap<TubeId, Place>,
    policy: &Policy,
    now: DateTime<Utc>,
) -> Result<Vec<Wanted>, Error> {
    let mut wanted = Vec::new();
    for sample in &meaning.samples {
        if let Some(since) = sample.rerun_since {
            let place = places.get(&sample.tube).ok_or(Error::corrupt("the tube of a sample"))?;
            let cause = sample.cause.map_or("POOL_POSITIVE", meaning::Cause::code);
            wanted.push(of_laboratory(TaskKind::RerunSingles, place, cause, policy.resample_due(since)));
        }
    }
    if let Some(reswab) = meaning.reswab {
        let place = places.get(&reswab.tube).ok_or(Error::corrupt("the tube of a sample"))?;
        // Who lives elsewhere is swabbed there or where he was swabbed.
        let home = told.area.as_deref().map(store::area).transpose()?;
        let mut seen_by = access::seen_by(place.area);
        seen_by.extend(home.map(access::seen_by).unwrap_or_default());
        seen_by.sort();
        seen_by.dedup();
        wanted.push(Wanted {
            kind: TaskKind::Resample,
            tube: reswab.tube,
            subject: Some(told.subject),
            cause: reswab.cause.code(),
            area: home.unwrap_or(place.area),
            seen_by,
            due_at: policy.resample_due(reswab.since.unwrap_or(now)),
        });
    }
    Ok(wanted)
}

fn of_laboratory(kind: TaskKind, place: &Place, cause: &'static str, due_at: DateTime<Utc>) -> Wanted {
    let (area, seen_by) = place.laboratory.clone().unwrap_or_else(|| (place.area, access::seen_by(place.area)));
    Wanted { kind, tube: place.tube, subject: None, cause, area, seen_by, due_at }
}
