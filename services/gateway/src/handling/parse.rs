//! From a form about a report to the command, or everything that has to be mended; and from a refusal to the box that it is about.
use contract::{
    common::v1::Area,
    reports::v1::{
        AddReportNoteRequest, ApproveAnswerRequest, AskReporterRequest, AssignReportRequest, DraftAnswerRequest, EndTransferRequest,
        MergeReportRequest, Outcome, Recipient, RejectReportRequest, RejectionReason, ReturnReportRequest, StartReportRequest,
        TransferReportRequest, UnmergeReportRequest, Urgency,
    },
};
use ids::{CommandId, ReportId};
use vietnam::province::Profile;

use super::Verb;
use crate::{
    error::PageError,
    forms::Typed,
    pages::place_filter::{self, Place},
    text::Words,
    view::Mistake,
};

/// What the service is asked to do.
#[derive(Debug, Clone, PartialEq)]
pub enum Command {
    Start(StartReportRequest),
    Assign(AssignReportRequest),
    Ask(AskReporterRequest),
    Answer(DraftAnswerRequest),
    Approve(ApproveAnswerRequest),
    Note(AddReportNoteRequest),
    Merge(MergeReportRequest),
    Unmerge(UnmergeReportRequest),
    Transfer(TransferReportRequest),
    EndTransfer(EndTransferRequest),
    Return(ReturnReportRequest),
    Reject(RejectReportRequest),
}

/// Reads a form.
pub struct Reader<'a> {
    pub words: &'a Words,
    pub province: &'a Profile,
    pub typed: &'a Typed,
    pub verb: Verb,
    pub mistakes: Vec<Mistake>,
}

