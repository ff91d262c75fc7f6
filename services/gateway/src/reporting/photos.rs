//! The photos of a report that is not sent yet: each is taken in when it comes, so that a draft and a mistake elsewhere lose none.
use base64ct::{Base64, Encoding as _};
use contract::reports::v1::{
    AddPhotoRequest, AddReporterPhotoRequest, ListReporterPhotosRequest, ListSubmissionPhotosRequest, Photo, RemovePhotoRequest, Ticket,
};
use ids::PhotoId;
use tonic::Status;

use super::PHOTOS;
use crate::{
    error::{self, PageError},
    forms::Typed,
    site::Site,
    text::Lang,
    uploads::{File, Upload},
    view::{Mistake, Moment},
    visitor::Visitor,
};

/// The box in which photos are chosen.
pub const BOX: &str = "photo";
/// Ids for the photos of one sending of the form, made with the page: sending twice is one.
pub const NEW_IDS: &str = "new-photos";
/// As many as a submission may have.
pub const MOST: usize = 5;
/// As many as a report may have, with those that its reporter adds later.
pub const MOST_OF_REPORT: usize = 10;

/// A photo on a page.
pub struct Shown {
    pub id: String,
    pub number: usize,
    /// The picture itself, so that no address holds it; empty where it cannot be read now.
    pub src: String,
    pub at: Option<Moment>,
    /// Added by who handles the report.
    pub by_handler: bool,
}

/// What a page shows of photos, numbered from one.
pub fn shown(site: &Site, photos: &[Photo]) -> Vec<Shown> {
    let shown = |(at, photo): (usize, &Photo)| Shown {
        id: photo.photo_id.clone(),
        number: at + 1,
        src: source(&photo.thumbnail),
        at: Moment::of(photo.added_at.as_ref(), site.now()),
        by_handler: photo.by_handler,
    };
    photos.iter().enumerate().map(shown).collect()
}

fn source(jpeg: &[u8]) -> String {
    if jpeg.is_empty() { String::new() } else { format!("data:image/jpeg;base64,{}", Base64::encode_string(jpeg)) }
}

/// What came of the files of a form.
#[derive(Debug, Default)]
pub struct Taken {
    pub files: usize,
    pub mistakes: Vec<Mistake>,
}

/// Takes in every photo of a form, whose submission id comes before them; what is wrong with some is told, the others are there.
pub async fn take_in(site: &Site, visitor: &Visitor, upload: &mut Upload) -> Result<Taken, PageError> {
    let mut done = Taken::default();
    while let Some(file) = upload.next_file().await? {
        done.files += 1;
        let number = done.files;
        let taken = match file {
            File::TooLarge => Err(site.words(visitor.lang).t("photo-too-large")),
            File::Whole(_) if number > MOST => Err(site.words(visitor.lang).t("photo-enough")),
            File::Whole(bytes) => add(site, visitor, &upload.typed, number, bytes.into()).await?,
        };
        if let Err(text) = taken {
            done.mistakes.push(Mistake::new(BOX, site.words(visitor.lang).ab("photo-wrong", number, text)));
        }
    }
    Ok(done)
}

/// The inner error is what the sender has to mend.
async fn add(site: &Site, visitor: &Visitor, typed: &Typed, number: usize, content: Vec<u8>) -> Result<Result<(), String>, PageError> {
    let photo_id = new_id(site, typed, number);
    let request = AddPhotoRequest { submission_id: typed.get("id").to_owned(), photo_id, content };
    let mut photos = site.clients.photos(visitor.caller.clone());
    let answer = match photos.add_photo(request.clone()).await {
        // The page was gone back to, and another photo chosen on it.
        Err(status) if status.code() == tonic::Code::AlreadyExists => {
            photos.add_photo(AddPhotoRequest { photo_id: PhotoId::mint(site.now()).to_string(), ..request }).await
        }
        answer => answer,
    };
    match answer {
        Ok(_) => Ok(Ok(())),
        Err(status) => said(site, visitor.lang, status).map(Err),
    }
}

