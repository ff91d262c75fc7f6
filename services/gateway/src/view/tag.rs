//! States as people read them: word first, then icon, loudness, colour.
use std::fmt;

use askama::filters::HtmlSafe;
use chrono::{DateTime, Utc};
use contract::{
    Timestamp,
    accounts::v1::AccountState,
    reports::v1::{DayKind, ReportState, Urgency},
    vehicles::v1::{ArrivalState, Fitness, PassStanding, PublicState, TripState},
};
use vietnam::time;

use crate::{assets, text::Words};

/// `{{ row.tag }}` writes the component.
#[derive(Debug, Clone)]
pub struct Tag {
    pub class: &'static str,
    pub icon: &'static str,
    pub word: String,
}

impl Tag {
    fn new(words: &Words, (class, icon, key): (&'static str, &'static str, &'static str)) -> Self {
        Self { class, icon, word: words.t(key) }
    }

    pub fn public(words: &Words, state: PublicState) -> Self {
        Self::new(
            words,
            match state {
                PublicState::OnTheWay => ("info", "go", "public-on-the-way"),
                PublicState::Confirmed => ("good", "ok", "public-confirmed"),
                PublicState::Overdue => ("bad loud", "alarm", "public-overdue"),
                PublicState::Left => ("quiet", "left", "public-left"),
                PublicState::Unspecified => ("quiet", "unknown", "public-unknown"),
            },
        )
    }

    pub fn trip(words: &Words, state: TripState) -> Self {
        Self::new(
            words,
            match state {
                TripState::Declared => ("quiet", "draft", "trip-declared"),
                TripState::AtPost => ("info", "hold", "trip-at-post"),
                TripState::Referred => ("warn", "medic", "trip-referred"),
                TripState::InTransit => ("info", "go", "trip-in-transit"),
                TripState::EnRoute => ("info", "go", "trip-en-route"),
                TripState::Arrived => ("good", "ok", "trip-arrived"),
                TripState::Overdue => ("bad loud", "alarm", "trip-overdue"),
                TripState::Exited => ("quiet", "left", "trip-exited"),
                TripState::Closed => ("quiet", "home", "trip-closed"),
                TripState::TurnedBack => ("warn", "turn", "trip-turned-back"),
                TripState::Refused => ("bad loud", "ban", "trip-refused"),
                TripState::Cancelled => ("quiet", "void", "trip-cancelled"),
                TripState::Unspecified => ("quiet", "unknown", "public-unknown"),
            },
        )
    }

    pub fn arrival(words: &Words, state: ArrivalState) -> Self {
        Self::new(
            words,
            match state {
                ArrivalState::Expected => ("info", "go", "arrival-expected"),
                ArrivalState::Overdue => ("bad loud", "alarm", "arrival-overdue"),
                ArrivalState::Confirmed => ("good", "ok", "arrival-confirmed"),
                ArrivalState::Mismatch => ("bad", "warn", "arrival-mismatch"),
                ArrivalState::Unspecified => ("quiet", "unknown", "public-unknown"),
            },
        )
    }

    pub fn account(words: &Words, state: AccountState) -> Self {
        Self::new(
            words,
            match state {
                AccountState::Invited => ("warn", "wait", "account-state-invited"),
                AccountState::Active => ("good", "ok", "account-state-active"),
                AccountState::Locked => ("quiet", "lock", "account-state-locked"),
                AccountState::Unspecified => ("quiet", "unknown", "unknown"),
            },
        )
    }

    pub fn report(words: &Words, state: ReportState) -> Self {
        Self::new(
            words,
            match state {
                ReportState::Received => ("info", "hold", "report-received"),
                ReportState::Assigned => ("info", "flag", "report-assigned"),
                ReportState::Returned => ("warn", "turn", "report-returned"),
                ReportState::InProgress => ("info", "go", "report-in-progress"),
                ReportState::NeedInfo => ("warn", "help", "report-need-info"),
                ReportState::AnswerDraft => ("info", "edit", "report-answer-draft"),
                ReportState::Answered => ("good", "ok", "report-answered"),
                ReportState::Rejected => ("quiet", "void", "report-rejected"),
                ReportState::Closed => ("quiet", "home", "report-closed"),
                ReportState::Merged => ("quiet", "link", "report-merged"),
                ReportState::Transferred => ("warn", "route", "report-transferred"),
                ReportState::Unspecified => ("quiet", "unknown", "public-unknown"),
            },
        )
    }

    /// A day of the calendar.
    pub fn day(words: &Words, kind: DayKind) -> Self {
        Self::new(
            words,
            match kind {
                DayKind::Worked => ("info", "go", "calendar-worked"),
                DayKind::Weekend => ("quiet", "home", "calendar-weekend"),
                DayKind::Off => ("warn", "calendar", "calendar-off"),
                DayKind::MadeUp => ("info", "turn", "calendar-made-up"),
                DayKind::Unspecified => ("quiet", "unknown", "unknown"),
            },
        )
    }

    /// Nothing but what cannot wait is loud.
    pub fn urgency(words: &Words, urgency: Urgency) -> Self {
        let key = super::reports::urgency(urgency);
        match urgency {
            Urgency::Immediate => Self::new(words, ("bad", "alarm", key)),
            Urgency::Urgent => Self::new(words, ("warn", "clock", key)),
            Urgency::Normal | Urgency::Complex | Urgency::Unspecified => Self::new(words, ("quiet", "clock", key)),
        }
    }

    /// A person's test: whether the rules of the day accept it.
    pub fn evidence(words: &Words, met: bool) -> Self {
        Self::new(words, if met { ("good", "ok", "evidence-met") } else { ("warn", "warn", "evidence-missing") })
    }

    /// What the laboratory lets the road know of a person.
    pub fn fitness(words: &Words, fitness: Fitness, until: Option<Timestamp>) -> Self {
        let until = until.and_then(|until| DateTime::<Utc>::try_from(until).ok()).map(time::format_full);
        match (fitness, until) {
            (Fitness::Fit, Some(until)) => Self { class: "good", icon: "ok", word: words.a("fitness-fit-until", until) },
            (Fitness::NotFit, _) => Self::new(words, ("bad loud", "ban", "fitness-not-fit")),
            (Fitness::Fit | Fitness::Unspecified, _) => Self::new(words, ("quiet", "unknown", "fitness-unknown")),
        }
    }

    /// The laboratory wants another swab of a person.
    pub fn resample(words: &Words) -> Self {
        Self::new(words, ("warn", "medic", "fitness-resample"))
    }

    /// Only an admitted pass is green.
    pub fn standing(words: &Words, standing: PassStanding) -> Self {
        Self::new(
            words,
            match standing {
                PassStanding::Admitted => ("good", "ok", "standing-admitted"),
                PassStanding::Declared => ("quiet", "draft", "standing-declared"),
                PassStanding::Referred => ("warn", "medic", "standing-referred"),
                PassStanding::TurnedBack => ("warn", "turn", "standing-turned-back"),
                PassStanding::Refused => ("bad loud", "ban", "standing-refused"),
                PassStanding::Ended => ("quiet", "left", "standing-ended"),
                PassStanding::Unspecified => ("quiet", "unknown", "public-unknown"),
            },
        )
    }
}

impl fmt::Display for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { class, icon, word } = self;
        write!(
            f,
            "<span class=\"tag {class}\"><svg class=\"i\" aria-hidden=\"true\"><use href=\"{}#i-{icon}\"/></svg>{word}</span>",
            assets::ICONS_SVG
        )
    }
}

impl HtmlSafe for Tag {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::{Lang, Texts};

    #[test]
    fn only_an_admitted_pass_is_green() {
        let words = Texts::load().unwrap().words(Lang::Vi);
        for standing in (0..=6).filter_map(|number| PassStanding::try_from(number).ok()) {
            assert_eq!(Tag::standing(&words, standing).class == "good", standing == PassStanding::Admitted, "{standing:?}");
        }
    }
}