impl Reader<'_> {
    /// The command, or what is missing. A form without its id or version was not made by us.
    pub fn command(mut self, report_id: &str) -> Result<Result<Command, Vec<Mistake>>, PageError> {
        let command_id = CommandId::parse(self.typed.get("command_id")).map_err(|_| PageError::Unreadable)?.to_string();
        let version = self.typed.get("version").parse().map_err(|_| PageError::Unreadable)?;
        let report_id = report_id.to_owned();
        let command = match self.verb {
            Verb::Start => Command::Start(StartReportRequest { report_id, command_id, version }),
            Verb::Assign => {
                let category_id = self.text("category");
                let urgency = Urgency::from_str_name(&self.text("urgency")).unwrap_or_default();
                if urgency == Urgency::Unspecified {
                    self.wrong("urgency", "case-missing-urgency");
                }
                let recipient = self.recipient();
                Command::Assign(AssignReportRequest { report_id, command_id, version, category_id, urgency: urgency.into(), recipient })
            }
            Verb::Ask => {
                let text = self.at_least("text", 3, "case-missing-question");
                Command::Ask(AskReporterRequest { report_id, command_id, version, text })
            }
            Verb::Answer => {
                let outcome = Outcome::from_str_name(&self.text("outcome")).unwrap_or_default();
                if outcome == Outcome::Unspecified {
                    self.wrong("outcome", "case-missing-outcome");
                }
                let public_text = self.at_least("public", 10, "case-missing-public");
                let internal_text = self.text("internal");
                let outcome = outcome.into();
                Command::Answer(DraftAnswerRequest { report_id, command_id, version, outcome, public_text, internal_text })
            }
            Verb::Approve => {
                let approved = self.typed.get("do") != "send-back";
                let reason = if approved { self.text("reason") } else { self.at_least("reason", 3, "case-missing-reason") };
                Command::Approve(ApproveAnswerRequest { report_id, command_id, version, approved, reason })
            }
            Verb::Note => {
                let text = self.at_least("text", 1, "case-missing-note");
                Command::Note(AddReportNoteRequest { report_id, command_id, version, text })
            }
            Verb::Merge => {
                let into_report_id = self.text("into");
                if ReportId::parse(&into_report_id).is_err() {
                    self.wrong("into", "case-missing-into");
                }
                Command::Merge(MergeReportRequest { report_id, command_id, version, into_report_id })
            }
            Verb::Unmerge => {
                let reason = self.at_least("reason", 3, "case-missing-reason");
                Command::Unmerge(UnmergeReportRequest { report_id, command_id, version, reason })
            }
            Verb::Transfer => Command::Transfer(TransferReportRequest { report_id, command_id, version, ..self.transfer() }),
            Verb::EndTransfer => {
                let how = self.text("how");
                if !matches!(how.as_str(), "answered" | "refused") {
                    self.wrong("how", "case-missing-how");
                }
                let answer = self.at_least("answer", 3, "case-missing-end");
                Command::EndTransfer(EndTransferRequest { report_id, command_id, version, refused: how == "refused", answer })
            }
            Verb::Return => {
                let reason = self.at_least("reason", 3, "case-missing-reason");
                Command::Return(ReturnReportRequest { report_id, command_id, version, reason })
            }
            Verb::Reject => {
                let reason = RejectionReason::from_str_name(&self.text("reason")).unwrap_or_default();
                if reason == RejectionReason::Unspecified {
                    self.wrong("reason", "case-missing-rejection");
                }
                let public_text = self.at_least("text", 10, "case-missing-public");
                Command::Reject(RejectReportRequest { report_id, command_id, version, reason: reason.into(), public_text })
            }
        };
        Ok(if self.mistakes.is_empty() { Ok(command) } else { Err(self.mistakes) })
    }

    /// Which agency, what it is asked for, and how long it has.
    fn transfer(&mut self) -> TransferReportRequest {
        let agency_id = self.text("agency");
        if agency_id.is_empty() {
            self.wrong("agency", "case-missing-agency");
        }
        let reason = self.at_least("reason", 10, "case-missing-transfer");
        let days = self.text("days");
        let working_days = if days.is_empty() { Some(0) } else { days.parse().ok().filter(|days| (1..=30).contains(days)) };
        if working_days.is_none() {
            self.wrong("days", "case-wrong-days");
        }
        let working_days = working_days.unwrap_or_default();
        TransferReportRequest { agency_id, reason, working_days, ..TransferReportRequest::default() }
    }

    /// A post, or the police of an area; the level is the area's own.
    fn recipient(&mut self) -> Option<Recipient> {
        if let Some(post) = self.province.post(&self.text("post")) {
            return vietnam::areas::get(post.area).map(|area| Recipient { area: Some(message(area)), post_id: post.id.clone() });
        }
        let code = self.text("area-code");
        let area = match place_filter::find(self.province, self.typed.get("assign-area")) {
            Place::One(area) => Some(area),
            Place::Several(areas) => {
                areas.into_iter().find(|area| area.code() == code).or_else(|| self.no_area("declare-wrong-place-many"))
            }
            Place::Any => self.no_area("case-missing-area"),
            Place::Unknown => self.no_area("report-wrong-area"),
        };
        area.map(|area| Recipient { area: Some(message(area)), post_id: String::new() })
    }

    fn no_area(&mut self, key: &str) -> Option<vietnam::Area> {
        self.wrong("area", key);
        None
    }

    fn text(&self, name: &str) -> String {
        self.typed.get(&format!("{}-{name}", self.verb.name())).to_owned()
    }

    fn at_least(&mut self, name: &str, letters: usize, key: &str) -> String {
        let text = self.text(name);
        if text.chars().count() < letters {
            self.wrong(name, key);
        }
        text
    }

    fn wrong(&mut self, name: &str, key: &str) {
        self.mistakes.push(Mistake::new(format!("{}-{name}", self.verb.name()), self.words.t(key)));
    }
}

fn message(area: vietnam::Area) -> Area {
    Area { code: area.code(), valid_from: area.era().valid_from_text().to_owned(), name: String::new() }
}

