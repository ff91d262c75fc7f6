//! The laboratory's part of a day: people are listed or register, teams swab them into tubes, boxes bring those to the laboratory, machines test them, a
//! second person approves, who was in a positive pool is swabbed again alone, and everybody reads of himself what is true.

pub mod answers;
mod boxes;
pub mod desk;
pub mod plates;
mod population;
pub mod reconcile;
pub mod staff;

use std::{collections::HashMap, sync::Arc};

use anyhow::{Context as _, Result, ensure};
use chrono::{Duration, Timelike as _};
use contract::lab::v1::{RegisterMyselfRequest, RegisterMyselfResponse, RunState, Subject};
use futures::{StreamExt as _, TryStreamExt as _, stream};
use runtime::Clock;
use serde::{Deserialize, Serialize};

use self::{
    answers::{Bulletin, Known},
    desk::{Arrived, Campaign, Tube},
    plates::PLATE_96,
    population::{Somebody, Way},
    staff::Staff,
};
use super::{
    Plan,
    person::{Desks, Stopwatch},
};

pub use boxes::receive_rack;

/// The most people of one team.
const TEAM: usize = 50;
/// Teams and telephones at work at once.
const AT_ONCE: usize = 6;
/// Whoever is in a positive pool is swabbed again once; more than that is a fault.
const ROUNDS: usize = 2;

/// What the day's people were told, and what it is held against.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Told {
    pub people: Vec<Known>,
    pub tubes: Vec<Tube>,
    /// Swabs in a tube, as advised before each wave and after the last one.
    pub pool_sizes: Vec<i32>,
    /// Of 10,000 people, as the last team is told; -1 where too few are known to say.
    pub prevalence: i32,
    /// The bulletin before, and the hour up to which it counts.
    pub before: Bulletin,
    pub cut_off_hour: u32,
    /// What stopped the day short of its plan.
    pub trouble: Option<String>,
}

struct Day<'a> {
    gateway: &'a str,
    staff: Staff,
    campaign: Campaign,
    teams: usize,
    /// The first plate of a day loses its control.
    lost_a_control: bool,
    told: &'a mut Told,
}

/// Works the day's waves. None where nobody is sampled.
pub async fn work(plan: &Plan, desks: Arc<Desks>, watch: &Arc<Stopwatch>, clock: &Clock) -> Option<Told> {
    let run = u32::try_from(clock.now().timestamp().rem_euclid(1_000_000)).unwrap_or_default();
    let waves = population::waves(plan.preset, plan.seed, plan.people, run);
    if waves.iter().all(Vec::is_empty) {
        return None;
    }
    let mut told = Told::default();
    let staff = Staff::new(desks, watch.clone(), clock.clone());
    if let Err(trouble) = go(&plan.gateway, staff, waves, &mut told).await {
        told.trouble = Some(format!("{trouble:#}"));
    }
    Some(told)
}

async fn go(gateway: &str, staff: Staff, waves: Vec<Vec<Somebody>>, told: &mut Told) -> Result<()> {
    // Half a day from now, so that the whole day falls into one bulletin.
    told.cut_off_hour = ((staff.now() + Duration::hours(7)).hour() + 12) % 24;
    told.before = Bulletin::read(&staff, told.cut_off_hour).await?;
    let campaign = desk::plan(&staff, gateway).await?;
    let mut day = Day { gateway, staff, campaign, teams: 0, lost_a_control: false, told };
    for wave in &waves {
        day.wave(wave).await?;
    }
    let last = day.campaign.open(&day.staff, day.teams).await?;
    day.told.pool_sizes.push(last.advised);
    day.told.prevalence = last.read(&day.staff).await?.prevalence_per_10000;
    last.close(&day.staff).await
}

