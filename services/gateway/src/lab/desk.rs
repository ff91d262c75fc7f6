//! What a sampling desk does with a scan: a tube is opened, a person goes into the open tube, the next tube seals the last one.
use contract::lab::v1::{
    AddTubeMemberRequest, CloseSamplingSessionRequest, FindSubjectRequest, GetSamplingSessionRequest, OpenTubeRequest,
    RegisterSubjectRequest, RemoveTubeMemberRequest, SamplingSession, SealTubeRequest, Specimen, Subject, SubjectMatch, Tube, TubeKind,
    TubeMember, VoidTubeRequest,
};
use ids::{CommandId, SubjectId, TubeId};
use tonic::Status;

use super::{failure, person};
use crate::{
    error::{Fault, PageError},
    forms::Typed,
    session::CurrentUser,
    site::Site,
    text::Words,
    view::Mistake,
};

/// What came of a form of the desk.
pub enum Outcome {
    /// Nothing to say: the desk was only opened.
    Quiet,
    Done(Said),
    /// Stop: what is in the way.
    Stop(Vec<Mistake>),
    /// Nobody of the scan is registered: what it said, to be completed.
    Ask(Typed),
    /// The shift is over.
    Closed,
}

/// What is read back.
#[derive(Default)]
pub struct Said {
    pub word: String,
    /// Read large: the name, or the tube.
    pub big: String,
    pub small: String,
    /// People who may be the same as the one just registered.
    pub matches: Vec<SubjectMatch>,
    /// Who was registered just now, to be replaced by one of them.
    pub registered: String,
    /// The tube that is at work.
    pub tube: String,
}

/// Why a form did nothing.
pub enum Failure {
    Stop(Vec<Mistake>),
    Page(PageError),
}

/// One desk for one request.
pub struct Desk<'a> {
    pub site: &'a Site,
    pub user: &'a CurrentUser,
    pub words: Words,
    pub session: SamplingSession,
}

type Done = Result<Outcome, Failure>;

pub async fn session(site: &Site, user: &CurrentUser, session_id: &str) -> Result<SamplingSession, PageError> {
    let request = GetSamplingSessionRequest { session_id: session_id.to_owned() };
    let answer = site.clients.sampling(user.caller.clone()).get_sampling_session(request).await?;
    answer.into_inner().session.ok_or(PageError::NotFound)
}

/// The tube at work: the one of the form, else the newest that is open.
pub fn current<'a>(session: &'a SamplingSession, tube_id: &str) -> Option<&'a Tube> {
    let newest = || session.open_tubes.iter().max_by_key(|tube| tube.opened_at.map(|at| (at.seconds, at.nanos)));
    session.open_tubes.iter().find(|tube| tube.tube_id == tube_id).or_else(newest)
}