/// The box that a field of the command is typed into; empty when none is.
pub fn box_of(verb: Verb, path: &str) -> String {
    let name = match (verb, path.split('.').next().unwrap_or_default()) {
        (Verb::Assign, "category_id") => "category",
        (Verb::Assign, "recipient") if path.ends_with("post_id") => "post",
        (Verb::Assign, "recipient") => "area",
        (Verb::Assign, "urgency") => "urgency",
        (Verb::Answer, "public_text") => "public",
        (Verb::Answer, "internal_text") => "internal",
        (Verb::Answer, "outcome") => "outcome",
        (Verb::Reject, "public_text") => "text",
        (Verb::Reject | Verb::Return | Verb::Approve | Verb::Unmerge | Verb::Transfer, "reason") => "reason",
        (Verb::Transfer, "public_text") => "reason",
        (Verb::Transfer, "agency_id") => "agency",
        (Verb::Transfer, "working_days") => "days",
        (Verb::Merge, "into_report_id") => "into",
        (Verb::EndTransfer, "answer") => "answer",
        (Verb::Ask | Verb::Note, "text") => "text",
        _ => return String::new(),
    };
    format!("{}-{name}", verb.name())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::{Lang, Texts};

    const ID: &str = "0199f000-0000-7000-8000-000000000077";

    fn read(verb: Verb, pairs: &[(&str, &str)]) -> Result<Command, Vec<Mistake>> {
        let words = Texts::load().unwrap().words(Lang::Vi);
        let province = Profile::load("gia-lai-2021").unwrap();
        let typed = Typed::new([("command_id", ID), ("version", "4")].iter().chain(pairs).copied());
        Reader { words: &words, province: &province, typed: &typed, verb, mistakes: Vec::new() }.command(ID).unwrap()
    }

    #[test]
    fn it_goes_to_the_police_of_an_area_or_to_a_post() {
        let form = [("assign-category", "LOAD_UNLOAD"), ("assign-urgency", "URGENCY_URGENT")];
        for (more, code, post) in [
            ([("assign-area", "Xã Trà Đa"), ("assign-post", "")], "23596", ""),
            ([("assign-area", "Thành phố Pleiku"), ("assign-post", "")], "622", ""),
            ([("assign-area", "Xã Trà Đa"), ("assign-post", "CP3")], "", "CP3"),
        ] {
            let Ok(Command::Assign(request)) = read(Verb::Assign, &[form.as_slice(), &more].concat()) else { panic!("{more:?}") };
            let recipient = request.recipient.unwrap();
            assert_eq!(recipient.post_id, post);
            assert!(code.is_empty() || recipient.area.unwrap().code == code, "{more:?}");
        }
    }

    #[test]
    fn what_is_missing_is_said_at_its_box() {
        for (verb, fields) in [
            (Verb::Assign, vec!["assign-urgency", "assign-area"]),
            (Verb::Ask, vec!["ask-text"]),
            (Verb::Answer, vec!["answer-outcome", "answer-public"]),
            (Verb::Note, vec!["note-text"]),
            (Verb::Return, vec!["return-reason"]),
            (Verb::Merge, vec!["merge-into"]),
            (Verb::Unmerge, vec!["unmerge-reason"]),
            (Verb::Transfer, vec!["transfer-agency", "transfer-reason"]),
            (Verb::EndTransfer, vec!["end-transfer-how", "end-transfer-answer"]),
            (Verb::Reject, vec!["reject-reason", "reject-text"]),
        ] {
            let found: Vec<String> = read(verb, &[]).unwrap_err().into_iter().map(|mistake| mistake.field).collect();
            assert_eq!(found, fields, "{verb:?}");
        }
        assert!(read(Verb::Start, &[]).is_ok() && read(Verb::Approve, &[]).is_ok());
        assert_eq!(read(Verb::Approve, &[("do", "send-back")]).unwrap_err()[0].field, "approve-reason");
    }
}