impl Day<'_> {
    async fn wave(&mut self, people: &[Somebody]) -> Result<()> {
        self.list(people).await?;
        let mut arrived = self.register(people).await?;
        for round in 0..=ROUNDS {
            let tubes = self.swab(&arrived, round == 0).await?;
            let barcodes: Vec<String> = tubes.iter().map(|tube| tube.barcode.clone()).collect();
            boxes::ship(&self.staff, &barcodes).await?;
            self.test(&tubes).await?;
            self.told.tubes.extend(tubes);
            arrived = self.wanted().await?;
            if arrived.is_empty() {
                break;
            }
            ensure!(round < ROUNDS, "{} people are wanted again after {ROUNDS} swabs alone", arrived.len());
        }
        answers::release(&self.staff, &places(&self.told.people)).await
    }

    /// Those whose village made a list of them.
    async fn list(&self, people: &[Somebody]) -> Result<()> {
        let listed: Vec<&Somebody> = people.iter().filter(|one| one.way == Way::Listed).collect();
        if listed.is_empty() {
            return Ok(());
        }
        let rows: String = listed.iter().map(|one| one.row()).collect();
        let taken = self.campaign.list(&self.staff, format!("Họ tên;Năm sinh;SĐT;Số CCCD\r\n{rows}").into_bytes()).await?;
        ensure!(usize::try_from(taken.new_people)? == listed.len(), "of a list of {} people {} are new", listed.len(), taken.new_people);
        Ok(())
    }

    /// Everybody stands at a desk and is registered, in whatever way.
    async fn register(&mut self, people: &[Somebody]) -> Result<Vec<Arrived>> {
        let (staff, gateway) = (&self.staff, self.gateway);
        let registered: Vec<Subject> =
            stream::iter(people).map(|one| registered(staff, gateway, one)).buffered(AT_ONCE).try_collect().await?;
        let arrived = people.iter().zip(&registered).map(|(one, subject)| Arrived {
            place: one.place,
            subject_id: subject.subject_id.clone(),
            alone: one.alone,
        });
        let arrived = arrived.collect();
        self.told.people.extend(people.iter().zip(registered).map(|(one, subject)| Known {
            subject_id: subject.subject_id,
            code: subject.code,
            birth: one.traveller.birth_year.to_string(),
            infected: one.infected,
        }));
        Ok(arrived)
    }

    /// Team by team. `first`: not who is swabbed again.
    async fn swab(&mut self, people: &[Arrived], first: bool) -> Result<Vec<Tube>> {
        let (staff, campaign, begun) = (&self.staff, &self.campaign, self.teams);
        let teams = people.chunks(people.len().div_ceil(AT_ONCE).clamp(1, TEAM)).enumerate().map(|(number, people)| async move {
            let shift = campaign.open(staff, begun + number).await?;
            let tubes = shift.swab(staff, people).await?;
            shift.close(staff).await?;
            anyhow::Ok((shift.advised, tubes))
        });
        let swabbed: Vec<(i32, Vec<Tube>)> = stream::iter(teams).buffered(AT_ONCE).try_collect().await?;
        self.teams += swabbed.len();
        if first {
            self.told.pool_sizes.extend(swabbed.first().map(|(advised, _)| *advised));
        }
        Ok(swabbed.into_iter().flat_map(|(_, tubes)| tubes).collect())
    }

    /// Every second plate by an instrument's file, the others at the bench.
    async fn test(&mut self, tubes: &[Tube]) -> Result<()> {
        let infected = infected(tubes, &self.told.people);
        let says = |barcode: &str| infected.get(barcode).copied().unwrap_or_default();
        let barcodes: Vec<String> = tubes.iter().map(|tube| tube.barcode.clone()).collect();
        let mut file = plates::HEADING.to_owned();
        for (number, barcodes) in barcodes.chunks(barcodes.len().div_ceil(2).clamp(1, PLATE_96.samples)).enumerate() {
            let mut run = PLATE_96.start(&self.staff, barcodes).await?;
            if !std::mem::replace(&mut self.lost_a_control, true) {
                let void = plates::record(&self.staff, &run, says, true).await?;
                ensure!(void.state() == RunState::Void, "a run without its control is {}", void.state().as_str_name());
                run = PLATE_96.start(&self.staff, barcodes).await?;
            }
            if number % 2 == 0 {
                let read = plates::record(&self.staff, &run, says, false).await?;
                plates::approve(&self.staff, &read).await?;
            } else {
                file.push_str(&plates::rows(&run, says));
            }
        }
        if file.len() > plates::HEADING.len() {
            let import = plates::import(&self.staff, file).await?;
            for run in plates::approve_import(&self.staff, &import).await? {
                plates::approve(&self.staff, &run).await?;
            }
        }
        Ok(())
    }

    /// Of the day's people those who are to be swabbed again, alone. None of them reads that he is positive.
    async fn wanted(&self) -> Result<Vec<Arrived>> {
        let places = places(&self.told.people);
        let wanted = answers::wanted(&self.staff).await?;
        let again: Vec<Arrived> = wanted
            .into_iter()
            .filter_map(|id| places.get(id.as_str()).map(|place| Arrived { place: *place, subject_id: id, alone: true }))
            .collect();
        let (gateway, watch, people) = (self.gateway, &*self.staff.watch, &self.told.people);
        let asking = again.iter().filter_map(|one| people.get(one.place).map(|known| known.is_not_frightened(gateway, one.place, watch)));
        stream::iter(asking).buffer_unordered(AT_ONCE).try_collect::<Vec<()>>().await?;
        Ok(again)
    }
}

async fn registered(staff: &Staff, gateway: &str, one: &Somebody) -> Result<Subject> {
    match one.way {
        Way::Listed => desk::find(staff, one.card()).await,
        Way::AtTheDesk => desk::register(staff, one.subject(staff.now())).await,
        Way::ByHimself => {
            let request = RegisterMyselfRequest { subject: Some(one.subject(staff.now())) };
            let phone = answers::phone(gateway, one.place)?;
            let answer: RegisterMyselfResponse = phone.post("register", "/v1/self-registrations", &request, &staff.watch).await?;
            desk::find(staff, answer.code).await.context("by a personal code")
        }
    }
}

/// Where each of the people stands in the day.
fn places(people: &[Known]) -> HashMap<&str, usize> {
    people.iter().enumerate().map(|(place, known)| (known.subject_id.as_str(), place)).collect()
}

/// Of each barcode, whether the virus is in the tube.
fn infected(tubes: &[Tube], people: &[Known]) -> HashMap<String, bool> {
    let carries = |place: &usize| people.get(*place).is_some_and(|known| known.infected);
    tubes.iter().map(|tube| (tube.barcode.clone(), tube.people.iter().any(carries))).collect()
}