impl Desk<'_> {
    pub async fn act(&self, typed: &Typed) -> Result<Outcome, PageError> {
        let done = match typed.get("do") {
            "save" => self.save(typed).await,
            "form" => Ok(Outcome::Ask(Typed::default())),
            "undo" => self.undo(typed).await,
            "seal" => self.seal(typed).await,
            "void" => self.void(typed).await,
            "close" => self.close(typed).await,
            other => match other.split_once(':') {
                Some(("remove", subject)) => self.remove(typed, subject).await,
                Some(("use", subject)) => self.replace(typed, subject).await,
                Some(("tube", tube)) => {
                    Ok(Outcome::Done(Said { tube: tube.to_owned(), ..self.said("desk-tube-chosen", &self.barcode(tube)) }))
                }
                _ => self.scan(typed).await,
            },
        };
        match done {
            Ok(outcome) => Ok(outcome),
            Err(Failure::Stop(mistakes)) => Ok(Outcome::Stop(mistakes)),
            Err(Failure::Page(error)) => Err(error),
        }
    }

    async fn scan(&self, typed: &Typed) -> Done {
        let text = typed.get("scan").to_owned();
        if text.is_empty() {
            return Err(self.stop("scan", "desk-scan-missing"));
        }
        let barcode = text.to_uppercase();
        if let Some(open) = self.session.open_tubes.iter().find(|tube| tube.barcode == barcode) {
            return Ok(Outcome::Done(Said { tube: open.tube_id.clone(), ..self.said("desk-tube-chosen", &open.barcode) }));
        }
        let request = FindSubjectRequest { scan: text };
        let found = self.site.clients.sampling(self.user.caller.clone()).find_subject(request).await;
        let found = found.map_err(|status| self.refused(status))?.into_inner();
        match (found.subject, found.scanned, found.kind.as_str()) {
            (Some(subject), ..) => self.add(typed, &subject.subject_id, Said::default()).await,
            (None, _, "BARCODE") => self.open(typed, barcode).await,
            (None, Some(said), _) if !said.full_name.is_empty() => {
                self.needs_tube(typed)?;
                Ok(Outcome::Ask(Typed::new(person::scanned(&said))))
            }
            (None, _, "SHORT_CODE") => Err(self.stop("scan", "desk-code-unknown")),
            _ if !found.mangled_by.is_empty() => Err(self.stop("scan", "desk-mangled")),
            _ => Err(self.stop("scan", "desk-unreadable")),
        }
    }

    /// The next tube: the last one is sealed first.
    async fn open(&self, typed: &Typed, barcode: String) -> Done {
        let mut sealed = String::new();
        if let Some(last) = current(&self.session, typed.get("tube")) {
            if last.people == 0 {
                return Err(Failure::Stop(vec![Mistake::new("scan", self.words.a("desk-tube-empty", &last.barcode))]));
            }
            let request = SealTubeRequest { tube_id: last.tube_id.clone(), command_id: self.command("seal-id", typed) };
            let answer = self.site.clients.sampling(self.user.caller.clone()).seal_tube(request).await;
            answer.map_err(|status| self.refused(status))?;
            sealed = self.words.ab("desk-sealed-last", &last.barcode, self.words.n("people-count", last.people));
        }
        let limit: i32 = typed.get("limit").parse().ok().filter(|limit| (1..=10).contains(limit)).unwrap_or(self.advised());
        let kind = if limit == 1 { TubeKind::Single } else { TubeKind::FieldPool };
        let tube_id = TubeId::parse(typed.get("tube-id")).unwrap_or_else(|_| TubeId::mint(self.site.now())).to_string();
        let request = OpenTubeRequest {
            tube_id: tube_id.clone(),
            session_id: self.session.session_id.clone(),
            barcode: barcode.clone(),
            kind: kind.into(),
            pool_limit: limit,
            specimen: Specimen::from_str_name(typed.get("specimen")).unwrap_or(Specimen::NpSwab).into(),
            device_at: None,
        };
        let answer = self.site.clients.sampling(self.user.caller.clone()).open_tube(request).await;
        answer.map_err(|status| self.refused(status))?;
        Ok(Outcome::Done(Said { tube: tube_id, small: sealed, ..self.said("desk-opened", &barcode) }))
    }

    pub fn advised(&self) -> i32 {
        self.session.advised_pool_size.clamp(1, 10)
    }

    async fn add(&self, typed: &Typed, subject_id: &str, said: Said) -> Done {
        let tube = self.needs_tube(typed)?;
        let request = AddTubeMemberRequest {
            tube_id: tube.tube_id.clone(),
            command_id: self.command("command-id", typed),
            subject_id: subject_id.to_owned(),
            device_at: None,
        };
        let answer = self.site.clients.sampling(self.user.caller.clone()).add_tube_member(request).await;
        let tube = answer.map_err(|status| self.refused(status))?.into_inner().tube.unwrap_or_default();
        let member = tube.members.iter().find(|member| member.subject_id == subject_id).cloned().unwrap_or_default();
        let full = tube.people >= tube.pool_limit;
        let word = self.words.ab("desk-added", member.position, tube.pool_limit);
        let word = if full { format!("{word} {}", self.words.t("desk-full")) } else { word };
        let small = self.identity(&member);
        Ok(Outcome::Done(Said { word, big: member.full_name, small, tube: tube.tube_id, ..said }))
    }

    /// Registers who was typed and adds him. Somebody who may be the same is said and never blocks.
    async fn save(&self, typed: &Typed) -> Done {
        self.needs_tube(typed)?;
        let subject_id = SubjectId::parse(typed.get("subject-id")).unwrap_or_else(|_| SubjectId::mint(self.site.now())).to_string();
        let reader = person::Reader { words: &self.words, province: &self.site.province, typed, now: self.site.now() };
        let subject: Subject = reader.subject(subject_id.clone()).map_err(Failure::Stop)?;
        let request = RegisterSubjectRequest { subject: Some(subject) };
        let answer = self.site.clients.sampling(self.user.caller.clone()).register_subject(request).await;
        let answer = answer
            .map_err(|status| match failure::mistakes(status, self.user.lang, person::place(self.user.lang)) {
                Ok(mistakes) => Failure::Stop(mistakes),
                Err(error) => Failure::Page(error),
            })?
            .into_inner();
        let registered = answer.subject.map_or(subject_id, |subject| subject.subject_id);
        let said = Said { matches: answer.matches, registered: registered.clone(), ..Said::default() };
        self.add(typed, &registered, said).await
    }

    /// Takes out who was registered just now, and puts in the one who was on file before.
    async fn replace(&self, typed: &Typed, subject: &str) -> Done {
        self.remove(typed, typed.get("registered")).await?;
        self.add(typed, subject, Said::default()).await
    }

    async fn undo(&self, typed: &Typed) -> Done {
        let tube = self.needs_tube(typed)?;
        let last = tube.members.iter().max_by_key(|member| member.position).map(|member| member.subject_id.clone());
        match last {
            Some(last) => self.remove(typed, &last).await,
            None => Err(self.stop("scan", "desk-nothing-to-undo")),
        }
    }

    async fn remove(&self, typed: &Typed, subject: &str) -> Done {
        let tube = self.needs_tube(typed)?;
        let member = tube.members.iter().find(|member| member.subject_id == subject).cloned().unwrap_or_default();
        let request = RemoveTubeMemberRequest {
            tube_id: tube.tube_id.clone(),
            command_id: self.command("seal-id", typed),
            subject_id: subject.to_owned(),
        };
        let answer = self.site.clients.sampling(self.user.caller.clone()).remove_tube_member(request).await;
        answer.map_err(|status| self.refused(status))?;
        Ok(Outcome::Done(Said { tube: tube.tube_id.clone(), ..self.said("desk-removed", &member.full_name) }))
    }

    async fn seal(&self, typed: &Typed) -> Done {
        let tube = self.needs_tube(typed)?;
        let request = SealTubeRequest { tube_id: tube.tube_id.clone(), command_id: self.command("seal-id", typed) };
        let answer = self.site.clients.sampling(self.user.caller.clone()).seal_tube(request).await;
        answer.map_err(|status| self.refused(status))?;
        Ok(Outcome::Done(Said { small: self.words.n("people-count", tube.people), ..self.said("desk-sealed", &tube.barcode) }))
    }

    async fn void(&self, typed: &Typed) -> Done {
        let tube = self.needs_tube(typed)?;
        let reason = typed.get("void-reason").to_owned();
        if reason.chars().count() < 3 {
            return Err(self.stop("void-reason", "desk-void-missing"));
        }
        let request = VoidTubeRequest { tube_id: tube.tube_id.clone(), command_id: self.command("seal-id", typed), reason };
        let answer = self.site.clients.sampling(self.user.caller.clone()).void_tube(request).await;
        answer.map_err(|status| self.refused(status))?;
        Ok(Outcome::Done(self.said("desk-voided", &tube.barcode)))
    }

    async fn close(&self, typed: &Typed) -> Done {
        let request =
            CloseSamplingSessionRequest { session_id: self.session.session_id.clone(), command_id: self.command("command-id", typed) };
        let answer = self.site.clients.sampling(self.user.caller.clone()).close_sampling_session(request).await;
        answer.map_err(|status| self.refused(status))?;
        Ok(Outcome::Closed)
    }

    fn said(&self, key: &str, big: &str) -> Said {
        Said { word: self.words.t(key), big: big.to_owned(), ..Said::default() }
    }

    fn barcode(&self, tube_id: &str) -> String {
        self.session.open_tubes.iter().find(|tube| tube.tube_id == tube_id).map(|tube| tube.barcode.clone()).unwrap_or_default()
    }

    /// Birth and personal code, by which a name is told from its like.
    fn identity(&self, member: &TubeMember) -> String {
        self.words.ab("desk-identity", person::birth(&member.birth), &member.code)
    }

    fn needs_tube(&self, typed: &Typed) -> Result<&Tube, Failure> {
        current(&self.session, typed.get("tube")).ok_or_else(|| self.stop("scan", "desk-tube-first"))
    }

    fn command(&self, name: &str, typed: &Typed) -> String {
        CommandId::parse(typed.get(name)).unwrap_or_else(|_| CommandId::mint(self.site.now())).to_string()
    }

    fn stop(&self, field: &str, key: &str) -> Failure {
        Failure::Stop(vec![Mistake::new(field, self.words.t(key))])
    }

    fn refused(&self, status: Status) -> Failure {
        let lang = self.user.lang;
        let place = |fault: &Fault| Mistake::new("scan", fault.text(lang));
        match failure::mistakes(status, lang, place) {
            Ok(mistakes) => Failure::Stop(mistakes.into_iter().map(|mistake| Mistake::new("scan", mistake.text)).collect()),
            Err(error) => Failure::Page(error),
        }
    }
}