/// The id that the form has for the photo of this number.
fn new_id(site: &Site, typed: &Typed, number: usize) -> String {
    let id = typed.get(NEW_IDS).split_whitespace().nth(number - 1).and_then(|id| PhotoId::parse(id).ok());
    id.unwrap_or_else(|| PhotoId::mint(site.now())).to_string()
}

/// What the sender of a photo is told; an error where it is no matter of his photo.
pub fn said(site: &Site, lang: Lang, status: Status) -> Result<String, PageError> {
    match PageError::from(status.clone()) {
        PageError::Invalid(faults) => Ok(faults.first().map(|fault| fault.text(lang).to_owned()).unwrap_or_default()),
        PageError::Refused { .. } | PageError::TooMany => Ok(error::message(&status, lang)),
        PageError::Unavailable | PageError::Internal => Ok(site.words(lang).t("photo-away")),
        error => Err(error),
    }
}

/// Ids for the next sending of the form.
pub fn new_ids(site: &Site) -> String {
    (0..MOST).map(|_| PhotoId::mint(site.now()).to_string()).collect::<Vec<_>>().join(" ")
}

/// Those that are there, which the form names from now on; where they cannot be read now, those that it named.
pub async fn list(site: &Site, visitor: &Visitor, typed: &mut Typed) -> Vec<Shown> {
    let request = ListSubmissionPhotosRequest { submission_id: typed.get("id").to_owned() };
    let there = match site.clients.photos(visitor.caller.clone()).list_submission_photos(request).await {
        Ok(answer) => answer.into_inner().photos,
        Err(_) => named(typed).map(|id| Photo { photo_id: id.to_owned(), ..Photo::default() }).collect(),
    };
    let ids: Vec<&str> = there.iter().map(|photo| photo.photo_id.as_str()).collect();
    typed.set(PHOTOS, ids.join(" "));
    shown(site, &there)
}

/// The ids of the photos that the form names.
pub fn named(typed: &Typed) -> impl Iterator<Item = &str> {
    typed.get(PHOTOS).split_whitespace()
}

pub async fn remove(site: &Site, visitor: &Visitor, typed: &Typed, photo: &str) -> Result<(), PageError> {
    let request = RemovePhotoRequest { submission_id: typed.get("id").to_owned(), photo_id: photo.to_owned() };
    site.clients.photos(visitor.caller.clone()).remove_photo(request).await?;
    Ok(())
}

/// Adds a photo to a report that is followed; the inner error is what its sender has to mend.
pub async fn add_to_report(
    site: &Site,
    visitor: &Visitor,
    ticket: Ticket,
    photo_id: &str,
    file: &File,
) -> Result<Result<(), String>, Status> {
    let File::Whole(bytes) = file else { return Ok(Err(site.words(visitor.lang).t("photo-too-large"))) };
    let request = AddReporterPhotoRequest { ticket: Some(ticket), photo_id: photo_id.to_owned(), content: bytes.to_vec() };
    match site.clients.photos(visitor.caller.clone()).add_reporter_photo(request).await {
        Ok(_) => Ok(Ok(())),
        // Of too many wrong PINs the page itself tells, and of too many photos the service.
        Err(status) if error::reason(&status) == "TOO_MANY_PINS" => Err(status),
        Err(status) => said(site, visitor.lang, status.clone()).map(Err).map_err(|_| status),
    }
}

/// The photos of a report that is followed; without them it is still there to be read.
pub async fn of_ticket(site: &Site, visitor: &Visitor, ticket: Ticket) -> Vec<Shown> {
    let request = ListReporterPhotosRequest { ticket: Some(ticket) };
    let found = site.clients.photos(visitor.caller.clone()).list_reporter_photos(request).await;
    found.map(|answer| shown(site, &answer.into_inner().photos)).unwrap_or_default()
}
