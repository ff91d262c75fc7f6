//! What becomes known of people: who is wanted again, of whom the CDC is told, and what everybody reads of himself on his phone.

use std::collections::HashMap;

use anyhow::{Context as _, Result, ensure};
use contract::lab::v1::{
    GetLabStatisticsResponse, ListPositivePeopleResponse, ListTasksResponse, LookUpResultRequest, LookUpResultResponse, PersonOutcome,
    ReleasePositiveRequest, ReleasePositiveResponse,
};
use serde::{Deserialize, Serialize};

use super::staff::{CDC, SAMPLER, Staff};
use crate::simulate::{
    address_of,
    person::{Person, Stopwatch},
};

/// Addresses of people who are sampled begin behind those of drivers and of citizens who report.
const PHONES: usize = 3 << 20;

/// Everybody whom somebody has to swab again.
pub async fn wanted(staff: &Staff) -> Result<Vec<String>> {
    let mut wanted = Vec::new();
    let mut token = String::new();
    loop {
        let path = format!("/v1/lab-tasks?kind=TASK_KIND_RESAMPLE&pageSize=200&pageToken={token}");
        let page: ListTasksResponse = staff.ask(SAMPLER, "tasks", &path).await?;
        wanted.extend(page.tasks.into_iter().map(|task| task.subject_id));
        if page.next_page_token.is_empty() {
            return Ok(wanted);
        }
        token = page.next_page_token;
    }
}

/// The CDC speaks with everybody of the day who was found positive.
pub async fn release(staff: &Staff, of_the_day: &HashMap<&str, usize>) -> Result<()> {
    let mut people = Vec::new();
    let mut token = String::new();
    loop {
        let path = format!("/v1/positive-people?onlyWaiting=true&pageSize=200&pageToken={token}");
        let page: ListPositivePeopleResponse = staff.ask(CDC, "positives", &path).await?;
        let ours = page.people.into_iter().map(|person| person.subject_id).filter(|id| of_the_day.contains_key(id.as_str()));
        people.extend(ours);
        if page.next_page_token.is_empty() {
            break;
        }
        token = page.next_page_token;
    }
    for person in &people {
        let request = ReleasePositiveRequest { command_id: staff.command(), ..ReleasePositiveRequest::default() };
        let path = format!("/v1/positive-people/{person}/release");
        let _: ReleasePositiveResponse = staff.say(CDC, "release", &path, &request).await?;
    }
    Ok(())
}

/// Somebody who was sampled, with the two things that he needs to read his result.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Known {
    pub subject_id: String,
    pub code: String,
    pub birth: String,
    pub infected: bool,
}

/// His telephone.
pub fn phone(gateway: &str, place: usize) -> Result<Person> {
    Person::at(gateway, address_of(PHONES + place))
}

impl Known {
    /// What he reads of his samples, the last one first.
    pub async fn reads(&self, gateway: &str, place: usize, watch: &Stopwatch) -> Result<Vec<PersonOutcome>> {
        let request = LookUpResultRequest { code: self.code.clone(), birth: self.birth.clone() };
        let read: LookUpResultResponse = phone(gateway, place)?.post("look-up", "/v1/result-lookups", &request, watch).await?;
        Ok(read.results.iter().map(|result| result.outcome()).collect())
    }

    /// Nobody reads that he is positive before his own swab said it and the CDC has spoken with him.
    pub async fn is_not_frightened(&self, gateway: &str, place: usize, watch: &Stopwatch) -> Result<()> {
        let reads = self.reads(gateway, place, watch).await?;
        ensure!(!reads.contains(&PersonOutcome::Positive), "somebody reads too early that he is positive");
        Ok(())
    }

    pub fn truth(&self) -> PersonOutcome {
        if self.infected { PersonOutcome::Positive } else { PersonOutcome::Negative }
    }
}

/// The numbers of the province's bulletin that a day changes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bulletin {
    pub people: i64,
    pub tubes: i64,
    pub tubes_resulted: i64,
    pub positive: i64,
    pub suspect: i64,
    pub waiting: i64,
}

impl Bulletin {
    /// Of the 24 hours up to the next of these hours.
    pub async fn read(staff: &Staff, cut_off_hour: u32) -> Result<Self> {
        let path = format!("/v1/lab-statistics?cutOffHour={cut_off_hour}");
        let read: GetLabStatisticsResponse = staff.ask(CDC, "statistics", &path).await?;
        let total = read.total.context("the bulletin has no total")?;
        Ok(Self {
            people: total.people_sampled.into(),
            tubes: total.tubes.into(),
            tubes_resulted: total.tubes_resulted.into(),
            positive: i64::from(total.positive_people) + i64::from(total.positive_again),
            suspect: total.suspect_people.into(),
            waiting: total.waiting_people.into(),
        })
    }

    pub fn since(self, before: Self) -> Self {
        Self {
            people: self.people - before.people,
            tubes: self.tubes - before.tubes,
            tubes_resulted: self.tubes_resulted - before.tubes_resulted,
            positive: self.positive - before.positive,
            suspect: self.suspect - before.suspect,
            waiting: self.waiting - before.waiting,
        }
    }
}
